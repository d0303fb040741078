/**
 * `npm run bench:compare -- --peer '<start command>' --whip URL --whep URL`: this server and another one under the same
 * load, in turns. Options: --name NAME  --load frames,even  --viewers 100  --seconds 8  --rounds 1  --json FILE
 */
import { parseCompareOptions } from './compare-options.ts';
import './end-with-signal.ts';
import { loadProcessesFor } from './forwarding.ts';
import { SHAPES } from './load/shape.ts';
import { measureJoinCpu } from './measure/join-cpu.ts';
import { measureServer, type ServerResult } from './measure/server-run.ts';
import { startOwnServer, startPeer, type Target } from './measure/target.ts';
import type { BenchLoad } from './options.ts';
import { writeResult } from './result-file.ts';
import { figure, percent, textTable } from './text-table.ts';

interface Row {
  load: BenchLoad;
  viewers: number;
  own: ServerResult;
  peer: ServerResult;
}

const { peer, name, cells, rounds, durationMs, json } = parseCompareOptions(process.argv.slice(2));
const startOther = (): Promise<Target> => startPeer(peer);

const rows: Row[] = [];
const joins: { own: number; peer: number }[] = [];
for (let round = 0; round < rounds; round++) {
  for (const { load, viewers } of cells) {
    const run = { shape: SHAPES[load], viewers, durationMs, loadProcesses: loadProcessesFor(viewers) };
    const row = { load, viewers, own: await measureServer(run), peer: await measureServer(run, startOther) };
    rows.push(row);
    console.log([...cellsOf(row, 'own'), '|', ...cellsOf(row, 'peer')].join(' '));
  }
  joins.push({ own: await measureJoinCpu(startOwnServer), peer: await measureJoinCpu(startOther) });
}

const head = ['load', 'viewers', 'server', 'us/packet', 'p50 ms', 'p99', 'lost', 'of packets', 'kB/viewer', 'CPU'];
const table = rows.flatMap((row) => [
  cellsOf(row, 'own'),
  cellsOf(row, 'peer'),
  ['', '', 'ratio', figure(row.peer.allCpuPerPacket / row.own.allCpuPerPacket, 2), ...new Array<string>(6).fill('')],
]);
console.log(`\n${textTable([head, ...table])}\n`);
for (const join of joins) {
  const ratio = figure(join.peer / join.own, 2);
  console.log(`a join: ${figure(join.own, 2)} ms CPU, ${name} ${figure(join.peer, 2)} ms, ratio ${ratio}`);
}
console.log('us/packet: CPU of all processes for each packet that reached a viewer; ratio: of the other to this one.');
console.log(`Written to ${writeResult({ name, rows, joins }, json)}`);

function cellsOf(row: Row, side: 'own' | 'peer'): string[] {
  const result = row[side];
  return [
    ...[row.load, String(row.viewers), side === 'own' ? 'live-webrtc' : name],
    ...[figure(result.allCpuPerPacket, 2), figure(result.latencyP50), figure(result.latencyP99)],
    ...[String(result.lost), String(result.packets), figure(result.kbPerViewer, 0)],
    percent(result.mediaCpuShares.reduce((sum, share) => sum + share, 0)),
  ];
}
