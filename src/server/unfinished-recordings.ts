/** Finishes recordings whose writer has ended before them: with the last server, or with a media worker that died. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Catalogue } from '../recording/catalogue.ts';
import type { RecordingInfo } from '../recording/recording-info.ts';
import { repairRecordings } from '../recording/repair.ts';
import type { RecordingEvent } from '../worker-protocol.ts';

/** Between two looks at a writer that is waited for: milliseconds. */
const PAUSE = 50;

export interface UnfinishedParts {
  /** RECORD_DIR, absolute. */
  directory: string;
  catalogue: Catalogue;
  onRecording: (event: RecordingEvent) => void;
}

/**
 * Finishes what the catalogue says goes on and nobody writes. Writers that still run are waited for, so many
 * milliseconds. `error` says why they ended; without it, what is there counts as done.
 */
export async function finishUnfinished(parts: UnfinishedParts, patience: number, error?: string): Promise<void> {
  const end = performance.now() + patience;
  for (;;) {
    const { written, left } = await parts.catalogue.unfinished();
    await finish(parts, left, error);
    if (written.length === 0 || performance.now() >= end) return;
    await sleep(PAUSE);
    await parts.catalogue.refresh();
  }
}

/** By their names: to read all sidecars at once would hold up everything else. */
async function finish(
  { directory, catalogue, onRecording }: UnfinishedParts,
  left: readonly RecordingInfo[],
  error: string | undefined,
): Promise<void> {
  if (left.length === 0) return;
  const ids = new Set(left.map(({ id }) => id));
  const finished = await repairRecordings(directory, error === undefined ? { ids } : { ids, error });
  for (const info of finished) {
    ids.delete(info.id);
    onRecording({ type: 'ended', info });
  }
  for (const info of left.filter(({ id }) => ids.has(id))) {
    catalogue.set({ ...info, state: 'failed', error: 'Its files cannot be finished.' });
  }
}
