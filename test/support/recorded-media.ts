/** Media files as they are recorded, made by FFmpeg: a test picture with a counter, and a tone. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const VIDEO = { VP8: 'libvpx', VP9: 'libvpx-vp9', H264: 'libx264' } as const;

/** Encoders that take a small part of a second for each of picture. */
const QUICKLY: Record<keyof typeof VIDEO, readonly string[]> = {
  VP8: ['-deadline', 'realtime', '-cpu-used', '8'],
  VP9: ['-deadline', 'realtime', '-cpu-used', '8'],
  H264: ['-preset', 'ultrafast', '-pix_fmt', 'yuv420p'],
};

export interface MediaOptions {
  /** Undefined for sound alone. */
  codec: keyof typeof VIDEO | undefined;
  extension: 'webm' | 'mp4' | 'ogg' | 'ivf';
  /** Seconds. */
  duration: number;
  /** The file is written as one that grows: what there is of it at any time can be played. */
  grows?: boolean;
}

/** Makes a file of 320 by 180 pixels, 25 frames a second, with a keyframe every second and Opus. */
export async function makeMedia({ codec, extension, duration, grows = false }: MediaOptions): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'media-'));
  const file = join(folder, `media.${extension}`);
  const video = codec === undefined ? [] : ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25'];
  const audio = extension === 'ivf' ? [] : ['-f', 'lavfi', '-i', 'sine=frequency=440'];
  const encoding = codec === undefined ? [] : ['-c:v', VIDEO[codec], '-b:v', '300k', '-g', '25', ...QUICKLY[codec]];
  const fragments = ['-movflags', 'frag_keyframe+empty_moov+default_base_moof'];
  const container = extension === 'mp4' ? fragments : grows ? ['-live', '1', '-cluster_time_limit', '500'] : [];
  const output = ['-t', String(duration), ...encoding, '-c:a', 'libopus', ...container, file];
  try {
    await promisify(execFile)('ffmpeg', ['-loglevel', 'error', ...video, ...audio, ...output]);
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
