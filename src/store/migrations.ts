/**
 * How the database has come to be what it is: each entry is run once, in this order, in a transaction of its own. What
 * has been released is never changed; a new entry follows instead. Times are milliseconds since the epoch.
 */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE rooms (
    name TEXT PRIMARY KEY,
    settings TEXT NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE room_locks (
    room TEXT PRIMARY KEY,
    locked_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE bans (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    room TEXT,
    subject TEXT,
    network TEXT,
    reason TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    ends_at INTEGER
  ) STRICT;
  CREATE TABLE mutes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    room TEXT NOT NULL,
    subject TEXT,
    participant TEXT,
    reason TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    ends_at INTEGER
  ) STRICT;
  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    time INTEGER NOT NULL,
    token TEXT NOT NULL,
    subject TEXT,
    name TEXT,
    address TEXT NOT NULL,
    action TEXT NOT NULL,
    room TEXT,
    target TEXT,
    reason TEXT
  ) STRICT;
  CREATE INDEX audit_room ON audit (room, id);`,
  `CREATE TABLE event_ids (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    reserved INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE live_rooms (
    room TEXT PRIMARY KEY,
    since INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE webhook_queue (
    url TEXT NOT NULL,
    event INTEGER NOT NULL,
    time INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (url, event)
  ) STRICT, WITHOUT ROWID;`,
];
