import { describe, expect, it } from 'vitest';
import { Database } from '../store/database.ts';
import { DEFAULT_ROOM_SETTINGS, RoomSettingsStore } from './room-settings.ts';

describe('RoomSettingsStore', () => {
  it('has the usual settings of a room until others are stored', () => {
    const database = Database.inMemory();
    const store = new RoomSettingsStore(database);
    expect([store.of('a'), store.get('a')]).toEqual([DEFAULT_ROOM_SETTINGS, undefined]);
    const settings = { ...DEFAULT_ROOM_SETTINGS, title: 'A', publishers: ['u1'], passwordHash: 'x' };
    store.set('b', DEFAULT_ROOM_SETTINGS, 1);
    store.set('a', DEFAULT_ROOM_SETTINGS, 1);
    store.set('a', settings, 2);
    const again = new RoomSettingsStore(database);
    expect(again.of('a')).toEqual(settings);
    expect(again.list().map(({ room, updatedAt }) => [room, updatedAt])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
    expect([again.remove('a'), again.remove('a')]).toEqual([true, false]);
    expect(new RoomSettingsStore(database).get('a')).toBeUndefined();
  });

  it('gives what an older version did not know its usual value', () => {
    const database = Database.inMemory();
    database.run('INSERT INTO rooms (name, settings, updated_at) VALUES (?, ?, ?)', 'a', '{"title":"Old"}', 1);
    expect(new RoomSettingsStore(database).of('a')).toEqual({ ...DEFAULT_ROOM_SETTINGS, title: 'Old' });
  });

  it('closes rooms to guests by a password, or for members', () => {
    const store = new RoomSettingsStore(Database.inMemory());
    store.set('members', { ...DEFAULT_ROOM_SETTINGS, membersOnly: true }, 1);
    store.set('pass', { ...DEFAULT_ROOM_SETTINGS, passwordHash: 'x' }, 1);
    expect(['members', 'pass', 'free'].map((room) => store.isClosedToGuests(room))).toEqual([true, true, false]);
  });
});
