/** The model of the shelf: the list, what of it is in sight, and what is being played. */
import { batch, computed, effect, signal } from '@preact/signals';
import type { RecordEntry } from '../../../../src/http/api-schemas.ts';
import { failureOf, type Failure } from '../../api/problem.ts';
import { listRecords } from '../../api/records.ts';
import { dateTimeFormat } from '../../components/format.ts';
import { language } from '../../i18n/language.ts';
import { accessFromUrl, loadAccess, storeToken } from '../../settings/access.ts';
import { forgetFailures } from './first-frames.ts';
import { groupRecordings, type Recording } from './recording.ts';
import { searchShelf, sectionsOf, sortShelf, type ShelfOrder } from './shelf.ts';
import { shelfState } from './shelf-state.ts';

/** Milliseconds between two looks while something is recorded, or the server is away. */
const LOOK_INTERVAL = 4_000;
/** Milliseconds after which links are renewed before they are used. */
const LINKS_AGE = 3_600_000;
/** Recordings that are in sight at first, and that each further step adds. */
const STEP = 48;

export class RecordingsModel {
  /** As it is typed; it counts from `submit` on. */
  readonly token = signal('');
  readonly text = signal('');
  /** YYYY-MM-DD; empty for any. */
  readonly day = signal('');
  readonly order = signal<ShelfOrder>('newest');
  /** The room of the other pages. */
  readonly room = signal('');
  /** Why the last call failed. */
  readonly failure = signal<Failure | undefined>(undefined);
  readonly isLoading = signal(false);
  /** Id of the recording that is open. */
  readonly opened = signal<string | undefined>(undefined);
  /** Milliseconds since the epoch of the list; 0 before the first. */
  readonly listedAt = signal(0);
  readonly #entries = signal<RecordEntry[] | undefined>(undefined);
  readonly #isRecordingOn = signal<boolean | undefined>(undefined);
  readonly #limit = signal(STEP);
  readonly #isVisible = signal(document.visibilityState === 'visible');
  #usedToken = '';
  #call: AbortController | undefined;
  #refreshing: Promise<void> | undefined;

  readonly #recordings = computed(() => groupRecordings(this.#entries.value ?? []));
  /** A time (milliseconds since the epoch) as the page shows it. */
  readonly formatTime = computed(() => dateTimeFormat(language.value === 'zh' ? 'zh-CN' : language.value));
  readonly #found = computed(() =>
    searchShelf(this.#recordings.value, { text: this.text.value, day: this.day.value }, this.formatTime.value),
  );
  readonly #sorted = computed(() => sortShelf(this.#found.value, this.order.value));

  readonly total = computed(() => this.#recordings.value.length);
  readonly found = computed(() => this.#found.value.length);
  /** Found ones that are not in sight yet. */
  readonly left = computed(() => Math.max(0, this.found.value - this.#limit.value));
  readonly sections = computed(() => sectionsOf(this.#sorted.value.slice(0, this.#limit.value), this.order.value));
  readonly state = computed(() =>
    shelfState({
      total: this.#entries.value === undefined ? undefined : this.total.value,
      found: this.found.value,
      failure: this.failure.value,
      isRecordingOn: this.#isRecordingOn.value,
    }),
  );
  readonly isSearching = computed(() => this.text.value.trim() !== '' || this.day.value !== '');
  readonly #isRecording = computed(() => this.#recordings.value.some(({ state }) => state === 'recording'));

  /** Takes search and token from the URL or the last visit, and asks for the list. */
  load(): void {
    const given = accessFromUrl(new URL(location.href));
    const { room, token } = loadAccess();
    this.text.value = given.room ?? '';
    this.room.value = room;
    this.token.value = token;
    this.#usedToken = token;
    document.addEventListener('visibilitychange', () => {
      this.#isVisible.value = document.visibilityState === 'visible';
      if (this.#isVisible.value && this.areLinksOld) void this.refresh();
    });
    for (const part of [this.text, this.day, this.order]) part.subscribe(() => (this.#limit.value = STEP));
    effect(() => this.#lookAgain());
    void this.refresh();
  }

  /** Asks for the list with the token as it stands in its field. */
  submit(): void {
    const token = this.token.value.trim();
    if (token !== this.#usedToken) {
      this.#call?.abort();
      this.#refreshing = undefined;
      this.#usedToken = token;
      // Another token sees other recordings.
      this.#entries.value = undefined;
    }
    storeToken(token);
    forgetFailures();
    void this.refresh();
  }

  /** Asks for the list; calls while one is under way share it. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#ask();
    return this.#refreshing;
  }

  get(id: string): Recording | undefined {
    return this.#recordings.value.find((recording) => recording.id === id);
  }

  /** Opens a recording, with links that do not end while it plays. */
  async open(id: string): Promise<void> {
    await this.renewLinks();
    this.opened.value = id;
  }

  close(): void {
    this.opened.value = undefined;
  }

  /** Asks for new links where those of the list are old. */
  async renewLinks(): Promise<void> {
    if (this.areLinksOld) await this.refresh();
  }

  /** Whether the links of the list may soon end. */
  get areLinksOld(): boolean {
    return Date.now() - this.listedAt.value > LINKS_AGE;
  }

  showMore(): void {
    if (this.left.value > 0) this.#limit.value += STEP;
  }

  clearSearch(): void {
    batch(() => {
      this.text.value = '';
      this.day.value = '';
    });
  }

  async #ask(): Promise<void> {
    const call = new AbortController();
    this.#call = call;
    this.isLoading.value = true;
    try {
      const { entries, isRecordingOn } = await listRecords(this.#usedToken, call.signal);
      if (call.signal.aborted) return;
      batch(() => {
        this.#entries.value = entries;
        this.#isRecordingOn.value = isRecordingOn;
        this.failure.value = undefined;
        this.listedAt.value = Date.now();
      });
    } catch (error) {
      if (!call.signal.aborted) this.failure.value = failureOf(error);
    } finally {
      if (this.#call === call) {
        this.#refreshing = undefined;
        this.isLoading.value = false;
      }
    }
  }

  /** In a while, if there is something to be seen by then and somebody to see it. */
  #lookAgain(): (() => void) | undefined {
    const mayChange = this.#isRecording.value || this.failure.value?.kind === 'unreachable';
    if (!mayChange || !this.#isVisible.value || this.isLoading.value) return undefined;
    const timer = window.setTimeout(() => void this.refresh(), LOOK_INTERVAL);
    return () => window.clearTimeout(timer);
  }
}

/** The model of this page. */
export const shelf = new RecordingsModel();
