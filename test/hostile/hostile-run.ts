/** Runs generated requests against a real server with a real worker, in two rounds alike, and says what was wrong. */
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../support/eventually.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { judge } from './judge.ts';
import { openFiles, residentMegabytes } from './process-state.ts';
import { send } from './raw-http.ts';
import { generateRequest } from './request.ts';
import type { HostileRequest, KnownSession } from './request.ts';

export interface HostileOptions {
  /** How many requests a round has. */
  requests: number;
  seed: number;
}

export interface HostileResult {
  /** Each says what was wrong, and how to see it again. */
  faults: string[];
  /** Answers by status; 0 counts connections that ended without one. */
  statuses: ReadonlyMap<number, number>;
  /** Megabytes of server and worker together, after each round. */
  memory: [number, number];
  seconds: number;
}

const CONCURRENCY = 8;
const MAX_FAULTS = 10;
/** Beyond so many the oldest sessions are ended, so that most offers are still taken. */
const MAX_SESSIONS = 120;
const ADMIN_TOKEN = 'hostile-run-admin';
const SETTINGS = {
  ADMIN_TOKEN,
  LOG_LEVEL: 'warn',
  MAX_ROOMS: '64',
  MAX_VIEWERS: '200',
  MAX_SUBS_PER_ROOM: '30',
};
/** A second round that does the same as the first may find the heap a little more spread out: megabytes. */
const MEMORY_SLACK = 48;
/** Descriptors that a runtime may open for itself. */
const FILE_SLACK = 4;

/** Runs both rounds. */
export async function runHostile({ requests, seed }: HostileOptions): Promise<HostileResult> {
  const start = performance.now();
  const server = await startServer(SETTINGS);
  try {
    const workers = await server.workers();
    const pids = [server.pid, ...workers];
    const run = new Run(server, seed);
    // What is opened with the first session stays open.
    await run.round(Math.min(requests, 200));
    await run.clear();
    const files = pids.map(openFiles);
    const memory: number[] = [];
    for (let round = 0; round < 2; round++) {
      await run.round(requests);
      await run.clear();
      memory.push(pids.map(residentMegabytes).reduce((sum, size) => sum + size, 0));
    }
    await checkWhatIsLeft(server, workers, run.faults);
    await checkFiles(pids, files, run.faults);
    const [first = 0, second = 0] = memory;
    if (second > first + MEMORY_SLACK) {
      run.faults.push(`memory grew from ${Math.round(first)} to ${Math.round(second)} MB in a round like the first`);
    }
    const seconds = (performance.now() - start) / 1000;
    return { faults: run.faults, statuses: run.statuses, memory: [first, second], seconds };
  } catch (error) {
    throw new Error(`The run broke off; the server's log ends:\n${server.log().slice(-3000)}`, { cause: error });
  } finally {
    await server.stop();
  }
}

class Run {
  readonly faults: string[] = [];
  readonly statuses = new Map<number, number>();
  readonly #server: TestServer;
  readonly #seed: number;
  readonly #port: number;
  #sessions: KnownSession[] = [];

  constructor(server: TestServer, seed: number) {
    this.#server = server;
    this.#seed = seed;
    this.#port = Number(new URL(server.url).port);
  }

  /** Sends the requests 0 to count - 1, a few at a time, until too many went wrong. */
  async round(count: number): Promise<void> {
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < count && this.faults.length < MAX_FAULTS) await this.#try(next++);
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
  }

  async #try(index: number): Promise<void> {
    const request = generateRequest(this.#seed, index, this.#sessions);
    const { fault, response } = judge(request, await send(this.#port, request));
    if (fault !== undefined) this.faults.push(this.#reproduction(request, fault));
    const status = response?.status ?? 0;
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    const etag = response?.headers.get('etag');
    // A stream of events has no tag: its session is known already.
    if (response?.status !== 201 || etag === undefined) return;
    this.#sessions.push({ path: response.headers.get('location') ?? '', etag });
    if (this.#sessions.length > MAX_SESSIONS) await this.#remove(this.#sessions.splice(0, MAX_SESSIONS / 2));
  }

  #reproduction({ index, route, method, delivery, bytes }: HostileRequest, fault: string): string {
    return [
      fault,
      `  seed ${this.#seed}, request ${index}: ${method} to the ${route.name}, sent ${delivery}`,
      `  ${JSON.stringify(bytes.subarray(0, 300).toString('latin1'))}`,
      `  again: echo ${bytes.length > 8000 ? '(too long)' : bytes.toString('base64')} | base64 -d | nc HOST PORT`,
    ].join('\n');
  }

  async #remove(sessions: readonly KnownSession[]): Promise<void> {
    for (const { path } of sessions) {
      const { status } = await fetch(this.#server.url + path, { method: 'DELETE' });
      if (status !== 200 && status !== 404) this.faults.push(`DELETE of a session answered ${status}`);
    }
  }

  /** Ends all sessions; those whose client never read its answer go with their rooms. */
  async clear(): Promise<void> {
    await this.#remove(this.#sessions.splice(0));
    const headers = { Authorization: `Bearer ${ADMIN_TOKEN}` };
    for (const { name } of await roomsOf(this.#server)) {
      const close = `${this.#server.url}/api/admin/rooms/${encodeURIComponent(name)}/close`;
      await fetch(close, { method: 'POST', headers });
    }
    await sleep(100);
  }
}

async function roomsOf(server: TestServer): Promise<{ name: string }[]> {
  return (await (await fetch(`${server.url}/api/rooms`)).json()) as { name: string }[];
}

async function checkWhatIsLeft(server: TestServer, workers: readonly number[], faults: string[]): Promise<void> {
  const rooms = await eventually(async () => {
    const left = await roomsOf(server);
    if (left.length > 0) throw new Error('rooms are left');
    return left;
  }).catch(() => roomsOf(server));
  if (rooms.length > 0) faults.push(`rooms are left: ${JSON.stringify(rooms)}`);
  const workersNow = await server.workers();
  if (workersNow.join() !== workers.join()) faults.push('a worker has been replaced');
  const complaints = server
    .log()
    .split('\n')
    .filter((line) => /"level":"(?:error|fatal)"/.test(line));
  if (complaints.length > 0) faults.push(`the log has errors: ${complaints.slice(0, 3).join('\n')}`);
}

async function checkFiles(pids: readonly number[], before: readonly number[], faults: string[]): Promise<void> {
  const grown = (): boolean => pids.some((pid, index) => openFiles(pid) > (before[index] ?? 0) + FILE_SLACK);
  await eventually(() => {
    if (grown()) throw new Error('descriptors are left');
  }).catch(() => faults.push(`open descriptors were ${before.join(', ')} and are ${pids.map(openFiles).join(', ')}`));
}
