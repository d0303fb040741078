/**
 * The begin of an MP4 file: "ftyp" and "moov". mediabunny knows what each codec wants there; the fragments are written
 * here, because it begins one at a keyframe alone, and publishers send these seldom.
 */
import {
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  Mp4OutputFormat,
  Output,
} from 'mediabunny';
import { concatenate, readUint32, writeUint32 } from '../../util/bytes.ts';
import { codecString } from './codec-string.ts';
import type { RecordedTracks } from './media-writer.ts';
import { findBoxes, findChild, FULL_BOX_BYTES } from './mp4-box.ts';
import type { FoundBox } from './mp4-box.ts';
import { OPUS_RATE, opusHead } from './opus-packet.ts';

/** Ticks a second of the video track: those of RTP. */
const VIDEO_TIMESCALE = 90_000;
/** "Not known" for a duration (ISO/IEC 14496-12 8.2.2.3). */
const UNKNOWN_DURATION = 0xffffffff;

const LIBRARY_CODECS = { VP8: 'vp8', VP9: 'vp9', AV1: 'av1', H264: 'avc', H265: 'hevc' } as const;

/** A track of the file as its "moov" tells it. */
export interface Mp4Track {
  id: number;
  kind: 'audio' | 'video';
  /** Ticks a second. */
  timescale: number;
}

/** The first bytes of a file with these tracks. Rejects where the first frame does not tell the codec's parameters. */
export async function makeMp4Head({ video, audio }: RecordedTracks): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const keep = (data: Uint8Array): void => void parts.push(data.slice());
  const format = new Mp4OutputFormat({ fastStart: 'fragmented', onFtyp: keep, onMoov: keep });
  const output = new Output({ format, target: new BufferTarget() });
  if (video !== undefined) {
    const { codec, size, firstFrame } = video;
    output.addVideoTrack(new EncodedVideoPacketSource(LIBRARY_CODECS[codec]), {
      frameRate: VIDEO_TIMESCALE,
      decoderConfig: {
        codec: codecString(codec, firstFrame, size),
        codedWidth: size.width,
        codedHeight: size.height,
      },
      primingPacket: new EncodedPacket(firstFrame, 'key', 0, 0),
    });
  }
  if (audio !== undefined) {
    output.addAudioTrack(new EncodedAudioPacketSource('opus'), {
      decoderConfig: {
        codec: 'opus',
        sampleRate: OPUS_RATE,
        numberOfChannels: audio.channels,
        description: opusHead(audio.channels),
      },
    });
  }
  await output.start();
  await output.finalize();
  return concatenate(parts);
}

/** The tracks that the "moov" in these bytes names. */
export function readMp4Tracks(head: Uint8Array): Mp4Track[] {
  return traks(head).flatMap((trak) => {
    const media = findChild(head, trak, 'mdia');
    const trackHeader = findChild(head, trak, 'tkhd');
    const mediaHeader = media === undefined ? undefined : findChild(head, media, 'mdhd');
    const handler = media === undefined ? undefined : findChild(head, media, 'hdlr');
    if (trackHeader === undefined || mediaHeader === undefined || handler === undefined) return [];
    const isVideo = Buffer.from(head.subarray(handler.content + 8, handler.content + 12)).toString('latin1') === 'vide';
    return [
      {
        id: readUint32(head, trackHeader.content + timeBytes(head, trackHeader) + FULL_BOX_BYTES),
        kind: isVideo ? ('video' as const) : ('audio' as const),
        timescale: readUint32(head, mediaHeader.content + timeBytes(head, mediaHeader) + FULL_BOX_BYTES),
      },
    ];
  });
}

/** Writes durations into a "moov": of each track by its id, and of the whole. Seconds. */
export function setMp4Durations(head: Uint8Array, durations: ReadonlyMap<number, number>): void {
  const movie = findBoxes(head, 0, head.length).find(({ type }) => type === 'moov');
  const movieHeader = movie === undefined ? undefined : findChild(head, movie, 'mvhd');
  if (movieHeader === undefined) return;
  const movieScale = readUint32(head, movieHeader.content + timeBytes(head, movieHeader) + FULL_BOX_BYTES);
  const longest = Math.max(0, ...durations.values());
  setDuration(head, movieHeader, 4, longest * movieScale);
  const tracks = readMp4Tracks(head);
  traks(head).forEach((trak, index) => {
    const track = tracks[index];
    const media = findChild(head, trak, 'mdia');
    const trackHeader = findChild(head, trak, 'tkhd');
    const mediaHeader = media === undefined ? undefined : findChild(head, media, 'mdhd');
    if (track === undefined || trackHeader === undefined || mediaHeader === undefined) return;
    const duration = durations.get(track.id) ?? 0;
    setDuration(head, trackHeader, 8, duration * movieScale);
    setDuration(head, mediaHeader, 4, duration * track.timescale);
  });
}

function traks(head: Uint8Array): FoundBox[] {
  const movie = findBoxes(head, 0, head.length).find(({ type }) => type === 'moov');
  return movie === undefined ? [] : findBoxes(head, movie.content, movie.end).filter(({ type }) => type === 'trak');
}

/** Creation and modification time of a header box, bytes. */
function timeBytes(head: Uint8Array, { content }: FoundBox): number {
  return head[content] === 1 ? 16 : 8;
}

/** `skip`: bytes between the times and the duration. Only headers of version 0 are written, so only these are set. */
function setDuration(head: Uint8Array, header: FoundBox, skip: number, ticks: number): void {
  if (head[header.content] !== 0) return;
  const offset = header.content + FULL_BOX_BYTES + timeBytes(head, header) + skip;
  writeUint32(head, offset, Math.min(Math.round(ticks), UNKNOWN_DURATION));
}
