/** One measurement: a process that serves viewers, and the load process beside it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startServer } from '../test/support/server.ts';
import type { LoadReply, LoadRequest } from './load-protocol.ts';
import { percentile } from './percentile.ts';
import { cpuTimeMs, residentKb } from './process-usage.ts';

export interface MeasureOptions {
  viewers: number;
  durationMs: number;
}

export interface ServerFigures {
  viewers: number;
  /** Packets that reached the viewers. */
  packets: number;
  lost: number;
  /** CPU microseconds of the worker for each packet that reached a viewer. */
  cpuPerPacket: number;
  /** Of one core. */
  cpuShare: number;
  /** Resident kB that a viewer added to the worker. */
  kbPerViewer: number;
  /** Milliseconds. */
  latencyP50: number;
  latencyP99: number;
  /** Milliseconds from the POST to SRTP. */
  connectP50: number;
  connectP99: number;
  /** Worker CPU milliseconds a join. */
  cpuPerJoin: number;
  loadCpuShare: number;
}

/** Before it is measured, a load has to settle: memory to grow, code to be compiled. */
export const SETTLE_MS = 2000;

/** The load's process, as the bench sees it. */
export class LoadProcess {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = startTypeScript('load-process.ts');
  }

  async ask<T extends LoadReply['type']>(request: LoadRequest, type: T): Promise<Extract<LoadReply, { type: T }>> {
    this.#child.send(request);
    const [reply] = (await once(this.#child, 'message')) as [LoadReply];
    if (reply.type !== type) throw new Error(reply.type === 'failed' ? reply.message : `unexpected ${reply.type}`);
    return reply as Extract<LoadReply, { type: T }>;
  }

  async end(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }
}

function startTypeScript(file: string): ChildProcess {
  return fork(join(import.meta.dirname, file), { execArgv: ['--import', 'tsx'] });
}

/** The whole server with one publisher and so many viewers. */
export async function measureServer({ viewers, durationMs }: MeasureOptions): Promise<ServerFigures> {
  const server = await startServer({ LOG_LEVEL: 'error' });
  const load = new LoadProcess();
  try {
    const [worker] = await server.workers();
    if (worker === undefined) throw new Error('the server has no media worker');
    await load.ask({ type: 'publish', url: `${server.url}/api/whip/publish/bench` }, 'published');
    const url = `${server.url}/api/whep/play/bench`;
    // The first joins compile the code and grow pools that all viewers share.
    await load.ask({ type: 'play', url, count: 2 }, 'joined');
    await pause(SETTLE_MS);
    const before = { cpu: cpuTimeMs(worker), memory: residentKb(worker) };
    const idle = await cpuOver(worker, 1000);
    const joinStart = { cpu: cpuTimeMs(worker), time: performance.now() };
    const { connectMs } = await load.ask({ type: 'play', url, count: viewers - 2 }, 'joined');
    const joinCpu = cpuTimeMs(worker) - joinStart.cpu - (idle * (performance.now() - joinStart.time)) / 1000;
    await pause(SETTLE_MS);
    const start = cpuTimeMs(worker);
    const measured = await load.ask({ type: 'measure', durationMs }, 'measured');
    const cpu = cpuTimeMs(worker) - start;
    return {
      viewers,
      packets: measured.received,
      lost: measured.lost,
      cpuPerPacket: (cpu * 1000) / measured.received,
      cpuShare: cpu / durationMs,
      kbPerViewer: (residentKb(worker) - before.memory) / (viewers - 2),
      latencyP50: measured.latencyP50,
      latencyP99: measured.latencyP99,
      connectP50: percentile(connectMs, 0.5),
      connectP99: percentile(connectMs, 0.99),
      cpuPerJoin: joinCpu / (viewers - 2),
      loadCpuShare: measured.loadCpuMs / durationMs,
    };
  } finally {
    await load.end();
    await server.stop();
  }
}

/** CPU microseconds a packet of encrypting and sending alone, to as many viewers. */
export async function measureRaw({ viewers, durationMs }: MeasureOptions): Promise<number> {
  const raw = startTypeScript('raw-process.ts');
  const load = new LoadProcess();
  try {
    const [{ port }] = (await once(raw, 'message')) as [{ port: number }];
    const origin = `http://127.0.0.1:${port}`;
    await load.ask({ type: 'play', url: `${origin}/play`, count: viewers }, 'joined');
    const rows = Number(await (await fetch(`${origin}/start`)).text());
    if (rows !== viewers) throw new Error(`${rows} of ${viewers} viewers are connected`);
    await pause(SETTLE_MS);
    const pid = raw.pid ?? 0;
    const start = cpuTimeMs(pid);
    const measured = await load.ask({ type: 'measure', durationMs }, 'measured');
    return ((cpuTimeMs(pid) - start) * 1000) / measured.received;
  } finally {
    await load.end();
    const exited = once(raw, 'exit');
    raw.disconnect();
    await exited;
  }
}

/** CPU milliseconds that a process uses in so many milliseconds. */
async function cpuOver(pid: number, durationMs: number): Promise<number> {
  const start = cpuTimeMs(pid);
  await pause(durationMs);
  return ((cpuTimeMs(pid) - start) * 1000) / durationMs;
}

/** Resolves after so long. */
export function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
