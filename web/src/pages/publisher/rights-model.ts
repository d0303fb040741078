/** Whether the server lets this page broadcast, asked as soon as a room and a token stand there. */
import { effect, signal, type ReadonlySignal } from '@preact/signals';
import { whoAmI } from '../../api/me.ts';
import { isRoomName } from '../../settings/access.ts';

/** 'watch': they may watch and not broadcast; 'token': no token, or a wrong one; 'room': a token for something else. */
export type MissingRight = 'watch' | 'token' | 'room';

/** Milliseconds after the last key before the server is asked. */
const REST = 400;
/** Milliseconds for its answer. */
const REQUEST_TIME = 4_000;

/** What keeps somebody with these rights in the room from broadcasting; undefined where nothing does. */
export function missingRight(person: { isKnown: boolean; actions: readonly string[] }): MissingRight | undefined {
  const { isKnown, actions } = person;
  if (actions.includes('publish')) return undefined;
  if (actions.includes('play')) return isKnown ? 'watch' : 'token';
  return isKnown ? 'room' : 'token';
}

export class RightsModel {
  /** What keeps this page from broadcasting; undefined where nothing does, and where the server has not told. */
  readonly missing = signal<MissingRight | undefined>(undefined);

  /** Asks again whenever room or token change. */
  follow(room: ReadonlySignal<string>, token: ReadonlySignal<string>): void {
    effect(() => {
      const [name, secret] = [room.value.trim(), token.value.trim()];
      const end = new AbortController();
      this.missing.value = undefined;
      if (!isRoomName(name)) return undefined;
      const timers = [
        window.setTimeout(() => void this.#ask(name, secret, end.signal), REST),
        window.setTimeout(() => end.abort(), REST + REQUEST_TIME),
      ];
      return () => {
        timers.forEach((timer) => window.clearTimeout(timer));
        end.abort();
      };
    });
  }

  async #ask(room: string, token: string, signal: AbortSignal): Promise<void> {
    const person = await whoAmI(token, signal, room).catch(() => undefined);
    if (!signal.aborted && person !== undefined) this.missing.value = missingRight(person);
  }
}
