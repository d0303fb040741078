/** The database of the server: one SQLite file in DATA_DIR, used by one process. */
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import type { Database as SqliteDatabase, Statement } from 'node-sqlite3-wasm';
import { MIGRATIONS } from './migrations.ts';
import { OwnerLock } from './owner-lock.ts';

const FILE = 'live-webrtc.db';

export type SqlValue = string | number | null;
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** Why a database cannot be used, in one sentence for the operator. */
export class DatabaseError extends Error {}

export class Database {
  readonly #database: SqliteDatabase;
  readonly #lock: OwnerLock | undefined;
  /** Prepared once, by their text. */
  readonly #statements = new Map<string, Statement>();

  private constructor(database: SqliteDatabase, lock: OwnerLock | undefined) {
    this.#database = database;
    this.#lock = lock;
  }

  /**
   * Opens the database of a folder, which is made where it is missing, and brings it up to date. Rejects with a
   * DatabaseError where another server uses it, or a newer one has, and with an Error where it cannot be read or written.
   */
  static async open(directory: string, migrations: readonly string[] = MIGRATIONS): Promise<Database> {
    mkdirSync(directory, { recursive: true, mode: 0o750 });
    const lock = await OwnerLock.take(directory);
    if (lock === undefined) throw new DatabaseError('another server uses it');
    try {
      const file = join(directory, FILE);
      removeStaleLock(file);
      const database = new Database(new sqlite.Database(file), lock);
      database.#prepare();
      database.#migrate(migrations);
      return database;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** A database that nothing is left of, for tests. */
  static inMemory(migrations: readonly string[] = MIGRATIONS): Database {
    const database = new Database(new sqlite.Database(':memory:'), undefined);
    database.#migrate(migrations);
    return database;
  }

  /** Runs a statement that changes something, and returns how many rows it changed and the last row's id. */
  run(sql: string, ...values: SqlValue[]): { changes: number; lastId: number } {
    const { changes, lastInsertRowid } = this.#statement(sql).run(values);
    return { changes, lastId: Number(lastInsertRowid) };
  }

  /** The first row that a query finds. */
  get(sql: string, ...values: SqlValue[]): SqlRow | undefined {
    return this.all(sql, ...values)[0];
  }

  /** All rows that a query finds. */
  all(sql: string, ...values: SqlValue[]): SqlRow[] {
    return this.#statement(sql).all(values) as SqlRow[];
  }

  /** Does everything in `action` or, where it throws, nothing. Not to be nested. */
  transaction<T>(action: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = action();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    for (const statement of this.#statements.values()) statement.finalize();
    this.#statements.clear();
    this.#database.close();
    this.#lock?.release();
  }

  #prepare(): void {
    // The owner's lock keeps others out: exclusive mode lets the write-ahead log do without shared memory.
    this.#database.exec('PRAGMA locking_mode = EXCLUSIVE');
    this.#database.exec('PRAGMA journal_mode = WAL');
    // What was told to be kept survives a crash of this process in any case, and a power failure by this.
    this.#database.exec('PRAGMA synchronous = FULL');
    this.#database.exec('PRAGMA foreign_keys = ON');
  }

  #migrate(migrations: readonly string[]): void {
    const version = Number(this.get('PRAGMA user_version')?.['user_version']);
    if (version > migrations.length) throw new DatabaseError('a newer version of this server has written it');
    for (const [index, migration] of migrations.entries()) {
      if (index < version) continue;
      this.transaction(() => {
        this.#database.exec(migration);
        this.#database.exec(`PRAGMA user_version = ${index + 1}`);
      });
    }
  }

  #statement(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/** The library locks by a folder beside the file, which a killed process leaves behind; OwnerLock says that it did. */
function removeStaleLock(file: string): void {
  try {
    rmdirSync(`${file}.lock`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
