/** The process of one media worker: started by the server process, which it does not outlive. */
import { ServiceError } from '../errors.ts';
import { createTransport, generateCertificate } from '../native/transport.ts';
import type {
  RequestMessage,
  WorkerMessage,
  WorkerMethod,
  WorkerOptions,
  WorkerRequest,
  WorkerResults,
} from '../worker-protocol.ts';
import { systemClock, systemRandomness } from './environment.ts';
import { MediaWorker } from './media-worker.ts';

/** Wanted socket buffers, bytes: a keyframe to some hundred viewers, and a stall of the event loop. */
const SEND_BUFFER_BYTES = 8 * 1024 * 1024;
const RECEIVE_BUFFER_BYTES = 8 * 1024 * 1024;

let worker: MediaWorker | undefined;

function send(message: WorkerMessage): void {
  process.send?.(message);
}

function start(options: WorkerOptions): WorkerResults['start'] {
  const certificate = generateCertificate();
  const transport = createTransport({
    address: '::',
    port: options.udpPort,
    receiveBufferBytes: RECEIVE_BUFFER_BYTES,
    sendBufferBytes: SEND_BUFFER_BYTES,
    certificate,
    onBatch: (recordCount) => worker?.driver.handleBatch(recordCount),
  });
  worker = new MediaWorker({
    transport,
    certificate,
    candidates: options.announcedAddresses.map((address) => ({ address, port: transport.port, protocol: 'udp' })),
    roomLingerMs: options.roomLingerMs,
    gopCacheMs: options.gopCacheMs,
    clock: systemClock,
    randomness: systemRandomness,
    onSessionConnected: ({ id, room, participant: { role } }, joinTime) => {
      send({ type: 'sessionConnected', sessionId: id, room: room.name, role, joinTime });
    },
    onSessionClosed: ({ id, room, participant: { role } }, reason) => {
      send({ type: 'sessionClosed', sessionId: id, room: room.name, role, reason });
    },
  });
  return { udpPort: transport.port };
}

function handle(request: WorkerRequest): WorkerResults[WorkerMethod] {
  if (request.method === 'start') return start(request.options);
  if (worker === undefined) throw new ServiceError('worker_unavailable');
  switch (request.method) {
    case 'open':
      return worker.open(request);
    case 'patch':
      return worker.patch(request.sessionId, request.fragment, request.ifMatch);
    case 'remove':
      worker.remove(request.sessionId);
      return null;
    case 'rooms':
      return worker.rooms();
    case 'room':
      return worker.room(request.room);
    case 'closeRoom':
      worker.closeRoom(request.room);
      return null;
    case 'metrics':
      return worker.metrics();
    case 'stop':
      worker.stop();
      return null;
  }
}

function refusalOf(error: unknown, method: WorkerMethod): ServiceError {
  if (error instanceof ServiceError) return error;
  // What keeps a worker from starting, a port in use above all, is told the operator in one sentence.
  if (method === 'start' && error instanceof Error && 'code' in error) {
    return new ServiceError('internal', { detail: error.message });
  }
  console.error(error);
  return new ServiceError('internal');
}

process.on('message', (message: RequestMessage) => {
  const { id, request } = message;
  try {
    send({ type: 'reply', id, result: handle(request) });
    if (request.method === 'stop') process.disconnect();
  } catch (error) {
    const refusal = refusalOf(error, request.method);
    send({ type: 'refusal', id, code: refusal.code, detail: refusal.detail });
  }
});

// The server process is gone or has let go: nobody could end this process any more.
process.on('disconnect', () => {
  process.exit(0);
});

// Ctrl+C reaches the whole process group; the server ends its workers in order.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
