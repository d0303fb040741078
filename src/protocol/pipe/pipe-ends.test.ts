import { describe, expect, it } from 'vitest';
import type { PipeMessage } from './control-messages.ts';
import { parseRefusal } from './handshake.ts';
import { PipeInitiator } from './pipe-initiator.ts';
import { PipeResponder } from './pipe-responder.ts';
import type { MediaFrame, PipeSession } from './pipe-session.ts';

const KEY = new Uint8Array(32).fill(1);

/** Two ends whose datagrams arrive at once, where `passes` lets them. */
class Ends {
  now = 0;
  passes: (datagram: Uint8Array, from: 'initiator' | 'responder') => boolean = () => true;
  readonly log: string[] = [];
  readonly messages: PipeMessage[] = [];
  readonly frames: MediaFrame[] = [];
  readonly sent: { initiator: Uint8Array[]; responder: Uint8Array[] } = { initiator: [], responder: [] };
  #random = 0;
  readonly initiator: PipeInitiator;
  responder: PipeResponder<string>;
  readonly #responderKey: Uint8Array;

  constructor(responderKey = KEY) {
    this.#responderKey = responderKey;
    this.initiator = new PipeInitiator({
      pipeKey: KEY,
      datagramBytes: 1400,
      randomBytes: this.#randomBytes,
      now: 0,
      send: (datagram) => this.#carry(datagram, 'initiator'),
      onEstablished: () => this.log.push(`established ${this.now}`),
      onLost: (now) => this.log.push(`lost ${now}`),
      onRefused: ({ reason }) => this.log.push(`refused ${reason}`),
    });
    this.responder = this.#createResponder();
  }

  /** The other end forgets all. */
  restart(): void {
    this.responder = this.#createResponder();
  }

  run(until: number): void {
    for (; this.now < until; this.now += 10) {
      if (this.now >= this.initiator.deadline()) this.initiator.handleTimeout(this.now);
      if (this.now >= this.responder.deadline()) this.responder.handleTimeout(this.now);
    }
  }

  get session(): PipeSession {
    const { session } = this.initiator;
    if (session === undefined) throw new Error('no session');
    return session;
  }

  readonly #randomBytes = (count: number): Uint8Array =>
    Uint8Array.from({ length: count }, () => (this.#random = (this.#random * 5 + 3) & 0xffff) >> 8);

  #createResponder(): PipeResponder<string> {
    return new PipeResponder<string>({
      pipeKey: this.#responderKey,
      datagramBytes: () => 1400,
      randomBytes: this.#randomBytes,
      send: (datagram) => this.#carry(datagram, 'responder'),
      onDelivery: (_, { messages, frames }) => {
        this.messages.push(...messages);
        this.frames.push(...frames);
      },
      onEnded: () => this.log.push(`ended ${this.now}`),
    });
  }

  #carry(datagram: Uint8Array, from: 'initiator' | 'responder'): void {
    this.sent[from].push(datagram);
    if (!this.passes(datagram, from)) return;
    if (from === 'initiator') this.responder.receive(datagram, 'a', this.now);
    else this.initiator.receive(datagram, this.now);
  }
}

describe('the ends of a pipe', () => {
  it('find each other, deliver messages before the frames behind them, and measure the way', () => {
    const ends = new Ends();
    ends.run(20);
    expect(ends.log).toEqual(['established 0']);
    const message: PipeMessage = { type: 'subscribe', subscription: 1, room: 'room' };
    const frame: MediaFrame = { type: 'nack', subscription: 1, track: 2, sequences: [7] };
    ends.session.sendMessage(message);
    ends.session.sendFrame(frame, ends.now);
    expect([ends.messages, ends.frames]).toEqual([[message], [frame]]);
    ends.run(1000);
    expect(ends.session.roundTrip).toBeDefined();
    const { here, there } = ends.session.statistics;
    expect(here.datagramsReceived).toBeGreaterThan(0);
    expect(there.datagramsReceived).toBeGreaterThan(0);
    expect(ends.responder.sessions).toHaveLength(1);
  });

  it('deliver a message that is longer than a datagram, and lost at first', () => {
    const ends = new Ends();
    ends.run(20);
    let lost = 3;
    ends.passes = (_, from) => from === 'responder' || lost-- <= 0;
    const room = 'r'.repeat(5000);
    ends.session.sendMessage({ type: 'subscribe', subscription: 1, room });
    ends.run(1000);
    expect(ends.messages).toEqual([{ type: 'subscribe', subscription: 1, room }]);
    expect(Math.max(...ends.sent.initiator.map(({ length }) => length))).toBeLessThanOrEqual(1400);
  });

  it('begin anew with an end that has forgotten the session, after a second', () => {
    const ends = new Ends();
    ends.run(500);
    ends.restart();
    ends.run(2000);
    expect(ends.log).toMatchObject([
      'established 0',
      expect.stringMatching(/^lost 1[2345]/),
      expect.stringMatching(/^est/),
    ]);
  });

  it('keep a session over a pause of this process, in which nobody listened', () => {
    const ends = new Ends();
    ends.run(500);
    ends.now = 2900;
    ends.run(3500);
    expect(ends.log).toEqual(['established 0']);
  });

  it('forget an end that has gone', () => {
    const ends = new Ends();
    ends.run(500);
    ends.passes = () => false;
    ends.run(5000);
    expect(ends.log).toContainEqual(expect.stringMatching(/^ended 3[2345]/));
    expect(ends.responder.sessions).toEqual([]);
  });

  it('tell once that they have different keys, in few and short datagrams, and make no session', () => {
    const ends = new Ends(new Uint8Array(32));
    ends.run(5000);
    expect(ends.log).toEqual(['refused key']);
    expect(ends.responder.sessions).toEqual([]);
    const [hello = new Uint8Array(0)] = ends.sent.initiator;
    const before = ends.sent.responder.length;
    for (let index = 0; index < 100; index++) ends.responder.receive(hello, 'a', 6000);
    expect(ends.sent.responder.length - before).toBe(10);
    expect(ends.sent.responder.every(({ length }) => length < hello.length)).toBe(true);
  });

  it('refuse another version by name', () => {
    const ends = new Ends();
    ends.run(20);
    const hello = (ends.sent.initiator[0] ?? new Uint8Array(0)).slice();
    hello[0] = 9;
    ends.responder.receive(hello, 'b', 30);
    const answer = parseRefusal(ends.sent.responder.at(-1) ?? new Uint8Array(0));
    expect(answer).toMatchObject({ reason: 'version', supportedVersion: 1 });
  });

  it('let nobody who only repeats a hello push out those who have proved themselves', () => {
    const ends = new Ends();
    ends.run(300);
    const [hello = new Uint8Array(0)] = ends.sent.initiator;
    ends.passes = (_, from) => from === 'initiator';
    for (let index = 0; index < 200; index++) ends.responder.receive(hello, 'b', 300);
    ends.passes = () => true;
    ends.run(1500);
    expect(ends.log).toEqual(['established 0']);
    expect(ends.responder.sessions).toHaveLength(1);
  });
});
