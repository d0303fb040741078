/** What an operator has set for a room, for good. */
import type { Database } from '../store/database.ts';

export interface RoomSettings {
  /** To be shown; empty for the room's name. */
  title: string;
  description: string;
  /** Whether the list of rooms shows it to everybody who may list rooms. */
  listed: boolean;
  /** Subjects of tokens that may publish, where their role may; undefined for everybody whose role may. */
  publishers: readonly string[] | undefined;
  /** 0 for no limit but those of the server. */
  viewerLimit: number;
  /** Viewers that may join in a minute; 0 for no limit. */
  joinsPerMinute: number;
  /** See password-hash.ts; undefined where there is none. */
  passwordHash: string | undefined;
  /** Whether it is recorded where the server records. */
  recording: boolean;
  /** Whether there is a chat. */
  chat: boolean;
  /** Whether people without a token may write in the chat. */
  guestChat: boolean;
  /** Seconds between two messages of one person; 0 for none. */
  slowMode: number;
  /** Messages with one of these are refused, whatever their case. */
  blockedWords: readonly string[];
  /** Nobody gets in without a token, whatever GUEST_ROLE says. */
  membersOnly: boolean;
}

/** Those of a room that nobody has set up. */
export const DEFAULT_ROOM_SETTINGS: RoomSettings = {
  title: '',
  description: '',
  listed: true,
  publishers: undefined,
  viewerLimit: 0,
  joinsPerMinute: 0,
  passwordHash: undefined,
  recording: true,
  chat: true,
  guestChat: true,
  slowMode: 0,
  blockedWords: [],
  membersOnly: false,
};

export interface StoredRoom {
  room: string;
  settings: RoomSettings;
  /** Milliseconds since the epoch. */
  updatedAt: number;
}

/** The settings of all rooms, in memory as in the database. */
export class RoomSettingsStore {
  readonly #database: Database;
  readonly #rooms = new Map<string, StoredRoom>();
  readonly #listeners = new Set<(room: string) => void>();

  constructor(database: Database) {
    this.#database = database;
    for (const { name, settings, updated_at } of database.all('SELECT name, settings, updated_at FROM rooms')) {
      const room = String(name);
      // What an older version did not know has its usual value.
      const known = JSON.parse(String(settings)) as Partial<RoomSettings>;
      this.#rooms.set(room, { room, settings: { ...DEFAULT_ROOM_SETTINGS, ...known }, updatedAt: Number(updated_at) });
    }
  }

  /** The settings of a room, whether or not it is open or somebody has set it up. */
  of(room: string): RoomSettings {
    return this.#rooms.get(room)?.settings ?? DEFAULT_ROOM_SETTINGS;
  }

  /** What is stored of a room; undefined where nobody has set it up. */
  get(room: string): StoredRoom | undefined {
    return this.#rooms.get(room);
  }

  /** Every room that somebody has set up, by name. */
  list(): StoredRoom[] {
    return [...this.#rooms.values()].sort((a, b) => (a.room < b.room ? -1 : 1));
  }

  /** Replaces the settings of a room. `now` is in milliseconds since the epoch. */
  set(room: string, settings: RoomSettings, now: number): StoredRoom {
    const stored = { room, settings, updatedAt: now };
    this.#database.run(
      `INSERT INTO rooms (name, settings, updated_at) VALUES (?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET settings = excluded.settings, updated_at = excluded.updated_at`,
      room,
      JSON.stringify(settings),
      now,
    );
    this.#rooms.set(room, stored);
    this.#tell(room);
    return stored;
  }

  /** Forgets the settings of a room; false where there were none. */
  remove(room: string): boolean {
    this.#database.run('DELETE FROM rooms WHERE name = ?', room);
    const wasThere = this.#rooms.delete(room);
    this.#tell(room);
    return wasThere;
  }

  /** Calls the listener with each room whose settings have changed. Returns what ends that. */
  watch(listener: (room: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(room: string): void {
    for (const listener of this.#listeners) listener(room);
  }

  /** Whether a room is closed to people without a token, or without its password. */
  isClosedToGuests(room: string): boolean {
    const { membersOnly, passwordHash } = this.of(room);
    return membersOnly || passwordHash !== undefined;
  }
}
