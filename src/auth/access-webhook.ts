/** Another program that is asked who may publish and play: AUTH_WEBHOOK_URL. */
import { createHash } from 'node:crypto';
import { ServiceError } from '../errors.ts';

export interface AccessQuestion {
  action: 'publish' | 'play';
  room: string;
  /** As the client sent it; undefined where it sent none. */
  token: string | undefined;
  address: string;
  userAgent: string | undefined;
  /** Who it is, where a token or a login has said so. */
  subject: string | undefined;
  name: string | undefined;
}

export interface AccessWebhookOptions {
  url: string;
  /** Milliseconds for an answer. */
  timeout: number;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

/** Answers that are remembered at the most. */
const CACHE_ENTRIES = 10_000;
/** Whatever an answer says, it is asked for again after so long, ms. */
const LONGEST_CACHE = 3_600_000;
const LONGEST_DETAIL = 200;

type Verdict = { allowed: true } | { allowed: false; detail: string | undefined };

interface Cached {
  verdict: Verdict;
  until: number;
}

/** Asks, and remembers an answer for as long as its Cache-Control says. */
export class AccessWebhook {
  readonly #options: AccessWebhookOptions;
  readonly #now: () => number;
  /** By the digest of the question; the oldest first. */
  readonly #cache = new Map<string, Cached>();

  constructor(options: AccessWebhookOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /**
   * Resolves where the answer is a 2xx. Rejects with forbidden where it is 401, 403 or 404, and with
   * access_webhook_unavailable where it is anything else, late, or not there: nobody gets in unasked.
   */
  async check(question: AccessQuestion): Promise<void> {
    const body = JSON.stringify(question);
    // Of a question, which may be long and has a token in it, only a digest is kept.
    const key = createHash('sha256').update(body).digest('base64');
    const verdict = this.#remembered(key) ?? (await this.#ask(body, key));
    if (!verdict.allowed) throw new ServiceError('forbidden', { detail: verdict.detail });
  }

  #remembered(key: string): Verdict | undefined {
    const cached = this.#cache.get(key);
    if (cached === undefined) return undefined;
    if (cached.until > this.#now()) return cached.verdict;
    this.#cache.delete(key);
    return undefined;
  }

  async #ask(body: string, key: string): Promise<Verdict> {
    const { url, timeout } = this.#options;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(timeout),
      });
      const verdict = await readVerdict(response);
      this.#remember(key, verdict, maximumAge(response));
      return verdict;
    } catch (cause) {
      throw new ServiceError('access_webhook_unavailable', { cause });
    }
  }

  #remember(key: string, verdict: Verdict, age: number): void {
    if (age <= 0) return;
    this.#cache.set(key, { verdict, until: this.#now() + Math.min(age, LONGEST_CACHE) });
    if (this.#cache.size <= CACHE_ENTRIES) return;
    const [oldest] = this.#cache.keys();
    if (oldest !== undefined) this.#cache.delete(oldest);
  }
}

async function readVerdict(response: Response): Promise<Verdict> {
  if (response.ok) {
    await response.body?.cancel();
    return { allowed: true };
  }
  if (![401, 403, 404].includes(response.status)) throw new Error(`status ${response.status}`);
  // What the other program wants its user to read.
  const text = (await response.text()).trim();
  const isPlain = response.headers.get('Content-Type')?.startsWith('text/plain') === true;
  return { allowed: false, detail: isPlain && text !== '' ? text.slice(0, LONGEST_DETAIL) : undefined };
}

/** Milliseconds; 0 where the answer does not want to be remembered (RFC 9111 5.2.2). */
function maximumAge(response: Response): number {
  const control = response.headers.get('Cache-Control') ?? '';
  if (/\bno-(?:store|cache)\b/i.test(control)) return 0;
  const seconds = /\bmax-age=(\d{1,9})\b/i.exec(control)?.[1];
  return seconds === undefined ? 0 : Number(seconds) * 1000;
}
