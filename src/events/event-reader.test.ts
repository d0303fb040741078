import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EventReader } from './event-reader.ts';
import { EventLog } from './event-log.ts';
import { type EventReaderPerson, EventReaders } from './event-readers.ts';

let log: EventLog;
let tooSlow: number;
let counts: number[];
let readers: EventReaders;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
  const ids = {
    last: 100,
    next() {
      return ++this.last;
    },
  };
  log = new EventLog({ ids, kept: 50 });
  tooSlow = 0;
  counts = [];
  readers = new EventReaders({
    log,
    onCount: (count) => counts.push(count),
    onTooSlow: () => tooSlow++,
    mostReaders: 25,
  });
});
afterEach(async () => {
  readers.close();
  await turn();
  vi.useRealTimers();
});

const SOMEBODY: EventReaderPerson = {
  client: 'c',
  address: '192.0.2.1',
  subject: undefined,
  isAdmin: false,
  login: undefined,
  room: undefined,
  endsAt: undefined,
};
const open = (lastId?: number, endsAt?: number): EventReader =>
  readers.open({
    person: { ...SOMEBODY, endsAt },
    view: ({ room }) => (room === 'hidden' ? undefined : 'full'),
    lastId,
  });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const add = (room = 'a', size = 0): void =>
  void log.add('recording.failed', room, { recording: 'r', seconds: 1, bytes: 1, files: [], error: 'x'.repeat(size) });

/** Reads everything that comes; the text so far. */
function follow(reader: EventReader): () => string {
  let text = '';
  reader.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return () => text;
}
const idsOf = (text: string): number[] => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));

describe('EventReader', () => {
  it('tells new events, those that its view shows', async () => {
    add();
    const text = follow(open());
    await turn();
    add('hidden');
    add();
    await turn();
    expect(idsOf(text())).toEqual([103]);
    expect(text()).toMatch(/^: events follow\n\nid: 103\nevent: recording.failed\ndata: \{"id":103,.*\}\n\n$/);
  });

  it('goes on behind the last event that was read', async () => {
    for (let n = 0; n < 4; n++) add();
    const text = follow(open(102));
    await turn();
    add();
    await turn();
    expect(idsOf(text())).toEqual([103, 104, 105]);
    expect(text()).not.toContain('missed');
  });

  it.each([
    ['are no longer there', 120, 130],
    ['were told before a restart', 99, 0],
    ['belong to another server', 5000, 0],
  ])('says that something was missed where the events %s', async (_, lastId, events) => {
    for (let n = 0; n < events; n++) add();
    const text = follow(open(lastId));
    await turn();
    expect(text()).toMatch(/^: events follow\n\nevent: missed\ndata: \{\}\n\n/);
    add();
    await turn();
    expect(idsOf(text()).at(-1)).toBe(log.last);
    expect(idsOf(text())).toHaveLength(events === 0 ? 1 : 51);
  });

  it('keeps little for a client that does not read, and cuts it off once the log has overtaken it', async () => {
    const reader = open();
    for (let n = 0; n < 50; n++) add('a', 10_000);
    await turn();
    expect(reader.readableLength).toBeLessThan(100_000);
    expect(reader.destroyed).toBe(false);
    for (let n = 0; n < 20; n++) add('a', 10_000);
    await once(reader, 'close');
    expect([tooSlow, counts]).toEqual([1, [1, 0]]);
  });

  it('cuts off a client that takes nothing from one heartbeat to the next', async () => {
    const reader = open();
    for (let n = 0; n < 5; n++) add('a', 10_000);
    reader.read(0);
    await turn();
    vi.advanceTimersByTime(30_000);
    expect(reader.destroyed).toBe(true);
    await turn();
    expect(tooSlow).toBe(1);
  });

  it('sends a comment every 15 seconds', async () => {
    const text = follow(open());
    await turn();
    vi.advanceTimersByTime(14_999);
    await turn();
    expect(text()).not.toContain('still here');
    vi.advanceTimersByTime(30_001);
    await turn();
    expect(text().split(': still here\n\n')).toHaveLength(4);
  });

  it('ends with the right to read though nothing happens, and does not wait for who does not read', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'Date'] });
    readers = new EventReaders({ log, onCount: (count) => counts.push(count) });
    const reader = open(undefined, Date.now() + 5000);
    const other = open();
    follow(other);
    await turn();
    vi.advanceTimersByTime(4900);
    expect(reader.destroyed).toBe(false);
    vi.advanceTimersByTime(1100 + 2000);
    await turn();
    expect([reader.destroyed, other.destroyed]).toEqual([true, false]);
    expect(counts).toEqual([1, 2, 1]);
  });

  it('ends for those who are meant', async () => {
    const reader = open();
    const other = readers.open({ person: { ...SOMEBODY, subject: 'x' }, view: () => 'full', lastId: undefined });
    const [text, otherText] = [follow(reader), follow(other)];
    await turn();
    readers.end(({ subject }) => subject === 'x');
    add();
    await once(other, 'close');
    expect([idsOf(text()), idsOf(otherText())]).toEqual([[101], []]);
  });

  it('ends with the right to read', async () => {
    const reader = open(undefined, Date.now() + 20_000);
    const text = follow(reader);
    await turn();
    add();
    vi.advanceTimersByTime(20_000);
    add();
    await once(reader, 'close');
    expect(idsOf(text())).toEqual([101]);
    expect([tooSlow, counts]).toEqual([0, [1, 0]]);
  });
});

describe('EventReaders', () => {
  it('are limited, altogether and for each client', async () => {
    const openFor = (client: string): EventReader =>
      readers.open({ person: { ...SOMEBODY, client }, view: () => 'full', lastId: undefined });
    const first = openFor('a');
    for (let n = 1; n < 20; n++) openFor('a');
    expect(() => openFor('a')).toThrow(expect.objectContaining({ code: 'too_many_event_readers' }));
    for (let n = 0; n < 5; n++) openFor('b');
    expect(() => openFor('c')).toThrow(expect.objectContaining({ code: 'too_many_event_readers' }));
    first.destroy();
    await turn();
    openFor('a');
  });
});
