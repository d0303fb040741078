import { describe, expect, it } from 'vitest';
import { listenForTcp } from './ice-tcp-port.ts';

/** A listener on a machine where these ports are taken; 0 gives 50,000. */
function listener(...taken: number[]) {
  return {
    listen: (port: number) =>
      taken.includes(port) ? Promise.reject(new Error('taken')) : Promise.resolve(port || 50_000),
  };
}

describe('the TCP port of a worker', () => {
  it('is that of UDP, where nothing else is said', async () => {
    expect(await listenForTcp(listener(), { udpPort: 8189, tcpPort: 'same' }, 8189)).toBe(8189);
    await expect(listenForTcp(listener(8189), { udpPort: 8189, tcpPort: 'same' }, 8189)).rejects.toThrow('taken');
  });

  it('may be another where any UDP port would do', async () => {
    expect(await listenForTcp(listener(), { udpPort: 0, tcpPort: 'same' }, 40_000)).toBe(40_000);
    expect(await listenForTcp(listener(40_000), { udpPort: 0, tcpPort: 'same' }, 40_000)).toBe(50_000);
  });

  it('is the one that was asked for, or none', async () => {
    expect(await listenForTcp(listener(), { udpPort: 8189, tcpPort: 443 }, 8189)).toBe(443);
    await expect(listenForTcp(listener(443), { udpPort: 0, tcpPort: 443 }, 8189)).rejects.toThrow('taken');
    expect(await listenForTcp(listener(), { udpPort: 8189, tcpPort: 'off' }, 8189)).toBeUndefined();
  });
});
