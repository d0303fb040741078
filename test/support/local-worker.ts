/** The real HTTP side and a real media worker in this process, so that a test can look inside the worker. */
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createHttpServer } from '../../src/http/http-server.ts';
import { openOptions } from '../../src/http/testing/open-options.ts';
import { createTransport, generateCertificate } from '../../src/native/transport.ts';
import type { Transport } from '../../src/native/addon.ts';
import type {
  LayerRequest,
  PatchRequest,
  RoomService,
  SessionAnswer,
  SessionRole,
  SessionWatcher,
} from '../../src/sfu/room-service.ts';
import { systemClock, systemRandomness } from '../../src/worker/environment.ts';
import { MediaWorker } from '../../src/worker/media-worker.ts';

const SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;

export interface LocalWorker {
  /** Origin of the HTTP API. */
  url: string;
  worker: MediaWorker;
  transport: Transport;
  close(): Promise<void>;
}

/** Asks a media worker directly, without a process between. */
class LocalRoomService implements RoomService {
  readonly #worker: MediaWorker;

  constructor(worker: MediaWorker) {
    this.#worker = worker;
  }

  publish(room: string, offer: string): Promise<SessionAnswer> {
    return this.#open('publish', room, offer);
  }

  play(room: string, offer: string): Promise<SessionAnswer> {
    return this.#open('play', room, offer);
  }

  session(sessionId: string) {
    const session = this.#worker.driver.find(sessionId);
    return session && { room: session.room.name, role: session.participant.role, tag: session.tag };
  }

  patch({ sessionId, fragment, ifMatch }: PatchRequest) {
    return Promise.resolve(this.#worker.patch(sessionId, fragment, ifMatch));
  }

  remove(sessionId: string): Promise<void> {
    this.#worker.remove(sessionId);
    return Promise.resolve();
  }

  selectLayer(sessionId: string, request: LayerRequest): Promise<void> {
    this.#worker.selectLayer(sessionId, request);
    return Promise.resolve();
  }

  /** Tells the state of the beginning and no more. */
  watch(sessionId: string, watcher: SessionWatcher): Promise<string | undefined> {
    const { videoMid, state } = this.#worker.watch(sessionId);
    watcher.onState(state);
    return Promise.resolve(videoMid);
  }

  rooms() {
    return Promise.resolve(this.#worker.rooms());
  }

  room(name: string) {
    return Promise.resolve(this.#worker.room(name));
  }

  closeRoom(name: string): Promise<void> {
    this.#worker.closeRoom(name);
    return Promise.resolve();
  }

  #open(role: SessionRole, room: string, offer: string): Promise<SessionAnswer> {
    const sessionId = randomBytes(16).toString('base64url');
    return Promise.resolve({ sessionId, ...this.#worker.open({ role, room, sessionId, offer }) });
  }
}

/** Starts both on free ports of 127.0.0.1. */
export async function startLocalWorker(): Promise<LocalWorker> {
  const certificate = generateCertificate();
  const transport = createTransport({
    address: '127.0.0.1',
    port: 0,
    receiveBufferBytes: SOCKET_BUFFER_BYTES,
    sendBufferBytes: SOCKET_BUFFER_BYTES,
    certificate,
    onBatch: (recordCount) => worker.driver.handleBatch(recordCount),
  });
  const worker = new MediaWorker({
    transport,
    certificate,
    candidates: [{ address: '127.0.0.1', port: transport.port, protocol: 'udp' }],
    roomLingerMs: 60_000,
    gopCacheMs: 12_000,
    clock: systemClock,
    randomness: systemRandomness,
    onSessionClosed: () => undefined,
  });
  const http = await createHttpServer(openOptions(new LocalRoomService(worker)));
  await http.listen({ host: '127.0.0.1', port: 0 });
  const { port } = http.server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    worker,
    transport,
    async close() {
      await worker.stop();
      await http.close();
    },
  };
}
