/** CPU of a join, for any target. */
import { SHAPES } from '../load/shape.ts';
import { LoadedTarget } from './loaded-target.ts';
import { pause, SETTLE_MS } from './pause.ts';
import { cpuTimeOf } from './process-usage.ts';
import type { Target } from './target.ts';

const WARM_UP_JOINS = 10;
const JOINS = 100;
const BASELINE_MS = 1000;

/** CPU milliseconds a join of all processes of the target, in a room with next to no packets. */
export async function measureJoinCpu(startTarget: () => Promise<Target>): Promise<number> {
  const loaded = await LoadedTarget.start(await startTarget(), SHAPES.sparse);
  const used = (): number => cpuTimeOf(loaded.target.allPids());
  const idle = async (): Promise<number> => {
    const start = used();
    await pause(BASELINE_MS);
    return (used() - start) / BASELINE_MS;
  };
  try {
    await loaded.add(WARM_UP_JOINS);
    await pause(SETTLE_MS);
    const before = await idle();
    const start = { cpu: used(), time: performance.now() };
    await loaded.add(JOINS);
    const [cpu, duration] = [used() - start.cpu, performance.now() - start.time];
    return (cpu - ((before + (await idle())) / 2) * duration) / JOINS;
  } finally {
    await loaded.end();
  }
}
