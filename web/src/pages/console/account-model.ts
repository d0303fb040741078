/** Who is logged in, and what they may do here. */
import { batch, computed, signal } from '@preact/signals';
import type { ErrorCode } from '../../../../src/errors.ts';
import { AdminApi, type Person } from '../../api/admin.ts';
import { failureOf, type Failure } from '../../api/problem.ts';
import { readStored, writeStored } from '../../settings/storage.ts';
import type { ViewName } from './route.ts';

const STORAGE_KEY = 'console-token';

/** What the page should show. */
export type AccountState = 'loading' | 'out' | 'in' | 'no-right';

/** What somebody with these actions may see, in the order of the navigation. */
export function viewsFor(actions: readonly string[]): ViewName[] {
  if (actions.includes('administer')) {
    return ['overview', 'rooms', 'recordings', 'bans', 'audit', 'tokens', 'settings'];
  }
  return actions.includes('moderate') ? ['rooms'] : [];
}

/** Takes the code out of a fragment such as '#login-error=login_refused'. */
export function loginError(hash: string): string | undefined {
  return new URLSearchParams(hash.slice(1)).get('login-error') ?? undefined;
}

export class AccountModel {
  readonly #token = signal('');
  readonly person = signal<Person | undefined>(undefined);
  readonly failure = signal<Failure | undefined>(undefined);
  readonly isLoading = signal(true);
  readonly canLogIn = computed(() => this.person.value?.canLogIn === true);
  readonly token = computed(() => this.#token.value);
  readonly api = computed(() => new AdminApi(this.#token.value));
  readonly views = computed(() => viewsFor(this.person.value?.actions ?? []));
  readonly isAdmin = computed(() => this.person.value?.actions.includes('administer') === true);
  /** The token that was tried opens nothing. */
  readonly isRefused = signal(false);
  readonly state = computed<AccountState>(() => {
    const person = this.person.value;
    if (person === undefined) return this.isLoading.value ? 'loading' : 'out';
    if (this.views.value.length > 0) return 'in';
    return person.isKnown && this.#token.value === '' ? 'no-right' : 'out';
  });

  /** Goes on with the login of this tab, or that of a provider. */
  async load(): Promise<void> {
    const code = loginError(location.hash);
    if (code !== undefined) history.replaceState(history.state, '', location.pathname);
    await this.#use(readStored('sessionStorage', STORAGE_KEY) ?? '');
    if (code !== undefined) this.failure.value = { kind: 'refused', code: code as ErrorCode };
  }

  /** Logs in by a token; keeps it for this tab where it opens anything here. */
  async logIn(token: string): Promise<void> {
    await this.#use(token);
    const isGood = this.views.value.length > 0;
    if (!isGood && this.failure.value === undefined) this.isRefused.value = true;
    writeStored('sessionStorage', STORAGE_KEY, isGood ? token : '');
    if (!isGood) this.#token.value = '';
  }

  async logOut(): Promise<void> {
    writeStored('sessionStorage', STORAGE_KEY, '');
    await this.api.value.logOut().catch(() => undefined);
    this.person.value = undefined;
    await this.#use('');
  }

  /** A call was refused with 401: the rights have ended. */
  async noteRefusal(): Promise<void> {
    await this.#use(this.#token.value);
  }

  async #use(token: string): Promise<void> {
    batch(() => {
      this.#token.value = token;
      this.isLoading.value = true;
      this.isRefused.value = false;
      this.failure.value = undefined;
    });
    try {
      this.person.value = await this.api.value.me();
    } catch (error) {
      this.failure.value = failureOf(error);
    } finally {
      this.isLoading.value = false;
    }
  }
}

/** The model of who uses this page. */
export const account = new AccountModel();
