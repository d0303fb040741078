import { beforeEach, describe, expect, it } from 'vitest';
import { EventLog } from '../events/event-log.ts';
import { Participants } from '../moderation/participants.ts';
import type { SessionRole } from '../sfu/room-service.ts';
import { Database } from '../store/database.ts';
import type { CloseReason } from '../worker-protocol.ts';
import { RoomEvents } from './room-events.ts';

let database: Database;
let told: string[];
let faults: unknown[];
let rooms: RoomEvents;

function create(): RoomEvents {
  let last = 0;
  const events = new EventLog({
    ids: {
      get last() {
        return last;
      },
      next: () => ++last,
    },
  });
  events.listen(({ type, room, data }) => told.push(`${type} ${room ?? ''} ${JSON.stringify(data)}`));
  return new RoomEvents({
    ...{ events, database, participants: new Participants() },
    onFault: (error) => faults.push(error),
  });
}

beforeEach(() => {
  database = Database.inMemory();
  told = [];
  faults = [];
  rooms = create();
});

const connect = (sessionId: string, now = 0, role: SessionRole = 'publish'): void =>
  rooms.connected({ sessionId, room: 'a', role }, now);
const close = (sessionId: string, reason: CloseReason, now = 0, role: SessionRole = 'publish'): void =>
  rooms.closed({ sessionId, room: 'a', role, reason }, now);
/** The types since the last look. */
const types = (): string[] => told.splice(0).map((line) => line.split(' ')[0] ?? '');

describe('RoomEvents', () => {
  it('tell that a room is live from its first publisher to its last', () => {
    connect('1', 1000);
    expect(types()).toEqual(['publisher.joined', 'room.live']);
    close('1', 'peer_closed', 3500);
    expect(told).toEqual([
      'publisher.left a {"participant":"","reason":"peer_closed","seconds":2.5}',
      'room.ended a {"reason":"peer_closed","seconds":2.5}',
    ]);
  });

  it.each([
    ['tell the end of the one before first', ['close', 'connect']],
    ['tell the new one first', ['connect', 'close']],
  ])('keep a room live that another publisher takes over: workers that %s', (_, order) => {
    connect('1');
    types();
    for (const step of order) {
      if (step === 'connect') connect('2');
      else close('1', 'replaced');
    }
    expect(types().sort()).toEqual(['publisher.joined', 'publisher.left']);
    close('2', 'deleted', 4000);
    expect(told.at(-1)).toBe('room.ended a {"reason":"deleted","seconds":4}');
  });

  it('end a room whose new publisher is gone as soon as the one before', () => {
    connect('1');
    close('1', 'replaced');
    types();
    close('2', 'worker_died');
    expect(types()).toEqual(['room.ended']);
  });

  it('tell nothing of sessions that never got through, and keep the room live meanwhile', () => {
    close('0', 'handshake_failed');
    connect('1');
    types();
    close('2', 'handshake_failed');
    close('3', 'timeout', 0, 'play');
    expect(types()).toEqual([]);
  });

  it('count the viewers', () => {
    connect('1', 0, 'play');
    connect('2', 0, 'play');
    close('1', 'deleted', 0, 'play');
    close('2', 'deleted', 0, 'play');
    expect(told.map((line) => /"viewers":(\d)/.exec(line)?.[1])).toEqual(['1', '2', '1', '0']);
  });

  it('end what was live when the server died, once', () => {
    connect('1', 1000);
    types();
    rooms = create();
    rooms.start(5000);
    expect(told.splice(0)).toEqual(['room.ended a {"reason":"server_died","seconds":4}']);
    create().start(6000);
    expect(told).toEqual([]);
  });

  it('go on where the database cannot be written, and say so', () => {
    database.run('DROP TABLE live_rooms');
    connect('1');
    expect([types(), faults.length]).toEqual([['publisher.joined', 'room.live'], 1]);
  });

  it('tell faults of a broadcast with what to do', () => {
    rooms.warning({ room: 'a', warning: 'no_audio', holds: true });
    expect(told).toEqual(['broadcast.warning a {"warning":"no_audio","holds":true,"advice":"No sound arrives."}']);
  });
});
