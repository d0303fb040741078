/**
 * Fragmented MP4 with H264, H265, AV1 or VP9, and Opus. A fragment each flush and each keyframe, so that the file plays
 * while it grows and a crash costs what is not flushed; at the end come the index and the durations.
 */
import { readUint32 } from '../../util/bytes.ts';
import type { MediaFrame } from '../media-frame.ts';
import type { OpenFile } from '../recording-file.ts';
import { lengthPrefixed } from './annex-b.ts';
import type { MediaWriter, RepairedFile } from './media-writer.ts';
import { BOX_HEADER_BYTES, findBoxes, parseBox } from './mp4-box.ts';
import { readFragment, writeFragment, writeRandomAccess } from './mp4-fragment.ts';
import type { FragmentTrack, Mp4Sample, RandomAccessPoint, TrackSpan } from './mp4-fragment.ts';
import { readMp4Tracks, setMp4Durations } from './mp4-head.ts';
import type { Mp4Track } from './mp4-head.ts';
import { opusSamples, OPUS_RATE } from './opus-packet.ts';

/** What the last picture is shown for where there is no second one to tell, seconds. */
const DEFAULT_FRAME_SECONDS = 1 / 30;
/** Before a longer pause there is no telling what the last picture would have been, seconds. */
const LONGEST_FRAME_SECONDS = 0.2;
/** Headers of boxes are read by so many bytes: a size of 64 bits included. */
const HEADER_READ_BYTES = 16;
/** A "moov" or "moof" beyond this is damaged, bytes. */
const MAXIMUM_INDEX_BYTES = 16 * 1024 * 1024;

/** What the end of the file says of all fragments. */
class FragmentIndex {
  readonly #tracks: readonly Mp4Track[];
  readonly #points: RandomAccessPoint[] = [];
  readonly #ends = new Map<number, number>();
  frames = 0;

  constructor(tracks: readonly Mp4Track[]) {
    this.#tracks = tracks;
  }

  /** Seconds by track. */
  get durations(): Map<number, number> {
    return new Map(this.#tracks.map(({ id, timescale }) => [id, (this.#ends.get(id) ?? 0) / timescale]));
  }

  add(spans: readonly TrackSpan[], offset: number): void {
    const indexed = this.#indexed;
    spans.forEach(({ id, start, end, samples, startsWithKeyframe }, index) => {
      if (samples === 0) return;
      if (id === indexed?.id && startsWithKeyframe) {
        this.#points.push({ time: start, offset, trackFragment: index + 1 });
      }
      this.#ends.set(id, end);
      this.frames += samples;
    });
  }

  /** Writes the index and the durations. Returns the bytes of the file. */
  complete(file: OpenFile, head: Uint8Array, position: number): number {
    setMp4Durations(head, this.durations);
    file.write(head, 0);
    const indexed = this.#indexed;
    if (indexed === undefined) return position;
    const index = writeRandomAccess(indexed.id, this.#points);
    try {
      file.write(index, position);
      return position + index.length;
    } catch {
      // On a full disk the file plays all the same.
      file.truncate(position);
      return position;
    }
  }

  get #indexed(): Mp4Track | undefined {
    return this.#tracks.find(({ kind }) => kind === 'video') ?? this.#tracks[0];
  }
}

/** A track of the fragment in the making. */
interface PendingTrack {
  track: Mp4Track;
  samples: Mp4Sample[];
  /** Decode time of the first sample in the fragment, and of the newest one, ticks. */
  start: number;
  newest: number;
  /** How long the newest sample is taken to last if none follows, ticks. */
  step: number;
}

export class Mp4Writer implements MediaWriter {
  readonly #file: OpenFile;
  readonly #head: Uint8Array;
  readonly #index: FragmentIndex;
  readonly #tracks: PendingTrack[];
  readonly #isByteStream: boolean;
  #sequence = 1;
  #position: number;
  #held = 0;

  /** `head` is what makeMp4Head made. */
  constructor(file: OpenFile, head: Uint8Array, isByteStream: boolean) {
    this.#file = file;
    this.#head = head;
    this.#isByteStream = isByteStream;
    const tracks = readMp4Tracks(head);
    this.#index = new FragmentIndex(tracks);
    this.#tracks = tracks.map((track) => ({ track, samples: [], start: 0, newest: -1, step: 0 }));
    file.write(head, 0);
    this.#position = head.length;
  }

  get size(): number {
    return this.#position + this.#held;
  }

  write(frame: MediaFrame): void {
    const pending = this.#tracks.find(({ track }) => track.kind === frame.kind);
    if (pending === undefined) return;
    const { timescale } = pending.track;
    const time = Math.max(0, Math.round(frame.time * timescale));
    // Twice the same sound is left out.
    if (frame.kind === 'audio' && time <= pending.newest) return;
    if (frame.kind === 'video' && frame.keyframe) this.#writeFragment();
    // Pictures that are shown before one that came earlier are decoded after it.
    const decodeTime = Math.max(time, pending.newest + 1);
    const last = pending.samples.at(-1);
    if (last !== undefined) last.duration = decodeTime - pending.newest;
    else pending.start = decodeTime;
    pending.step =
      nominalDuration(frame, timescale) ??
      Math.min(
        pending.newest < 0 ? DEFAULT_FRAME_SECONDS * timescale : decodeTime - pending.newest,
        LONGEST_FRAME_SECONDS * timescale,
      );
    pending.newest = decodeTime;
    const data = this.#isByteStream && frame.kind === 'video' ? lengthPrefixed(frame.data) : frame.data;
    pending.samples.push({
      data,
      keyframe: frame.keyframe,
      duration: Math.round(pending.step),
      compositionOffset: time - decodeTime,
    });
    this.#held += data.length;
  }

  flush(): void {
    this.#writeFragment();
  }

  finish(): void {
    this.flush();
    this.#position = this.#index.complete(this.#file, this.#head, this.#position);
    this.#file.sync();
    this.#file.close();
  }

  abandon(): void {
    this.#file.close();
  }

  #writeFragment(): void {
    const filled = this.#tracks.filter(({ samples }) => samples.length > 0);
    if (filled.length === 0) return;
    const tracks: FragmentTrack[] = filled.map(({ track, start, samples }) => ({ id: track.id, time: start, samples }));
    const bytes = writeFragment(this.#sequence, tracks);
    this.#file.write(bytes, this.#position);
    this.#index.add(readFragment(bytes) ?? [], this.#position);
    this.#sequence += 1;
    this.#position += bytes.length;
    this.#held = 0;
    for (const pending of filled) pending.samples = [];
  }
}

function nominalDuration({ kind, data }: MediaFrame, timescale: number): number | undefined {
  const samples = kind === 'audio' ? opusSamples(data) : undefined;
  return samples === undefined ? undefined : (samples * timescale) / OPUS_RATE;
}

/** Cuts off what is no whole fragment, and writes index and durations. */
export function repairMp4(file: OpenFile): RepairedFile {
  const nothing = { size: 0, frames: 0, duration: 0 };
  const head = readHead(file);
  if (head === undefined) return nothing;
  const length = file.size();
  const index = new FragmentIndex(readMp4Tracks(head));
  let position = head.length;
  for (;;) {
    const moof = parseBox(file.read(position, HEADER_READ_BYTES), 0);
    if (moof?.type !== 'moof' || moof.end > MAXIMUM_INDEX_BYTES) break;
    const mdat = parseBox(file.read(position + moof.end, HEADER_READ_BYTES), 0);
    if (mdat?.type !== 'mdat' || position + moof.end + mdat.end > length) break;
    const spans = readFragment(file.read(position, moof.end));
    if (spans === undefined) break;
    index.add(spans, position);
    position += moof.end + mdat.end;
  }
  if (index.frames === 0) return nothing;
  file.truncate(position);
  const size = index.complete(file, head, position);
  return { size, frames: index.frames, duration: Math.max(...index.durations.values()) };
}

/** "ftyp" and "moov"; undefined where they are not whole. */
function readHead(file: OpenFile): Uint8Array | undefined {
  let end = 0;
  for (const type of ['ftyp', 'moov']) {
    const found = parseBox(file.read(end, HEADER_READ_BYTES), 0);
    if (found?.type !== type || found.end > MAXIMUM_INDEX_BYTES) return undefined;
    end += found.end;
  }
  const head = file.read(0, end);
  return head.length === end && findBoxes(head, 0, end).length === 2 && readUint32(head, BOX_HEADER_BYTES) !== 0
    ? head
    : undefined;
}
