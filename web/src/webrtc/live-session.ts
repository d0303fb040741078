/**
 * A session that comes back by itself: drives the state machine of reconnect.ts with real connections, timers and
 * browser events, and publishes what the pages show.
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import { CallError, failureOf } from '../api/problem.ts';
import { watchNetwork } from './network.ts';
import { assessJitterBuffer, type JitterBufferState } from './jitter-buffer.ts';
import { assessLiveness, type Liveness } from './liveness.ts';
import type { SessionResource } from '../api/session.ts';
import { PeerSession } from './peer-session.ts';
import { IDLE, linkDeadline, step, type LinkEvent, type LinkState } from './reconnect.ts';
import { figuresBetween, readSnapshot, type Figures, type Side, type Snapshot } from './statistics.ts';

export interface LiveSessionOptions {
  side: Side;
  endpoint: string;
  token: string;
  prepare: (connection: RTCPeerConnection) => void;
  /** Changes an answer before the browser takes it. */
  adaptAnswer?: (answer: string) => string;
  /** The server has made a session, the first or a next one; the signal tells when it is over. */
  onOpened?: (resource: SessionResource, ended: AbortSignal) => void;
  /** Asked when the server has lost the session: true where another one holds the room, and we must not take it back. */
  isReplaced?: () => Promise<boolean>;
  /** Each snapshot of the statistics, several times a second while connected. */
  onSnapshot?: (snapshot: Snapshot, connection: RTCPeerConnection) => void;
}

/**
 * Milliseconds between two looks at the statistics. A broadcaster, whom no event tells that the server has lost the
 * session, looks more often: many wait for it.
 */
const SAMPLE_TIME = { send: 200, receive: 500 };
/** Milliseconds over which the shown figures are averaged, at least. */
const FIGURE_TIME = 950;

export class LiveSession {
  readonly #state = signal<LinkState>(IDLE);
  readonly #figures = signal<Figures | undefined>(undefined);
  readonly #options: LiveSessionOptions;
  #peer: PeerSession | undefined;
  #timer: number | undefined;
  #sampler: number | undefined;
  #unwatchNetwork: (() => void) | undefined;
  #liveness: Liveness | undefined;
  #jitterBuffer: JitterBufferState | undefined;
  #figureBase: Snapshot | undefined;

  constructor(options: LiveSessionOptions) {
    this.#options = options;
  }

  /** What the reconnect logic is doing. */
  get state(): ReadonlySignal<LinkState> {
    return this.#state;
  }

  /** Present figures; undefined while there are none. */
  get figures(): ReadonlySignal<Figures | undefined> {
    return this.#figures;
  }

  /** The connection of the moment. */
  get connection(): RTCPeerConnection | undefined {
    return this.#peer?.connection;
  }

  start(): void {
    this.#unwatchNetwork ??= watchNetwork(() => this.#dispatch({ type: 'networkChanged' }));
    this.#sampler ??= window.setInterval(() => void this.#sample(), SAMPLE_TIME[this.#options.side]);
    this.#dispatch({ type: 'start' });
  }

  stop(): void {
    this.#unwatchNetwork?.();
    this.#unwatchNetwork = undefined;
    window.clearInterval(this.#sampler);
    this.#sampler = undefined;
    this.#dispatch({ type: 'stop' });
  }

  /** Asks the server whether it still has the session: something else says that it has not. */
  check(): void {
    this.#dispatch({ type: 'silent' });
  }

  #dispatch(event: LinkEvent): void {
    const { state, effect } = step(this.#state.value, event, performance.now(), Math.random());
    this.#state.value = state;
    this.#schedule(state);
    switch (effect) {
      case 'open':
        this.#open();
        break;
      case 'probe':
        this.#follow(this.#peer, (peer) => this.#probe(peer));
        break;
      case 'restart':
        this.#follow(this.#peer, async (peer) => {
          await peer.restart();
          return undefined;
        });
        break;
      case 'close':
        this.#close();
        break;
      case undefined:
        break;
    }
  }

  #schedule(state: LinkState): void {
    window.clearTimeout(this.#timer);
    const deadline = linkDeadline(state);
    if (deadline === undefined) return;
    this.#timer = window.setTimeout(() => this.#dispatch({ type: 'tick' }), Math.max(0, deadline - performance.now()));
  }

  #open(): void {
    this.#close();
    const { endpoint, token, prepare, adaptAnswer, onOpened } = this.#options;
    const peer: PeerSession = new PeerSession({
      endpoint,
      token,
      prepare,
      adaptAnswer,
      onOpened,
      onConnected: () => this.#from(peer, { type: 'connected' }),
      onClosed: () => this.#from(peer, { type: 'closed' }),
    });
    this.#peer = peer;
    this.#follow(peer, async () => {
      await peer.open();
      return undefined;
    });
  }

  #close(): void {
    this.#peer?.close();
    this.#peer = undefined;
    this.#liveness = undefined;
    this.#jitterBuffer = undefined;
    this.#figureBase = undefined;
    this.#figures.value = undefined;
  }

  async #probe(peer: PeerSession): Promise<LinkEvent> {
    if (await peer.exists()) return { type: 'alive' };
    if (await this.#options.isReplaced?.()) throw new CallError({ kind: 'replaced' });
    return { type: 'gone' };
  }

  /** Runs a request for one connection; its outcome counts only while that connection is the present one. */
  #follow(peer: PeerSession | undefined, request: (peer: PeerSession) => Promise<LinkEvent | undefined>): void {
    if (peer === undefined) return;
    request(peer).then(
      (event) => {
        if (event !== undefined) this.#from(peer, event);
      },
      (error: unknown) => this.#from(peer, { type: 'refused', failure: failureOf(error) }),
    );
  }

  #from(peer: PeerSession, event: LinkEvent): void {
    if (peer === this.#peer) this.#dispatch(event);
  }

  async #sample(): Promise<void> {
    const peer = this.#peer;
    const { phase } = this.#state.value;
    if (peer === undefined || phase === 'opening' || phase === 'waiting') return;
    const report = await peer.connection.getStats();
    if (peer !== this.#peer) return;
    const snapshot = readSnapshot(report, this.#options.side, performance.now());
    this.#updateFigures(snapshot);
    this.#options.onSnapshot?.(snapshot, peer.connection);
    if (this.#options.side === 'receive') this.#bufferLosses(peer, snapshot);
    this.#watch(peer, snapshot);
  }

  #updateFigures(snapshot: Snapshot): void {
    const base = this.#figureBase;
    if (base !== undefined && snapshot.counters.at - base.counters.at < FIGURE_TIME) return;
    this.#figures.value = base && figuresBetween(base, snapshot);
    this.#figureBase = snapshot;
  }

  #bufferLosses({ connection }: PeerSession, { counters }: Snapshot): void {
    const before = this.#jitterBuffer;
    this.#jitterBuffer = assessJitterBuffer(before, { at: counters.at, requests: counters.nacks });
    const { target } = this.#jitterBuffer;
    if (target === before?.target) return;
    for (const receiver of connection.getReceivers()) {
      if ('jitterBufferTarget' in receiver) receiver.jitterBufferTarget = target ?? null;
    }
  }

  #watch(peer: PeerSession, { counters }: Snapshot): void {
    const ice = peer.connection.iceConnectionState;
    const { liveness, verdict } = assessLiveness(this.#liveness, {
      at: counters.at,
      flow: this.#options.side === 'send' ? counters.transportBytes : counters.mediaBytes,
      signs: counters.transportBytes + counters.checksAnswered,
      disconnected: ice === 'disconnected' || ice === 'failed',
    });
    this.#liveness = liveness;
    if (verdict !== undefined) this.#dispatch({ type: verdict });
  }
}
