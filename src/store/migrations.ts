/**
 * How the database has come to be what it is: each entry is run once, in this order, in a transaction of its own. What
 * has been released is never changed; a new entry follows instead.
 */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE rooms (
    name TEXT PRIMARY KEY,
    settings TEXT NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT;`,
];
