/** Files of every format from real frames, written as the recorder writes them. */
import { join } from 'node:path';
import { IvfWriter } from '../formats/ivf.ts';
import type { MediaWriter, RecordedTracks } from '../formats/media-writer.ts';
import { Mp4Writer } from '../formats/mp4.ts';
import { makeMp4Head } from '../formats/mp4-head.ts';
import { OggOpusWriter } from '../formats/ogg-opus.ts';
import { WebmWriter } from '../formats/webm.ts';
import type { MediaFrame } from '../media-frame.ts';
import { nodeFileSystem } from '../recording-file.ts';
import type { OpenFile } from '../recording-file.ts';

export type Extension = 'ivf' | 'ogg' | 'webm' | 'mp4';

/** What the recorder would call the tracks of these frames. */
function tracksOf(frames: readonly MediaFrame[]): RecordedTracks {
  const first = frames.find(({ kind, keyframe }) => kind === 'video' && keyframe);
  return {
    video:
      first?.size === undefined || first.codec === 'opus'
        ? undefined
        : { codec: first.codec, size: first.size, firstFrame: first.data },
    audio: frames.some(({ kind }) => kind === 'audio') ? { channels: 2 } : undefined,
  };
}

/** A writer of this kind of file. */
async function makeWriter(extension: Extension, file: OpenFile, tracks: RecordedTracks): Promise<MediaWriter> {
  const { video, audio } = tracks;
  switch (extension) {
    case 'ivf':
      if (video === undefined) throw new Error('no picture');
      return new IvfWriter(file, video);
    case 'ogg':
      if (audio === undefined) throw new Error('no sound');
      return new OggOpusWriter(file, audio, 7);
    case 'webm':
      return new WebmWriter(file, tracks);
    case 'mp4':
      return new Mp4Writer(file, await makeMp4Head(tracks), video?.codec === 'H264' || video?.codec === 'H265');
  }
}

/** Writes the frames with a flush every half second; `finished`: and the end of the file. */
export async function writeFrames(
  folder: string,
  extension: Extension,
  frames: readonly MediaFrame[],
  finished = true,
): Promise<string> {
  const path = join(folder, `${frames[0]?.codec ?? ''}-${Math.random()}.${extension}`);
  const writer = await makeWriter(extension, nodeFileSystem.create(path), tracksOf(frames));
  let flushed = 0;
  for (const frame of frames) {
    if (frame.time - flushed >= 0.5) {
      writer.flush();
      flushed = frame.time;
    }
    writer.write(frame);
  }
  if (finished) {
    writer.finish();
  } else {
    writer.flush();
    writer.abandon();
  }
  return path;
}
