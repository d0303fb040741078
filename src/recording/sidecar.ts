/** The sidecar of a recording as the recorder keeps it: whole at any moment, and with the process that writes it. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RecordingInfo } from './recording-info.ts';
import { roomFolder } from './room-folder.ts';

const FILE_MODE = 0o640;
/** Of the fields in /proc/PID/stat behind the name in brackets: when the process started. */
const START_TIME_FIELD = 19;

/** The process that writes a recording. A number may be given again, the time of its start with it is not. */
export interface RecordingWriter {
  pid: number;
  /** As the system counts it; empty where it does not tell. */
  startTime: string;
}

/** Where the sidecar of a recording is. */
export function sidecarPath(directory: string, { room, id }: Pick<RecordingInfo, 'room' | 'id'>): string {
  return join(directory, roomFolder(room), `${id}.json`);
}

/** Replaces the sidecar as a whole. `writer`: while the recording goes on. */
export function writeSidecar(path: string, info: RecordingInfo, writer?: RecordingWriter): void {
  const temporary = temporaryPath(path);
  writeFileSync(temporary, `${JSON.stringify({ ...info, writer }, null, 2)}\n`, { mode: FILE_MODE });
  renameSync(temporary, path);
}

/** Removes the sidecar and what an interrupted write of it left. */
export function removeSidecar(path: string): void {
  rmSync(path, { force: true });
  rmSync(temporaryPath(path), { force: true });
}

/** Not a name that a sidecar has. */
function temporaryPath(path: string): string {
  return join(dirname(path), `.${path.slice(dirname(path).length + 1)}.tmp`);
}

/** This process. */
export function ownWriter(): RecordingWriter {
  return writerOf(process.pid);
}

/** The process of this number. */
export function writerOf(pid: number): RecordingWriter {
  return { pid, startTime: startTimeOf(pid) ?? '' };
}

/** Whether the process that a sidecar names still runs. */
export function isRunning(writer: unknown): boolean {
  if (typeof writer !== 'object' || writer === null || !('pid' in writer) || !('startTime' in writer)) return false;
  const { pid, startTime } = writer;
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return false;
  const found = startTimeOf(pid);
  if (found !== undefined) return found === startTime;
  return startTime === '' && answers(pid);
}

function startTimeOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[START_TIME_FIELD];
  } catch {
    return undefined;
  }
}

function answers(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
