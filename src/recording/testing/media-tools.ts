/** What ffmpeg and ffprobe make of a file. */
import { execFileSync, spawnSync } from 'node:child_process';

export interface ProbedStream {
  codec_name: string;
  codec_type: 'audio' | 'video';
  width?: number;
  height?: number;
  nb_read_packets: string;
  start_time: string;
}

export interface Probed {
  format: { duration?: string; format_name: string; start_time: string };
  streams: ProbedStream[];
}

/** Format and streams, with all packets counted. */
export function probe(path: string): Probed {
  const options = ['-v', 'error', '-count_packets', '-show_format', '-show_streams', '-of', 'json', path];
  return JSON.parse(execFileSync('ffprobe', options, { encoding: 'utf8' })) as Probed;
}

/** What ffmpeg complains of when it decodes all of a file; empty where it is fine. */
export function decodingErrors(path: string): string {
  // In the file's own time base: ffmpeg would guess a frame rate, and complain where two frames are nearer than that.
  const timing = ['-fps_mode', 'passthrough', '-enc_time_base', '-1'];
  const options = ['-v', 'error', '-xerror', '-i', path, ...timing, '-f', 'null', '-'];
  const { stderr, status } = spawnSync('ffmpeg', options, { encoding: 'utf8' });
  return status === 0 ? stderr : `${stderr}(exit code ${status})`;
}

/** Times of all packets of a kind in the order of the file, seconds. */
export function packetTimes(path: string, kind: 'audio' | 'video'): number[] {
  const options = [
    '-v',
    'error',
    '-select_streams',
    kind[0] ?? '',
    '-show_entries',
    'packet=pts_time',
    '-of',
    'csv=p=0',
    path,
  ];
  return execFileSync('ffprobe', options, { encoding: 'utf8' }).split(/,?\n/).filter(Boolean).map(Number);
}

/** The time of the first packet that a demuxer finds behind a seek to `time`, seconds. */
export function seekTo(path: string, time: number): number {
  const options = [
    '-v',
    'error',
    '-read_intervals',
    `${time}%+#1`,
    '-select_streams',
    'v',
    '-show_entries',
    'packet=pts_time,flags',
    '-of',
    'csv=p=0',
    path,
  ];
  return Number.parseFloat(execFileSync('ffprobe', options, { encoding: 'utf8' }));
}

/** How far the packets of a file at most go back in time from one to a later one, seconds, whatever their tracks. */
export function timesBack(path: string): number {
  const options = ['-v', 'error', '-show_entries', 'packet=dts_time,pos', '-of', 'csv=p=0', path];
  const packets = execFileSync('ffprobe', options, { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(',').map(Number))
    .sort(([, first = 0], [, second = 0]) => first - second);
  let newest = Number.NEGATIVE_INFINITY;
  let back = 0;
  for (const [time = 0] of packets) {
    newest = Math.max(newest, time);
    back = Math.max(back, newest - time);
  }
  return back;
}
