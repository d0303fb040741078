/** Records one publication: packets in, one recording after the other out. */
import type { Codec, MediaKind } from '../protocol/sdp/types.ts';
import type { SenderClock } from '../sfu/sink.ts';
import type { RecordedTracks } from './formats/media-writer.ts';
import { FrameAssembler } from './frame-assembler.ts';
import { FrameInterleaver } from './frame-interleaver.ts';
import type { MediaFrame } from './media-frame.ts';
import { parseMediaPacket } from './media-packet.ts';
import { PublicationClock } from './publication-clock.ts';
import type { Recording } from './recording.ts';
import { TrackStart } from './track-start.ts';

/** A missing keyframe is asked for this often, ms. */
const KEYFRAME_REQUEST_MS = 1000;

export interface PublicationOptions {
  kinds: readonly MediaKind[];
  /** 0 for no limit. */
  segmentMs: number;
  /** Whether a recording may begin; nothing is collected for one until then. */
  isReady: () => boolean;
  /** Begins a recording whose first frame has this time, and came at `instant` (monotonic ms); undefined where it cannot be now. */
  begin: (tracks: RecordedTracks, time: number, instant: number) => Promise<Recording | undefined>;
  end: (recording: Recording) => void;
  fail: (recording: Recording, error: unknown) => void;
  requestKeyframe: () => void;
  onFrames: (written: boolean, count: number) => void;
}

export class PublicationRecorder {
  readonly #options: PublicationOptions;
  readonly #assemblers = new Map<MediaKind, FrameAssembler>();
  readonly #codecs = new Map<MediaKind, Codec>();
  readonly #clock = new PublicationClock();
  readonly #interleaver: FrameInterleaver;
  #start: TrackStart;
  #recording: Recording | undefined;
  /** Picture frames are left out up to the next keyframe. */
  #waitsForKeyframe = false;
  #lastRequest = Number.NEGATIVE_INFINITY;

  constructor(options: PublicationOptions) {
    this.#options = options;
    this.#interleaver = new FrameInterleaver(options.kinds);
    this.#start = new TrackStart(options.kinds);
  }

  get recording(): Recording | undefined {
    return this.#recording;
  }

  /** The packets of this kind come from another source or have another codec from now on. */
  source(kind: MediaKind, codec: Codec, now: number): void {
    const assembler = this.#assemblers.get(kind);
    if (assembler === undefined) {
      this.#assemblers.set(kind, new FrameAssembler(codec));
    } else {
      this.#collect(kind, assembler.finish(), now);
      assembler.restart(codec);
    }
    this.#codecs.set(kind, codec);
    this.#clock.restart(kind, codec.clockRate);
  }

  senderReport(kind: MediaKind, report: SenderClock): void {
    this.#clock.senderReport(kind, report);
  }

  /** A packet in the order of arrival; its bytes stay as they are. */
  packet(kind: MediaKind, bytes: Uint8Array, now: number): void {
    const packet = parseMediaPacket(bytes);
    if (packet !== undefined) this.#assemblers.get(kind)?.receive(packet, now);
  }

  /** Writes what is whole. */
  async poll(now: number): Promise<void> {
    const repairing: MediaKind[] = [];
    for (const [kind, assembler] of this.#assemblers) {
      this.#collect(kind, assembler.poll(now), now);
      if (assembler.isRepairing) repairing.push(kind);
      if (assembler.keyframeWanted) this.#requestKeyframe(now);
    }
    for (const frame of this.#interleaver.take(now, repairing)) await this.#write(frame, now);
    await this.#beginWhereKnown(now);
    if (this.#waitsForKeyframe || this.#isDue) this.#requestKeyframe(now);
  }

  /** Puts on disk what was written. */
  flush(): void {
    this.#guard((recording) => recording.flush());
  }

  /** Updates the sidecar. */
  note(): void {
    this.#guard((recording) => recording.note());
  }

  /** Ends the recording for this reason; another one begins when there can be one. */
  interrupt(error: unknown): void {
    const recording = this.#recording;
    this.#recording = undefined;
    this.#restart();
    if (recording !== undefined) this.#options.fail(recording, error);
  }

  /** No more packets come. */
  async close(now: number): Promise<void> {
    for (const [kind, assembler] of this.#assemblers) this.#collect(kind, assembler.finish(), now);
    for (const frame of this.#interleaver.drain()) await this.#write(frame, now);
    await this.#beginWhereKnown(Number.POSITIVE_INFINITY);
    this.#end();
  }

  #collect(kind: MediaKind, frames: ReturnType<FrameAssembler['poll']>, now: number): void {
    const codec = this.#codecs.get(kind)?.name;
    if (codec === undefined) return;
    this.#clock.announce(kind, frames);
    for (const { data, keyframe, size, rtpTimestamp, arrival } of frames) {
      const time = this.#clock.time(kind, rtpTimestamp, arrival);
      this.#interleaver.add({ kind, codec, data, keyframe, size, time }, now);
    }
  }

  async #write(frame: MediaFrame, now: number): Promise<void> {
    if (this.#recording !== undefined && this.#mustChange(frame, this.#recording)) this.#end();
    if (this.#recording === undefined) {
      if (!this.#options.isReady()) {
        this.#options.onFrames(false, 1);
        return;
      }
      this.#start.add(frame, now);
      await this.#beginWhereKnown(now);
      return;
    }
    this.#put(frame);
  }

  /** Whether a recording ends before this frame. */
  #mustChange(frame: MediaFrame, { tracks, duration }: Recording): boolean {
    if (frame.kind === 'audio') {
      const isOver = tracks.video === undefined && this.#isOver(duration);
      return tracks.audio === undefined || isOver;
    }
    if (!frame.keyframe || frame.size === undefined) return false;
    return frame.codec !== tracks.video?.codec || this.#isOver(duration);
  }

  #isOver(duration: number): boolean {
    const { segmentMs } = this.#options;
    return segmentMs > 0 && duration * 1000 >= segmentMs;
  }

  /** A keyframe would begin a new recording, and it is time for one. */
  get #isDue(): boolean {
    const recording = this.#recording;
    return recording?.tracks.video !== undefined && this.#isOver(recording.duration);
  }

  async #beginWhereKnown(now: number): Promise<void> {
    if (this.#recording !== undefined) return;
    const known = this.#start.take(now);
    if (known === undefined) {
      if (this.#start.lacksKeyframe) this.#waitsForKeyframe = true;
      return;
    }
    const time = known.frames[0]?.time ?? 0;
    this.#recording = await this.#options.begin(known.tracks, time, this.#clock.instantOf(time));
    this.#waitsForKeyframe = false;
    if (this.#recording === undefined) {
      this.#options.onFrames(false, known.frames.length);
      this.#restart();
      return;
    }
    for (const frame of known.frames) this.#put(frame);
  }

  #put(frame: MediaFrame): void {
    const recording = this.#recording;
    const codec = frame.kind === 'video' ? recording?.tracks.video?.codec : 'opus';
    if (recording === undefined || frame.codec !== codec) {
      this.#options.onFrames(false, 1);
      // A codec that this recording does not hold: a keyframe begins another.
      if (frame.kind === 'video') this.#waitsForKeyframe = true;
      return;
    }
    if (frame.kind === 'video' && frame.keyframe) this.#waitsForKeyframe = false;
    try {
      recording.write(frame);
      this.#options.onFrames(true, 1);
    } catch (error) {
      this.#options.onFrames(false, 1);
      this.interrupt(error);
    }
  }

  #guard(action: (recording: Recording) => void): void {
    if (this.#recording === undefined) return;
    try {
      action(this.#recording);
    } catch (error) {
      this.interrupt(error);
    }
  }

  #end(): void {
    const recording = this.#recording;
    if (recording === undefined) return;
    this.#recording = undefined;
    const { video, audio } = recording.tracks;
    this.#restart([
      ...(audio === undefined ? [] : ['audio' as const]),
      ...(video === undefined ? [] : ['video' as const]),
    ]);
    this.#options.end(recording);
  }

  #restart(expected: readonly MediaKind[] = []): void {
    this.#start = new TrackStart(this.#options.kinds, expected);
  }

  #requestKeyframe(now: number): void {
    if (now - this.#lastRequest < KEYFRAME_REQUEST_MS || !this.#options.kinds.includes('video')) return;
    this.#lastRequest = now;
    this.#options.requestKeyframe();
  }
}
