import { describe, expect, it } from 'vitest';
import { Database } from '../store/database.ts';
import type { ServerEvent } from './catalogue.ts';
import { EventIds } from './event-ids.ts';
import { EventLog } from './event-log.ts';

const fail = (error: unknown): never => {
  throw error;
};

function all(log: EventLog, id: number): number[] {
  const ids: number[] = [];
  for (let event = log.after(id); event !== undefined; event = log.after(event.id)) ids.push(event.id);
  return ids;
}

describe('EventLog', () => {
  it('keeps the newest events and knows from where on it has all', () => {
    const log = new EventLog({ ids: new EventIds(Database.inMemory(), fail), kept: 3 });
    expect([log.floor, log.last, log.after(0)]).toEqual([0, 0, undefined]);
    for (let n = 1; n <= 5; n++) log.add('room.live', `room-${n}`, {}, n);
    expect([log.floor, log.last]).toEqual([2, 5]);
    expect([all(log, 0), all(log, 2), all(log, 4), all(log, 5), all(log, 9)]).toEqual([
      [3, 4, 5],
      [3, 4, 5],
      [5],
      [],
      [],
    ]);
    expect(log.after(3)).toEqual({ id: 4, type: 'room.live', room: 'room-4', time: 4, data: {} });
  });

  it('tells those that listen, until they no longer do, and leaves out what is undefined', () => {
    const log = new EventLog({ ids: new EventIds(Database.inMemory(), fail) });
    const heard: ServerEvent[] = [];
    const end = log.listen((event) => heard.push(event));
    const facts = { participant: 'p', subject: undefined, name: 'Ann', address: undefined };
    log.add('publisher.joined', 'a', facts, 1);
    end();
    log.add('room.live', 'a', {}, 2);
    expect(heard).toEqual([
      { id: 1, type: 'publisher.joined', room: 'a', time: 1, data: { participant: 'p', name: 'Ann' } },
    ]);
  });
});

describe('EventIds', () => {
  it('grow over restarts, whatever the clock says', () => {
    const database = Database.inMemory();
    const first = new EventIds(database, fail);
    const ids = Array.from({ length: 1500 }, () => first.next());
    expect(ids).toEqual(ids.map((_, index) => index + 1));
    const second = new EventIds(database, fail);
    const { last } = second;
    expect(last).toBeGreaterThanOrEqual(1500);
    expect(second.next()).toBe(last + 1);
  });

  it('are none that a webhook waits to be told of, though they could not be reserved before a crash', () => {
    const database = Database.inMemory();
    new EventIds(database, fail).next();
    database.run("INSERT INTO webhook_queue (url, event, time, body) VALUES ('a', 1003, 1, '')");
    const after = new EventIds(database, fail);
    expect([after.last, after.next()]).toEqual([1003, 1004]);
    expect(new EventIds(database, fail).last).toBe(2003);
  });

  it('go on where the database cannot be written, and say so', () => {
    const database = Database.inMemory();
    const faults: unknown[] = [];
    const ids = new EventIds(database, (error) => faults.push(error));
    database.run('DROP TABLE event_ids');
    expect([ids.next(), ids.next()]).toEqual([1, 2]);
    expect(faults).toHaveLength(2);
  });
});
