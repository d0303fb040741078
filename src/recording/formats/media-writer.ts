import type { PictureSize } from '../../protocol/payload/picture-size.ts';
import type { CodecName } from '../../protocol/sdp/types.ts';
import type { MediaFrame } from '../media-frame.ts';

/** The tracks of a file, as its first frames tell them. */
export interface RecordedTracks {
  video: RecordedVideo | undefined;
  audio: RecordedAudio | undefined;
}

export interface RecordedVideo {
  codec: Exclude<CodecName, 'opus'>;
  size: PictureSize;
  /** The first keyframe: it tells what the header of a file must say of the codec. */
  firstFrame: Uint8Array;
}

export interface RecordedAudio {
  /** 1 or 2. */
  channels: number;
}

/** One file that grows by frames. The frames' times begin with 0 and are in seconds. Whatever fails throws. */
export interface MediaWriter {
  /** Bytes of the file. */
  readonly size: number;
  write(frame: MediaFrame): void;
  /** Puts on disk what was written up to here, so that it outlives this process. */
  flush(): void;
  /** Writes what makes the file whole and seekable, and closes it. */
  finish(): void;
  /** Closes the file as it is on disk. */
  abandon(): void;
}

/** What was found in a file that its writer did not finish, and was mended. */
export interface RepairedFile {
  /** Bytes. */
  size: number;
  /** Frames or packets of each kind that the file holds; 0 where it is to be removed. */
  frames: number;
  /** Seconds. */
  duration: number;
}
