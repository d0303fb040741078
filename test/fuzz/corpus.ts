import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const CORPUS_FOLDER = join(import.meta.dirname, 'corpus');
const OFFERS_FOLDER = join(import.meta.dirname, '../fixtures/offers');

/** The packets of a file of corpus/: one a line, in hexadecimal. */
export function readPackets(name: string): Uint8Array[] {
  const lines = readFileSync(join(CORPUS_FOLDER, `${name}.hex`), 'utf8')
    .split('\n')
    .filter(Boolean);
  return lines.map((line) => Uint8Array.from(Buffer.from(line, 'hex')));
}

/** Real offers of many clients. */
export function readOffers(): Uint8Array[] {
  const names = readdirSync(OFFERS_FOLDER).filter((name) => name.endsWith('.sdp'));
  return names.sort().map((name) => Uint8Array.from(readFileSync(join(OFFERS_FOLDER, name))));
}

/** Lines of SDP as bytes. */
export function sdpLines(...lines: readonly string[]): Uint8Array {
  return Uint8Array.from(Buffer.from(lines.map((line) => `${line}\r\n`).join(''), 'utf8'));
}
