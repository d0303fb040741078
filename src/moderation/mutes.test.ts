import { describe, expect, it } from 'vitest';
import { Database } from '../store/database.ts';
import { type MuteRequest, Mutes } from './mutes.ts';

const NOW = 1_000_000;
const request = (changes: Partial<MuteRequest>): MuteRequest => ({
  ...{ room: 'a', subject: undefined, participant: undefined, guestAddresses: [] },
  ...{ reason: '', createdBy: 'mod', endsAt: undefined },
  ...changes,
});

describe('Mutes', () => {
  it('are of a person or of a participant, in one room, until their time', () => {
    const database = Database.inMemory();
    let mutes = new Mutes(database);
    const first = mutes.add(request({ subject: 'u1', endsAt: NOW + 10 }), NOW);
    const second = mutes.add(request({ participant: 'p1' }), NOW);
    mutes = new Mutes(database);
    const isMuted = (room: string, subject?: string, participant?: string, now = NOW): boolean =>
      mutes.check({ room, subject, participant, guestAddress: undefined }, now) !== undefined;
    expect([isMuted('a', 'u1'), isMuted('b', 'u1'), isMuted('a', 'u2'), isMuted('a')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect([isMuted('a', undefined, 'p1'), isMuted('a', undefined, 'p2'), isMuted('a', 'u3', 'p1')]).toEqual([
      true,
      false,
      true,
    ]);
    expect(isMuted('a', 'u1', undefined, NOW + 10)).toBe(false);
    expect(mutes.list('a', NOW)).toEqual([second, first]);
    expect(mutes.get(first.id, NOW)).toEqual(first);
    mutes.remove(second.id);
    expect(isMuted('a', undefined, 'p1')).toBe(false);
    mutes.add(request({ room: 'b', subject: 'u9' }), NOW + 10);
    expect(database.all('SELECT subject FROM mutes')).toEqual([{ subject: 'u9' }]);
    expect([mutes.list('a', NOW), mutes.list('b', NOW).length]).toEqual([[], 1]);
  });

  it('hold for guests of the same address, and for nobody whom a token names', () => {
    const database = Database.inMemory();
    const addresses = ['192.0.2.1', '2001:db8:1:2::/64'];
    const mute = new Mutes(database).add(request({ participant: 'p1', guestAddresses: addresses }), NOW);
    const mutes = new Mutes(database);
    const isMuted = (guestAddress: string | undefined, room = 'a'): boolean =>
      mutes.check({ room, subject: undefined, participant: 'p2', guestAddress }, NOW) !== undefined;
    expect(mutes.get(mute.id, NOW)).toEqual(mute);
    expect(addresses.map((address) => isMuted(address))).toEqual([true, true]);
    expect([isMuted('192.0.2.2'), isMuted(undefined), isMuted('192.0.2.1', 'b')]).toEqual([false, false, false]);
    mutes.remove(mute.id);
    expect(isMuted('192.0.2.1')).toBe(false);
  });
});
