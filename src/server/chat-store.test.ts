import { beforeEach, describe, expect, it } from 'vitest';
import type { NewMessage } from '../chat/chat-store.ts';
import { Database } from '../store/database.ts';
import { DatabaseChatStore } from './chat-store.ts';

/** Messages of a busy month; one is said in a millisecond. */
const MESSAGES = 20_000;

const author = { id: 'a', name: 'Ann', role: 'viewer', isGuest: true } as const;

function said(count: number): NewMessage[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{ room: 'room', clientId: `c${index}`, subject: undefined },
    message: { id: index + 1, time: index, author, text: 'said' },
  }));
}

let database: Database;
let store: DatabaseChatStore;
beforeEach(() => {
  database = Database.inMemory();
  store = new DatabaseChatStore(database);
});

const ids = (messages: readonly { id: number }[]): number[] => messages.map(({ id }) => id);

/** Milliseconds of the quickest of some runs. */
function quickest(action: () => unknown): number {
  const times = Array.from({ length: 10 }, () => {
    const begin = performance.now();
    action();
    return performance.now() - begin;
  });
  return Math.min(...times);
}

describe('the messages of a span', () => {
  it('are those of its time that are not deleted, in pages', () => {
    store.add(said(50));
    store.delete('room', 13, 51);
    expect(ids(store.within('room', { from: 10, to: 14 }, 0, 100))).toEqual([11, 12, 14, 15]);
    expect(ids(store.within('room', { from: 10, to: 14 }, 11, 2))).toEqual([12, 14]);
    expect(store.within('room', { from: 100, to: 200 }, 0, 100)).toEqual([]);
    expect(store.within('room', { from: -9, to: -1 }, 0, 100)).toEqual([]);
    expect(store.within('other', { from: 0, to: 100 }, 0, 100)).toEqual([]);
  });
});

describe('what has changed', () => {
  it('is told in the order of the ids', () => {
    store.add(said(5));
    store.edit({ room: 'room', id: 4, text: 'x', mentions: [], time: 9, sequence: 6 });
    store.delete('room', 2, 7);
    expect(ids(store.changedAfter('room', 5, 10))).toEqual([2, 4]);
    expect(ids(store.changedAfter('room', 6, 10))).toEqual([2]);
    expect(store.changedAfter('room', 7, 10)).toEqual([]);
  });
});

it('finds both without reading all that a room has said', () => {
  store.add(said(MESSAGES));
  const all = quickest(() => database.all('SELECT * FROM chat_messages WHERE room = ? AND text = ?', 'room', ''));
  expect(quickest(() => store.changedAfter('room', MESSAGES, 100))).toBeLessThan(all / 5);
  expect(quickest(() => store.within('room', { from: 1e9, to: 2e9 }, 0, 100))).toBeLessThan(all / 5);
  expect(quickest(() => store.within('room', { from: 5, to: 6 }, 0, 100))).toBeLessThan(all / 5);
});
