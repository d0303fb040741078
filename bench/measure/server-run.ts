/** One cell of the bench: a target with so many viewers, its CPU and its memory. */
import type { LoadShape } from '../load/shape.ts';
import { LoadedTarget, type TargetResult } from './loaded-target.ts';
import { pause, SETTLE_MS } from './pause.ts';
import { startOwnServer, type Target } from './target.ts';

export interface RunOptions {
  shape: LoadShape;
  viewers: number;
  durationMs: number;
  /** Processes of the load's viewers. */
  loadProcesses: number;
}

export interface ServerResult extends TargetResult {
  /** Resident kB that a viewer added, with what the first ones add for all. */
  kbPerViewer: number;
  /** The same for each viewer beyond the first {@link FIRST_VIEWERS}; undefined where there are few of these. */
  kbPerFurtherViewer: number | undefined;
}

/** What these add to the memory is not all theirs: buffers and code that later viewers use too. */
const FIRST_VIEWERS = 100;
const FEW_VIEWERS = 2 * FIRST_VIEWERS;

/** A target, this server by default, with one publisher and so many viewers. */
export async function measureServer(
  { shape, viewers, durationMs, loadProcesses }: RunOptions,
  startTarget: () => Promise<Target> = startOwnServer,
): Promise<ServerResult> {
  const loaded = await LoadedTarget.start(await startTarget(), shape, loadProcesses);
  try {
    const memory = await addViewers(loaded, viewers);
    return { ...(await loaded.measure(durationMs)), ...memory };
  } finally {
    await loaded.end();
  }
}

async function addViewers(
  loaded: LoadedTarget,
  viewers: number,
): Promise<Pick<ServerResult, 'kbPerViewer' | 'kbPerFurtherViewer'>> {
  const add = async (count: number): Promise<number> => {
    await loaded.add(count);
    await pause(SETTLE_MS);
    return loaded.memoryKb();
  };
  // The first joins compile the code and grow pools that all viewers share.
  const early = Math.min(2, viewers - 1);
  const start = await add(early);
  const first = await add(Math.min(FIRST_VIEWERS, viewers) - early);
  const all = viewers > FIRST_VIEWERS ? await add(viewers - FIRST_VIEWERS) : first;
  return {
    kbPerViewer: (all - start) / (viewers - early),
    kbPerFurtherViewer: viewers < FEW_VIEWERS ? undefined : (all - first) / (viewers - FIRST_VIEWERS),
  };
}
