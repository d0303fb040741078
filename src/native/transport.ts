import type { Certificate, Transport, TransportOptions } from './addon.ts';
import { loadAddon } from './load-addon.ts';

/**
 * Opens a UDP socket with no peers. Throws a TypeError or RangeError where an option does not fit, and an Error with the
 * system's code (e.g. EADDRINUSE) where the socket cannot be had. Keeps the process alive until it is closed.
 */
export function createTransport(options: TransportOptions): Transport {
  const { Transport } = loadAddon();
  return new Transport(options);
}

/** Makes a certificate with a new key; takes less than a millisecond. */
export function generateCertificate(): Certificate {
  return loadAddon().generateCertificate();
}
