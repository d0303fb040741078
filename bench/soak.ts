/**
 * `npm run bench:soak`: viewers that stay, and others that come and go all the time. Prints a line a minute; ends with 1
 * where memory grows, anything is lost or the latency drifts (soak-judge.ts).
 * Options: --minutes 10  --viewers 300  --joins 5 (a second)  --json FILE
 */
import { parseArgs } from 'node:util';
import './end-with-signal.ts';
import { LatencyHistogram } from './load/latency-histogram.ts';
import { LoadProcess } from './load/load-process.ts';
import { SHAPES } from './load/shape.ts';
import { longestLoopDelay, readMetrics } from './measure/metrics-page.ts';
import { pause } from './measure/pause.ts';
import { residentKb, residentOf } from './measure/process-usage.ts';
import { socketDrops } from './measure/socket-drops.ts';
import { startOwnServer, type Target } from './measure/target.ts';
import { positive } from './options.ts';
import { writeResult } from './result-file.ts';
import { judgeSoak, type SoakMinute } from './soak-judge.ts';
import { figure } from './text-table.ts';

const MINUTE_MS = 60_000;
/** Of the viewers, how many come and go. */
const CHANGING_SHARE = 1 / 3;
const JOINS_A_STEP = 50;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    viewers: { type: 'string', default: '300' },
    joins: { type: 'string', default: '5' },
    json: { type: 'string' },
  },
});
const viewers = positive('--viewers', values.viewers);
const changing = Math.ceil(viewers * CHANGING_SHARE);
const perSecond = positive('--joins', values.joins);

const target = await startOwnServer();
const publisher = new LoadProcess({ isSpread: target.isSpread, niceness: -5 });
const staying = new LoadProcess({ isSpread: target.isSpread });
const coming = new LoadProcess({ isSpread: target.isSpread });
try {
  await publisher.publish(target.whip, SHAPES.frames);
  await addAll(staying, viewers - changing);
  await addAll(coming, changing);
  const minutes: SoakMinute[] = [];
  while (minutes.length < positive('--minutes', values.minutes)) {
    minutes.push(await soakMinute(target));
    console.log(describe(minutes.length, minutes.at(-1)));
  }
  const faults = judgeSoak(minutes);
  console.log(faults.length === 0 ? 'The server stayed as it was.' : faults.join('\n'));
  console.log(`Written to ${writeResult({ soak: { viewers, changing, perSecond, minutes, faults } }, values.json)}`);
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  await Promise.all([publisher.end(), staying.end(), coming.end()]);
  await target.end();
}

async function addAll(load: LoadProcess, count: number): Promise<void> {
  for (let left = count; left > 0; left -= JOINS_A_STEP) await load.play(target.whep, Math.min(JOINS_A_STEP, left));
}

async function soakMinute({ origin = '', allPids, mediaPids }: Target): Promise<SoakMinute> {
  await Promise.all([staying.reset(), coming.reset()]);
  const drops = await loadDrops();
  const start = performance.now();
  let joins = 0;
  let failedJoins = 0;
  while (performance.now() - start < MINUTE_MS) {
    const next = performance.now() + 1000;
    await coming.leave(perSecond);
    await coming.play(target.whep, perSecond).catch((error: unknown) => {
      console.error(String(error));
      failedJoins += perSecond;
    });
    joins += perSecond;
    await pause(Math.max(0, next - performance.now()));
  }
  const [stayed, came] = await Promise.all([staying.count(), coming.count()]);
  const latencies = new LatencyHistogram();
  latencies.merge(stayed.latencies);
  const [serverPid = 0] = allPids();
  return {
    workerMb: residentOf(mediaPids()) / 1024,
    serverMb: residentKb(serverPid) / 1024,
    packets: stayed.received,
    lost: stayed.lost + came.lost,
    loadDrops: (await loadDrops()) - drops,
    latencyP50: latencies.percentile(0.5),
    latencyP99: latencies.percentile(0.99),
    loopDelay: longestLoopDelay(await readMetrics(origin)),
    joins,
    failedJoins,
    closedByServer: stayed.closedByServer + came.closedByServer,
  };
}

/** Of all sockets of the viewers, since they were opened. */
async function loadDrops(): Promise<number> {
  const figures = await Promise.all([staying.count(), coming.count()]);
  return socketDrops(figures.flatMap(({ ports }) => ports));
}

function describe(number: number, minute: SoakMinute | undefined): string {
  if (minute === undefined) return '';
  return [
    `minute ${number}: worker ${figure(minute.workerMb, 0)} MB, server ${figure(minute.serverMb, 0)} MB,`,
    `${minute.packets} packets, ${minute.lost} lost (${minute.loadDrops} by the load),`,
    `latency ${figure(minute.latencyP50)} / ${figure(minute.latencyP99)} ms (p50 / p99),`,
    `longest loop delay ${figure(minute.loopDelay)} ms, ${minute.joins} joins, ${minute.failedJoins} failed`,
  ].join(' ');
}
