/** One address opens as many connections as it can: nobody else may notice. */
import { CHAT_VERSION } from '../../src/chat/protocol.ts';
import { ChatClient } from '../server/support/chat-client.ts';
import { eventually } from '../support/eventually.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { flood, type FloodResult, NEIGHBOUR, type Want, WANTS } from './connection-flood.ts';
import { openFiles, residentMegabytes } from './process-state.ts';
import { SteadySound, type SoundFigures } from './steady-sound.ts';

/** As the server has them by itself. */
const MOST_CONNECTIONS = 1000;
const MOST_CHATS = 100;
const MOST_EVENT_READERS = 20;
/** Connections of the test itself from the address of the crowd. */
const OWN_CONNECTIONS = 10;
/** A neighbour waits no longer for an answer, on a machine that has other things to do as well: milliseconds. */
const LONGEST_WAIT = 5000;
/** The connections that an address may have take no more than this: megabytes. */
const MOST_MEMORY = 160;
const FILE_SLACK = 8;

export interface CrowdResult {
  /** Each says what was wrong. */
  faults: string[];
  floods: FloodResult[];
  sound: SoundFigures;
  /** Megabytes of the server before. */
  memory: number;
}

/** Lets crowds of so many connections come, one that says nothing, one that wants chats and one that wants events. */
export async function runCrowd(tries: number): Promise<CrowdResult> {
  const server = await startServer({ LOG_LEVEL: 'warn' });
  const sound = await SteadySound.start(server.url, 'sound');
  const neighbour = await ChatClient.connect(server.url, 'crowd', undefined, { localAddress: NEIGHBOUR });
  try {
    neighbour.send({ type: 'join', version: CHAT_VERSION });
    await neighbour.next('welcome');
    const faults: string[] = [];
    const memory = residentMegabytes(server.pid);
    const files = openFiles(server.pid);
    const floods: FloodResult[] = [];
    for (const want of Object.keys(WANTS) as Want[]) {
      const [result, answer] = await Promise.all([flood(server, want, tries), neighbour.say(`beside ${want}`)]);
      floods.push(result);
      faults.push(...faultsOf(result, tries, memory));
      if (answer.type !== 'ack') faults.push(`${want}: the neighbour's message was refused: ${answer.code}`);
      await hasLeft(server, files).catch((error: unknown) => faults.push(`${want}: ${String(error)}`));
      const own = await fetch(`${server.url}/api/rooms`);
      if (own.status !== 200) faults.push(`${want}: the address gets ${own.status} when its crowd is gone`);
    }
    const complaints = server.log().match(/.*"level":"(?:error|fatal)".*/g) ?? [];
    if (complaints.length > 0) faults.push(`the log has errors: ${complaints.slice(0, 3).join('\n')}`);
    const figures = await sound.stop();
    if (figures.received !== figures.sent) {
      faults.push(`${figures.sent - figures.received} of ${figures.sent} packets of sound did not arrive`);
    }
    return { faults, floods, sound: figures, memory };
  } finally {
    neighbour.close();
    await server.stop();
  }
}

/** What each kind of crowd may hold, and the status that the others get. */
const LIMITS: Readonly<Record<Want, { most: number; refusals: readonly number[] }>> = {
  nothing: { most: MOST_CONNECTIONS, refusals: [0, 429] },
  chat: { most: MOST_CHATS, refusals: [429] },
  events: { most: MOST_EVENT_READERS, refusals: [503] },
};

function faultsOf({ want, tried, held, statuses, neighbour, memory }: FloodResult, tries: number, before: number) {
  const faults: string[] = [];
  const { most, refusals } = LIMITS[want];
  const expected = Math.min(most, tries);
  if (held > expected || held < expected - OWN_CONNECTIONS) faults.push(`${held} are held, not ${expected}`);
  const refused = refusals.reduce((sum, status) => sum + (statuses[status] ?? 0), 0);
  // Who has got in and says nothing is sent away after a while, and others get in.
  const admitted = want === 'nothing' ? held : (statuses[101] ?? 0) + (statuses[200] ?? 0);
  if (admitted + refused !== tried) faults.push(`the answers are not as they should be: ${JSON.stringify(statuses)}`);
  if (refusals.includes(429) && tries > most && (statuses[429] ?? 0) === 0) faults.push('nobody is told why');
  if (neighbour.failed > 0) faults.push(`a neighbour was not answered ${neighbour.failed} times`);
  if (neighbour.longest > LONGEST_WAIT) faults.push(`a neighbour waited ${Math.round(neighbour.longest)} ms`);
  if (memory > before + MOST_MEMORY) faults.push(`memory grew from ${before.toFixed()} to ${memory.toFixed()} MB`);
  return faults.map((fault) => `${want}: ${fault}`);
}

async function hasLeft({ pid }: TestServer, before: number): Promise<void> {
  await eventually(() => {
    const files = openFiles(pid);
    if (files > before + FILE_SLACK) throw new Error(`open descriptors were ${before} and are ${files}`);
  });
}

/** A line for each crowd. */
export function describeCrowd({ floods, sound, memory }: CrowdResult): string {
  const lines = floods.map(({ want, tried, held, statuses, neighbour, memory: most, seconds }) => {
    const answers = Object.entries(statuses).map(([status, count]) => `${status === '0' ? 'none' : status}: ${count}`);
    return [
      `${tried} connections for ${want} from one address in ${seconds.toFixed(1)} s: ${held} held,`,
      `answers ${answers.join(', ')}; a neighbour was answered ${neighbour.requests - neighbour.failed} of`,
      `${neighbour.requests} times, in ${neighbour.longest.toFixed(0)} ms at most; ${most.toFixed(0)} MB`,
    ].join(' ');
  });
  const beside = `${sound.received} of ${sound.sent} packets of sound arrived; ${memory.toFixed(0)} MB before`;
  return [...lines, beside].join('\n');
}
