/** All recordings of a media worker: takes the chunks of its packet channel. Runs in a thread of its own. */
import { randomBytes } from 'node:crypto';
import type { MediaKind } from '../protocol/sdp/types.ts';
import { readChunk } from './packet-channel.ts';
import type { ChannelNote } from './packet-channel.ts';
import { PublicationRecorder } from './publication-recorder.ts';
import { Recording } from './recording.ts';
import type { RecordingStart } from './recording.ts';
import type { RecordingFileSystem } from './recording-file.ts';
import type { RecordingInfo } from './recording-info.ts';
import { emptyRecordingCounters } from './recording-options.ts';
import type { RecordingOptions } from './recording-options.ts';

/** What is written is on disk after so long, ms: with the waits before it, a crash costs less than a second. */
const FLUSH_MS = 400;
/** Free space is looked at this often, ms. */
const SPACE_CHECK_MS = 1000;
/** Sidecars and listeners are told this often how recordings grow, ms. */
const NOTE_MS = 2000;
/** After a failure it is tried again after so long, and each time twice as long up to the longest, ms. */
const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 30_000;

export interface RecorderEvents {
  onRecording: (type: 'started' | 'changed' | 'ended', info: RecordingInfo) => void;
  requestKeyframe: (publication: number) => void;
}

interface Publication {
  recorder: PublicationRecorder;
  room: string;
  kinds: readonly MediaKind[];
  /** What to add to a monotonic time for that of the wall clock at the publication's begin, ms. */
  wallClockOffset: number;
}

export class Recorder {
  readonly counters = emptyRecordingCounters();
  readonly #options: RecordingOptions;
  readonly #fileSystem: RecordingFileSystem;
  readonly #events: RecorderEvents;
  readonly #publications = new Map<number, Publication>();
  #now = 0;
  #nextFlush = 0;
  #nextCheck = 0;
  #nextNote = 0;
  #retry = FIRST_RETRY_MS;
  #blockedUntil = Number.NEGATIVE_INFINITY;
  /** Recording is not possible, and that has been told. */
  #isOut = false;

  constructor(options: RecordingOptions, fileSystem: RecordingFileSystem, events: RecorderEvents) {
    this.#options = options;
    this.#fileSystem = fileSystem;
    this.#events = events;
  }

  /** Takes the records of a chunk; the buffer may be used again afterwards. `now`: monotonic ms. */
  async receive(buffer: ArrayBuffer, length: number, now: number): Promise<void> {
    this.#now = now;
    for (const record of readChunk(buffer, length)) {
      if (record.type === 'note') await this.#take(record.publication, record.note, record.arrival);
      else
        this.#publications.get(record.publication)?.recorder.packet(record.kind, record.packet.slice(), record.arrival);
    }
    await this.tick(now);
  }

  /** Does what is due; to be called every 50 ms or so. */
  async tick(now: number): Promise<void> {
    this.#now = now;
    for (const publication of this.#publications.values()) {
      await this.#protect(publication, (recorder) => recorder.poll(now));
    }
    if (now >= this.#nextFlush) this.#flush(now);
    if (now >= this.#nextCheck) this.#checkSpace(now);
    if (now >= this.#nextNote) this.#note(now);
  }

  /** Finishes all recordings. */
  async stop(now: number): Promise<void> {
    this.#now = now;
    for (const id of [...this.#publications.keys()]) await this.#close(id, now);
  }

  async #take(id: number, note: ChannelNote, arrival: number): Promise<void> {
    switch (note.type) {
      case 'open':
        this.#publications.set(id, this.#open(id, note, arrival));
        return;
      case 'source':
        this.#publications.get(id)?.recorder.source(note.kind, note.codec, arrival);
        return;
      case 'senderReport':
        this.#publications.get(id)?.recorder.senderReport(note.kind, note.report);
        return;
      case 'close':
        await this.#close(id, this.#now);
        return;
    }
  }

  #open(id: number, { room, kinds, wallClock }: Extract<ChannelNote, { type: 'open' }>, arrival: number): Publication {
    const wallClockOffset = wallClock - arrival;
    const recorder = new PublicationRecorder({
      kinds,
      segmentMs: this.#options.segmentMs,
      isReady: () => this.#now >= this.#blockedUntil,
      begin: (tracks, time, instant) => this.#begin({ room, tracks, time, wallClock: instant + wallClockOffset }),
      end: (recording) => this.#ended(recording, recording.finish()),
      fail: (recording, error) => this.#failed(recording, error),
      requestKeyframe: () => this.#events.requestKeyframe(id),
      onFrames: (written, count) => {
        if (written) this.counters.framesWritten += count;
        else this.counters.framesDropped += count;
      },
    });
    return { recorder, room, kinds, wallClockOffset };
  }

  async #close(id: number, now: number): Promise<void> {
    const publication = this.#publications.get(id);
    this.#publications.delete(id);
    if (publication !== undefined) await this.#protect(publication, (recorder) => recorder.close(now));
  }

  async #begin(start: RecordingStart): Promise<Recording | undefined> {
    try {
      this.#fileSystem.makeFolder(this.#options.directory);
      this.#demandSpace();
      const recording = await Recording.begin(this.#options, this.#fileSystem, start);
      this.#isOut = false;
      this.counters.active += 1;
      this.#events.onRecording('started', recording.info);
      return recording;
    } catch (error) {
      this.#block();
      if (!this.#isOut) this.#reportOutage(start, sentence(error));
      return undefined;
    }
  }

  /** Tells once that nothing is recorded, though there was no recording yet that could have failed. */
  #reportOutage({ room, tracks: { video, audio }, wallClock }: RecordingStart, error: string): void {
    this.#isOut = true;
    this.counters.failures += 1;
    this.#events.onRecording('ended', {
      id: randomBytes(16).toString('hex'),
      room,
      state: 'failed',
      startedAt: Math.round(wallClock),
      endedAt: Math.round(wallClock),
      duration: 0,
      videoCodec: video?.codec,
      audioCodec: audio === undefined ? undefined : 'opus',
      width: video?.size.width,
      height: video?.size.height,
      files: [],
      error,
    });
  }

  #demandSpace(): void {
    const { directory, minimumFreeBytes } = this.#options;
    if (minimumFreeBytes > 0 && this.#fileSystem.freeBytes(directory) < minimumFreeBytes) {
      throw new Error(`The disk of the recordings has less than ${minimumFreeBytes} bytes left (RECORD_MIN_FREE).`);
    }
  }

  #block(): void {
    if (this.#now < this.#blockedUntil) return;
    this.#blockedUntil = this.#now + this.#retry;
    this.#retry = Math.min(2 * this.#retry, LONGEST_RETRY_MS);
  }

  #flush(now: number): void {
    this.#nextFlush = now + FLUSH_MS;
    for (const { recorder } of this.#publications.values()) {
      recorder.flush();
      this.counters.bytesWritten += recorder.recording?.takeBytes() ?? 0;
    }
  }

  #checkSpace(now: number): void {
    this.#nextCheck = now + SPACE_CHECK_MS;
    if (this.counters.active === 0) return;
    try {
      this.#demandSpace();
    } catch (error) {
      for (const { recorder } of this.#publications.values()) recorder.interrupt(error);
    }
  }

  #note(now: number): void {
    this.#nextNote = now + NOTE_MS;
    if (this.counters.active > 0) this.#retry = FIRST_RETRY_MS;
    for (const { recorder } of this.#publications.values()) {
      recorder.note();
      if (recorder.recording !== undefined) this.#events.onRecording('changed', recorder.recording.info);
    }
  }

  #ended(recording: Recording, info: RecordingInfo): void {
    this.counters.bytesWritten += recording.takeBytes();
    this.counters.active -= 1;
    if (info.error !== undefined) this.counters.failures += 1;
    this.#events.onRecording('ended', info);
  }

  #failed(recording: Recording, error: unknown): void {
    this.#ended(recording, recording.fail(sentence(error)));
    this.#isOut = true;
    this.#block();
  }

  /** A fault in one publication ends its recording, and it goes on in another. */
  async #protect(publication: Publication, action: (recorder: PublicationRecorder) => Promise<void>): Promise<void> {
    try {
      await action(publication.recorder);
    } catch (error) {
      publication.recorder.interrupt(error);
    }
  }
}

function sentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'The disk of the recordings is full.';
  if (code === 'EIO') return 'The disk of the recordings does not take what is written.';
  return error.message;
}
