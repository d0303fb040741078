/** Whether a server stayed as it was for the time of a soak. */

/** What a minute of it showed. */
export interface SoakMinute {
  /** Resident MB: of the media workers, and of the HTTP server. */
  workerMb: number;
  serverMb: number;
  /** Of the viewers that stay: packets, gaps, latency in ms. */
  packets: number;
  lost: number;
  /** Datagrams that the load's own sockets had no room for. */
  loadDrops: number;
  latencyP50: number;
  latencyP99: number;
  /** Longest delay of a worker's event loop, ms. */
  loopDelay: number;
  /** Viewers that came and went, those that could not come, and those that the server ended. */
  joins: number;
  failedJoins: number;
  closedByServer: number;
}

/** Minutes at the start that are only for warming up: code is compiled, pools and heaps reach their size. */
const WARM_UP_MINUTES = 1;
/** What the memory of a process may grow by afterwards, MB. Heaps breathe; 100 sessions that stay behind are 10 MB. */
export const GROWTH_LIMIT_MB = 24;
/** What the 99th percentile may grow by from the first half to the second: twice, and these ms. */
const DRIFT_FACTOR = 2;
const DRIFT_MS = 10;

/** What is wrong, in sentences; empty where nothing is. */
export function judgeSoak(minutes: readonly SoakMinute[]): string[] {
  const steady = minutes.slice(WARM_UP_MINUTES);
  const sum = (pick: (minute: SoakMinute) => number): number => minutes.reduce((total, each) => total + pick(each), 0);
  const faults = [
    ...growthOf(
      'the media workers',
      steady.map(({ workerMb }) => workerMb),
    ),
    ...growthOf(
      'the HTTP server',
      steady.map(({ serverMb }) => serverMb),
    ),
    ...driftOf(steady.map(({ latencyP99 }) => latencyP99)),
  ];
  const [lost, drops, failed, closed] = [
    sum((minute) => minute.lost),
    sum(({ loadDrops }) => loadDrops),
    sum(({ failedJoins }) => failedJoins),
    sum(({ closedByServer }) => closedByServer),
  ];
  if (minutes.some(({ packets }) => packets === 0)) faults.push('There was a minute without packets.');
  if (lost > 0) faults.push(`${lost} packets were lost, ${drops} of them by the load itself.`);
  if (failed > 0) faults.push(`${failed} viewers could not join.`);
  if (closed > 0) faults.push(`The server ended ${closed} viewers.`);
  return faults;
}

function growthOf(name: string, megabytes: readonly number[]): string[] {
  const growth = (megabytes.at(-1) ?? 0) - (megabytes[0] ?? 0);
  return growth > GROWTH_LIMIT_MB ? [`The memory of ${name} grew by ${growth.toFixed(0)} MB.`] : [];
}

function driftOf(latencies: readonly number[]): string[] {
  if (latencies.length < 2) return [];
  const middle = Math.floor(latencies.length / 2);
  const [early, late] = [mean(latencies.slice(0, middle)), mean(latencies.slice(middle))];
  return late > early * DRIFT_FACTOR + DRIFT_MS
    ? [`The 99th percentile of the latency went from ${early.toFixed(1)} to ${late.toFixed(1)} ms.`]
    : [];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
