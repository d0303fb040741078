/**
 * What a busy chat costs the server's process, and the viewers of the room: many people, and messages at an even rate.
 */
import { constants, setPriority } from 'node:os';
import { WebSocket } from 'ws';
import { CHAT_SUBPROTOCOL, CHAT_VERSION, type ServerMessage } from '../src/chat/protocol.ts';
import { SHAPES } from './load/shape.ts';
import { LoadedTarget, type TargetResult } from './measure/loaded-target.ts';
import { pause, SETTLE_MS } from './measure/pause.ts';
import { median, percentile } from './measure/percentile.ts';
import { cpuTimeMs } from './measure/process-usage.ts';
import { startOwnServer } from './measure/target.ts';
import { figure, textTable } from './text-table.ts';

const PEOPLE = 2000;
const MESSAGES_PER_SECOND = 50;
/** Connections that are opened at the same time. */
const OPENED_AT_ONCE = 50;
/** One connection in so many counts what it hears: to read all of them would take longer than to send them. */
const LISTENERS = 100;

/** Viewers of the same room, whose picture must not wait for the chat. */
const VIEWERS = 50;
/** Each round measures the viewers while nobody speaks, and while many do. */
const ROUNDS = 2;

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
  /** What the viewers see, in the order of measuring. */
  media: MediaBeside[];
}

/** What the viewers of the room see while people do or do not speak. */
export interface MediaBeside {
  isSpeaking: boolean;
  viewers: number;
  /** From the publisher's send to the viewer's read, ms. */
  latencyP50: number;
  latencyP99: number;
  packets: number;
  lost: number;
  /** Longest delay of the media worker's event loop so far, ms. */
  loopDelayLongest: number;
}

/** Measures a server of its own, with a broadcast in the room. */
export async function measureChat({ durationMs }: { durationMs: number }): Promise<ChatFigures> {
  const target = await startOwnServer({ MAX_CHATS_PER_ADDRESS: '0', GUEST_CHAT_RATE_PER_ADDRESS: '0' });
  const loaded = await LoadedTarget.start(target, SHAPES.frames);
  const people: WebSocket[] = [];
  try {
    await loaded.add(VIEWERS);
    // All these people are one process here, which must not take the cores from what is measured.
    setPriority(constants.priority.PRIORITY_LOW);
    const { origin = '' } = target;
    while (people.length < PEOPLE) {
      people.push(...(await Promise.all(Array.from({ length: OPENED_AT_ONCE }, () => join(origin)))));
    }
    const tally = listen(people);
    const [pid = 0] = target.allPids();
    const media: MediaBeside[] = [];
    let [sent, used] = [0, 0];
    for (let round = 0; round < ROUNDS; round++) {
      await pause(SETTLE_MS);
      media.push(beside(false, await loaded.measure(durationMs)));
      const cpu = cpuTimeMs(pid);
      const [spoken, result] = await Promise.all([speak(people, durationMs, sent), loaded.measure(durationMs)]);
      used += cpuTimeMs(pid) - cpu;
      sent = spoken;
      media.push(beside(true, result));
    }
    await pause(SETTLE_MS);
    return {
      people: PEOPLE,
      messagesPerSecond: MESSAGES_PER_SECOND,
      cpu: used / (ROUNDS * durationMs),
      sent,
      acknowledged: tally.acknowledged(),
      heard: Math.min(...tally.heard),
      latency: { median: median(tally.latencies), p99: percentile(tally.latencies, 0.99) },
      media,
    };
  } finally {
    for (const socket of people) socket.terminate();
    await loaded.end();
  }
}

function beside(isSpeaking: boolean, result: TargetResult): MediaBeside {
  const { viewers, latencyP50, latencyP99, packets, lost, loopDelayLongest } = result;
  return { isSpeaking, viewers, latencyP50, latencyP99, packets, lost, loopDelayLongest };
}

/** One line for the chat, and a table of what the viewers see. */
export function describeChat({
  people,
  messagesPerSecond,
  cpu,
  sent,
  heard,
  latency,
  media,
  ...figures
}: ChatFigures): string {
  const line = [
    `${people} people and ${messagesPerSecond} messages a second in one room: ${(100 * cpu).toFixed(1)} % of a core,`,
    `${figures.acknowledged} of ${sent} acknowledged, ${heard} heard by everybody,`,
    `${latency.median.toFixed(0)} ms from sending to hearing (99 %: ${latency.p99.toFixed(0)} ms)`,
  ].join(' ');
  return `${line}\n\n${textTable([MEDIA_HEAD, ...media.map(mediaRow)])}`;
}

const MEDIA_HEAD = ['chat', 'viewers', 'p50 ms', 'p99', 'packets', 'lost', 'loop ms'];

function mediaRow({ isSpeaking, viewers, packets, lost, ...times }: MediaBeside): string[] {
  return [
    isSpeaking ? 'busy' : 'silent',
    String(viewers),
    figure(times.latencyP50),
    figure(times.latencyP99),
    String(packets),
    String(lost),
    figure(times.loopDelayLongest),
  ];
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

/** Lets one after the other say something; `before` and the result count the messages so far. */
async function speak(people: readonly WebSocket[], durationMs: number, before: number): Promise<number> {
  const start = performance.now();
  let sent = before;
  while (performance.now() - start < durationMs) {
    const due = before + ((performance.now() - start) / 1000) * MESSAGES_PER_SECOND;
    for (; sent < due; sent++) {
      const text = `at ${performance.now()} somebody says something of an ordinary length`;
      people[(sent * 7) % people.length]?.send(JSON.stringify({ type: 'send', clientId: `m${sent}`, text }));
    }
    await pause(5);
  }
  return sent;
}
