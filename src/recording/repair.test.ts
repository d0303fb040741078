import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { MediaFrame } from './media-frame.ts';
import { nodeFileSystem } from './recording-file.ts';
import type { RecordingInfo } from './recording-info.ts';
import { repairFile } from './repair-file.ts';
import { repairRecordings } from './repair.ts';
import { ownWriter, writerOf, writeSidecar } from './sidecar.ts';
import { audioFrames, inOrder, videoFrames } from './testing/encoded-frames.ts';
import { decodingErrors, packetTimes, probe } from './testing/media-tools.ts';
import { writeFrames } from './testing/write-files.ts';
import type { Extension } from './testing/write-files.ts';

// ffmpeg takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const SECONDS = 4;
let folder: string;
let frames: Record<Extension, MediaFrame[]>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'repair-'));
  const audio = await audioFrames(SECONDS);
  const vp8 = videoFrames('VP8', { seconds: SECONDS });
  const h264 = videoFrames('H264', { seconds: SECONDS });
  frames = { ivf: vp8, ogg: audio, webm: inOrder(vp8, audio), mp4: inOrder(h264, audio) };
});
afterAll(() => rmSync(folder, { recursive: true }));

const kindOf = (extension: Extension): 'audio' | 'video' => (extension === 'ogg' ? 'audio' : 'video');

describe.each(['ivf', 'ogg', 'webm', 'mp4'] as const)('repairFile of %s', (extension) => {
  it('makes a file play that was cut off anywhere, and loses less than a second', async () => {
    const whole = readFileSync(await writeFrames(folder, extension, frames[extension], false));
    const path = join(folder, `cut.${extension}`);
    const wholeFrames = frames[extension].length;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length }), (length) => {
        writeFileSync(path, whole.subarray(0, length));
        const repaired = repairFile(path, nodeFileSystem);
        if (repaired === undefined) throw new Error('cannot be mended');
        if (repaired.frames === 0) {
          expect(existsSync(path)).toBe(false);
          expect(length).toBeLessThan(whole.length / SECONDS);
          return;
        }
        expect(repaired.size).toBe(statSync(path).size);
        expect(decodingErrors(path)).toBe('');
        expect(Math.abs(Number(probe(path).format.duration) - repaired.duration)).toBeLessThan(0.1);
        // The picture is of even quality after the first frame, so bytes are a measure of time.
        expect(repaired.frames / wholeFrames).toBeGreaterThan(length / whole.length - 1 / SECONDS);
        // Once more changes nothing.
        const bytes = readFileSync(path);
        expect(repairFile(path, nodeFileSystem)).toEqual(repaired);
        expect(readFileSync(path).equals(bytes)).toBe(true);
      }),
      { numRuns: 10 },
    );
  });

  it('leaves a finished file as good as it was', async () => {
    const path = await writeFrames(folder, extension, frames[extension]);
    const times = packetTimes(path, kindOf(extension));
    const { duration } = probe(path).format;
    repairFile(path, nodeFileSystem);
    expect(packetTimes(path, kindOf(extension))).toEqual(times);
    expect(probe(path).format.duration).toBe(duration);
  });

  it('survives any damage', () => {
    const path = join(folder, `random.${extension}`);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        writeFileSync(path, bytes);
        expect(repairFile(path, nodeFileSystem)).toMatchObject({ frames: 0 });
      }),
    );
  });
});

function info(id: string, files: string[]): RecordingInfo {
  return {
    id,
    room: 'show',
    state: 'recording',
    startedAt: 1_700_000_000_000,
    endedAt: undefined,
    duration: 0,
    videoCodec: 'VP8',
    audioCodec: 'opus',
    width: 320,
    height: 180,
    files: files.map((name) => ({ name: `show/${name}`, size: 0 })),
    error: undefined,
  };
}

describe('repairRecordings', () => {
  async function leave(id: string, writer?: { pid: number; startTime: string }): Promise<string> {
    const directory = mkdtempSync(join(folder, 'records-'));
    mkdirSync(join(directory, 'show'));
    writeFileSync(join(directory, 'show/a.webm'), readFileSync(await writeFrames(folder, 'webm', frames.webm, false)));
    writeFileSync(join(directory, 'show/a.ivf'), 'DKIF');
    writeSidecar(join(directory, 'show', `${id}.json`), info(id, ['a.webm', 'a.ivf', 'missing.ogg']), writer);
    return directory;
  }

  it('finishes what a dead process left, and drops files without a frame', async () => {
    const directory = await leave('abc', { pid: process.pid, startTime: 'another process of that number' });
    const [repaired, ...others] = await repairRecordings(directory);
    expect(others).toEqual([]);
    const size = statSync(join(directory, 'show/a.webm')).size;
    expect(repaired).toMatchObject({ id: 'abc', state: 'done', files: [{ name: 'show/a.webm', size }] });
    expect(Math.abs((repaired?.duration ?? 0) - SECONDS)).toBeLessThan(0.1);
    expect(repaired?.endedAt).toBeCloseTo(1_700_000_000_000 + SECONDS * 1000, -2);
    expect(existsSync(join(directory, 'show/a.ivf'))).toBe(false);
    const sidecar = JSON.parse(readFileSync(join(directory, 'show/abc.json'), 'utf8')) as RecordingInfo;
    expect(sidecar).toEqual(JSON.parse(JSON.stringify(repaired)));
    expect(await repairRecordings(directory)).toEqual([]);
  });

  it('leaves alone what a process still writes, unless it is named', async () => {
    const directory = await leave('abc', ownWriter());
    expect(await repairRecordings(directory)).toEqual([]);
    const failed = await repairRecordings(directory, { ids: new Set(['abc']), error: 'It failed.' });
    expect(failed).toMatchObject([{ id: 'abc', state: 'failed', error: 'It failed.' }]);
  });

  it('waits a moment for a process that is about to end', async () => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
    await vi.waitFor(() => expect(writerOf(child.pid ?? 0).startTime).not.toBe(''));
    const directory = await leave('abc', writerOf(child.pid ?? 0));
    setTimeout(() => child.kill(), 200);
    expect(await repairRecordings(directory, { patience: 10_000 })).toHaveLength(1);
  });

  it('removes a recording without any frame', async () => {
    const directory = mkdtempSync(join(folder, 'records-'));
    mkdirSync(join(directory, 'show'));
    writeFileSync(join(directory, 'show/a.webm'), '');
    writeSidecar(join(directory, 'show/abc.json'), info('abc', ['a.webm']));
    expect(await repairRecordings(directory)).toMatchObject([{ id: 'abc', files: [] }]);
    expect(existsSync(join(directory, 'show/abc.json'))).toBe(false);
    expect(existsSync(join(directory, 'show/a.webm'))).toBe(false);
  });

  it('passes by what it cannot read, and a folder that is not there', async () => {
    const directory = await leave('abc');
    writeFileSync(join(directory, 'show/broken.json'), '{');
    writeFileSync(join(directory, 'show/other.json'), '{"id":"abc"}');
    expect(await repairRecordings(directory)).toHaveLength(1);
    expect(await repairRecordings(join(directory, 'nowhere'))).toEqual([]);
  });
});
