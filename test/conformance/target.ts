/** The server under test: one of our own with the settings that a row needs, or the one that CONFORMANCE_URL names. */
import { randomBytes } from 'node:crypto';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';

export type Settings = Readonly<Record<string, string>>;

/** One row's proof. */
export interface RowTest {
  /** What our own server must be set to. A row that needs this is not applicable at another server. */
  settings?: Settings;
  run(target: Target): Promise<void>;
}

export const SDP = 'application/sdp';
export const FRAGMENT = 'application/trickle-ice-sdpfrag';

type Kind = 'publish' | 'play';

export interface CallOptions {
  headers?: Readonly<Record<string, string>>;
  body?: RequestInit['body'];
  /** Instead of the target's own; null for none. */
  token?: string | null;
}

/** A session as its 201 described it. */
export interface Session {
  url: string;
  /** As the header says it, with its quotes. */
  etag: string;
  answer: string;
  response: Response;
}

const DEFAULT_PATHS = { publish: '/api/whip/publish/{room}', play: '/api/whep/play/{room}' };

export class Target {
  readonly url: string;
  readonly token: string | undefined;
  /** Undefined where the server is not ours. */
  readonly own: TestServer | undefined;
  readonly #paths: typeof DEFAULT_PATHS;
  readonly #opened = new Set<string>();
  readonly #deferred: (() => void)[] = [];

  constructor(url: string, token: string | undefined, own?: TestServer, paths = DEFAULT_PATHS) {
    this.url = url;
    this.token = token;
    this.own = own;
    this.#paths = paths;
  }

  /** Host of the server, where its media is expected too. */
  get host(): string {
    return new URL(this.url).hostname;
  }

  endpoint(kind: Kind, room = newRoom()): string {
    return this.url + this.#paths[kind].replace('{room}', room);
  }

  /** A request; redirects are not followed. */
  call(method: string, url: string, { headers = {}, body, token }: CallOptions = {}): Promise<Response> {
    const used = token === undefined ? this.token : token;
    return fetch(url, {
      method,
      headers: { ...(typeof used === 'string' && { Authorization: `Bearer ${used}` }), ...headers },
      redirect: 'manual',
      ...(body !== undefined && { body, ...(body instanceof ReadableStream && { duplex: 'half' as const }) }),
    });
  }

  /** POSTs an offer. */
  async post(kind: Kind, offer: string, room?: string, options: CallOptions = {}): Promise<Response> {
    const endpoint = this.endpoint(kind, room);
    const headers = { 'Content-Type': SDP, ...options.headers };
    const response = await this.call('POST', endpoint, { ...options, headers, body: offer });
    const location = response.headers.get('location');
    if (response.status === 201 && location !== null) this.#opened.add(new URL(location, endpoint).href);
    return response;
  }

  /** POSTs an offer that must be taken. */
  async open(kind: Kind, offer: string, room?: string, options?: CallOptions): Promise<Session> {
    const response = await this.post(kind, offer, room, options);
    const answer = await response.text();
    if (response.status !== 201) throw new Error(`POST to ${kind} answered ${response.status}: ${answer}`);
    const url = new URL(response.headers.get('location') ?? '', this.url).href;
    return { url, etag: response.headers.get('etag') ?? '', answer, response };
  }

  /** PATCHes a fragment, with an If-Match unless it is undefined. */
  patch(session: Session, fragment: string, ifMatch: string | undefined, headers: Settings = {}): Promise<Response> {
    return this.call('PATCH', session.url, {
      headers: { 'Content-Type': FRAGMENT, ...(ifMatch !== undefined && { 'If-Match': ifMatch }), ...headers },
      body: fragment,
    });
  }

  /** Calls a function when the row is done. */
  defer(end: () => void): void {
    this.#deferred.push(end);
  }

  /** Ends what a row has opened. */
  async clear(): Promise<void> {
    for (const end of this.#deferred.splice(0)) end();
    const urls = [...this.#opened];
    this.#opened.clear();
    await Promise.all(urls.map((url) => this.call('DELETE', url).catch(() => undefined)));
  }
}

/** A name that no other row uses. */
export function newRoom(): string {
  return `conformance-${randomBytes(6).toString('hex')}`;
}

/** Another server, as CONFORMANCE_URL and its companions describe it. */
export function foreignTarget(environment: NodeJS.ProcessEnv): Target | undefined {
  const { CONFORMANCE_URL: url, CONFORMANCE_TOKEN: token } = environment;
  if (url === undefined || url === '') return undefined;
  return new Target(url.replace(/\/$/, ''), token, undefined, {
    publish: environment.CONFORMANCE_PUBLISH_PATH ?? DEFAULT_PATHS.publish,
    play: environment.CONFORMANCE_PLAY_PATH ?? DEFAULT_PATHS.play,
  });
}

/** Our own servers, one for each set of settings. */
export class OwnTargets {
  readonly #targets = new Map<string, Promise<Target>>();

  get(settings: Settings = {}): Promise<Target> {
    const key = JSON.stringify(settings);
    let target = this.#targets.get(key);
    if (target === undefined) {
      target = startServer({ LOG_LEVEL: 'warn', ...settings }).then(
        (server) => new Target(server.url, settings.AUTH_TOKEN, server),
      );
      this.#targets.set(key, target);
    }
    return target;
  }

  async stop(): Promise<void> {
    const targets = await Promise.allSettled(this.#targets.values());
    await Promise.all(
      targets.map(async (result) => {
        if (result.status === 'fulfilled') await result.value.own?.stop();
      }),
    );
  }
}
