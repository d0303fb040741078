/** Movie fragments: "moof" and "mdat" (ISO/IEC 14496-12 8.8). */
import { concatenate, readUint32 } from '../../util/bytes.ts';
import {
  box,
  BOX_HEADER_BYTES,
  boxHeader,
  findBoxes,
  findChild,
  fullBox,
  parseBox,
  readUint64,
  uint32s,
  uint64,
} from './mp4-box.ts';

/** tfhd: data offsets count from the begin of the "moof". */
const DEFAULT_BASE_IS_MOOF = 0x020000;
/** trun: which fields there are. */
const DATA_OFFSET = 0x000001;
const SAMPLE_DURATION = 0x000100;
const SAMPLE_SIZE = 0x000200;
const SAMPLE_FLAGS = 0x000400;
const COMPOSITION_OFFSET = 0x000800;
/** sample_depends_on 2: on no other sample. */
const KEYFRAME_SAMPLE = 0x02000000;
/** sample_depends_on 1, and sample_is_non_sync_sample. */
const DEPENDENT_SAMPLE = 0x01010000;
/** Fields of a sample in a trun of this module, bytes. */
const SAMPLE_BYTES = 16;

export interface Mp4Sample {
  data: Uint8Array;
  keyframe: boolean;
  /** Ticks of the track. */
  duration: number;
  /** When it is shown, from when it is decoded: ticks. */
  compositionOffset: number;
}

export interface FragmentTrack {
  id: number;
  /** Decode time of the first sample, ticks. */
  time: number;
  samples: readonly Mp4Sample[];
}

/** The fragment of these tracks; `sequence` counts from 1. */
export function writeFragment(sequence: number, tracks: readonly FragmentTrack[]): Uint8Array {
  const build = (start: number): Uint8Array => {
    let offset = start;
    const boxes = tracks.map((track) => {
      const bytes = trackFragment(track, offset);
      offset += track.samples.reduce((sum, { data }) => sum + data.length, 0);
      return bytes;
    });
    return box('moof', fullBox('mfhd', 0, 0, uint32s(sequence)), ...boxes);
  };
  // The length does not hang on the offsets in it.
  const head = build(build(0).length + BOX_HEADER_BYTES);
  const samples = tracks.flatMap((track) => track.samples.map(({ data }) => data));
  const length = samples.reduce((sum, data) => sum + data.length, BOX_HEADER_BYTES);
  return concatenate([head, boxHeader('mdat', length), ...samples]);
}

function trackFragment({ id, time, samples }: FragmentTrack, offset: number): Uint8Array {
  const fields = samples.map(({ data, keyframe, duration, compositionOffset }) =>
    uint32s(duration, data.length, keyframe ? KEYFRAME_SAMPLE : DEPENDENT_SAMPLE, compositionOffset >>> 0),
  );
  const flags = DATA_OFFSET | SAMPLE_DURATION | SAMPLE_SIZE | SAMPLE_FLAGS | COMPOSITION_OFFSET;
  return box(
    'traf',
    fullBox('tfhd', 0, DEFAULT_BASE_IS_MOOF, uint32s(id)),
    fullBox('tfdt', 1, 0, uint64(time)),
    // Version 1 has signed composition offsets.
    fullBox('trun', 1, flags, uint32s(samples.length, offset), ...fields),
  );
}

/** What a fragment says of one of its tracks. */
export interface TrackSpan {
  id: number;
  /** Ticks. */
  start: number;
  end: number;
  samples: number;
  startsWithKeyframe: boolean;
}

/** What a "moof" that writeFragment wrote tells of its tracks; undefined where it is another. */
export function readFragment(moof: Uint8Array): TrackSpan[] | undefined {
  const whole = parseBox(moof, 0);
  if (whole?.type !== 'moof' || whole.end > moof.length) return undefined;
  const spans: TrackSpan[] = [];
  for (const traf of findBoxes(moof, whole.content, whole.end).filter(({ type }) => type === 'traf')) {
    const header = findChild(moof, traf, 'tfhd');
    const time = findChild(moof, traf, 'tfdt');
    const run = findChild(moof, traf, 'trun');
    if (header === undefined || time === undefined || run === undefined) return undefined;
    const samples = readUint32(moof, run.content + 4);
    const first = run.content + 12;
    if (first + samples * SAMPLE_BYTES !== run.end) return undefined;
    const start = readUint64(moof, time.content + 4);
    let end = start;
    for (let index = 0; index < samples; index++) end += readUint32(moof, first + index * SAMPLE_BYTES);
    const startsWithKeyframe = readUint32(moof, first + 8) === KEYFRAME_SAMPLE;
    spans.push({ id: readUint32(moof, header.content + 4), start, end, samples, startsWithKeyframe });
  }
  return spans;
}

/** A fragment that can be played from. */
export interface RandomAccessPoint {
  /** Ticks of the track. */
  time: number;
  /** Of the "moof", from the begin of the file. */
  offset: number;
  /** Place of the track in the fragment, from 1. */
  trackFragment: number;
}

/** The index at the end of a file, "mfra" (ISO/IEC 14496-12 8.8.9). */
export function writeRandomAccess(trackId: number, points: readonly RandomAccessPoint[]): Uint8Array {
  const entries = points.map(({ time, offset, trackFragment: number }) =>
    // Numbers of track fragment, run and sample are 32 bit each.
    concatenate([uint64(time), uint64(offset), uint32s(number, 1, 1)]),
  );
  const lengthsOf32Bits = 0x3f;
  const index = fullBox('tfra', 1, 0, uint32s(trackId, lengthsOf32Bits, points.length), ...entries);
  const trailerBytes = BOX_HEADER_BYTES + 8;
  return box('mfra', index, fullBox('mfro', 0, 0, uint32s(BOX_HEADER_BYTES + index.length + trailerBytes)));
}
