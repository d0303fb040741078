/** Clients without UDP, honest and hostile, at a real media worker. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../../test/support/eventually.ts';
import { RtcClient, type RtcClientOptions, VIDEO_PAYLOAD_TYPE } from '../../test/support/rtc-client.ts';
import { createTransport, generateCertificate } from '../native/transport.ts';
import { CONSENT_TIMEOUT_MS } from '../peer/ice-agent.ts';
import { writeStreamFrame } from '../protocol/framing/stream-frames.ts';
import { parseCompound } from '../protocol/rtcp/compound.ts';
import { parseRtpHeader, writeRtpPacket } from '../protocol/rtp/packet.ts';
import { writeBindingRequest } from '../protocol/stun/binding.ts';
import type { Clock } from './environment.ts';
import { systemClock, systemRandomness } from './environment.ts';
import { IceTcpListener, type IceTcpListenerOptions } from './ice-tcp-listener.ts';
import { MediaWorker } from './media-worker.ts';

const VP8_KEYFRAME = [0x10, 0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01];

const endings: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** The machine's clock, which a test may put forward. */
class MovableClock implements Clock {
  ahead = 0;
  now(): number {
    return systemClock.now() + this.ahead;
  }
  wallClock(): number {
    return systemClock.wallClock() + this.ahead;
  }
}

async function startWorker(limits: Partial<IceTcpListenerOptions> = {}) {
  const certificate = generateCertificate();
  const clock = new MovableClock();
  const closed: string[] = [];
  const transport = createTransport({
    address: '127.0.0.1',
    port: 0,
    receiveBufferBytes: 1 << 20,
    sendBufferBytes: 1 << 20,
    certificate,
    onBatch: (count) => worker.driver.handleBatch(count),
    onStreamData: (data) => listener.deliver(data),
  });
  const listener: IceTcpListener = new IceTcpListener({
    transport,
    clock,
    sessions: {
      isBound: (stream) => worker.driver.isBound(stream),
      streamClosed: (stream) => worker.driver.streamClosed(stream),
      streamBlocked: (stream, blocked) => worker.driver.streamBlocked(stream, blocked),
    },
    ...limits,
  });
  const port = await listener.listen(0);
  const worker = new MediaWorker({
    transport,
    certificate,
    candidates: [
      { address: '127.0.0.1', port: transport.port, protocol: 'udp' },
      { address: '127.0.0.1', port, protocol: 'tcp' },
    ],
    roomLingerMs: 60_000,
    gopCacheMs: 0,
    clock,
    randomness: systemRandomness,
    onSessionClosed: ({ id }, reason) => closed.push(`${id} ${reason}`),
  });
  endings.push(async () => {
    await worker.stop();
    listener.close();
    await eventually(() => expect(listener.size).toBe(0));
  });
  return { worker, listener, transport, port, clock, closed };
}

type TestWorker = Awaited<ReturnType<typeof startWorker>>;

/** A client in room "room", and what it gets. */
class TestClient {
  readonly rtc: RtcClient;
  readonly sequences: number[] = [];
  keyframeRequests = 0;
  readonly #worker: MediaWorker;
  readonly #options: RtcClientOptions;

  constructor({ worker }: TestWorker, options: RtcClientOptions) {
    this.#worker = worker;
    this.#options = options;
    this.rtc = new RtcClient({
      ...options,
      onRtp: (packet) => this.sequences.push(parseRtpHeader(packet)?.sequence ?? -1),
      onRtcp: (packet) => {
        this.keyframeRequests += parseCompound(packet).filter(({ type }) => type === 'pictureLoss').length;
      },
    });
    endings.push(() => this.rtc.close());
  }

  open(sessionId: string): string {
    const { role } = this.#options;
    return this.#worker.open({ role, room: 'room', sessionId, offer: this.rtc.offer() }).answer;
  }

  async join(sessionId: string): Promise<this> {
    await this.rtc.connect(this.open(sessionId));
    return this;
  }

  sendVideo(sequence: number, payload: readonly number[] | Uint8Array = VP8_KEYFRAME): void {
    const ssrc = this.rtc.ssrcs.video;
    const fields = { payloadType: VIDEO_PAYLOAD_TYPE, timestamp: sequence * 3000, ssrc };
    this.rtc.sendRtp(writeRtpPacket({ ...fields, sequence: sequence & 0xffff, payload: Uint8Array.from(payload) }));
  }
}

/** A raw connection, and how it ended. */
async function dial({
  port,
}: TestWorker): Promise<{ socket: Socket; isClosed: () => boolean; received: () => number }> {
  const socket = connect(port, '127.0.0.1');
  let isClosed = false;
  let received = 0;
  socket.on('error', () => undefined);
  socket.on('close', () => (isClosed = true));
  socket.on('data', (chunk: Buffer) => (received += chunk.length));
  await once(socket, 'connect');
  endings.push(() => void socket.destroy());
  return { socket, isClosed: () => isClosed, received: () => received };
}

/** A check by the answer's credentials. */
function check(answer: string, password?: string): Uint8Array {
  const value = (name: string): string => new RegExp(`^a=${name}:(.*)$`, 'm').exec(answer)?.[1]?.trim() ?? '';
  return writeBindingRequest({
    transactionId: randomBytes(12),
    username: `${value('ice-ufrag')}:client`,
    password: password ?? value('ice-pwd'),
    priority: 1,
    useCandidate: true,
    role: { type: 'ice-controlling', tieBreaker: 1n },
  });
}

describe('a client without UDP', () => {
  it('publishes to others and plays what they publish', async () => {
    const server = await startWorker();
    const viewer = await new TestClient(server, { role: 'play', tcp: true }).join('viewer');
    const overUdp = await new TestClient(server, { role: 'play' }).join('udp');
    const publisher = await new TestClient(server, { role: 'publish', tcp: true }).join('publisher');
    for (let sequence = 1; sequence <= 300; sequence++) publisher.sendVideo(sequence);
    await eventually(() => expect([viewer.sequences.length, overUdp.sequences.length]).toEqual([300, 300]));
    expect(server.listener.size).toBe(2);
  });

  it('sees that its session is over, by DTLS and by the end of the connection', async () => {
    const server = await startWorker();
    const viewer = await new TestClient(server, { role: 'play', tcp: true }).join('viewer');
    server.worker.remove('viewer');
    await eventually(() => expect(viewer.rtc.closedByServer).toBe(true));
    await eventually(() => expect(server.listener.size).toBe(0));
    expect(viewer.rtc.socket?.readableEnded).toBe(true);
  });

  it('has the time of consent to come back when its connection breaks', async () => {
    const server = await startWorker();
    const viewer = new TestClient(server, { role: 'play', tcp: true });
    const answer = viewer.open('viewer');
    await viewer.rtc.connect(answer);
    viewer.rtc.socket?.destroy();
    await eventually(() => expect(server.listener.size).toBe(0));
    expect(server.worker.driver.find('viewer')).toMatchObject({ routes: [], selectedRoute: undefined });
    const { socket, received } = await dial(server);
    socket.write(writeStreamFrame(check(answer)));
    await eventually(() => expect(received()).toBeGreaterThan(0));
    expect(server.closed).toEqual([]);
    // What is sent goes by the new connection.
    const before = received();
    const publisher = await new TestClient(server, { role: 'publish' }).join('publisher');
    publisher.sendVideo(1);
    await eventually(() => expect(received()).toBeGreaterThan(before));
    socket.destroy();
    await eventually(() => expect(server.listener.size).toBe(0));
    server.clock.ahead = CONSENT_TIMEOUT_MS;
    await eventually(() => expect(server.closed).toContain('viewer timeout'));
  });

  it('that says nothing for the time of consent is gone, and its connection with it', async () => {
    const server = await startWorker();
    const answer = new TestClient(server, { role: 'play' }).open('silent');
    const { socket, isClosed, received } = await dial(server);
    socket.write(writeStreamFrame(check(answer)));
    await eventually(() => expect(received()).toBeGreaterThan(0));
    server.clock.ahead = CONSENT_TIMEOUT_MS;
    await eventually(() => expect(server.closed).toEqual(['silent timeout']));
    await eventually(() => expect(isClosed()).toBe(true));
  });

  it('loses packets where it does not read, not the memory of the server, and goes on at a keyframe', async () => {
    const server = await startWorker();
    const viewer = await new TestClient(server, { role: 'play', tcp: true }).join('viewer');
    const publisher = await new TestClient(server, { role: 'publish' }).join('publisher');
    const large = Uint8Array.from([...VP8_KEYFRAME, ...randomBytes(1100)]);
    let sequence = 0;
    publisher.sendVideo(++sequence, large);
    await eventually(() => expect(viewer.sequences).toHaveLength(1));
    viewer.rtc.socket?.pause();
    const dropped = () => server.worker.metrics().transport.droppedStreamFull;
    // The kernel's buffers take some megabytes first.
    let pending = 0;
    for (let round = 0; round < 5000 && dropped() < 500; round++) {
      for (let packet = 0; packet < 16; packet++) publisher.sendVideo(++sequence, large);
      await new Promise((resolve) => setTimeout(resolve, 2));
      pending = Math.max(pending, server.listener.pendingBytes);
    }
    expect(dropped()).toBeGreaterThanOrEqual(500);
    // The bound, and what one read of the publisher's packets may add.
    expect(pending).toBeLessThan(256 * 1024 + 4 * 128 * 1200);
    const requests = publisher.keyframeRequests;
    viewer.rtc.socket?.resume();
    await eventually(() => expect(publisher.keyframeRequests).toBeGreaterThan(requests));
    const count = viewer.sequences.length;
    publisher.sendVideo(sequence + 1);
    await eventually(() => expect(viewer.sequences.length).toBeGreaterThan(count));
  }, 30_000);
});

describe('a connection', () => {
  it.each([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: example\r\n\r\n')],
    ['random bytes', randomBytes(5000).fill(0xff, 0, 2)],
    ['a frame that is no check', Buffer.from(writeStreamFrame(randomBytes(100).fill(0x80, 0, 1)))],
    ['DTLS before any check', Buffer.from(writeStreamFrame(randomBytes(100).fill(22, 0, 1)))],
    ['a frame longer than a datagram can be', Buffer.of(0xff, 0xff, 0, 1)],
  ])('is closed at once where it brings %s', async (_, bytes) => {
    const server = await startWorker();
    const { socket, isClosed } = await dial(server);
    socket.write(bytes);
    await eventually(() => expect(isClosed()).toBe(true));
    expect(server.listener.size).toBe(0);
  });

  it('is closed where it brings check after check that nobody knows', async () => {
    const server = await startWorker();
    const { socket, isClosed } = await dial(server);
    for (let count = 0; count < 40; count++) {
      socket.write(writeStreamFrame(check('a=ice-ufrag:nobody\r\na=ice-pwd:1234567890123456789012\r\n')));
    }
    await eventually(() => expect(isClosed()).toBe(true));
  });

  it.each([
    ['says nothing', ''],
    ['sends half a frame', '0064'],
    ['sends a byte now and then', '00640001'],
  ])('has some seconds for its first valid check, and not one that %s', async (_, hex) => {
    const server = await startWorker();
    const { socket, isClosed } = await dial(server);
    for (const byte of Buffer.from(hex, 'hex')) {
      socket.write(Buffer.of(byte));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await eventually(() => expect(server.listener.size).toBe(1));
    server.clock.ahead = 4000;
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(isClosed()).toBe(false);
    server.clock.ahead = 5000;
    await eventually(() => expect(isClosed()).toBe(true));
  });

  it('is not bound by a check with the wrong password', async () => {
    const server = await startWorker();
    const answer = new TestClient(server, { role: 'play' }).open('viewer');
    const { socket, isClosed, received } = await dial(server);
    socket.write(writeStreamFrame(check(answer, 'not-the-password-at-all')));
    await eventually(() => expect(received()).toBeGreaterThan(0));
    server.clock.ahead = 5000;
    await eventually(() => expect(isClosed()).toBe(true));
  });

  it('is refused beyond the limits, of all addresses and of one', async () => {
    for (const limits of [{ maximumConnections: 2 }, { maximumConnectionsOfAddress: 2 }]) {
      const server = await startWorker(limits);
      const viewer = await new TestClient(server, { role: 'play', tcp: true }).join('viewer');
      await new TestClient(server, { role: 'play', tcp: true }).join('other');
      const third = await dial(server);
      await eventually(() => expect(third.isClosed()).toBe(true));
      expect(server.listener.size).toBe(2);
      viewer.rtc.socket?.destroy();
      await eventually(() => expect(server.listener.size).toBe(1));
      const fourth = await dial(server);
      await eventually(() => expect(server.listener.size).toBe(2));
      expect(fourth.isClosed()).toBe(false);
    }
  });

  it('gives way to a new one beyond the limits while it has had no valid check, the oldest first', async () => {
    for (const limits of [{ maximumConnections: 3 }, { maximumConnectionsOfAddress: 3 }]) {
      const server = await startWorker(limits);
      const viewer = await new TestClient(server, { role: 'play', tcp: true }).join('viewer');
      const silent = [await dial(server), await dial(server)] as const;
      await eventually(() => expect(server.listener.size).toBe(3));
      // Who is silent keeps nobody out, and nobody who has proven themselves gives way.
      const publisher = await new TestClient(server, { role: 'publish', tcp: true }).join('publisher');
      expect(silent.map(({ isClosed }) => isClosed())).toEqual([true, false]);
      expect(server.listener.size).toBe(3);
      publisher.sendVideo(1);
      await eventually(() => expect(viewer.sequences).toHaveLength(1));
    }
  });

  it('may come in any pieces', async () => {
    const server = await startWorker();
    const answer = new TestClient(server, { role: 'play' }).open('viewer');
    const { socket, received } = await dial(server);
    for (const byte of writeStreamFrame(check(answer))) {
      socket.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await eventually(() => expect(received()).toBeGreaterThan(0));
  });
});

describe('the listener', () => {
  it('says in one sentence which port it cannot have', async () => {
    const server = await startWorker();
    const second = new IceTcpListener({
      transport: server.transport,
      clock: server.clock,
      sessions: server.worker.driver,
    });
    await expect(second.listen(server.port)).rejects.toThrow(
      `Cannot open TCP port ${server.port}: address already in use.`,
    );
    // It may try another one.
    expect(await second.listen(0)).toBeGreaterThan(0);
    second.close();
  });
});
