import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Certificate, Transport, TransportOptions } from './addon.ts';

/** What native/src/addon.cc exports. */
export interface Addon {
  Transport: new (options: TransportOptions) => Transport;
  generateCertificate: () => Certificate;
  /** Encrypts the content of a datagram and writes the tag at its end: AES-128-GCM, 16 bytes of key, 12 of nonce. */
  sealDatagram: (key: Uint8Array, nonce: Uint8Array, datagram: Uint8Array, headerLength: number) => void;
  /** Decrypts the content of a datagram; false where it is not authentic, and its content is lost. */
  openDatagram: (key: Uint8Array, nonce: Uint8Array, datagram: Uint8Array, headerLength: number) => boolean;
}

/** Where the build leaves the addon, below the repository's root. */
const ADDON_PATH = 'native/build/Release/live_webrtc.node';

/** Looks upwards, because this file runs from src/ and, compiled, from dist/. */
function findAddon(): string {
  // Tests point this at the sanitized build (scripts/test-asan.sh).
  const named = process.env['LIVE_WEBRTC_ADDON'];
  if (named !== undefined && named !== '') return named;
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; ; folder = dirname(folder)) {
    const path = join(folder, ADDON_PATH);
    if (existsSync(path)) return path;
    if (dirname(folder) === folder) {
      throw new Error(`The addon ${ADDON_PATH} is missing: build it with \`npm run build:native\`.`);
    }
  }
}

let loaded: Addon | undefined;

/** The addon, loaded at the first call. Throws where it was not built. */
export function loadAddon(): Addon {
  loaded ??= createRequire(import.meta.url)(findAddon()) as Addon;
  return loaded;
}
