/** What a room says of itself, asked for once for each room and token. */
import { signal, type ReadonlySignal } from '@preact/signals';
import { whoAmI } from '../../api/me.ts';

/** Milliseconds for the answer. */
const REQUEST_TIME = 8_000;

export interface About {
  room: string;
  title: string | undefined;
  description: string | undefined;
}

export class AboutRoom {
  readonly #about = signal<About | undefined>(undefined);
  #asked = '';

  /** Of the room that was asked for last; undefined until the server has told. */
  get about(): ReadonlySignal<About | undefined> {
    return this.#about;
  }

  /** Asks the server, where it has not been asked yet. */
  async ask(room: string, token: string): Promise<void> {
    const asked = JSON.stringify([room, token]);
    if (asked === this.#asked) return;
    this.#asked = asked;
    const person = await whoAmI(token, AbortSignal.timeout(REQUEST_TIME), room).catch(() => undefined);
    if (this.#asked !== asked) return;
    if (person === undefined) this.#asked = '';
    this.#about.value = person && { room, title: person.room?.title, description: person.room?.description };
  }
}
