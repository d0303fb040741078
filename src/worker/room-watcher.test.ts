import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RoomState } from '../sfu/room-service.ts';
import { Room } from '../sfu/room.ts';
import { Subscriber } from '../sfu/subscriber.ts';
import { RecordingTable } from '../sfu/testing/fixtures.ts';
import { RoomWatcher } from './room-watcher.ts';
import type { Session } from './session.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const told: [string, RoomState][] = [];
  const clock = { now: () => Date.now(), wallClock: () => Date.now() };
  const watcher = new RoomWatcher(clock, (room, state) => told.push([room.name, state]));
  return { watcher, told };
}

const newRoom = (name: string): Room => new Room(name, { lingerMs: 0, createTable: () => new RecordingTable() });
const sessionIn = (room: Room): Session => ({ room }) as Session;
const viewer = (): Subscriber => Object.create(Subscriber.prototype) as Subscriber;

describe('RoomWatcher', () => {
  it('tells once of each change, of watched rooms alone', () => {
    const { watcher, told } = setUp();
    const [watched, other] = [newRoom('watched'), newRoom('other')];
    expect(watcher.watch(sessionIn(watched))).toEqual({ active: false, layers: [], viewerCount: 0 });
    vi.advanceTimersByTime(1000);
    expect(told).toEqual([]);
    watched.addSubscriber(viewer());
    other.addSubscriber(viewer());
    vi.advanceTimersByTime(1000);
    expect(told).toEqual([['watched', { active: false, layers: [], viewerCount: 1 }]]);
  });

  it('goes on until the last session that watches a room is forgotten, and then has no timer', () => {
    const { watcher, told } = setUp();
    const room = newRoom('room');
    const [first, second] = [sessionIn(room), sessionIn(room)];
    for (const session of [first, second, second]) watcher.watch(session);
    watcher.forget(first);
    room.addSubscriber(viewer());
    vi.advanceTimersByTime(250);
    expect(told).toHaveLength(1);
    watcher.forget(second);
    watcher.forget(second);
    expect(vi.getTimerCount()).toBe(0);
    room.addSubscriber(viewer());
    vi.advanceTimersByTime(1000);
    expect(told).toHaveLength(1);
  });
});
