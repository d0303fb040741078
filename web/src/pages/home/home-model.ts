/** The model of the home page: the rooms that are live, who looks at them, and the preview. */
import { batch, computed, effect, signal } from '@preact/signals';
import type { Person, Room } from '../../../../src/http/api-schemas.ts';
import type { ErrorCode } from '../../../../src/errors.ts';
import { loginUrl, logOut, whoAmI } from '../../api/me.ts';
import { failureOf, type Failure } from '../../api/problem.ts';
import { listRooms } from '../../api/rooms.ts';
import { loadAccess, loginError, storeToken } from '../../settings/access.ts';
import { homeState } from './home-state.ts';
import { liveRooms, lowestLayer, searchRooms } from './live-rooms.ts';
import { PreviewModel } from './preview-model.ts';

/** Milliseconds between two looks while the page is in sight. */
const LOOK_INTERVAL = 4_000;
/** Milliseconds for an answer. */
const REQUEST_TIME = 8_000;

export class HomeModel {
  readonly text = signal('');
  /** As it is typed; it counts from `useToken` on. */
  readonly token = signal('');
  /** The token that the list was asked for with. */
  readonly usedToken = signal('');
  /** The room of the other pages. */
  readonly room = signal('');
  readonly preview = new PreviewModel();
  readonly person = signal<Person | undefined>(undefined);
  /** Why a login did not work. */
  readonly loginError = signal<ErrorCode | undefined>(undefined);
  readonly failure = signal<Failure | undefined>(undefined);
  readonly #rooms = signal<readonly Room[] | undefined>(undefined);
  readonly #isVisible = signal(document.visibilityState === 'visible');
  readonly #isAsking = signal(false);
  #call: AbortController | undefined;
  /** Milliseconds since the epoch of the newest answer. */
  #answeredAt = 0;

  readonly #live = computed(() => liveRooms(this.#rooms.value ?? []));
  readonly found = computed(() => searchRooms(this.#live.value, this.text.value));
  /** Whether the visitor may broadcast in some room, as far as the server has told. */
  readonly mayBroadcast = computed(() => this.person.value?.actions.includes('publish') === true);
  readonly total = computed(() => this.#live.value.length);
  readonly state = computed(() =>
    homeState({
      total: this.#rooms.value === undefined ? undefined : this.total.value,
      found: this.found.value.length,
      failure: this.failure.value,
    }),
  );

  /** Takes the token from the URL or the last visit, and asks for the list from now on. */
  load(): void {
    this.loginError.value = loginError();
    const { room, token } = loadAccess();
    this.room.value = room;
    this.token.value = token;
    this.usedToken.value = token;
    document.addEventListener('visibilitychange', () => {
      this.#isVisible.value = document.visibilityState === 'visible';
    });
    void this.refresh();
    effect(() => this.#lookAgain());
  }

  /** Asks with the token as it stands in its field. */
  useToken(): void {
    const token = this.token.value.trim();
    storeToken(token);
    this.preview.hide();
    batch(() => {
      this.usedToken.value = token;
      // Another token sees other rooms.
      this.#rooms.value = undefined;
      this.failure.value = undefined;
    });
    void this.refresh();
  }

  async refresh(): Promise<void> {
    this.#call?.abort();
    const call = new AbortController();
    this.#call = call;
    this.#isAsking.value = true;
    const timer = window.setTimeout(() => call.abort(), REQUEST_TIME);
    const token = this.usedToken.peek();
    const [person, rooms] = await Promise.allSettled([whoAmI(token, call.signal), listRooms(token, call.signal)]);
    window.clearTimeout(timer);
    if (this.#call !== call) return;
    this.#answeredAt = Date.now();
    batch(() => {
      this.#isAsking.value = false;
      if (person.status === 'fulfilled') this.person.value = person.value;
      this.failure.value = rooms.status === 'rejected' ? failureOf(rooms.reason) : undefined;
      if (rooms.status === 'fulfilled') this.#rooms.value = rooms.value;
    });
    this.#endPreviewOfGone();
  }

  /** Where a login begins that comes back here. */
  get loginUrl(): string {
    return loginUrl(location.pathname);
  }

  /** Forgets the login. */
  async logOut(): Promise<void> {
    await logOut().catch(() => undefined);
    this.useToken();
  }

  showPreview(room: Room): void {
    this.preview.show({ room: room.name, layer: lowestLayer(room), token: this.usedToken.value });
  }

  #endPreviewOfGone(): void {
    const shown = this.preview.room.peek();
    if (shown !== undefined && !this.#live.peek().some(({ name }) => name === shown)) this.preview.hide();
  }

  /** In a while, and at once when the page comes back into sight; not while nobody sees it. */
  #lookAgain(): (() => void) | undefined {
    if (!this.#isVisible.value || this.#isAsking.value) return undefined;
    const age = Date.now() - this.#answeredAt;
    // Who is not let in stays out until they do something, perhaps in another window.
    const isOut = this.state.value === 'token' || this.state.value === 'no-list';
    if (isOut && age < LOOK_INTERVAL) return undefined;
    const timer = window.setTimeout(() => void this.refresh(), Math.max(0, LOOK_INTERVAL - age));
    return () => window.clearTimeout(timer);
  }
}

/** The model of this page. */
export const home = new HomeModel();
