import { describe, expect, it } from 'vitest';
import { Database } from '../store/database.ts';
import { type MuteRequest, Mutes } from './mutes.ts';

const NOW = 1_000_000;
const request = (changes: Partial<MuteRequest>): MuteRequest => ({
  ...{ room: 'a', subject: undefined, participant: undefined },
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
      mutes.check({ room, subject, participant }, now) !== undefined;
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
});
