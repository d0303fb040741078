/** The raw limit under a load: encrypting and sending alone. */
import { once } from 'node:events';
import { join } from 'node:path';
import { Load, type LoadResult } from '../load/load.ts';
import { forkTypeScript } from '../load/load-process.ts';
import { pause, SETTLE_MS } from './pause.ts';
import { cpuTimeMs } from './process-usage.ts';
import type { RunOptions } from './server-run.ts';

export interface RawResult extends LoadResult {
  /** CPU microseconds for each packet that reached a viewer. */
  cpuPerPacket: number;
}

/** The same packets to as many viewers, from a process that does nothing else: see raw-process.ts. */
export async function measureRaw(options: RunOptions): Promise<RawResult> {
  const { shape, viewers, durationMs, loadProcesses } = options;
  const raw = forkTypeScript(join(import.meta.dirname, 'raw-process.ts'), [JSON.stringify(shape)]);
  const exited = once(raw, 'exit');
  const load = new Load({ processes: loadProcesses, isSpread: true });
  try {
    const [{ port }] = (await once(raw, 'message')) as [{ port: number }];
    const origin = `http://127.0.0.1:${port}`;
    await load.play(`${origin}/play`, viewers);
    const rows = Number(await (await fetch(`${origin}/start`)).text());
    if (rows !== viewers) throw new Error(`${rows} of ${viewers} viewers are connected`);
    await pause(SETTLE_MS);
    const start = cpuTimeMs(raw.pid ?? 0);
    const result = await load.measure(durationMs);
    return { ...result, cpuPerPacket: ((cpuTimeMs(raw.pid ?? 0) - start) * 1000) / result.packets };
  } finally {
    await load.end();
    raw.disconnect();
    await exited;
  }
}
