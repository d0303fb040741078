/** Logins that people have ended, in the database: a copy of the cookie opens nothing after a restart either. */
import type { EndedLogins } from '../auth/login-sessions.ts';
import type { Database } from '../store/database.ts';

export class DatabaseEndedLogins implements EndedLogins {
  readonly #database: Database;
  readonly #logins: Set<string>;

  /** Forgets those whose cookies have expired. `now`: milliseconds since the epoch. */
  constructor(database: Database, now = Date.now()) {
    this.#database = database;
    database.run('DELETE FROM ended_logins WHERE expires_at <= ?', now);
    this.#logins = new Set(database.all('SELECT id FROM ended_logins').map(({ id }) => String(id)));
  }

  has(login: string): boolean {
    return this.#logins.has(login);
  }

  add(login: string, expiresAt: number, now = Date.now()): void {
    // At once, even where the disk is full.
    this.#logins.add(login);
    for (const { id } of this.#database.all('SELECT id FROM ended_logins WHERE expires_at <= ?', now)) {
      this.#logins.delete(String(id));
    }
    this.#database.run('DELETE FROM ended_logins WHERE expires_at <= ?', now);
    this.#database.run('INSERT OR IGNORE INTO ended_logins VALUES (?, ?)', login, expiresAt);
  }
}
