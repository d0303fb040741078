/** The WebSockets of the chat: what comes in and goes out, with limits for what a client may do to the server. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Chat } from '../chat/chat.ts';
import type { ChatPerson } from '../chat/chat-member.ts';
import { CHAT_SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX } from '../chat/protocol.ts';
import { ServiceError } from '../errors.ts';
import { clientOf } from './rate-limit.ts';
import type { Upgrade } from './upgrades.ts';

/** Largest message of a client: bytes. */
const MOST_BYTES = 64 * 1024;
/** Frames that a message may come in: each is kept in memory, with far more bytes than it may have, until the last is there. */
const MOST_FRAGMENTS = 64;
/** Milliseconds between two pings, which keep proxies from closing and show who is gone. */
const PING_INTERVAL = 30_000;
/** Answers to pings wait as long as no more than this waits: bytes. */
const MOST_WAITING_FOR_PONG = 16 * 1024;
/** A client that does not close its side is cut off: milliseconds. */
const CLOSING_TIME = 2000;

/** RFC 6455, 7.4.1: data of a type that cannot be accepted. */
const UNSUPPORTED_DATA = 1003;

/** The token that a request offers as a subprotocol: browsers can send a WebSocket's request no header. */
export function tokenOfProtocols(header: string | undefined): string | undefined {
  const offered = (header ?? '').split(',').map((name) => name.trim());
  const encoded = offered.find((name) => name.startsWith(TOKEN_SUBPROTOCOL_PREFIX));
  if (encoded === undefined) return undefined;
  const token = Buffer.from(encoded.slice(TOKEN_SUBPROTOCOL_PREFIX.length), 'base64url').toString('utf8');
  return token === '' ? undefined : token;
}

interface Connected {
  socket: Socket;
  webSocket: WebSocket;
  /** It has answered the last ping. */
  isAlive: boolean;
}

export class ChatSockets {
  readonly #chat: Chat;
  readonly #mostPerClient: number;
  readonly #connected = new Set<Connected>();
  readonly #perClient = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MOST_BYTES,
    maxFragments: MOST_FRAGMENTS,
    autoPong: false,
    handleProtocols: (offered) => (offered.has(CHAT_SUBPROTOCOL) ? CHAT_SUBPROTOCOL : false),
  });

  /** `mostPerClient`: connections from one address (of IPv6: one /64 network); 0 for no limit. */
  constructor(chat: Chat, mostPerClient: number) {
    this.#chat = chat;
    this.#mostPerClient = mostPerClient;
    this.#timer = setInterval(() => this.#pingAll(), PING_INTERVAL).unref();
  }

  /** Throws too_many_chat_connections where an address has as many as it may. */
  admit(address: string): void {
    const count = this.#perClient.get(clientOf(address)) ?? 0;
    if (this.#mostPerClient > 0 && count >= this.#mostPerClient) throw new ServiceError('too_many_chat_connections');
  }

  /** Makes a WebSocket of a connection, and lets the person into the chat. */
  open(request: IncomingMessage, { socket, head }: Upgrade, room: string, person: ChatPerson): void {
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const connected = { socket, webSocket, isAlive: true };
      this.#add(connected, clientOf(person.address));
      this.#connect(connected, room, person);
    });
  }

  /** Ends all connections. */
  close(): void {
    clearInterval(this.#timer);
    this.#chat.stop();
    setTimeout(() => {
      for (const { webSocket } of this.#connected) webSocket.terminate();
    }, CLOSING_TIME).unref();
  }

  #connect(connected: Connected, room: string, person: ChatPerson): void {
    const { socket, webSocket } = connected;
    const connection = this.#chat.connect(room, person, {
      get waiting() {
        return socket.writableLength;
      },
      // Frames are whole, and ws has none that is half written: without compression it writes them at once as well.
      send: (frame) => {
        if (socket.writable) socket.write(frame);
      },
      close: (code, reason) => endSocket(connected, code, reason),
    });
    webSocket.on('message', (data, isBinary) => {
      if (isBinary) webSocket.close(UNSUPPORTED_DATA, 'Send text.');
      else connection.receive((data as Buffer).toString('utf8'));
    });
    webSocket.on('close', () => connection.closed());
  }

  #add(connected: Connected, client: string): void {
    const { socket, webSocket } = connected;
    this.#connected.add(connected);
    this.#perClient.set(client, (this.#perClient.get(client) ?? 0) + 1);
    // What is wrong with a frame closes the connection with the code that RFC 6455 has for it.
    webSocket.on('error', () => undefined);
    webSocket.on('pong', () => (connected.isAlive = true));
    webSocket.on('ping', (data) => {
      connected.isAlive = true;
      if (socket.writableLength <= MOST_WAITING_FOR_PONG) webSocket.pong(data);
    });
    webSocket.on('close', () => {
      this.#connected.delete(connected);
      const left = (this.#perClient.get(client) ?? 1) - 1;
      if (left === 0) this.#perClient.delete(client);
      else this.#perClient.set(client, left);
    });
  }

  #pingAll(): void {
    for (const connected of this.#connected) {
      const { webSocket, isAlive } = connected;
      connected.isAlive = false;
      if (isAlive) webSocket.ping();
      else webSocket.terminate();
    }
  }
}

/** Closes a WebSocket as RFC 6455 has it, but waits for nobody who does not read or answer. */
function endSocket({ socket, webSocket }: Connected, code: number, reason: string): void {
  if (socket.writableLength > MOST_WAITING_FOR_PONG) {
    webSocket.terminate();
    return;
  }
  webSocket.close(code, reason);
  setTimeout(() => webSocket.terminate(), CLOSING_TIME).unref();
}
