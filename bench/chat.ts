/** What a busy chat costs the server's process: many people in one room, and messages at an even rate. */
import { WebSocket } from 'ws';
import { CHAT_SUBPROTOCOL, CHAT_VERSION, type ServerMessage } from '../src/chat/protocol.ts';
import { startServer } from '../test/support/server.ts';
import { pause, SETTLE_MS } from './measure/pause.ts';
import { median, percentile } from './measure/percentile.ts';
import { cpuTimeMs } from './measure/process-usage.ts';
import { BENCH_SETTINGS } from './measure/target.ts';

const PEOPLE = 2000;
const MESSAGES_PER_SECOND = 50;
/** Connections that are opened at the same time. */
const OPENED_AT_ONCE = 50;
/** One connection in so many counts what it hears: to read all of them would take longer than to send them. */
const LISTENERS = 100;

export interface ChatFigures {
  people: number;
  messagesPerSecond: number;
  /** Of a core, of the server's process alone. */
  cpu: number;
  /** Messages that were sent and acknowledged. */
  sent: number;
  acknowledged: number;
  /** Messages that a person who listens has heard, of those that were sent: the least of all. */
  heard: number;
  /** Milliseconds from sending to hearing: median and 99 %. */
  latency: { median: number; p99: number };
}

/** Measures a server of its own. */
export async function measureChat({ durationMs }: { durationMs: number }): Promise<ChatFigures> {
  const server = await startServer({ ...BENCH_SETTINGS, MAX_CHATS_PER_ADDRESS: '0' });
  const people: WebSocket[] = [];
  try {
    while (people.length < PEOPLE) {
      people.push(...(await Promise.all(Array.from({ length: OPENED_AT_ONCE }, () => join(server.url)))));
    }
    const tally = listen(people);
    await pause(SETTLE_MS);
    const cpu = cpuTimeMs(server.pid);
    const sent = await speak(people, durationMs);
    const used = cpuTimeMs(server.pid) - cpu;
    await pause(SETTLE_MS);
    return {
      people: PEOPLE,
      messagesPerSecond: MESSAGES_PER_SECOND,
      cpu: used / durationMs,
      sent,
      acknowledged: tally.acknowledged(),
      heard: Math.min(...tally.heard),
      latency: { median: median(tally.latencies), p99: percentile(tally.latencies, 0.99) },
    };
  } finally {
    for (const socket of people) socket.terminate();
    await server.stop();
  }
}

/** One line. */
export function describeChat({
  people,
  messagesPerSecond,
  cpu,
  sent,
  heard,
  latency,
  ...figures
}: ChatFigures): string {
  return [
    `${people} people and ${messagesPerSecond} messages a second in one room: ${(100 * cpu).toFixed(1)} % of a core,`,
    `${figures.acknowledged} of ${sent} acknowledged, ${heard} heard by everybody,`,
    `${latency.median.toFixed(0)} ms from sending to hearing (99 %: ${latency.p99.toFixed(0)} ms)`,
  ].join(' ');
}

async function join(origin: string): Promise<WebSocket> {
  const url = `${origin.replace('http', 'ws')}/api/rooms/bench/chat`;
  const socket = new WebSocket(url, CHAT_SUBPROTOCOL, { perMessageDeflate: false });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const welcome = new Promise((resolve) => socket.once('message', resolve));
  socket.send(JSON.stringify({ type: 'join', version: CHAT_VERSION }));
  await welcome;
  return socket;
}

interface Tally {
  latencies: number[];
  heard: number[];
  acknowledged: () => number;
}

function listen(people: readonly WebSocket[]): Tally {
  const latencies: number[] = [];
  const heard: number[] = [];
  let acknowledged = 0;
  for (const [index, socket] of people.entries()) {
    const listener = index % LISTENERS === 0 ? heard.push(0) - 1 : undefined;
    socket.on('message', (data) => {
      const text = (data as Buffer).toString('utf8');
      if (text.startsWith('[{"type":"ack"')) acknowledged++;
      if (listener === undefined) return;
      for (const message of JSON.parse(text) as ServerMessage[]) {
        if (message.type !== 'message') continue;
        heard[listener] = (heard[listener] ?? 0) + 1;
        latencies.push(performance.now() - Number(message.message.text.split(' ')[1]));
      }
    });
  }
  return { latencies, heard, acknowledged: () => acknowledged };
}

/** Lets one after the other say something; returns how many messages there were. */
async function speak(people: readonly WebSocket[], durationMs: number): Promise<number> {
  const start = performance.now();
  let sent = 0;
  while (performance.now() - start < durationMs) {
    const due = ((performance.now() - start) / 1000) * MESSAGES_PER_SECOND;
    for (; sent < due; sent++) {
      const text = `at ${performance.now()} somebody says something of an ordinary length`;
      people[(sent * 7) % people.length]?.send(JSON.stringify({ type: 'send', clientId: `m${sent}`, text }));
    }
    await pause(5);
  }
  return sent;
}
