/**
 * The raw limit: viewers connected as ever, then the same packets encrypted and sent to them straight from a timer,
 * with nothing around: no reading, no rooms, no reports. What the server needs above this is its own doing.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTransport, generateCertificate } from '../src/native/transport.ts';
import { writeRtpPacket } from '../src/protocol/rtp/packet.ts';
import { RtpBatch } from '../src/sfu/rtp-batch.ts';
import { systemClock, systemRandomness } from '../src/worker/environment.ts';
import { MediaWorker } from '../src/worker/media-worker.ts';
import { NativeFanOutTable } from '../src/worker/native-fan-out-table.ts';
import { AUDIO_INTERVAL_MS, AUDIO_PACKET_BYTES, FRAME_INTERVAL_MS, PACKETS_PER_FRAME, videoPayload } from './load.ts';

const SOCKET_BUFFER_BYTES = 8 * 1024 * 1024;

const certificate = generateCertificate();
const transport = createTransport({
  address: '::',
  port: 0,
  receiveBufferBytes: SOCKET_BUFFER_BYTES,
  sendBufferBytes: SOCKET_BUFFER_BYTES,
  certificate,
  onBatch: (count) => worker.driver.handleBatch(count),
});
const worker = new MediaWorker({
  transport,
  certificate,
  candidates: [{ address: '127.0.0.1', port: transport.port, protocol: 'udp' }],
  roomLingerMs: 0,
  gopCacheMs: 0,
  clock: systemClock,
  randomness: systemRandomness,
  onSessionClosed: () => undefined,
});

interface RawTrack {
  table: NativeFanOutTable;
  batch: RtpBatch;
  ssrc: number;
  sequence: number;
  payloads: Uint8Array[];
}

function createTrack(ssrc: number, payloads: Uint8Array[]): RawTrack {
  return { table: new NativeFanOutTable(transport), batch: new RtpBatch(), ssrc, sequence: 0, payloads };
}

const video = createTrack(
  1,
  Array.from({ length: PACKETS_PER_FRAME }, (_, index) => videoPayload(index, false)),
);
const audio = createTrack(2, [new Uint8Array(AUDIO_PACKET_BYTES - 12)]);

/** Gives each connected viewer its rows. Returns how many there are. */
function connectRows(): number {
  const sessions = worker.driver.sessions().filter(({ state }) => state === 'connected');
  sessions.forEach(({ peer }, index) => {
    for (const { table, ssrc } of [video, audio]) {
      const row = { peer, ssrc, payloadType: 96, sequenceOffset: 0, timestampOffset: 0, mid: undefined };
      table.write(index, { ...row, extensionIds: new Map(), twoByteExtensions: false, vp8: undefined }, true);
    }
  });
  return sessions.length;
}

function send(track: RawTrack, rows: number): void {
  const packets = track.payloads.map((payload) => {
    const sequence = track.sequence++ & 0xffff;
    return writeRtpPacket({ payloadType: 96, sequence, timestamp: 0, ssrc: track.ssrc, payload });
  });
  const data = Buffer.concat(packets);
  track.batch.clear(data);
  let offset = 0;
  for (const packet of packets) {
    track.batch.add(offset, packet.length, track.sequence, 0, 96, 0, 12);
    offset += packet.length;
  }
  track.table.send(track.batch, 0, packets.length, 0, rows);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

let sessionNumber = 0;
let rows = 0;

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url === '/start') {
    rows = connectRows();
    response.end(String(rows));
    return;
  }
  const offer = await readBody(request);
  const { answer } = worker.open({ role: 'play', room: 'raw', sessionId: String(sessionNumber++), offer });
  response.writeHead(201, { 'Content-Type': 'application/sdp' }).end(answer);
}

const server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1');
await once(server, 'listening');
setInterval(() => send(video, rows), FRAME_INTERVAL_MS);
setInterval(() => send(audio, rows), AUDIO_INTERVAL_MS);
process.send?.({ port: (server.address() as AddressInfo).port });
process.on('disconnect', () => process.exit(0));
