/** One connection to a chat: who it is of, and the way back to them. */
import { textFrame } from './frame.ts';
import {
  CHAT_CLOSURES,
  type ChatAuthor,
  type ChatClosure,
  type ChatRefusalCode,
  CHAT_REFUSALS,
  type ChatRole,
  type ServerMessage,
} from './protocol.ts';

/** Who connects, as their request has shown. */
export interface ChatPerson {
  /** Whether a token says who it is; all others are guests. */
  isKnown: boolean;
  /** Names the person for good: the `sub` of a token. */
  subject: string | undefined;
  /** As the token has it. */
  name: string | undefined;
  role: ChatRole;
  isModerator: boolean;
  isAdmin: boolean;
  address: string;
  /** What counts as one address: that, or of IPv6 its network of 64 bits, which is what one line gets. */
  client: string;
  /** Names the login that the connection is by; undefined where it is by none. */
  login: string | undefined;
  /** Milliseconds since the epoch after which the connection may not go on; undefined where it may. */
  endsAt: number | undefined;
}

/** What carries frames to a client. */
export interface ChatTransport {
  /** Bytes that the client has not taken yet. */
  readonly waiting: number;
  /** Sends a whole WebSocket frame. */
  send(frame: Uint8Array): void;
  /** Closes the WebSocket, or cuts it off where `waiting` shows that nobody reads. */
  close(code: number, reason: string): void;
}

/** More than this is not kept for a client that reads too slowly: bytes. */
const MOST_WAITING = 256 * 1024;

export interface Refusal {
  code: ChatRefusalCode;
  /** One sentence, where there is more to say than {@link CHAT_REFUSALS} does. */
  detail?: string;
  /** Seconds. */
  retryAfter?: number;
}

export class ChatMember {
  readonly room: string;
  readonly person: ChatPerson;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly #transport: ChatTransport;
  /** Undefined until they have joined. */
  author: ChatAuthor | undefined;
  /** Whether they know that they are muted. */
  isMuted = false;
  #isOpen = true;

  constructor(room: string, person: ChatPerson, transport: ChatTransport, now: number) {
    this.room = room;
    this.person = person;
    this.#transport = transport;
    this.since = now;
  }

  /** What counts as the address of a guest; undefined for everybody else. */
  get guestAddress(): string | undefined {
    return this.person.isKnown ? undefined : this.person.client;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  send(...messages: ServerMessage[]): void {
    this.sendFrame(textFrame(JSON.stringify(messages)));
  }

  /** Sends a frame, or ends the connection where too much waits already. */
  sendFrame(frame: Uint8Array): void {
    if (!this.#isOpen) return;
    if (this.#transport.waiting > MOST_WAITING) this.end('too_slow');
    else this.#transport.send(frame);
  }

  refuse(clientId: string | undefined, { code, detail, retryAfter }: Refusal): void {
    this.send({
      type: 'refusal',
      ...(clientId === undefined ? {} : { clientId }),
      code,
      detail: detail ?? CHAT_REFUSALS[code],
      ...(retryAfter === undefined ? {} : { retryAfter: Math.ceil(retryAfter) }),
    });
  }

  /** Says why, and closes. */
  end(reason: ChatClosure, detail: string = CHAT_CLOSURES[reason].detail): void {
    if (!this.#isOpen) return;
    if (reason !== 'too_slow') this.#transport.send(textFrame(JSON.stringify([{ type: 'closed', reason, detail }])));
    this.#isOpen = false;
    this.#transport.close(CHAT_CLOSURES[reason].code, reason);
  }

  /** The client has closed the connection, or it broke. */
  gone(): void {
    this.#isOpen = false;
  }
}
