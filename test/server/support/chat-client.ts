/** A client of the chat, for tests. */
import { type ClientOptions, WebSocket } from 'ws';
import {
  CHAT_SUBPROTOCOL,
  CHAT_VERSION,
  type ChatMessage,
  type ServerMessage,
  TOKEN_SUBPROTOCOL_PREFIX,
  type WelcomeMessage,
} from '../../../src/chat/protocol.ts';
import { until } from './test-server.ts';

type MessageOf<Type extends ServerMessage['type']> = Extract<ServerMessage, { type: Type }>;

let clientIds = 0;

export class ChatClient {
  readonly socket: WebSocket;
  /** All that the server has said. */
  readonly received: ServerMessage[] = [];
  /** The code that the connection was closed with; 1006 where it broke. */
  closeCode: number | undefined;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => {
      this.received.push(...(JSON.parse((data as Buffer).toString('utf8')) as ServerMessage[]));
    });
    socket.on('close', (code) => (this.closeCode = code));
    socket.on('error', () => undefined);
  }

  /** Connects; rejects with the status of the refusal. */
  static async connect(server: string, room: string, token?: string, options: ClientOptions = {}): Promise<ChatClient> {
    const encoded = token === undefined ? [] : [TOKEN_SUBPROTOCOL_PREFIX + Buffer.from(token).toString('base64url')];
    const url = `${server.replace('http', 'ws')}/api/rooms/${room}/chat`;
    const socket = new WebSocket(url, [CHAT_SUBPROTOCOL, ...encoded], options);
    const client = new ChatClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('unexpected-response', (_request, response) => {
        response.resume();
        reject(new Error(`refused with ${response.statusCode}`));
      });
      socket.once('error', reject);
    });
    return client;
  }

  /** Connects and joins. */
  static async join(
    server: string,
    room: string,
    { token, ...join }: { token?: string; nickname?: string; key?: string; since?: number } = {},
  ): Promise<ChatClient & { welcome: WelcomeMessage }> {
    const client = await ChatClient.connect(server, room, token);
    client.send({ type: 'join', version: CHAT_VERSION, ...join });
    const welcome = await client.next('welcome');
    return Object.assign(client, { welcome });
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  /** Says something, and waits for the answer. */
  async say(text: string, more: object = {}): Promise<MessageOf<'ack'> | MessageOf<'refusal'>> {
    const clientId = `test-${clientIds++}`;
    return this.ask({ type: 'send', clientId, text, ...more });
  }

  /** Sends something with a clientId, and waits for the answer. */
  async ask(message: object): Promise<MessageOf<'ack'> | MessageOf<'refusal'>> {
    const { clientId } = { clientId: `test-${clientIds++}`, ...message };
    const first = this.received.length;
    this.send({ clientId, ...message });
    const isAnswer = (answer: ServerMessage): answer is MessageOf<'ack'> | MessageOf<'refusal'> =>
      (answer.type === 'ack' || answer.type === 'refusal') && answer.clientId === clientId;
    await until(() => this.received.slice(first).some(isAnswer), `an answer to ${JSON.stringify(message)}`);
    const answer = this.received.slice(first).find(isAnswer);
    if (answer === undefined) throw new Error('no answer');
    return answer;
  }

  /** The first message of this type, now or soon. */
  async next<Type extends ServerMessage['type']>(type: Type): Promise<MessageOf<Type>> {
    const isMeant = (message: ServerMessage): message is MessageOf<Type> => message.type === type;
    await until(() => this.received.some(isMeant), `${type}, among ${JSON.stringify(this.received)}`);
    const found = this.received.find(isMeant);
    if (found === undefined) throw new Error('not there');
    return found;
  }

  /** What others have said since this client is there. */
  get messages(): ChatMessage[] {
    return this.received.flatMap((message) => (message.type === 'message' ? [message.message] : []));
  }

  async closed(): Promise<number> {
    await until(() => this.closeCode !== undefined, 'the connection is closed', 15_000);
    return this.closeCode ?? 0;
  }

  close(): void {
    this.socket.terminate();
  }
}
