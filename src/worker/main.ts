/** The process of one media worker: started by the server process, which it does not outlive. */
import { ServiceError } from '../errors.ts';
import type { Transport } from '../native/addon.ts';
import { createTransport, generateCertificate } from '../native/transport.ts';
import type { Candidate } from '../protocol/sdp/types.ts';
import type {
  RequestMessage,
  WorkerMessage,
  WorkerMethod,
  WorkerOptions,
  WorkerRequest,
  WorkerResults,
} from '../worker-protocol.ts';
import { systemClock, systemRandomness } from './environment.ts';
import { IceTcpListener } from './ice-tcp-listener.ts';
import { listenForTcp } from './ice-tcp-port.ts';
import { LoadMeter } from './load-meter.ts';
import { MediaWorker, type MediaWorkerOptions } from './media-worker.ts';
import { PipeSocket } from './pipe-socket.ts';
import { RecorderHost } from './recorder-host.ts';
import { RequestTurns } from './request-turns.ts';

/** Wanted socket buffers, bytes: a keyframe to some hundred viewers, and a stall of the event loop. */
const SEND_BUFFER_BYTES = 8 * 1024 * 1024;
const RECEIVE_BUFFER_BYTES = 8 * 1024 * 1024;

let worker: MediaWorker | undefined;
let iceTcp: IceTcpListener | undefined;
let loadMeter: LoadMeter | undefined;

function send(message: WorkerMessage): void {
  process.send?.(message);
}

/** What the server is told of sessions and rooms, and the operator of pipes. */
const TOLD_EVENTS = {
  onPipeRefused({ port }, { reason, supportedVersion }) {
    console.error(`The worker at pipe port ${port} refuses this one: ${reason} (it has version ${supportedVersion}).`);
  },
  onSessionConnected({ id, room, participant: { role } }, joinTime) {
    send({ type: 'sessionConnected', sessionId: id, room: room.name, role, joinTime });
  },
  onRoomChanged: (room, state) => send({ type: 'roomChanged', room, state }),
  onPublisherWarning(sessionId, room, warning, holds) {
    send({ type: 'publisherWarning', sessionId, room, warning, holds });
  },
  onSessionClosed({ id, room, participant: { role } }, reason) {
    send({ type: 'sessionClosed', sessionId: id, room: room.name, role, reason });
  },
} satisfies Partial<MediaWorkerOptions>;

async function start(options: WorkerOptions): Promise<WorkerResults['start']> {
  const certificate = generateCertificate();
  const transport = createTransport({
    address: '::',
    port: options.udpPort,
    receiveBufferBytes: RECEIVE_BUFFER_BYTES,
    sendBufferBytes: SEND_BUFFER_BYTES,
    certificate,
    onBatch: (recordCount) => worker?.driver.handleBatch(recordCount),
    onStreamData: (data) => iceTcp?.deliver(data),
  });
  iceTcp = createIceTcpListener(transport);
  const pipeSocket = await PipeSocket.open();
  const ports = { udpPort: transport.port, tcpPort: await listenForTcp(iceTcp, options, transport.port) };
  worker = new MediaWorker({
    transport,
    certificate,
    candidates: hostCandidates(options.announcedAddresses, ports),
    roomLingerMs: options.roomLingerMs,
    gopCacheMs: options.gopCacheMs,
    recorder: createRecorder(options),
    pipes: { key: Buffer.from(options.pipeKey, 'base64'), socket: pipeSocket },
    clock: systemClock,
    randomness: systemRandomness,
    ...TOLD_EVENTS,
  });
  loadMeter = new LoadMeter(transport, (load) => send({ type: 'load', load }));
  return { ...ports, pipePort: pipeSocket.port };
}

function createIceTcpListener(transport: Transport): IceTcpListener {
  return new IceTcpListener({
    transport,
    sessions: {
      isBound: (stream) => worker?.driver.isBound(stream) ?? false,
      streamClosed: (stream) => worker?.driver.streamClosed(stream),
      streamBlocked: (stream, blocked) => worker?.driver.streamBlocked(stream, blocked),
    },
    clock: systemClock,
  });
}

/** Where this worker is reached. UDP first: FFmpeg takes the first candidate and no other. */
function hostCandidates(
  addresses: readonly string[],
  { udpPort, tcpPort }: Pick<WorkerResults['start'], 'udpPort' | 'tcpPort'>,
): Candidate[] {
  const udp = addresses.map((address): Candidate => ({ address, port: udpPort, protocol: 'udp' }));
  if (tcpPort === undefined) return udp;
  return [...udp, ...addresses.map((address): Candidate => ({ address, port: tcpPort, protocol: 'tcp' }))];
}

function createRecorder({ recording }: WorkerOptions): RecorderHost | undefined {
  if (recording === undefined) return undefined;
  return new RecorderHost({
    recording,
    clock: systemClock,
    onRecording: (event) => send({ type: 'recording', event }),
    onError: (error) => console.error(error),
  });
}

async function handle(request: WorkerRequest): Promise<WorkerResults[WorkerMethod]> {
  if (request.method === 'start') return start(request.options);
  if (worker === undefined) throw new ServiceError('worker_unavailable');
  switch (request.method) {
    case 'open':
      if (request.role === 'play') worker.setOrigin(request.room, request.origin);
      return worker.open(request);
    case 'patch':
      return worker.patch(request.sessionId, request.fragment, request.ifMatch);
    case 'remove':
      worker.remove(request.sessionId, request.reason);
      return null;
    case 'selectLayer':
      worker.selectLayer(request.sessionId, request.layer);
      return null;
    case 'watch':
      return worker.watch(request.sessionId);
    case 'rooms':
      return worker.rooms();
    case 'room':
      return worker.room(request.room);
    case 'closeRoom':
      worker.closeRoom(request.room);
      return null;
    case 'setOrigin':
      worker.setOrigin(request.room, request.origin);
      return null;
    case 'metrics':
      return worker.metrics();
    case 'stop':
      loadMeter?.stop();
      await worker.stop();
      iceTcp?.close();
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

async function answer({ id, request }: RequestMessage): Promise<void> {
  try {
    send({ type: 'reply', id, result: await handle(request) });
    if (request.method === 'stop') process.disconnect();
  } catch (error) {
    const refusal = refusalOf(error, request.method);
    send({ type: 'refusal', id, code: refusal.code, detail: refusal.detail });
  }
}

const turns = new RequestTurns((message) => void answer(message));
process.on('message', (message: RequestMessage) => turns.add(message));

// The server process is gone or has let go: nobody could end this process any more.
process.on('disconnect', () => {
  process.exit(0);
});

// Ctrl+C reaches the whole process group; the server ends its workers in order.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
