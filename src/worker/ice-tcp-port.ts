import type { WorkerOptions } from '../worker-protocol.ts';
import type { IceTcpListener } from './ice-tcp-listener.ts';

/**
 * Listens where the options say, and returns the port; undefined where there is to be none. `udpPort` is the UDP port in
 * use. Rejects where the port cannot be had.
 */
export async function listenForTcp(
  listener: Pick<IceTcpListener, 'listen'>,
  options: Pick<WorkerOptions, 'udpPort' | 'tcpPort'>,
  udpPort: number,
): Promise<number | undefined> {
  if (options.tcpPort === 'off') return undefined;
  if (options.tcpPort !== 'same') return listener.listen(options.tcpPort);
  if (options.udpPort !== 0) return listener.listen(udpPort);
  // Nobody asked for this number: another program may have it for TCP.
  return listener.listen(udpPort).catch(() => listener.listen(0));
}
