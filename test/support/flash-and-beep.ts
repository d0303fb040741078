/** When flashes and beeps are in a recorded file, by what FFmpeg decodes. */
import { spawnSync } from 'node:child_process';

/** Mean luma from which on a picture is a flash. */
const BRIGHT = 128;
/** A beep ends a silence of this level that lasted so long, seconds. */
const SILENCE = 'silencedetect=noise=-30dB:duration=0.3';

/** Seconds at which pictures turn bright. */
function flashes(path: string): number[] {
  const filter = 'signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-';
  const { stdout } = decode(path, ['-an', '-vf', filter, '-fps_mode', 'passthrough']);
  const times: number[] = [];
  let wasBright = true;
  for (const [, time, luma] of stdout.matchAll(/pts_time:(\S+)\s+lavfi\.signalstats\.YAVG=(\S+)/g)) {
    const isBright = Number(luma) >= BRIGHT;
    if (isBright && !wasBright) times.push(Number(time));
    wasBright = isBright;
  }
  return times;
}

/** Seconds at which sound begins after silence. */
function beeps(path: string): number[] {
  const { stderr } = decode(path, ['-vn', '-af', SILENCE]);
  return [...stderr.matchAll(/silence_end: (\S+)/g)].map(([, time]) => Number(time));
}

/** How much later than its flash each beep is, seconds, in the order of flashes; `sound`: a file of its own. */
export function beepLateness(picture: string, sound: string = picture): number[] {
  const heard = beeps(sound);
  return flashes(picture).flatMap((seen) => {
    const differences = heard.map((time) => time - seen).filter((difference) => Math.abs(difference) < 0.5);
    return differences.slice(0, 1);
  });
}

function decode(path: string, options: readonly string[]): { stdout: string; stderr: string } {
  // The file's own times: FFmpeg would move a file that begins later than 0.
  const all = ['-hide_banner', '-copyts', '-i', path, ...options, '-f', 'null', '-'];
  const { stdout, stderr, status } = spawnSync('ffmpeg', all, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (status !== 0) throw new Error(stderr);
  return { stdout, stderr };
}
