/** What two ends of a pipe tell each other reliably and in order. */
import type { NtpTime } from '../rtcp/ntp.ts';
import { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { type DescribedMedia, readMedia, writeMedia } from './published-media.ts';

const TYPE = {
  subscribe: 1,
  unsubscribe: 2,
  want: 3,
  requestKeyframe: 4,
  publication: 5,
  publicationEnded: 6,
  track: 7,
  trackEnded: 8,
  senderClock: 9,
} as const;

/** A track of a publication. Numbers are not used again within a subscription. */
export interface DescribedTrack {
  track: number;
  /** Index of its section in the publication. */
  section: number;
  ssrc: number;
  /** RFC 8851; undefined of a stream that is no simulcast layer. */
  rid: string | undefined;
  /** Of its present codec. */
  payloadType: number;
}

/** All of one subscription, a number that the edge, which has the viewers, chooses. */
export type PipeMessage = { subscription: number } & (
  | /** The edge has viewers in a room. */ { type: 'subscribe'; room: string }
  | { type: 'unsubscribe' }
  /** Packets of the track are wanted, or no longer. Until it is said, all are but those of simulcast layers. */
  | { type: 'want'; track: number; isWanted: boolean }
  | { type: 'requestKeyframe'; track: number }
  /** A publisher has come, in the place of any before it. `liveSince`: milliseconds since the epoch. */
  | { type: 'publication'; liveSince: number; media: DescribedMedia[] }
  | { type: 'publicationEnded' }
  | ({ type: 'track' } & DescribedTrack)
  | { type: 'trackEnded'; track: number }
  /** The publisher's Sender Report: two clocks at one instant (RFC 3550 6.4.1). */
  | { type: 'senderClock'; track: number; ntpTime: NtpTime; rtpTimestamp: number }
);

/** Appends a message. */
export function writeMessage(message: PipeMessage, into: ByteWriter): void {
  into.uint8(TYPE[message.type]).uint32(message.subscription);
  switch (message.type) {
    case 'unsubscribe':
    case 'publicationEnded':
      return;
    case 'subscribe':
      into.text(message.room);
      return;
    case 'want':
      into.uint16(message.track).uint8(message.isWanted ? 1 : 0);
      return;
    case 'requestKeyframe':
    case 'trackEnded':
      into.uint16(message.track);
      return;
    case 'publication':
      into.float64(message.liveSince).list(message.media, (media) => writeMedia(media, into));
      return;
    case 'track':
      into.uint16(message.track).uint8(message.section).uint32(message.ssrc).uint8(message.payloadType);
      into.list(message.rid === undefined ? [] : [message.rid], (rid) => into.text(rid));
      return;
    case 'senderClock':
      into.uint16(message.track).uint32(message.ntpTime.seconds).uint32(message.ntpTime.fraction);
      into.uint32(message.rtpTimestamp);
  }
}

/** Undefined where the bytes are no message. */
export function parseMessage(bytes: Uint8Array): PipeMessage | undefined {
  const reader = new ByteReader(bytes);
  const message = readMessage(reader);
  return reader.isComplete ? message : undefined;
}

function readMessage(reader: ByteReader): PipeMessage | undefined {
  const type = reader.uint8();
  const subscription = reader.uint32();
  switch (type) {
    case TYPE.subscribe:
      return { type: 'subscribe', subscription, room: reader.text() };
    case TYPE.unsubscribe:
      return { type: 'unsubscribe', subscription };
    case TYPE.want:
      return { type: 'want', subscription, track: reader.uint16(), isWanted: reader.flag() };
    case TYPE.requestKeyframe:
      return { type: 'requestKeyframe', subscription, track: reader.uint16() };
    case TYPE.publication: {
      const liveSince = reader.float64();
      return { type: 'publication', subscription, liveSince, media: reader.list(() => readMedia(reader)) };
    }
    case TYPE.publicationEnded:
      return { type: 'publicationEnded', subscription };
    case TYPE.track:
      return { type: 'track', subscription, ...readTrack(reader) };
    case TYPE.trackEnded:
      return { type: 'trackEnded', subscription, track: reader.uint16() };
    case TYPE.senderClock: {
      const track = reader.uint16();
      const ntpTime = { seconds: reader.uint32(), fraction: reader.uint32() };
      return { type: 'senderClock', subscription, track, ntpTime, rtpTimestamp: reader.uint32() };
    }
    default:
      return undefined;
  }
}

function readTrack(reader: ByteReader): DescribedTrack {
  const [track, section, ssrc, payloadType] = [reader.uint16(), reader.uint8(), reader.uint32(), reader.uint8()];
  const rids = reader.list(() => reader.text());
  if (rids.length > 1) reader.fail();
  return { track, section, ssrc, rid: rids[0], payloadType };
}
