import { beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../store/database.ts';
import { type BanRequest, Bans } from './bans.ts';
import { parseNetwork } from './network.ts';

const NOW = 1_000_000;

function request(changes: Partial<BanRequest> & { address?: string }): BanRequest {
  const { address, ...rest } = changes;
  const network = address === undefined ? undefined : parseNetwork(address);
  return { room: undefined, subject: undefined, network, reason: '', createdBy: 'mod', endsAt: undefined, ...rest };
}

let database: Database;
let bans: Bans;
beforeEach(() => {
  database = Database.inMemory();
  bans = new Bans(database);
});

const isBanned = (
  room: string | undefined,
  subject: string | undefined,
  address = '198.51.100.1',
  now = NOW,
): boolean => bans.check({ room, subject, address }, now) !== undefined;

describe('Bans', () => {
  it('of a person count in their room, those of all rooms everywhere', () => {
    bans.add(request({ room: 'a', subject: 'u1' }), NOW);
    bans.add(request({ subject: 'u2' }), NOW);
    expect([isBanned('a', 'u1'), isBanned('b', 'u1'), isBanned(undefined, 'u1')]).toEqual([true, false, false]);
    expect([isBanned('a', 'u2'), isBanned('b', 'u2'), isBanned(undefined, 'u2')]).toEqual([true, true, true]);
    expect([isBanned('a', undefined), isBanned('a', 'u3')]).toEqual([false, false]);
  });

  it('of a network count for whoever is there', () => {
    bans.add(request({ address: '192.0.2.0/24' }), NOW);
    expect([isBanned('a', 'u1', '192.0.2.9'), isBanned('a', undefined, '192.0.3.9')]).toEqual([true, false]);
  });

  it('end at their time, and are listed until then, the newest first', () => {
    const first = bans.add(request({ subject: 'u1', endsAt: NOW + 10 }), NOW);
    const second = bans.add(request({ room: 'a', subject: 'u1' }), NOW);
    expect(bans.list(NOW).map(({ id }) => id)).toEqual([second.id, first.id]);
    expect(bans.list(NOW + 10).map(({ id }) => id)).toEqual([second.id]);
    expect(bans.list(NOW, 'a').map(({ id }) => id)).toEqual([second.id]);
    expect([isBanned('b', 'u1', '', NOW + 9), isBanned('b', 'u1', '', NOW + 10)]).toEqual([true, false]);
    expect([bans.get(first.id, NOW)?.id, bans.get(first.id, NOW + 10)]).toEqual([first.id, undefined]);
  });

  it('are there again when the server has been restarted', () => {
    const kept = bans.add(request({ room: 'a', subject: 'u1', reason: 'spam', endsAt: NOW + 10 }), NOW);
    bans.add(request({ address: '2001:db8::/32' }), NOW);
    const lifted = bans.add(request({ subject: 'u2' }), NOW);
    bans.remove(lifted.id);
    bans = new Bans(database);
    expect(bans.get(kept.id, NOW)).toEqual(kept);
    expect([isBanned('a', 'u1'), isBanned('a', 'u2'), isBanned('a', undefined, '2001:db8::5')]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('that have ended leave the database', () => {
    bans.add(request({ subject: 'u1', endsAt: NOW + 10 }), NOW);
    bans.add(request({ subject: 'u2' }), NOW + 10);
    expect(database.all('SELECT subject FROM bans')).toEqual([{ subject: 'u2' }]);
  });

  it('are told to those who watch, for as long as they do', () => {
    const told: unknown[] = [];
    const stop = bans.watch(({ subject }) => told.push(subject));
    bans.add(request({ subject: 'u1' }), NOW);
    stop();
    bans.add(request({ subject: 'u2' }), NOW);
    expect(told).toEqual(['u1']);
  });
});
