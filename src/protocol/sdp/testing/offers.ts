/** Offers for tests: those of real clients, and a small one to vary. */
import { readdirSync, readFileSync } from 'node:fs';
import type { LocalDescription, Negotiation, SdpRefusal, SdpResult } from '../types.ts';

const FIXTURES = new URL('../../../../test/fixtures/offers/', import.meta.url);

export interface ClientOffer {
  /** e.g. 'chromium-publish-vp8'. */
  name: string;
  role: 'publish' | 'play';
  text: string;
}

/** What real clients posted. */
export const CLIENT_OFFERS: readonly ClientOffer[] = readdirSync(FIXTURES)
  .filter((file) => file.endsWith('.sdp'))
  .map((file) => ({
    name: file.slice(0, -'.sdp'.length),
    role: file.includes('-play') ? 'play' : 'publish',
    text: readFileSync(new URL(file, FIXTURES), 'utf8'),
  }));

/** The offer of this fixture. */
export function clientOffer(name: string): string {
  const found = CLIENT_OFFERS.find((offer) => offer.name === name);
  if (found === undefined) throw new Error(`No offer ${name}`);
  return found.text;
}

export const UFRAG = 'abcd';
export const PASSWORD = 'abcdefghijklmnopqrstuv';
export const SHA256 = Array.from({ length: 32 }, (_, index) => (index + 16).toString(16).toUpperCase()).join(':');

export const SESSION_LINES = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0 1',
  `a=ice-ufrag:${UFRAG}`,
  `a=ice-pwd:${PASSWORD}`,
  `a=fingerprint:sha-256 ${SHA256}`,
  'a=setup:actpass',
];

export const AUDIO_LINES = [
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'c=IN IP4 0.0.0.0',
  'a=mid:0',
  'a=sendonly',
  'a=rtcp-mux',
  'a=rtpmap:111 opus/48000/2',
];

export const VIDEO_LINES = [
  'm=video 9 UDP/TLS/RTP/SAVPF 96 97',
  'c=IN IP4 0.0.0.0',
  'a=mid:1',
  'a=sendonly',
  'a=rtcp-mux',
  'a=rtpmap:96 VP8/90000',
  'a=rtpmap:97 rtx/90000',
  'a=fmtp:97 apt=96',
];

/** An offer to publish sound and picture. `change` gets each line and gives none, another, or several. */
export function smallOffer(change: (line: string) => string | readonly string[] = (line) => line): string {
  const lines = [...SESSION_LINES, ...AUDIO_LINES, ...VIDEO_LINES].flatMap(change);
  return lines.map((line) => `${line}\r\n`).join('');
}

/** The small offer with lines after this one. */
export function withLines(after: string, ...lines: string[]): string {
  return smallOffer((line) => (line === after ? [line, ...lines] : line));
}

/** The small offer with this line written differently, or left out. */
export function withLine(line: string, ...instead: string[]): string {
  return smallOffer((other) => (other === line ? instead : other));
}

/** The value of a result that must be one. */
export function accepted<T>(result: SdpResult<T>): T {
  if (!result.ok) throw new Error(`Refused: ${result.detail}`);
  return result.value;
}

/** The refusal that a result must be. */
export function refused(result: SdpResult<unknown>): SdpRefusal {
  if (result.ok) throw new Error('Not refused');
  return result;
}

/** This side's part of an answer. */
export function localDescription(negotiation: Negotiation): LocalDescription {
  return {
    sessionId: '4611686018427387904',
    ice: { ufrag: 'Local+/1', password: 'LocalPassword+/8901234' },
    fingerprint: Uint8Array.from({ length: 32 }, (_, index) => index),
    candidates: [
      { address: '203.0.113.1', port: 8189, protocol: 'udp' },
      { address: '2001:db8::1', port: 8189, protocol: 'udp' },
    ],
    streams:
      negotiation.role === 'publish'
        ? []
        : negotiation.media.map((_media, index) => ({
            ssrc: 1000 + index,
            rtxSsrc: 2000 + index,
            cname: 'cname',
            streamId: 'stream',
            trackId: `track-${index}`,
          })),
  };
}
