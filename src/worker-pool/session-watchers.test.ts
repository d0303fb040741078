import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RoomState } from '../sfu/room-service.ts';
import { SessionWatchers } from './session-watchers.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const state = (active: boolean, viewerCount: number): RoomState => ({ active, layers: [], viewerCount });

function watch() {
  const viewers = { room: 1, other: 1 };
  const watchers = new SessionWatchers<string>((room) => viewers[room as keyof typeof viewers]);
  const told: Record<string, string[]> = {};
  const add = (id: string, slot: string, room: string): void => {
    const list = (told[id] ??= []);
    const watcher = {
      onState: ({ active, viewerCount }: RoomState) => list.push(`${active ? 'on' : 'off'} ${viewerCount}`),
      onDraining: () => list.push('draining'),
      onEnded: () => list.push('ended'),
    };
    watchers.add(id, { slot, room }, watcher, state(false, 1));
  };
  return { viewers, watchers, told, add };
}

describe('SessionWatchers', () => {
  it('pass on what a session’s own worker says of its room, with the viewers of all workers', () => {
    const { viewers, watchers, told, add } = watch();
    viewers.room = 30;
    add('1', 'a', 'room');
    add('2', 'b', 'room');
    watchers.roomChanged('a', 'room', state(true, 10));
    watchers.roomChanged('a', 'other', state(true, 10));
    expect(told).toEqual({ 1: ['off 30', 'on 30'], 2: ['off 30'] });
  });

  it('tell the viewers that came and went on other workers, a wave at once', () => {
    const { viewers, watchers, told, add } = watch();
    add('1', 'a', 'room');
    add('2', 'a', 'other');
    for (; viewers.room < 100; viewers.room++) watchers.viewersChanged('room');
    watchers.viewersChanged('other');
    vi.advanceTimersByTime(1000);
    expect(told).toEqual({ 1: ['off 1', 'off 100'], 2: ['off 1'] });
    viewers.room--;
    watchers.viewersChanged('room');
    vi.advanceTimersByTime(1000);
    expect(told[1]).toEqual(['off 1', 'off 100', 'off 99']);
  });

  it('tell several watchers of a session, and of the end once', () => {
    const { watchers, told, add } = watch();
    add('1', 'a', 'room');
    add('1', 'a', 'room');
    watchers.draining();
    watchers.sessionEnded('1');
    watchers.sessionEnded('1');
    watchers.roomChanged('a', 'room', state(true, 1));
    watchers.viewersChanged('room');
    vi.advanceTimersByTime(1000);
    expect(told).toEqual({ 1: ['off 1', 'off 1', 'draining', 'draining', 'ended', 'ended'] });
  });
});
