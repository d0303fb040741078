/** A page's chat: what its views show, and what they can do. */
import { computed, signal } from '@preact/signals';
import type { ChatMessage, Danmaku } from '../../../src/chat/protocol.ts';
import { type Failure, failureOf } from '../api/problem.ts';
import { readStored, writeStored } from '../settings/storage.ts';
import { watchNetwork } from '../webrtc/network.ts';
import { ChatConnection, type ChatPhase, type ChatSurroundings } from './chat-connection.ts';
import { chatEntryFailure, clearChat, muteAuthor } from './chat-requests.ts';
import { type ChatState, EMPTY_CHAT, type PendingRequest } from './chat-state.ts';

const NICKNAME = 'chat.nickname';
/** Milliseconds between two states that are shown, where messages follow each other quickly. */
const SHOW_INTERVAL = 100;

const BROWSER: ChatSurroundings = {
  open: (url, protocols) => new WebSocket(url, protocols),
  now: () => Date.now(),
  random: () => Math.random(),
  later(callback, milliseconds) {
    const timer = window.setTimeout(callback, milliseconds);
    return () => window.clearTimeout(timer);
  },
};

export class ChatModel {
  readonly state = signal<ChatState>(EMPTY_CHAT);
  readonly phase = signal<ChatPhase>('off');
  /** What a guest calls themselves; empty for a name that the server gives. */
  readonly nickname = signal(readStored('localStorage', NICKNAME) ?? '');
  readonly replyTo = signal<ChatMessage | undefined>(undefined);
  readonly editing = signal<ChatMessage | undefined>(undefined);
  /** Why the server did not let this page in, the last time that it was asked. */
  readonly refused = signal<Failure | undefined>(undefined);
  /** What did not work of what a moderator wanted. */
  readonly failure = signal<Failure | undefined>(undefined);
  /** Whether there is anything to show: not in a room whose chat is off. */
  readonly isThere = computed(() => this.phase.value !== 'off' && this.state.value.closure !== 'chat_off');
  readonly #listeners = new Set<(message: ChatMessage) => void>();
  #connection: ChatConnection | undefined;
  #unwatchNetwork: (() => void) | undefined;
  #latest: ChatState = EMPTY_CHAT;
  #showTimer: number | undefined;
  /** Monotonic milliseconds. */
  #shownAt = Number.NEGATIVE_INFINITY;
  #room = '';
  #token = '';

  /** Goes into the chat of a room, unless it is there already. */
  join(room: string, token: string): void {
    if (this.#connection !== undefined && room === this.#room && token === this.#token) {
      if (this.phase.peek() === 'ended') this.#connection.restart();
      return;
    }
    this.leave();
    this.#room = room;
    this.#token = token;
    const key = `chat.key.${room}`;
    const connection = new ChatConnection(
      {
        url: chatUrl(room, location.href),
        token,
        nickname: () => this.nickname.peek(),
        key: () => readStored('localStorage', key) ?? undefined,
        ask: async () => {
          this.refused.value = await chatEntryFailure(room, token);
          return this.refused.value;
        },
        onState: (state) => {
          if (state.you?.key !== undefined && state.you !== this.state.peek().you) {
            writeStored('localStorage', key, state.you.key);
          }
          this.#show(state);
        },
        onPhase: (phase) => (this.phase.value = phase),
        onFresh: (message) => {
          for (const listener of this.#listeners) listener(message);
        },
      },
      BROWSER,
    );
    this.#connection = connection;
    this.#unwatchNetwork = watchNetwork(() => connection.restart());
    connection.start();
  }

  leave(): void {
    this.#unwatchNetwork?.();
    this.#connection?.stop();
    this.#connection = undefined;
    window.clearTimeout(this.#showTimer);
    this.#showTimer = undefined;
    this.state.value = EMPTY_CHAT;
    this.replyTo.value = undefined;
    this.editing.value = undefined;
    this.failure.value = undefined;
  }

  /** Calls back with each message that is said from now on, until the returned function is called. */
  onFresh(listener: (message: ChatMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Says a text, as an answer where one is being given; changes the message that is being edited. */
  say(text: string, danmaku: Danmaku | undefined): void {
    const clientId = newClientId();
    const editing = this.editing.peek();
    const replyTo = this.replyTo.peek();
    this.editing.value = undefined;
    this.replyTo.value = undefined;
    if (editing !== undefined) {
      this.#connection?.request({ type: 'edit', clientId, id: editing.id, text });
      return;
    }
    this.#connection?.request({
      type: 'send',
      clientId,
      text,
      ...(replyTo === undefined ? {} : { replyTo: replyTo.id }),
      ...(danmaku === undefined ? {} : { danmaku }),
    });
  }

  remove(message: ChatMessage): void {
    this.#connection?.request({ type: 'delete', clientId: newClientId(), id: message.id });
  }

  /** Asks for messages from before those that are there. */
  askEarlier(): void {
    this.#connection?.askEarlier(newClientId());
  }

  /** Nobody looks at those any more. */
  forgetEarlier(): void {
    this.#connection?.forgetEarlier();
  }

  /** Asks once more for what was refused. */
  retry({ request }: PendingRequest): void {
    this.#connection?.request(request);
  }

  discard({ request }: PendingRequest): void {
    this.#connection?.discard(request.clientId);
  }

  /** Goes by another name from now on; empty for one that the server gives. */
  rename(nickname: string): void {
    this.nickname.value = nickname;
    writeStored('localStorage', NICKNAME, nickname);
    this.#connection?.restart();
  }

  mute(message: ChatMessage, seconds?: number): void {
    this.#moderate(muteAuthor(this.#room, this.#token, message.author.id, seconds));
  }

  clear(): void {
    this.#moderate(clearChat(this.#room, this.#token));
  }

  /** Shows a state at once or, where many messages come, a few times a second: a list costs a layout each time. */
  #show(state: ChatState): void {
    this.#latest = state;
    if (this.#showTimer !== undefined) return;
    const isMore = state.messages !== this.state.peek().messages && state.pending === this.state.peek().pending;
    const wait = isMore ? this.#shownAt + SHOW_INTERVAL - performance.now() : 0;
    if (wait > 0) this.#showTimer = window.setTimeout(() => this.#showNow(), wait);
    else this.#showNow();
  }

  #showNow(): void {
    this.#showTimer = undefined;
    this.#shownAt = performance.now();
    this.state.value = this.#latest;
  }

  #moderate(deed: Promise<void>): void {
    this.failure.value = undefined;
    deed.catch((error: unknown) => (this.failure.value = failureOf(error)));
  }
}

function newClientId(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-');
}

/** The WebSocket of a room's chat, on the server of a page. */
function chatUrl(room: string, page: string): string {
  const url = new URL(`/api/rooms/${encodeURIComponent(room)}/chat`, page);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}
