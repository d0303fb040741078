/** Where HTTP listens. */
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { ListenAddress } from '../config/address-types.ts';
import { SETTINGS } from '../config/schema.ts';
import { StartError } from './start-error.ts';

/** Listens, and returns where. Rejects with a StartError that names the setting. */
export async function listen(app: FastifyInstance, { host, port }: ListenAddress): Promise<AddressInfo> {
  try {
    await listenOn(app, host === '' ? ['::', '0.0.0.0'] : [host], port);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = LISTEN_FAULTS[code ?? ''] ?? message;
    throw new StartError(`HTTP cannot listen on ${host}:${port} (${SETTINGS.httpAddress.name}): ${reason}.`, {
      cause: error,
    });
  }
  return app.server.address() as AddressInfo;
}

/** Listens on the first host that this machine has: one without IPv6 has no '::'. */
async function listenOn(app: FastifyInstance, hosts: readonly string[], port: number): Promise<void> {
  const [host, ...others] = hosts;
  try {
    await app.listen({ host: host ?? '', port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (others.length === 0 || (code !== 'EAFNOSUPPORT' && code !== 'EADDRNOTAVAIL')) throw error;
    await listenOn(app, others, port);
  }
}

const LISTEN_FAULTS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program uses this port',
  EACCES: 'this user may not open this port; ports below 1024 need a privilege',
  EADDRNOTAVAIL: 'this machine does not have this address',
  ENOTFOUND: 'this name has no address',
};
