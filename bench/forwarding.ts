/** The part of the bench that forwards: each cell beside its raw limit, in turns. */
import { cpus } from 'node:os';
import { SHAPES } from './load/shape.ts';
import { measureRaw, type RawResult } from './measure/raw-run.ts';
import { measureServer, type ServerResult } from './measure/server-run.ts';
import type { BenchLoad, BenchOptions } from './options.ts';
import { figure, percent } from './text-table.ts';

export interface ForwardingResult {
  load: BenchLoad;
  viewers: number;
  raw: RawResult;
  server: ServerResult;
  /** Of the CPU a packet, server to raw limit. */
  ratio: number;
}

/** A load process reads some 400,000 packets a second of a core; two cores have none to spare for a second one. */
const VIEWERS_A_LOAD_PROCESS = 1000;

/** How many processes the viewers of a load take. */
export function loadProcessesFor(viewers: number): number {
  const cores = Math.max(1, cpus().length - 1);
  return Math.min(cores, Math.ceil(viewers / VIEWERS_A_LOAD_PROCESS));
}

/** Measures all cells in turns and tells of each when it is done. */
export async function measureForwarding(
  { cells, rounds, durationMs }: Pick<BenchOptions, 'cells' | 'rounds' | 'durationMs'>,
  onResult: (result: ForwardingResult) => void,
  onFailure: (message: string) => void,
): Promise<ForwardingResult[]> {
  const results: ForwardingResult[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const { load, viewers } of cells) {
      const run = { shape: SHAPES[load], viewers, durationMs, loadProcesses: loadProcessesFor(viewers) };
      try {
        const raw = await measureRaw(run);
        const server = await measureServer(run);
        const result = { load, viewers, raw, server, ratio: server.cpuPerPacket / raw.cpuPerPacket };
        results.push(result);
        onResult(result);
      } catch (error) {
        // A machine may be too small for the largest loads; what it can do is measured all the same.
        onFailure(`${load}, ${viewers} viewers: ${String(error)}`);
      }
    }
  }
  return results;
}

export const FORWARDING_HEAD = [
  ...[
    'load',
    'viewers',
    'us/packet',
    'raw',
    'ratio',
    'all us',
    'p50 ms',
    'p99',
    'raw p50',
    'p99',
    'lost',
    'of packets',
  ],
  ...['kB/viewer', '>100', 'worker', 'load', 'load p99 ms', 'drops'],
];

/** A row of the table. */
export function forwardingRow({ load, viewers, raw, server, ratio }: ForwardingResult): string[] {
  return [
    load,
    String(viewers),
    figure(server.cpuPerPacket, 2),
    figure(raw.cpuPerPacket, 2),
    figure(ratio, 2),
    figure(server.allCpuPerPacket, 2),
    figure(server.latencyP50),
    figure(server.latencyP99),
    figure(raw.latencyP50),
    figure(raw.latencyP99),
    String(server.lost),
    String(server.packets),
    figure(server.kbPerViewer, 0),
    figure(server.kbPerFurtherViewer, 0),
    percent(server.mediaCpuShares.reduce((sum, share) => sum + share, 0)),
    percent(server.loadCpuShare),
    figure(server.loadDelayP99),
    `${server.sendDrops}/${server.loadDrops}`,
  ];
}

/** Means of the columns' heads that are too short to tell. */
export const FORWARDING_LEGEND = [
  'us/packet: CPU of the media worker for each packet that reached a viewer; raw: of encrypting and sending alone;',
  'all us: of worker and HTTP server; p50, p99: from the publisher to the viewer, beside those of the raw limit;',
  'kB/viewer: memory of the worker a viewer, >100: of those beyond the first 100; worker, load: share of a core;',
  'load p99: delay of the load tool itself; drops: datagrams that the server / the load had no buffer for.',
].join('\n');
