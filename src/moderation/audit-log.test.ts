import { describe, expect, it } from 'vitest';
import { Database } from '../store/database.ts';
import { type Actor, AuditLog } from './audit-log.ts';

const DAY = 86_400_000;
const ACTOR: Actor = { token: 'signed', subject: 'u1', name: 'Ada', address: '192.0.2.1' };

describe('AuditLog', () => {
  it('has what was done, the newest first, page by page', () => {
    const log = new AuditLog(Database.inMemory(), 0);
    for (let n = 1; n <= 5; n++) log.add({ actor: ACTOR, action: 'room.lock', room: `r${n % 2}`, reason: `${n}` }, n);
    const reasons = (query: Parameters<AuditLog['list']>[0]): unknown[] =>
      log.list(query, 5).map(({ reason }) => reason);
    expect(reasons({ limit: 2 })).toEqual(['5', '4']);
    expect(reasons({ limit: 2, before: 4 })).toEqual(['3', '2']);
    expect(reasons({ limit: 9, room: 'r1' })).toEqual(['5', '3', '1']);
    expect(reasons({ limit: 9, action: 'ban.add' })).toEqual([]);
    expect(log.list({ limit: 1 }, 5)[0]).toEqual({
      ...{ id: 5, time: 5, actor: ACTOR, action: 'room.lock', room: 'r1', target: undefined, reason: '5' },
    });
  });

  it('forgets what is older than it keeps', () => {
    const database = Database.inMemory();
    const log = new AuditLog(database, 2 * DAY);
    log.add({ actor: ACTOR, action: 'room.lock' }, 0);
    log.add({ actor: ACTOR, action: 'room.unlock' }, DAY);
    expect(log.list({ limit: 9 }, 2 * DAY)).toHaveLength(2);
    expect(log.list({ limit: 9 }, 2 * DAY + 1).map(({ action }) => action)).toEqual(['room.unlock']);
    log.add({ actor: ACTOR, action: 'room.close' }, 9 * DAY);
    expect(database.all('SELECT action FROM audit')).toEqual([{ action: 'room.close' }]);
  });
});
