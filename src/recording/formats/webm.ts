/**
 * WebM with VP8 and Opus. Clusters are written whole, one each flush and one each keyframe, so that the file plays
 * while it grows and a crash costs what is not flushed. At the end come the index (Cues), the duration and the sizes,
 * into the space that was left for them.
 */
import type { MediaFrame } from '../media-frame.ts';
import type { OpenFile } from '../recording-file.ts';
import { element, ID, number, numberElement, parseElementHeader } from './ebml.ts';
import type { MediaWriter, RecordedTracks, RepairedFile } from './media-writer.ts';
import { complete, findLayout, readHeader, TRACK, writeHead } from './webm-layout.ts';
import type { Cue, Layout } from './webm-layout.ts';

/** Track, time and flags of a block. */
const BLOCK_HEADER_BYTES = 4;
const KEYFRAME_FLAG = 0x80;
/** A block's time counts from its cluster's in 16 bits; a cluster ends well before, ms. */
const MAXIMUM_CLUSTER_MS = 5000;
/** A picture or packet is taken to last so long where none follows, ms. */
const DEFAULT_FRAME_MS = 20;
/** Before a longer pause there is no telling what the last one would have been, ms. */
const LONGEST_FRAME_MS = 200;

export class WebmWriter implements MediaWriter {
  readonly #file: OpenFile;
  readonly #layout: Layout;
  readonly #indexed: MediaFrame['kind'];
  readonly #cues: Cue[] = [];
  readonly #end = new EndTime();
  #blocks: Uint8Array[] = [];
  #held = 0;
  #clusterTime = 0;
  #isCue = false;
  #position: number;

  constructor(file: OpenFile, tracks: RecordedTracks) {
    this.#file = file;
    this.#indexed = tracks.video === undefined ? 'audio' : 'video';
    const { bytes, layout } = writeHead(tracks);
    this.#layout = layout;
    this.#position = bytes.length;
    file.write(bytes, 0);
  }

  get size(): number {
    return this.#position + this.#held;
  }

  write({ kind, data, keyframe, time }: MediaFrame): void {
    const wanted = Math.round(time * 1000);
    const last = this.#end.last[kind];
    // Twice the same sound is left out; a picture is not, because others may depend on it.
    if (kind === 'audio' && wanted <= last) return;
    const milliseconds = Math.max(wanted, last + 1);
    const isCue = keyframe && kind === this.#indexed;
    const starts = isCue && kind === 'video';
    if (starts || Math.abs(milliseconds - this.#clusterTime) > MAXIMUM_CLUSTER_MS) this.flush();
    if (this.#blocks.length === 0) {
      this.#clusterTime = Math.max(0, milliseconds);
      this.#isCue = isCue;
    }
    const block = new Uint8Array(BLOCK_HEADER_BYTES);
    block[0] = 0x80 | TRACK[kind];
    new DataView(block.buffer).setInt16(1, milliseconds - this.#clusterTime);
    block[3] = keyframe ? KEYFRAME_FLAG : 0;
    const bytes = element(ID.simpleBlock, block, data);
    this.#blocks.push(bytes);
    this.#held += bytes.length;
    this.#end.add(kind, milliseconds);
  }

  flush(): void {
    if (this.#blocks.length === 0) return;
    const cluster = element(ID.cluster, numberElement(ID.timestamp, this.#clusterTime), ...this.#blocks);
    this.#file.write(cluster, this.#position);
    if (this.#isCue) this.#cues.push({ time: this.#clusterTime, position: this.#position - this.#layout.content });
    this.#position += cluster.length;
    this.#blocks = [];
    this.#held = 0;
  }

  finish(): void {
    this.flush();
    this.#position = complete(this.#file, this.#layout, this.#cues, this.#indexed, this.#position, this.#end.value);
    this.#file.sync();
    this.#file.close();
  }

  abandon(): void {
    this.#file.close();
  }
}

/** Cuts off what is no whole cluster, and writes index, duration and sizes. */
export function repairWebm(file: OpenFile): RepairedFile {
  const found = findLayout(file);
  if (found === undefined) return { size: 0, frames: 0, duration: 0 };
  const { layout, indexed } = found;
  const cues: Cue[] = [];
  const end = new EndTime();
  let frames = 0;
  let position = layout.clusters;
  for (;;) {
    const header = readHeader(file, position);
    if (header?.id !== ID.cluster || header.size === undefined) break;
    const content = file.read(position + header.length, header.size);
    if (content.length < header.size) break;
    const cluster = readCluster(content);
    if (cluster === undefined) break;
    for (const [kind, time] of cluster.times) end.add(kind, time);
    if (cluster.isKeyframe[indexed]) cues.push({ time: cluster.time, position: position - layout.content });
    frames += cluster.times.length;
    position += header.length + header.size;
  }
  if (frames === 0) return { size: 0, frames: 0, duration: 0 };
  file.truncate(position);
  const size = complete(file, layout, cues, indexed, position, end.value);
  return { size, frames, duration: end.value / 1000 };
}

/** When the last frame ends: as long after it as it came after the one before. Milliseconds. */
class EndTime {
  readonly last = { video: -1, audio: -1 };
  readonly #step = { video: DEFAULT_FRAME_MS, audio: DEFAULT_FRAME_MS };

  add(kind: MediaFrame['kind'], time: number): void {
    if (this.last[kind] >= 0 && time > this.last[kind])
      this.#step[kind] = Math.min(time - this.last[kind], LONGEST_FRAME_MS);
    this.last[kind] = Math.max(time, this.last[kind]);
  }

  get value(): number {
    const ends = (['video', 'audio'] as const).map((kind) =>
      this.last[kind] < 0 ? 0 : this.last[kind] + this.#step[kind],
    );
    return Math.max(...ends);
  }
}

interface Cluster {
  time: number;
  /** Of each block, ms. */
  times: [kind: MediaFrame['kind'], time: number][];
  /** What the first block is a keyframe of. */
  isKeyframe: Record<MediaFrame['kind'], boolean>;
}

/** Undefined where the content of a cluster is malformed. */
function readCluster(content: Uint8Array): Cluster | undefined {
  const cluster: Cluster = { time: 0, times: [], isKeyframe: { video: false, audio: false } };
  let position = 0;
  while (position < content.length) {
    const header = parseElementHeader(content.subarray(position));
    if (header?.size === undefined) return undefined;
    const start = position + header.length;
    const body = content.subarray(start, start + header.size);
    if (body.length < header.size) return undefined;
    if (header.id === ID.timestamp) cluster.time = number(body);
    if (header.id === ID.simpleBlock && body.length >= BLOCK_HEADER_BYTES) {
      const kind = body[0] === (0x80 | TRACK.video) ? 'video' : 'audio';
      const isKeyframe = ((body[3] ?? 0) & KEYFRAME_FLAG) !== 0;
      if (cluster.times.length === 0) cluster.isKeyframe[kind] = isKeyframe;
      cluster.times.push([kind, cluster.time + new DataView(body.buffer, body.byteOffset, body.length).getInt16(1)]);
    }
    position = start + header.size;
  }
  return cluster;
}
