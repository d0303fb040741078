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
  `CREATE TABLE chat_messages (
    id INTEGER PRIMARY KEY,
    room TEXT NOT NULL,
    time INTEGER NOT NULL,
    author TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    is_guest INTEGER NOT NULL,
    subject TEXT,
    client_id TEXT NOT NULL,
    text TEXT NOT NULL,
    reply_to INTEGER,
    mentions TEXT,
    danmaku TEXT,
    edited_at INTEGER,
    is_deleted INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX chat_messages_room ON chat_messages (room, id);
  CREATE INDEX chat_messages_time ON chat_messages (room, time);
  CREATE UNIQUE INDEX chat_messages_client ON chat_messages (room, author, client_id);
  CREATE INDEX chat_messages_changed ON chat_messages (room, changed) WHERE changed > 0;
  CREATE TABLE chat_clearings (
    room TEXT PRIMARY KEY,
    sequence INTEGER NOT NULL,
    up_to INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE chat_state (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    sequence INTEGER NOT NULL,
    secret TEXT NOT NULL
  ) STRICT;
  INSERT INTO chat_state VALUES (1, 0, hex(randomblob(32)));`,
  `ALTER TABLE mutes ADD COLUMN guest_addresses TEXT NOT NULL DEFAULT '';
  CREATE TABLE ended_logins (
    id TEXT PRIMARY KEY,
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;`,
];
