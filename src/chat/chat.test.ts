import { describe, expect, it, vi } from 'vitest';
import { DatabaseChatStore } from '../server/chat-store.ts';
import { Database } from '../store/database.ts';
import { Chat, type ChatConnection } from './chat.ts';
import { CHAT_RATES, type ChatRates, type ChatRoomSettings } from './chat-limits.ts';
import type { ChatPerson } from './chat-member.ts';
import type { NewMessage } from './chat-store.ts';
import { textFrame } from './frame.ts';
import { findMentions } from './mentions.ts';
import { CHAT_CLOSURES, type ServerMessage } from './protocol.ts';
import { TokenBucket } from '../util/token-bucket.ts';
import { hasBlockedWord } from './word-list.ts';

const SETTINGS: ChatRoomSettings = { chat: true, guestChat: true, slowMode: 0, blockedWords: [] };
const GUEST: ChatPerson = {
  ...{ isKnown: false, subject: undefined, name: undefined, role: 'viewer', isModerator: false, isAdmin: false },
  ...{ address: '192.0.2.1', client: '192.0.2.1', login: undefined, endsAt: undefined },
};

function setUp(rates: Partial<ChatRates> = {}) {
  const store = new DatabaseChatStore(Database.inMemory());
  let now = 1_000_000;
  const errors: unknown[] = [];
  const chat = new Chat({
    store,
    rules: { settings: () => SETTINGS, mute: () => undefined, isClosedToGuests: () => false },
    onModerated: () => undefined,
    onError: (error) => errors.push(error),
    now: () => now,
    rates: {
      ...CHAT_RATES,
      ...{ person: { burst: 1000, perSecond: 1000 }, guestAddress: undefined, guestAddressHistory: undefined },
      ...rates,
    },
  });
  const connect = (
    nickname: string,
    person: Partial<ChatPerson> = {},
    since?: number,
  ): { connection: ChatConnection; transport: FakeTransport } => {
    const transport = new FakeTransport();
    const connection = chat.connect('room', { ...GUEST, ...person }, transport);
    connection.receive(JSON.stringify({ type: 'join', version: 1, nickname, since }));
    return { connection, transport };
  };
  return { chat, store, errors, connect, pass: (milliseconds: number) => (now += milliseconds) };
}

class FakeTransport {
  waiting = 0;
  frames = 0;
  readonly received: ServerMessage[] = [];
  closed: number | undefined;

  send(frame: Uint8Array): void {
    this.frames++;
    const header = (frame[1] ?? 0) < 126 ? 2 : frame[1] === 126 ? 4 : 10;
    this.received.push(...(JSON.parse(Buffer.from(frame.subarray(header)).toString()) as ServerMessage[]));
  }

  close(code: number): void {
    this.closed = code;
  }

  types(): string[] {
    return this.received.map(({ type }) => type);
  }
}

const say = (clientId: string, text = clientId): string => JSON.stringify({ type: 'send', clientId, text });

/** Messages with the ids from 1 to `count`. */
function said(count: number): NewMessage[] {
  const author = { id: 'a', name: 'Ann', role: 'viewer', isGuest: true } as const;
  return Array.from({ length: count }, (_, index) => ({
    ...{ room: 'room', clientId: `c${index}`, subject: undefined },
    message: { id: index + 1, time: index, author, text: 'said' },
  }));
}

describe('the chat', () => {
  it('tells a burst to each in few frames, all of it in order', async () => {
    const { connect } = setUp();
    const ann = connect('Ann');
    const bob = connect('Bob');
    for (let i = 0; i < 30; i++) ann.connection.receive(say(`m${i}`));
    await vi.waitFor(() => expect(bob.transport.types().filter((type) => type === 'message')).toHaveLength(30));
    expect(bob.transport.frames).toBeLessThan(5);
    const ids = bob.transport.received.flatMap((message) => (message.type === 'message' ? [message.message.id] : []));
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
  });

  it('drops who reads too slowly, and keeps the others', async () => {
    const { connect } = setUp();
    const ann = connect('Ann');
    const slow = connect('Slow');
    slow.transport.waiting = 257 * 1024;
    ann.connection.receive(say('x'));
    await vi.waitFor(() => expect(slow.transport.closed).toBe(CHAT_CLOSURES.too_slow.code));
    expect(slow.transport.types()).not.toContain('message');
    expect(ann.transport.closed).toBeUndefined();
  });

  it('acknowledges nothing that is not kept, and lets it be sent again', async () => {
    const { store, connect, errors } = setUp();
    const ann = connect('Ann');
    const add = vi.spyOn(store, 'add').mockImplementationOnce(() => {
      throw new Error('the disk is full');
    });
    ann.connection.receive(say('x'));
    await vi.waitFor(() => expect(ann.transport.received.at(-1)).toMatchObject({ code: 'not_kept', clientId: 'x' }));
    expect(errors).toHaveLength(1);
    ann.connection.receive(say('x'));
    await vi.waitFor(() => expect(ann.transport.types()).toContain('ack'));
    expect(add).toHaveBeenCalledTimes(2);
  });

  it('keeps once what is sent twice at once', async () => {
    const { chat, connect } = setUp();
    const ann = connect('Ann');
    ann.connection.receive(say('x'));
    ann.connection.receive(say('x'));
    await vi.waitFor(() => expect(ann.transport.types().filter((type) => type === 'ack')).toHaveLength(2));
    expect(chat.messages('room', { limit: 10 })).toHaveLength(1);
  });

  it('goes on with its numbers when it is started again', async () => {
    const { chat, store, connect } = setUp();
    const ann = connect('Ann');
    ann.connection.receive(say('x'));
    await vi.waitFor(() => expect(ann.transport.types()).toContain('ack'));
    chat.clear('room');
    chat.stop();
    expect(store.lastSequence()).toBe(2);
    expect(store.clearing('room')).toEqual({ sequence: 2, upTo: 1 });
  });

  it('tells what was said before, in pages, from memory or from the store', () => {
    const { chat, store, connect, pass } = setUp();
    store.add(said(450));
    const bob = connect('Bob');
    const read = (before: number): string => {
      pass(1000);
      bob.connection.receive(JSON.stringify({ type: 'history', clientId: `h${before}`, before }));
      const answer = bob.transport.received.at(-1);
      if (answer?.type !== 'history' || answer.clientId !== `h${before}`) return JSON.stringify(answer);
      const ids = answer.messages.map(({ id }) => id);
      expect(ids).toEqual(ids.map((_, index) => (ids[0] ?? 0) + index));
      return `${ids[0]}-${ids.at(-1)} ${answer.isComplete}`;
    };
    expect([450, 351, 251, 102, 101, 51, 1].map(read)).toEqual([
      ...['350-449 false', '251-350 false', '151-250 false', '2-101 false', '1-100 true', '1-50 true'],
      'undefined-undefined true',
    ]);
    chat.deleteMessage('room', 320);
    read(330);
    const last = bob.transport.received.at(-1);
    const deleted = last?.type === 'history' ? last.messages.find(({ id }) => id === 320) : undefined;
    expect(deleted).toMatchObject({ isDeleted: true, text: '' });
  });

  it('lets nobody ask for what was said before as often as they like', () => {
    const { connect, pass } = setUp();
    const ann = connect('Ann');
    const ask = (who: typeof ann, count: number): string[] => {
      const first = who.transport.received.length;
      for (let i = 0; i < count; i++) who.connection.receive('{"type":"history","clientId":"h","before":9}');
      return who.transport.received
        .slice(first)
        .map((answer) => (answer.type === 'refusal' ? `${answer.code} ${answer.retryAfter}` : answer.type));
    };
    const { burst } = CHAT_RATES.personHistory;
    const answered = new Array<string>(burst).fill('history');
    expect(ask(ann, burst + 1)).toEqual([...answered, 'rate_limited 1']);
    const others = Array.from({ length: 5 }, (_, number) => connect(`Bob ${number}`));
    expect(
      others
        .map((one) => ask(one, burst))
        .flat()
        .filter((answer) => answer === 'room_busy 1'),
    ).toHaveLength(10);
    pass(1000);
    expect(ask(ann, 3)).toEqual(['history', 'history', 'rate_limited 1']);
  });

  it('lets guests of one address ask for earlier messages no faster than one may, whatever their keys', () => {
    const { chat, connect, pass } = setUp({ guestAddressHistory: { burst: 4, perSecond: 2 } });
    const ask = ({ connection, transport }: ReturnType<typeof connect>): string => {
      connection.receive('{"type":"history","clientId":"h","before":9}');
      const answer = transport.received.at(-1);
      return answer?.type === 'refusal'
        ? `${answer.code} ${answer.retryAfter}: ${answer.detail}`
        : String(answer?.type);
    };
    const guests = Array.from({ length: 5 }, (_, number) => connect(`Guest ${number}`));
    const refusal =
      'network_busy 1: Wait a moment, or log in: guests of your network ask for earlier messages too fast together.';
    expect(guests.map(ask)).toEqual([...new Array<string>(4).fill('history'), refusal]);
    // Who is known, or at another address, asks as before; writing is counted apart.
    const known = connect('Ann', { isKnown: true, subject: 'ann' });
    const elsewhere = connect('Bob', { address: '192.0.2.2', client: '192.0.2.2' });
    expect([known, elsewhere].map(ask)).toEqual(['history', 'history']);
    // It holds for the other way to read, and when nobody was there for a moment.
    for (const { connection } of [...guests, known, elsewhere]) connection.closed();
    expect(chat.takeGuestHistory('room', '192.0.2.1')).toBe(0.5);
    expect(ask(connect('New'))).toBe(refusal);
    pass(500);
    expect(chat.takeGuestHistory('room', '192.0.2.1')).toBe(0);
    expect(ask(connect('New'))).toBe(refusal);
    pass(500);
    expect(ask(connect('New'))).toBe('history');
    expect(chat.takeGuestHistory('other', '192.0.2.1')).toBe(0);
  });

  it('lets nobody read far back by joining again and again', () => {
    const { store, connect } = setUp({ guestAddressHistory: { burst: 2, perSecond: 1 } });
    store.add(said(450));
    const told = (since: number): string => {
      const [welcome] = connect('Ann', {}, since).transport.received;
      return welcome?.type === 'welcome' ? `${welcome.history.length} ${welcome.isComplete}` : '';
    };
    // What is in memory costs nothing; beyond the limit they begin as newcomers do.
    expect([50, 50, 50, 400, 50].map(told)).toEqual(['400 true', '400 true', '100 false', '50 true', '100 false']);
  });

  it('outlives a store that fails, and says so', async () => {
    const { chat, store, connect, errors } = setUp();
    const ann = connect('Ann');
    ann.connection.receive(say('x'));
    await vi.waitFor(() => expect(ann.transport.types()).toContain('ack'));
    const fail = (): never => {
      throw new Error('the disk is full');
    };
    vi.spyOn(store, 'edit').mockImplementation(fail);
    vi.spyOn(store, 'delete').mockImplementation(fail);
    vi.spyOn(store, 'findSent').mockImplementation(fail);
    for (const request of [
      { type: 'edit', id: 1, text: 'y' },
      { type: 'delete', id: 1 },
      { type: 'send', text: 'z' },
    ]) {
      ann.connection.receive(JSON.stringify({ ...request, clientId: request.type }));
      expect(ann.transport.received.at(-1)).toMatchObject({ code: 'not_kept', clientId: request.type });
    }
    vi.spyOn(store, 'changedAfter').mockImplementation(fail);
    expect(connect('Bob', {}, 0).transport.received).toMatchObject([{ type: 'refusal', code: 'not_kept' }]);
    expect(errors).toHaveLength(4);
    expect(chat.messages('room', { limit: 9 })).toMatchObject([{ text: 'x' }]);
  });

  it('takes nothing twice from somebody within ten seconds, whatever they say between', async () => {
    const { connect, pass } = setUp();
    const ann = connect('Ann');
    let number = 0;
    const answerTo = async (text: string): Promise<string> => {
      const clientId = `m${number++}`;
      ann.connection.receive(say(clientId, text));
      const find = () => ann.transport.received.find((one) => 'clientId' in one && one.clientId === clientId);
      await vi.waitFor(() => expect(find()).toBeDefined());
      const answer = find();
      return answer?.type === 'refusal' ? `${answer.code} ${answer.retryAfter}` : String(answer?.type);
    };
    expect([await answerTo('a'), await answerTo('b'), await answerTo('A')]).toEqual(['ack', 'ack', 'duplicate 10']);
    pass(6000);
    expect([await answerTo('c'), await answerTo('b')]).toEqual(['ack', 'duplicate 4']);
    pass(4000);
    expect([await answerTo('a'), await answerTo('c')]).toEqual(['ack', 'duplicate 6']);
  });

  it('lets guests of one address write no more than one may, whatever their keys, and everybody else as before', async () => {
    const { connect, pass } = setUp({ guestAddress: { burst: 4, perSecond: 2 } });
    const write = async ({ connection, transport }: ReturnType<typeof connect>, message: string): Promise<string> => {
      const first = transport.received.length;
      connection.receive(message);
      const isAnswer = ({ type }: ServerMessage): boolean => type === 'ack' || type === 'refusal';
      await vi.waitFor(() => expect(transport.received.slice(first).some(isAnswer)).toBe(true));
      const answer = transport.received.slice(first).find(isAnswer);
      return answer?.type === 'refusal' ? `${answer.code} ${answer.retryAfter}` : 'ack';
    };
    const keys = Array.from({ length: 6 }, (_, number) => connect(`Guest ${number}`));
    const answers = await Promise.all(keys.map((guest, number) => write(guest, say(`m${number}`))));
    expect(answers).toEqual([...new Array<string>(4).fill('ack'), 'network_busy 1', 'network_busy 1']);
    const [first] = keys;
    if (first === undefined) throw new Error('nobody');
    const ack = first.transport.received.find(({ type }) => type === 'ack');
    const edit = JSON.stringify({ type: 'edit', clientId: 'e', id: ack?.type === 'ack' ? ack.id : 0, text: 'new' });
    expect(await write(first, edit)).toBe('network_busy 1');
    const member = connect('Ann', { isKnown: true, subject: 'u1', name: 'Ann' });
    expect(await write(member, say('hello'))).toBe('ack');
    expect(await write(connect('Bob', { client: '192.0.2.2' }), say('h2', 'hello there'))).toBe('ack');
    pass(500);
    expect([await write(connect('New'), say('a')), await write(connect('Newer'), say('b'))]).toEqual([
      ...['ack', 'network_busy 1'],
    ]);
  });

  it('remembers what guests of an address have written in a room when nobody was there for a moment', async () => {
    const { connect } = setUp({ guestAddress: { burst: 1, perSecond: 1 } });
    const first = connect('Ann');
    first.connection.receive(say('x'));
    first.connection.closed();
    const second = connect('Bob');
    second.connection.receive(say('y'));
    await vi.waitFor(() => expect(second.transport.received.at(-1)).toMatchObject({ code: 'network_busy' }));
  });

  it('knows the addresses of a guest, also of one who has gone, and of nobody else', async () => {
    const { chat, connect } = setUp();
    const idOf = ({ transport }: ReturnType<typeof connect>): string => {
      const [welcome] = transport.received;
      return welcome?.type === 'welcome' ? welcome.you.id : '';
    };
    const guest = connect('Ann');
    const member = connect('Bob', { isKnown: true });
    member.connection.receive(say('x'));
    expect(chat.guestAddresses('room', idOf(guest))).toEqual(['192.0.2.1']);
    guest.connection.receive(say('y'));
    await vi.waitFor(() => expect(guest.transport.types()).toContain('ack'));
    guest.connection.closed();
    expect(chat.guestAddresses('room', idOf(guest))).toEqual(['192.0.2.1']);
    expect([chat.guestAddresses('room', idOf(member)), chat.guestAddresses('other', idOf(guest))]).toEqual([[], []]);
  });

  it('removes what is old', async () => {
    const { chat, connect, pass } = setUp();
    const ann = connect('Ann');
    ann.connection.receive(say('old'));
    await vi.waitFor(() => expect(ann.transport.types()).toContain('ack'));
    pass(5000);
    ann.connection.receive(say('new'));
    await vi.waitFor(() => expect(ann.transport.types().filter((type) => type === 'ack')).toHaveLength(2));
    await chat.removeOld(1_004_000, () => true);
    expect(chat.messages('room', { limit: 10 }).map(({ text }) => text)).toEqual(['new']);
    expect(chat.within('room', { from: 0, to: 1_005_000 }, 0, 10)).toHaveLength(1);
    expect(chat.within('room', { from: 0, to: 1_004_999 }, 0, 10)).toHaveLength(0);
  });
});

it('frames are as RFC 6455 has them', () => {
  expect([...textFrame('Hello')]).toEqual([0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f]);
  expect([...textFrame('x'.repeat(126)).subarray(0, 4)]).toEqual([0x81, 126, 0, 126]);
  expect([...textFrame('x'.repeat(65_536)).subarray(0, 10)]).toEqual([0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]);
});

it('buckets fill evenly, whatever the clock does', () => {
  const bucket = new TokenBucket({ burst: 2, perSecond: 1 }, 0);
  bucket.take(0);
  bucket.take(0);
  expect([bucket.wait(0), bucket.wait(500), bucket.wait(1000), bucket.wait(-9000)]).toEqual([1, 0.5, 0, 0]);
});

it('blocked words are words in scripts with spaces, and any part in others', () => {
  const words = ['ass', 'C++', '坏蛋'];
  expect(
    ['ASS!', 'ａｓｓ', 'a\u0336s\u0336s\u20dd', 'c++?', '你是坏蛋吗'].every((text) => hasBlockedWord(text, words)),
  ).toBe(true);
  expect(['class', 'glass', 'assembly', 'c+', '坏'].some((text) => hasBlockedWord(text, words))).toBe(false);
  expect(hasBlockedWord('x', [' '])).toBe(false);
});

it('mentions are of the longest name that is there', () => {
  const people = new Map([
    ['ann', 'a'],
    ['ann lee', 'b'],
    ['小明', 'c'],
  ]);
  const find = (text: string): string[] =>
    findMentions(text, 32, (name) => people.get(name)).map(
      ({ author, start, length }) => `${author}:${text.slice(start, start + length)}`,
    );
  expect(find('Hi @Ann, and @ann LEE!')).toEqual(['a:@Ann', 'b:@ann LEE']);
  expect(find('你好@小明你好')).toEqual(['c:@小明']);
  expect(find('@Anna mail@ann @ @nobody')).toEqual([]);
});
