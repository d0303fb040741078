import { afterEach, describe, expect, it } from 'vitest';
import { startStunServer } from '../../test/server/support/stun-server.ts';
import type { StunServer } from '../../test/server/support/stun-server.ts';
import { askPublicAddresses } from './ask-public-address.ts';

const servers: StunServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function stun(address: string, ignored = 0): Promise<string> {
  const server = await startStunServer(address, ignored);
  servers.push(server);
  return `stun:127.0.0.1:${server.port}`;
}

describe('askPublicAddresses', () => {
  it('takes the answer to its own request', async () => {
    expect(await askPublicAddresses([await stun('198.51.100.9')])).toEqual(['198.51.100.9']);
  });

  it('asks again where a request is lost', async () => {
    expect(await askPublicAddresses([await stun('198.51.100.9', 2)])).toEqual(['198.51.100.9']);
    expect(servers[0]?.requests()).toBe(3);
  });

  it('asks all servers and takes the first answer', async () => {
    const silent = await stun('198.51.100.1', 100);
    expect(await askPublicAddresses([silent, await stun('198.51.100.2')])).toEqual(['198.51.100.2']);
  });

  it('takes no address that nobody can reach', async () => {
    expect(await askPublicAddresses([await stun('0.0.0.0')])).toEqual([]);
  });

  it('gives up in the end', async () => {
    const begin = performance.now();
    const urls = [await stun('198.51.100.1', 100), 'stun:no-such-host.invalid', 'stuns:127.0.0.1', 'nonsense'];
    expect(await askPublicAddresses(urls)).toEqual([]);
    expect(performance.now() - begin).toBeLessThan(4500);
  });

  it('has nobody to ask where there is no server', async () => {
    expect(await askPublicAddresses([])).toEqual([]);
  });
});
