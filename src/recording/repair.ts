/** Finishes the recordings that a process left behind that was killed, or a recorder that failed. */
import { readdirSync, readFileSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { parseRecordingInfo, sidecarId } from './parse-recording-info.ts';
import { nodeFileSystem } from './recording-file.ts';
import type { RecordingInfo } from './recording-info.ts';
import { repairFile } from './repair-file.ts';
import { isRunning, removeSidecar, writeSidecar } from './sidecar.ts';

/** Between two looks at a process that is waited for, ms. */
const PAUSE_MS = 50;

export interface RepairOptions {
  /** Only these recordings, and also where the process that wrote them still runs. */
  ids?: ReadonlySet<string>;
  /** How long a process that still writes is waited for, ms: one whose server was killed is about to end. */
  patience?: number;
  /** Why they ended; they count as failed with it, and as done without it. */
  error?: string;
}

/**
 * Finds the recordings below `directory` (RECORD_DIR) that are said to go on and that no process is writing, and
 * finishes their files. Those without any frame are removed. Returns what it has finished; the state of a recording
 * without files is done or failed too, and there is nothing of it on the disk any more. Never rejects for a file that
 * cannot be mended.
 */
export async function repairRecordings(directory: string, options: RepairOptions = {}): Promise<RecordingInfo[]> {
  const repaired: RecordingInfo[] = [];
  const end = performance.now() + (options.patience ?? 0);
  for (;;) {
    const { isLeft } = repairAll(directory, options, repaired);
    if (!isLeft || performance.now() >= end) return repaired;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** One look at all sidecars; `isLeft`: some are still being written. */
function repairAll(directory: string, options: RepairOptions, repaired: RecordingInfo[]): { isLeft: boolean } {
  let isLeft = false;
  for (const folder of list(directory).filter((entry) => entry.isDirectory())) {
    for (const { name } of list(join(directory, folder.name)).filter((entry) => entry.isFile())) {
      const id = sidecarId(name);
      if (id === undefined || (options.ids !== undefined && !options.ids.has(id))) continue;
      const info = repairRecording(directory, folder.name, id, options);
      if (info === 'running') isLeft = true;
      else if (info !== undefined) repaired.push(info);
    }
  }
  return { isLeft };
}

function repairRecording(
  directory: string,
  folder: string,
  id: string,
  { ids, error }: RepairOptions,
): RecordingInfo | 'running' | undefined {
  const path = join(directory, folder, `${id}.json`);
  try {
    const text = readFileSync(path, 'utf8');
    const info = parseRecordingInfo(text, folder, id);
    if (info?.state !== 'recording') return undefined;
    if (ids === undefined && isRunning((JSON.parse(text) as { writer?: unknown }).writer)) return 'running';
    let duration = 0;
    info.files = info.files.filter((file) => {
      const repaired = repairFile(join(directory, file.name), nodeFileSystem);
      if (repaired === undefined) return true;
      file.size = repaired.size;
      duration = Math.max(duration, repaired.duration);
      return repaired.frames > 0;
    });
    info.state = error === undefined ? 'done' : 'failed';
    info.error = error;
    info.duration = duration;
    info.endedAt = Math.round(info.startedAt + duration * 1000);
    if (info.files.length === 0) removeSidecar(path);
    else writeSidecar(path, info);
    return info;
  } catch {
    return undefined;
  }
}

function list(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}
