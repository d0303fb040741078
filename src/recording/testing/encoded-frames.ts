/** Real encoded frames for tests, made once by Debian's ffmpeg. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from 'mediabunny';
import type { CodecName } from '../../protocol/sdp/types.ts';
import { splitAnnexB } from '../formats/annex-b.ts';
import type { MediaFrame } from '../media-frame.ts';

type VideoCodec = Exclude<CodecName, 'opus'>;

const ENCODERS: Record<VideoCodec, { arguments: string[]; format: string }> = {
  VP8: {
    arguments: ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-lag-in-frames', '0'],
    format: 'ivf',
  },
  VP9: {
    arguments: ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-lag-in-frames', '0'],
    format: 'ivf',
  },
  AV1: {
    arguments: ['-c:v', 'libaom-av1', '-usage', 'realtime', '-cpu-used', '8', '-lag-in-frames', '0'],
    format: 'ivf',
  },
  H264: {
    arguments: [
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-tune',
      'zerolatency',
      '-x264-params',
      'aud=1:repeat-headers=1',
    ],
    format: 'h264',
  },
  H265: {
    arguments: [
      '-c:v',
      'libx265',
      '-preset',
      'ultrafast',
      '-tune',
      'zerolatency',
      '-x265-params',
      'aud=1:repeat-headers=1:log-level=none',
    ],
    format: 'hevc',
  },
};

export interface VideoOptions {
  seconds: number;
  width?: number;
  height?: number;
  /** Frames from keyframe to keyframe. */
  keyframeInterval?: number;
}

export const FRAME_RATE = 25;

/** Frames of a test picture at FRAME_RATE; times begin with 0. */
export function videoFrames(codec: VideoCodec, options: VideoOptions): MediaFrame[] {
  const { seconds, width = 320, height = 180, keyframeInterval = 9999 } = options;
  const encoder = ENCODERS[codec];
  const source = `testsrc2=size=${width}x${height}:rate=${FRAME_RATE}:duration=${seconds}`;
  const bytes = ffmpeg(
    ['-f', 'lavfi', '-i', source, '-pix_fmt', 'yuv420p', '-g', String(keyframeInterval), ...encoder.arguments],
    encoder.format,
  );
  const units = encoder.format === 'ivf' ? splitIvf(bytes) : splitAccessUnits(bytes, codec);
  return units.map((data, index) => {
    const keyframe = isKeyframe(codec, data);
    const time = index / FRAME_RATE;
    return { kind: 'video', codec, data, keyframe, time, size: keyframe ? { width, height } : undefined };
  });
}

/** Opus packets of 20 ms of a tone; times begin with 0. */
export async function audioFrames(seconds: number): Promise<MediaFrame[]> {
  const source = `sine=frequency=440:sample_rate=48000:duration=${seconds}`;
  const bytes = ffmpeg(['-f', 'lavfi', '-i', source, '-ac', '2', '-c:a', 'libopus'], 'ogg');
  const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(bytes) });
  const track = await input.getPrimaryAudioTrack();
  if (track === null) throw new Error('no sound');
  const frames: MediaFrame[] = [];
  for await (const packet of new EncodedPacketSink(track).packets()) {
    const time = frames.length * 0.02;
    frames.push({ kind: 'audio', codec: 'opus', data: packet.data.slice(), keyframe: true, time, size: undefined });
  }
  return frames;
}

/** Frames of several tracks in the order of their times. */
export function inOrder(...tracks: readonly (readonly MediaFrame[])[]): MediaFrame[] {
  return tracks.flat().sort((a, b) => a.time - b.time);
}

function ffmpeg(options: readonly string[], format: string): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'frames-'));
  try {
    const path = join(folder, 'out');
    execFileSync('ffmpeg', ['-v', 'error', ...options, '-f', format, path], { stdio: ['ignore', 'ignore', 'inherit'] });
    return new Uint8Array(readFileSync(path));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function splitIvf(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const frames: Uint8Array[] = [];
  for (let position = 32; position < file.length;) {
    const end = position + 12 + view.getUint32(position, true);
    const frame = file.slice(position + 12, end);
    // Without AV1's temporal delimiter.
    frames.push(frame[0] === 0x12 && frame[1] === 0 ? frame.subarray(2) : frame);
    position = end;
  }
  return frames;
}

/** At the access unit delimiters, which are left out. */
function splitAccessUnits(stream: Uint8Array, codec: VideoCodec): Uint8Array[] {
  const units: Uint8Array[][] = [];
  for (const unit of splitAnnexB(stream)) {
    const first = unit[0] ?? 0;
    if (codec === 'H264' ? (first & 0x1f) === 9 : first >> 1 === 35) units.push([]);
    else units.at(-1)?.push(Uint8Array.of(0, 0, 0, 1), unit);
  }
  return units.map((parts) => new Uint8Array(Buffer.concat(parts)));
}

function isKeyframe(codec: VideoCodec, data: Uint8Array): boolean {
  const first = data[0] ?? 0;
  switch (codec) {
    case 'VP8':
      return (first & 1) === 0;
    case 'VP9':
      return (first & 0x0c) === 0;
    case 'AV1':
      return first >> 3 === 1;
    case 'H264':
      return splitAnnexB(data).some((unit) => ((unit[0] ?? 0) & 0x1f) === 7);
    case 'H265':
      return splitAnnexB(data).some((unit) => (unit[0] ?? 0) >> 1 === 32);
  }
}
