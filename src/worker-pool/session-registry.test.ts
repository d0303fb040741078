import { describe, expect, it } from 'vitest';
import { SessionRegistry } from './session-registry.ts';

function registry(...sessions: [id: string, slot: string, role: 'publish' | 'play', room?: string][]) {
  const all = new SessionRegistry<string>();
  for (const [id, slot, role, room = 'room'] of sessions) all.add(id, { slot, room, role, tag: `tag-${id}` });
  return all;
}

describe('SessionRegistry', () => {
  it('counts a room as one, on however many workers it is', () => {
    const all = registry(['p', 'a', 'publish'], ['1', 'a', 'play'], ['2', 'b', 'play'], ['3', 'b', 'play', 'other']);
    expect(all.counts()).toEqual({ rooms: 2, publishers: 1, subscribers: 3 });
    expect(all.load('room')).toMatchObject({ room: { publishers: 1, subscribers: 2 }, rooms: 2, subscribers: 3 });
    expect([all.viewersOf('room'), all.viewersOf('room', 'a'), all.viewersOf('room', 'c')]).toEqual([2, 1, 0]);
    expect(['a', 'b', 'c'].map((slot) => all.sessionsOn(slot))).toEqual([2, 2, 0]);
    expect(all.slotsOf('room')).toEqual(['a', 'b']);
    expect(all.slotsOf('nowhere')).toEqual([]);
  });

  it('knows on which workers the viewers of a room are', () => {
    const all = registry(['p', 'a', 'publish'], ['1', 'b', 'play'], ['2', 'b', 'play']);
    expect(all.slotsOf('room', 'play')).toEqual(['b']);
    all.remove('1');
    expect(all.slotsOf('room', 'play')).toEqual(['b']);
    all.remove('2');
    expect(all.slotsOf('room', 'play')).toEqual([]);
  });

  it('closes a room with its last session', () => {
    const all = registry(['p', 'a', 'publish'], ['1', 'b', 'play']);
    expect(all.remove('p')).toMatchObject({ slot: 'a', role: 'publish' });
    expect(all.remove('p')).toBeUndefined();
    expect(all.slotsOf('room')).toEqual(['b']);
    all.remove('1');
    expect(all.counts()).toEqual({ rooms: 0, publishers: 0, subscribers: 0 });
    expect(all.load('room').room).toBeUndefined();
    expect(all.sessionsOn('a')).toBe(0);
  });

  it('follows whose media the viewers get', () => {
    const all = registry(['1', 'b', 'play'], ['p', 'a', 'publish'], ['q', 'b', 'publish']);
    expect(all.livePublisher('room')).toBeUndefined();
    expect(all.publisherSlot('room')).toBe('b');
    expect(all.setLivePublisher('p')).toBeUndefined();
    expect(all.publisherSlot('room')).toBe('a');
    expect(all.setLivePublisher('q')).toEqual({ sessionId: 'p', slot: 'a' });
    all.remove('p');
    expect(all.livePublisher('room')).toEqual({ sessionId: 'q', slot: 'b' });
    all.remove('q');
    expect(all.livePublisher('room')).toBeUndefined();
    expect(all.publisherSlot('room')).toBeUndefined();
  });

  it('takes no viewer, and nobody who has gone, for a publisher', () => {
    const all = registry(['1', 'b', 'play']);
    for (const id of ['1', 'gone']) expect(all.setLivePublisher(id)).toBeUndefined();
    expect(all.livePublisher('room')).toBeUndefined();
  });

  it('names the sessions of a worker that have been answered', () => {
    const all = registry(['1', 'a', 'play'], ['2', 'b', 'play'], ['3', 'a', 'play']);
    all.add('4', { slot: 'a', room: 'room', role: 'play', tag: undefined });
    expect(all.idsOn('a')).toEqual(['1', '3']);
    expect(all.sessionsOn('a')).toBe(3);
  });
});
