/** The values of the header extensions that the server reads or writes. */
import { byteAt, readUint16, readUint24, writeUint16, writeUint24 } from '../../util/bytes.ts';

/** MIDs and RIDs are short tokens; longer values are not taken for one. */
const IDENTIFIER_MAXIMUM_BYTES = 64;
/** The characters of an SDP token (RFC 8866 9), of which RIDs use a part (RFC 8851 4). */
const TOKEN = /^[!#$%&'*+\-.0-9A-Z^_`a-z{|}~]+$/;
/** Milliseconds after which the absolute send time wraps. */
const ABSOLUTE_SEND_TIME_RANGE = 64_000;
const ABSOLUTE_SEND_TIME_UNITS = 2 ** 24;

/** A MID (RFC 9143 15), RID or repaired RID (RFC 8852 3). Undefined where the value is not an SDP token. */
export function parseIdentifier(value: Uint8Array): string | undefined {
  if (value.length > IDENTIFIER_MAXIMUM_BYTES) return undefined;
  const text = String.fromCharCode(...value);
  return TOKEN.test(text) ? text : undefined;
}

/** The value that carries this MID or RID, which must be an SDP token. */
export function writeIdentifier(identifier: string): Uint8Array {
  return Uint8Array.from(identifier, (character) => character.charCodeAt(0));
}

/** The transport-wide sequence number, 16 bit (draft-holmer-rmcat-transport-wide-cc-extensions-01 2). */
export function parseTransportSequence(value: Uint8Array): number | undefined {
  return value.length < 2 ? undefined : readUint16(value, 0);
}

/** The value that carries a transport-wide sequence number. */
export function writeTransportSequence(sequence: number): Uint8Array {
  const value = new Uint8Array(2);
  writeUint16(value, 0, sequence);
  return value;
}

/** Absolute send time in milliseconds, 0 to below 64,000, where it wraps (24 bit, 6.18 fixed point seconds). */
export function parseAbsoluteSendTime(value: Uint8Array): number | undefined {
  if (value.length !== 3) return undefined;
  return (readUint24(value, 0) * ABSOLUTE_SEND_TIME_RANGE) / ABSOLUTE_SEND_TIME_UNITS;
}

/** The value that carries a send time, given in milliseconds on any clock that does not run backwards. */
export function writeAbsoluteSendTime(milliseconds: number): Uint8Array {
  const value = new Uint8Array(3);
  const wrapped = milliseconds % ABSOLUTE_SEND_TIME_RANGE;
  writeUint24(value, 0, Math.round((wrapped * ABSOLUTE_SEND_TIME_UNITS) / ABSOLUTE_SEND_TIME_RANGE));
  return value;
}

/** How a receiver must turn the picture (3GPP TS 26.114 7.4.5). */
export interface VideoOrientation {
  /** True for the camera on the back. */
  backFacing: boolean;
  /** Mirrored horizontally. */
  flipped: boolean;
  /** Degrees clockwise to turn the picture by. */
  rotation: 0 | 90 | 180 | 270;
}

const ROTATIONS = [0, 90, 180, 270] as const;

/** The value of urn:3gpp:video-orientation. */
export function parseVideoOrientation(value: Uint8Array): VideoOrientation | undefined {
  if (value.length !== 1) return undefined;
  const bits = byteAt(value, 0);
  return {
    backFacing: (bits & 0x08) !== 0,
    flipped: (bits & 0x04) !== 0,
    rotation: ROTATIONS[bits & 0x03] ?? 0,
  };
}

/** The value that carries a video orientation. */
export function writeVideoOrientation(orientation: VideoOrientation): Uint8Array {
  return Uint8Array.of(
    (orientation.backFacing ? 0x08 : 0) | (orientation.flipped ? 0x04 : 0) | ROTATIONS.indexOf(orientation.rotation),
  );
}

/** Loudness of the sound in a packet (RFC 6464 3). */
export interface AudioLevel {
  /** The encoder takes the packet for speech. */
  voice: boolean;
  /** -dBov: 0 is the loudest, 127 silence. */
  level: number;
}

/** The value of urn:ietf:params:rtp-hdrext:ssrc-audio-level; a second byte of the two-byte form is padding. */
export function parseAudioLevel(value: Uint8Array): AudioLevel | undefined {
  if (value.length < 1 || value.length > 2) return undefined;
  const bits = byteAt(value, 0);
  return { voice: bits >= 0x80, level: bits & 0x7f };
}

/** The value that carries an audio level. */
export function writeAudioLevel({ voice, level }: AudioLevel): Uint8Array {
  return Uint8Array.of((voice ? 0x80 : 0) | (level & 0x7f));
}
