import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readPackets as readFixture } from '../../src/protocol/rtp/testing/fixtures.ts';

const CORPUS_FOLDER = join(import.meta.dirname, 'corpus');
const RTP_FOLDER = join(import.meta.dirname, '../fixtures/rtp');
const OFFERS_FOLDER = join(import.meta.dirname, '../fixtures/offers');

/** The packets of a file of corpus/: one a line, in hexadecimal. */
export function readPackets(name: string): Uint8Array[] {
  const lines = readFileSync(join(CORPUS_FOLDER, `${name}.hex`), 'utf8')
    .split('\n')
    .filter(Boolean);
  return lines.map((line) => Uint8Array.from(Buffer.from(line, 'hex')));
}

/** The packets that Chromium and GStreamer sent: of all files in test/fixtures/rtp whose name fits. */
export function readFixturePackets(name: RegExp): Uint8Array[] {
  const files = readdirSync(RTP_FOLDER).filter((file) => name.test(file));
  return files.sort().flatMap((file) => readFixture(file));
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
