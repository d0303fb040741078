/** Whether a password opens a room: each guess costs time, so that few can be made. */
import { createHmac, randomBytes } from 'node:crypto';
import { ServiceError } from '../errors.ts';
import { isPassword } from './password-hash.ts';
import type { RoomSettingsStore } from './room-settings.ts';

/** Guesses that are checked at the same time; each takes a thread for 50 ms. */
const MOST_CHECKS = 2;
/** Guesses that wait beside; more are refused. */
const MOST_WAITING = 50;
/** Right passwords are remembered, so that a viewer's next request costs nothing. */
const MOST_REMEMBERED = 1000;

export class RoomPasswords {
  readonly #settings: RoomSettingsStore;
  /** Right ones, by a digest that only this process can make. */
  readonly #remembered = new Set<string>();
  readonly #key = randomBytes(32);
  #checks = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(settings: RoomSettingsStore) {
    this.#settings = settings;
  }

  /**
   * Whether one of the texts is the password of a room that people without a token may enter by it. Rejects with
   * rate_limited where too many guesses are being checked.
   */
  async open(room: string, texts: readonly string[]): Promise<boolean> {
    const { passwordHash, membersOnly } = this.#settings.of(room);
    if (passwordHash === undefined || membersOnly) return false;
    for (const text of texts) {
      if (await this.#check(text, passwordHash)) return true;
    }
    return false;
  }

  async #check(text: string, hash: string): Promise<boolean> {
    const digest = createHmac('sha256', this.#key).update(`${hash}\0${text}`).digest('base64');
    if (this.#remembered.has(digest)) return true;
    await this.#takeTurn();
    try {
      if (!(await isPassword(text, hash))) return false;
    } finally {
      this.#endTurn();
    }
    if (this.#remembered.size >= MOST_REMEMBERED) this.#remembered.clear();
    this.#remembered.add(digest);
    return true;
  }

  async #takeTurn(): Promise<void> {
    if (this.#checks < MOST_CHECKS) {
      this.#checks++;
      return;
    }
    if (this.#waiting.length >= MOST_WAITING) throw new ServiceError('rate_limited');
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** The turn goes on to who waits the longest. */
  #endTurn(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#checks--;
    else next();
  }
}
