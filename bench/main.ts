/**
 * `npm run bench`: the media worker's cost of forwarding, beside the raw limit of the same run.
 * Options: --viewers 10,50,100,200  --seconds 10  --rounds 1  --smoke
 * With --recording: what recording costs beside forwarding, and nothing else.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeRecording, measureRecording } from './recording.ts';
import { measureRaw, measureServer, type ServerFigures } from './measure.ts';

interface Result extends ServerFigures {
  rawCpuPerPacket: number;
  ratio: number;
}

const { values } = parseArgs({
  options: {
    viewers: { type: 'string', default: '10,50,100,200' },
    seconds: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '1' },
    smoke: { type: 'boolean', default: false },
    recording: { type: 'boolean', default: false },
  },
});

const counts = values.smoke ? [5] : values.viewers.split(',').map(Number);
const durationMs = values.smoke ? 2000 : Number(values.seconds) * 1000;
const rounds = values.smoke ? 1 : Number(values.rounds);

const results: Result[] = [];
const recording = values.recording ? await measureRecording({ durationMs, rounds }) : undefined;
if (recording !== undefined) console.log(describeRecording(recording));
for (let round = 0; round < rounds && recording === undefined; round++) {
  for (const viewers of counts) {
    const raw = await measureRaw({ viewers, durationMs });
    const figures = await measureServer({ viewers, durationMs });
    const result = { ...figures, rawCpuPerPacket: raw, ratio: figures.cpuPerPacket / raw };
    results.push(result);
    console.log(describe(result));
  }
}

const folder = join(import.meta.dirname, 'results');
mkdirSync(folder, { recursive: true });
const file = join(folder, `${new Date().toISOString().replaceAll(':', '-')}.json`);
writeFileSync(file, `${JSON.stringify(recording ?? results, undefined, 2)}\n`);
console.log(`Written to ${file}`);

if (values.smoke) {
  const failed = results.some(({ packets, lost }) => packets === 0 || lost > 0);
  console.log(failed ? 'The smoke run lost packets.' : 'The smoke run forwarded everything.');
  process.exitCode = failed ? 1 : 0;
}

function describe(result: Result): string {
  const figure = (value: number, digits = 1): string => value.toFixed(digits);
  return [
    `${result.viewers} viewers:`,
    `${figure(result.cpuPerPacket, 2)} us a packet (raw limit ${figure(result.rawCpuPerPacket, 2)}, ratio ${figure(result.ratio, 2)}),`,
    `${figure(result.kbPerViewer, 0)} kB a viewer,`,
    `latency ${figure(result.latencyP50)} / ${figure(result.latencyP99)} ms (p50 / p99),`,
    `connect ${figure(result.connectP50)} / ${figure(result.connectP99)} ms,`,
    `${figure(result.cpuPerJoin, 2)} ms CPU a join,`,
    `${result.packets} packets, ${result.lost} lost,`,
    `worker ${figure(result.cpuShare * 100, 0)} %, load ${figure(result.loadCpuShare * 100, 0)} % of a core`,
  ].join(' ');
}
