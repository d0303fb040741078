/** Keeps a client in a chat: connects, joins, comes back after a break and says again what nobody has answered. */
import {
  CHAT_CLOSURES,
  CHAT_SUBPROTOCOL,
  CHAT_VERSION,
  type ChatClosure,
  type ChatMessage,
  type ClientMessage,
  type JoinMessage,
  type ServerMessage,
  TOKEN_SUBPROTOCOL_PREFIX,
} from '../../../src/chat/protocol.ts';
import type { Failure } from '../api/problem.ts';
import { retryDelay } from '../webrtc/backoff.ts';
import {
  afterServerMessage,
  type ChatRequest,
  type ChatState,
  EMPTY_CHAT,
  unanswered,
  withEarlierAsked,
  withoutEarlier,
  withoutRequest,
  withRequest,
} from './chat-state.ts';

/** As much of a WebSocket as is needed. */
export interface ChatSocket {
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  send(frame: string): void;
  close(): void;
}

/** Time, chance and the network, which tests replace. */
export interface ChatSurroundings {
  open(url: string, protocols: string[]): ChatSocket;
  /** Milliseconds since the epoch. */
  now(): number;
  /** From 0 to below 1. */
  random(): number;
  /** Calls back once after so many milliseconds, unless the returned function is called before. */
  later(callback: () => void, milliseconds: number): () => void;
}

export interface ChatConnectionOptions {
  url: string;
  /** Empty for none. */
  token: string;
  /** The name that a guest wants; empty for one that the server gives. */
  nickname: () => string;
  /** Who the guest was on an earlier connection. */
  key: () => string | undefined;
  /** Why the server lets this client not in, which browsers do not tell of a WebSocket; undefined where it would. */
  ask: () => Promise<Failure | undefined>;
  onState: (state: ChatState) => void;
  onPhase: (phase: ChatPhase) => void;
  /** Somebody says something now, rather than before this client came. */
  onFresh: (message: ChatMessage) => void;
}

/** ended: connecting again would not help. */
export type ChatPhase = 'off' | 'connecting' | 'open' | 'waiting' | 'ended';

export class ChatConnection {
  readonly #options: ChatConnectionOptions;
  readonly #surroundings: ChatSurroundings;
  #state: ChatState = EMPTY_CHAT;
  #socket: ChatSocket | undefined;
  #cancelRetry: (() => void) | undefined;
  #attempt = 0;
  #wantsNickname = true;
  #hasOpened = false;

  constructor(options: ChatConnectionOptions, surroundings: ChatSurroundings) {
    this.#options = options;
    this.#surroundings = surroundings;
  }

  start(): void {
    this.#wantsNickname = true;
    this.#update({ ...this.#state, joinRefusal: undefined });
    this.#open();
  }

  stop(): void {
    this.#drop();
    this.#options.onPhase('off');
  }

  /** Connects anew at once: under another name, or over another network. */
  restart(): void {
    this.#attempt = 0;
    this.start();
  }

  /** Asks for something now or, while there is no connection, with the next one. */
  request(request: ChatRequest): void {
    this.#update(withRequest(this.#state, request));
    if (this.#state.isJoined) this.#send(request);
  }

  /** Lets go of a request that was refused. */
  discard(clientId: string): void {
    this.#update(withoutRequest(this.#state, clientId));
  }

  /** Asks for messages from before those that are there, unless they are awaited already or there are none. */
  askEarlier(clientId: string): void {
    const state = withEarlierAsked(this.#state, clientId);
    const before = state.messages[0]?.id;
    if (state === this.#state || before === undefined) return;
    this.#update(state);
    this.#send({ type: 'history', clientId, before });
  }

  /** Lets go of earlier messages that were asked for. */
  forgetEarlier(): void {
    this.#update(withoutEarlier(this.#state));
  }

  #open(): void {
    this.#drop();
    this.#options.onPhase('connecting');
    const { url, token } = this.#options;
    const protocols = token === '' ? [CHAT_SUBPROTOCOL] : [CHAT_SUBPROTOCOL, tokenSubprotocol(token)];
    const socket = this.#surroundings.open(url, protocols);
    this.#socket = socket;
    this.#hasOpened = false;
    socket.onopen = () => {
      this.#hasOpened = true;
      this.#send(this.#joinMessage());
    };
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code }) => this.#closed(code);
  }

  /** Ends the present connection without a word from it any more. */
  #drop(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    const socket = this.#socket;
    this.#socket = undefined;
    if (this.#state.isJoined) this.#update({ ...this.#state, isJoined: false, askedEarlier: undefined });
    if (socket === undefined) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #joinMessage(): JoinMessage {
    const nickname = this.#wantsNickname ? this.#options.nickname() : '';
    const key = this.#options.key();
    return {
      type: 'join',
      version: CHAT_VERSION,
      ...(nickname === '' ? {} : { nickname }),
      ...(key === undefined ? {} : { key }),
      ...(this.#state.since === undefined ? {} : { since: this.#state.since }),
    };
  }

  #send(message: ClientMessage): void {
    this.#socket?.send(JSON.stringify(message));
  }

  #receive(data: unknown): void {
    const before = this.#state.since;
    for (const event of parseFrame(data)) {
      const known = this.#state.since ?? 0;
      this.#update(afterServerMessage(this.#state, event, this.#surroundings.now()));
      if (event.type === 'welcome') this.#joined();
      if (event.type === 'message' && before !== undefined && event.message.id > known) {
        this.#options.onFresh(event.message);
      }
      if (event.type === 'refusal' && this.#state.joinRefusal?.code === 'bad_nickname' && this.#wantsNickname) {
        this.#wantsNickname = false;
        this.#send(this.#joinMessage());
      }
    }
  }

  #joined(): void {
    this.#attempt = 0;
    this.#options.onPhase('open');
    for (const request of unanswered(this.#state)) this.#send(request);
  }

  #closed(code: number): void {
    this.#drop();
    const reason = closureOf(code);
    if (reason !== undefined && CHAT_CLOSURES[reason].isFinal) {
      this.#end(reason);
      return;
    }
    this.#options.onPhase('waiting');
    if (!this.#hasOpened) void this.#findOut();
    const delay = retryDelay(this.#attempt, this.#surroundings.random(), undefined);
    this.#attempt += 1;
    this.#cancelRetry = this.#surroundings.later(() => this.#open(), delay);
  }

  /** Gives up where the server has said that it lets nobody like this in. */
  async #findOut(): Promise<void> {
    const failure = await this.#options.ask();
    const isLasting = failure?.status === 401 || failure?.status === 403 || failure?.status === 404;
    if (!isLasting || this.#state.isJoined || this.#cancelRetry === undefined) return;
    this.#drop();
    this.#end((failure.code as string | undefined) === 'chat_off' ? 'chat_off' : undefined);
  }

  #end(closure: ChatClosure | undefined): void {
    this.#update({ ...this.#state, closure });
    this.#options.onPhase('ended');
  }

  #update(state: ChatState): void {
    this.#state = state;
    this.#options.onState(state);
  }
}

/** The token as a subprotocol: browsers send no other header with a WebSocket. */
export function tokenSubprotocol(token: string): string {
  const binary = String.fromCharCode(...new TextEncoder().encode(token));
  return TOKEN_SUBPROTOCOL_PREFIX + btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function closureOf(code: number): ChatClosure | undefined {
  const reasons = Object.keys(CHAT_CLOSURES) as ChatClosure[];
  return reasons.find((reason) => CHAT_CLOSURES[reason].code === code);
}

function parseFrame(data: unknown): ServerMessage[] {
  try {
    const value: unknown = JSON.parse(String(data));
    return Array.isArray(value) ? (value as ServerMessage[]) : [];
  } catch {
    return [];
  }
}
