/** One recording: its files and its sidecar. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { isIvfCodec, IvfWriter } from './formats/ivf.ts';
import type { MediaWriter, RecordedTracks } from './formats/media-writer.ts';
import { Mp4Writer } from './formats/mp4.ts';
import { makeMp4Head } from './formats/mp4-head.ts';
import { OggOpusWriter } from './formats/ogg-opus.ts';
import { WebmWriter } from './formats/webm.ts';
import type { MediaFrame } from './media-frame.ts';
import type { RecordingFileSystem } from './recording-file.ts';
import type { RecordedFile, RecordingInfo } from './recording-info.ts';
import type { RecordingOptions } from './recording-options.ts';
import { repairFile } from './repair-file.ts';
import { nameTime, roomFolder } from './room-folder.ts';
import { ownWriter, removeSidecar, sidecarPath, writeSidecar } from './sidecar.ts';

/** In lower case: file systems that do not tell cases apart keep them apart. */
const ID_BYTES = 16;

export interface RecordingStart {
  room: string;
  /** Milliseconds since the epoch. */
  wallClock: number;
  tracks: RecordedTracks;
  /** Of the first frame. */
  time: number;
}

interface Output {
  writer: MediaWriter;
  file: RecordedFile;
  kinds: readonly MediaFrame['kind'][];
}

export class Recording {
  readonly tracks: RecordedTracks;
  readonly #options: RecordingOptions;
  readonly #fileSystem: RecordingFileSystem;
  readonly #info: RecordingInfo;
  readonly #start: number;
  readonly #outputs: Output[] = [];
  /** Seconds. */
  #end = 0;
  #bytes = 0;

  /** Makes the files. Rejects where that fails, and leaves none then. */
  static async begin(
    options: RecordingOptions,
    fileSystem: RecordingFileSystem,
    start: RecordingStart,
  ): Promise<Recording> {
    const { video, audio } = start.tracks;
    // A picture that no elementary file can hold is not lost where these alone are wanted.
    const isMuxed = video !== undefined && (options.muxed || !options.elementary || !isIvfCodec(video.codec));
    // First, so that nothing is left where the codec's parameters cannot be told.
    const head = isMuxed && video.codec !== 'VP8' ? await makeMp4Head(start.tracks) : undefined;
    const recording = new Recording(options, fileSystem, start);
    try {
      fileSystem.makeFolder(join(options.directory, roomFolder(start.room)));
      if (options.elementary && video !== undefined && isIvfCodec(video.codec)) {
        recording.#add('ivf', ['video'], (file) => new IvfWriter(file, video));
      }
      if (audio !== undefined && (options.elementary || video === undefined)) {
        recording.#add('ogg', ['audio'], (file) => new OggOpusWriter(file, audio, randomBytes(4).readUInt32BE()));
      }
      if (head !== undefined) {
        const isByteStream = video?.codec === 'H264' || video?.codec === 'H265';
        recording.#add('mp4', ['audio', 'video'], (file) => new Mp4Writer(file, head, isByteStream));
      } else if (isMuxed) {
        recording.#add('webm', ['audio', 'video'], (file) => new WebmWriter(file, start.tracks));
      }
      recording.#writeSidecar();
      return recording;
    } catch (error) {
      recording.#abandon();
      throw error;
    }
  }

  private constructor(options: RecordingOptions, fileSystem: RecordingFileSystem, start: RecordingStart) {
    const { room, wallClock, tracks, time } = start;
    this.#options = options;
    this.#fileSystem = fileSystem;
    this.tracks = tracks;
    this.#start = time;
    this.#info = {
      id: randomBytes(ID_BYTES).toString('hex'),
      room,
      state: 'recording',
      startedAt: Math.round(wallClock),
      endedAt: undefined,
      duration: 0,
      videoCodec: tracks.video?.codec,
      audioCodec: tracks.audio === undefined ? undefined : 'opus',
      width: tracks.video?.size.width,
      height: tracks.video?.size.height,
      files: [],
      error: undefined,
    };
  }

  /** As it is now. */
  get info(): RecordingInfo {
    return { ...this.#info, files: this.#info.files.map((file) => ({ ...file })) };
  }

  /** Seconds from the first frame to the newest one. */
  get duration(): number {
    return this.#end;
  }

  /** Bytes written since the last call. */
  takeBytes(): number {
    const bytes = this.#outputs.reduce((sum, { writer }) => sum + writer.size, 0);
    const grown = Math.max(0, bytes - this.#bytes);
    this.#bytes = bytes;
    return grown;
  }

  /** Throws where the disk does; the recording must be ended with `fail` then. */
  write(frame: MediaFrame): void {
    const time = frame.time - this.#start;
    if (time < 0) return;
    this.#end = Math.max(this.#end, time);
    for (const { writer, kinds } of this.#outputs) {
      if (kinds.includes(frame.kind)) writer.write({ ...frame, time });
    }
  }

  /** Puts on disk what was written. Throws as `write` does. */
  flush(): void {
    for (const { writer } of this.#outputs) writer.flush();
  }

  /** Tells the sidecar how far the files have grown. Throws as `write` does. */
  note(): void {
    this.#update();
    this.#writeSidecar();
  }

  /** Finishes the files. */
  finish(): RecordingInfo {
    try {
      for (const { writer } of this.#outputs) writer.finish();
    } catch (error) {
      return this.fail(error instanceof Error ? error.message : String(error));
    }
    this.#update();
    return this.#close('done');
  }

  /** Makes of the files what can be made of them, and says why the recording ended. */
  fail(reason: string): RecordingInfo {
    this.#info.error = reason;
    const { directory } = this.#options;
    let duration = 0;
    for (const { writer } of this.#outputs) ignoreErrors(() => writer.abandon());
    this.#info.files = this.#info.files.filter((file) => {
      const repaired = repairFile(join(directory, file.name), this.#fileSystem);
      if (repaired === undefined) return true;
      file.size = repaired.size;
      duration = Math.max(duration, repaired.duration);
      return repaired.frames > 0;
    });
    this.#info.duration = duration;
    return this.#close('failed');
  }

  #close(state: 'done' | 'failed'): RecordingInfo {
    this.#info.state = state;
    this.#info.endedAt = Math.round(this.#info.startedAt + this.#info.duration * 1000);
    if (this.#info.files.length === 0) ignoreErrors(() => removeSidecar(this.#sidecarPath));
    // On a full disk the old one stays, and the next start writes it anew.
    else ignoreErrors(() => writeSidecar(this.#sidecarPath, this.#info));
    return this.info;
  }

  #add(
    extension: string,
    kinds: Output['kinds'],
    make: (file: ReturnType<RecordingFileSystem['create']>) => MediaWriter,
  ): void {
    const { room, startedAt, id } = this.#info;
    const file = { name: `${roomFolder(room)}/${nameTime(startedAt)}_${id}.${extension}`, size: 0 };
    this.#info.files.push(file);
    // The sidecar first: what it names is found after a crash.
    this.#writeSidecar();
    const opened = this.#fileSystem.create(join(this.#options.directory, file.name));
    this.#outputs.push({ writer: make(opened), file, kinds });
  }

  #update(): void {
    for (const { writer, file } of this.#outputs) file.size = writer.size;
    this.#info.duration = this.#end;
  }

  #abandon(): void {
    for (const { writer } of this.#outputs) ignoreErrors(() => writer.abandon());
    for (const { name } of this.#info.files) {
      ignoreErrors(() => this.#fileSystem.remove(join(this.#options.directory, name)));
    }
    ignoreErrors(() => removeSidecar(this.#sidecarPath));
  }

  #writeSidecar(): void {
    writeSidecar(this.#sidecarPath, this.#info, ownWriter());
  }

  get #sidecarPath(): string {
    return sidecarPath(this.#options.directory, this.#info);
  }
}

function ignoreErrors(action: () => void): void {
  try {
    action();
  } catch {
    // What could not be done here is done at the next start.
  }
}
