import { describe, expect, it } from 'vitest';
import type { ChatMessage, ClientMessage, ServerMessage } from '../../../src/chat/protocol.ts';
import type { Failure } from '../api/problem.ts';
import { ChatConnection, type ChatPhase, type ChatSocket, tokenSubprotocol } from './chat-connection.ts';
import { EMPTY_CHAT } from './chat-state.ts';

const you = { id: 'me', name: 'Me', role: 'viewer', isGuest: true, isModerator: false, key: 'k'.repeat(22) } as const;

class FakeSocket implements ChatSocket {
  onopen: ChatSocket['onopen'] = null;
  onmessage: ChatSocket['onmessage'] = null;
  onclose: ChatSocket['onclose'] = null;
  readonly sent: ClientMessage[] = [];
  isClosed = false;

  send(frame: string): void {
    this.sent.push(JSON.parse(frame) as ClientMessage);
  }

  close(): void {
    this.isClosed = true;
  }

  open(): void {
    this.onopen?.({} as Event);
  }

  say(...events: ServerMessage[]): void {
    this.onmessage?.({ data: JSON.stringify(events) } as MessageEvent);
  }

  break(code = 1006): void {
    this.onclose?.({ code } as CloseEvent);
  }

  welcome(changes: Partial<Extract<ServerMessage, { type: 'welcome' }>> = {}): void {
    const settings = { guestsMayWrite: true, slowMode: 0 };
    const limits = { textLength: 500, nameLength: 32 };
    const known = { type: 'welcome' as const, version: 1 as const, you, history: [], changed: [], isComplete: true };
    this.say({ ...known, sequence: 0, presence: 1, settings, limits, ...changes });
  }
}

function message(id: number): ChatMessage {
  return { id, time: id, author: you, text: `text ${id}` };
}

function connect({ nickname = '', failure }: { nickname?: string; failure?: Failure } = {}) {
  const sockets: FakeSocket[] = [];
  const waits: number[] = [];
  const phases: ChatPhase[] = [];
  const fresh: number[] = [];
  let pendingRetry: (() => void) | undefined;
  const known = { state: EMPTY_CHAT };
  const connection = new ChatConnection(
    {
      url: 'wss://server.example/api/rooms/r/chat',
      token: '',
      nickname: () => nickname,
      key: () => undefined,
      ask: () => Promise.resolve(failure),
      onState: (state) => (known.state = state),
      onPhase: (phase) => phases.push(phase),
      onFresh: ({ id }) => fresh.push(id),
    },
    {
      open: () => {
        const socket = new FakeSocket();
        sockets.push(socket);
        return socket;
      },
      now: () => 1000,
      random: () => 0.5,
      later(callback, milliseconds) {
        waits.push(milliseconds);
        pendingRetry = callback;
        return () => (pendingRetry = undefined);
      },
    },
  );
  connection.start();
  const socket = (): FakeSocket => sockets.at(-1) ?? new FakeSocket();
  return { connection, sockets, socket, waits, phases, fresh, known, retry: () => pendingRetry?.() };
}

const send = (clientId: string) => ({ type: 'send' as const, clientId, text: 'hello' });

describe('the connection of a chat', () => {
  it('comes back after a break, asks for what came meanwhile and says again what nobody has answered', () => {
    const { connection, socket, sockets, retry, known, fresh } = connect();
    socket().open();
    expect(socket().sent).toEqual([{ type: 'join', version: 1 }]);
    socket().welcome({ history: [message(1)], sequence: 1 });
    connection.request(send('a'));
    connection.request(send('b'));
    socket().say({ type: 'ack', clientId: 'a', id: 2, time: 2 });
    socket().break();
    connection.request(send('c'));
    retry();
    expect(sockets).toHaveLength(2);
    socket().open();
    expect(socket().sent).toEqual([{ type: 'join', version: 1, since: 1 }]);
    socket().welcome({ history: [message(2), message(3)], sequence: 3 });
    expect(socket().sent.slice(1)).toEqual([send('b'), send('c')]);
    socket().say({ type: 'message', message: message(4) }, { type: 'message', message: message(4) });
    expect(known.state.messages.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    expect(fresh).toEqual([4]);
  });

  it('waits longer with each try that fails, and begins anew once it is in', () => {
    const { socket, waits, retry } = connect();
    for (let attempt = 0; attempt < 4; attempt++) {
      socket().break();
      retry();
    }
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(new Set(waits).size).toBe(4);
    socket().open();
    socket().welcome();
    socket().break();
    expect(waits.at(-1)).toBe(waits[0]);
  });

  it('does not come back where that makes no sense', () => {
    const { socket, phases, known, waits } = connect();
    socket().open();
    socket().welcome();
    socket().break(4403);
    expect(phases.at(-1)).toBe('ended');
    expect(known.state.closure).toBe('banned');
    expect(waits).toEqual([]);
  });

  it('gives up where the server says that it lets this client not in', async () => {
    const failure: Failure = { kind: 'refused', status: 401, code: 'unauthorized' };
    const { socket, phases, retry, sockets } = connect({ failure });
    socket().break();
    await Promise.resolve();
    await Promise.resolve();
    expect(phases.at(-1)).toBe('ended');
    retry();
    expect(sockets).toHaveLength(1);
  });

  it('goes on where a server that cannot be reached tells nothing', async () => {
    const { socket, phases, retry, sockets } = connect({ failure: { kind: 'unreachable' } });
    socket().break();
    await Promise.resolve();
    await Promise.resolve();
    expect(phases.at(-1)).toBe('waiting');
    retry();
    expect(sockets).toHaveLength(2);
  });

  it('joins without a name where the server does not take it, and tells why', () => {
    const { socket, known } = connect({ nickname: '!!' });
    socket().open();
    socket().say({ type: 'refusal', code: 'bad_nickname', detail: 'No.' });
    expect(socket().sent).toEqual([
      { type: 'join', version: 1, nickname: '!!' },
      { type: 'join', version: 1 },
    ]);
    socket().welcome();
    expect(known.state.joinRefusal?.code).toBe('bad_nickname');
  });

  it('takes no word from a connection that it has given up', () => {
    const { connection, sockets, known } = connect();
    const [first] = sockets;
    first?.open();
    first?.welcome();
    connection.restart();
    expect(first?.isClosed).toBe(true);
    first?.say({ type: 'message', message: message(9) });
    expect(known.state.messages).toEqual([]);
    expect(known.state.isJoined).toBe(false);
  });

  it('ignores frames that are no list of messages', () => {
    const { socket, known } = connect();
    socket().open();
    for (const data of ['{', '{}', 'null', '[]']) socket().onmessage?.({ data } as MessageEvent);
    expect(known.state.isJoined).toBe(false);
  });

  it('offers a token in the letters that a subprotocol may have', () => {
    expect(tokenSubprotocol('é?>~')).toBe(`token.${Buffer.from('é?>~').toString('base64url')}`);
  });

  it('asks for earlier messages once at a time, from before the first that it has', () => {
    const { connection, sockets, known } = connect();
    const [socket] = sockets;
    socket?.open();
    connection.askEarlier('early');
    socket?.welcome({ history: [message(7), message(8)], isComplete: false });
    connection.askEarlier('a');
    connection.askEarlier('b');
    socket?.say({ type: 'history', clientId: 'a', messages: [message(5)], isComplete: true });
    connection.askEarlier('c');
    expect(socket?.sent.slice(1)).toEqual([{ type: 'history', clientId: 'a', before: 7 }]);
    expect(known.state.messages.map(({ id }) => id)).toEqual([5, 7, 8]);
  });
});
