/**
 * The raw limit: viewers connected as ever, then the same packets encrypted and sent to them straight from a timer,
 * with nothing around: no reading, no rooms, no reports. What the server needs above this is its own doing. Its argument
 * is the LoadShape as JSON.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTransport, generateCertificate } from '../../src/native/transport.ts';
import { RTP_FIXED_HEADER_BYTES, writeRtpPacket } from '../../src/protocol/rtp/packet.ts';
import { RtpBatch } from '../../src/sfu/rtp-batch.ts';
import { systemClock, systemRandomness } from '../../src/worker/environment.ts';
import { MediaWorker } from '../../src/worker/media-worker.ts';
import { NativeFanOutTable } from '../../src/worker/native-fan-out-table.ts';
import { machineNow } from '../load/machine-clock.ts';
import { Pacer } from '../load/pacer.ts';
import { type LoadShape, audioPayload, videoInterval, videoPayload, writeSendTime } from '../load/shape.ts';
import { AUDIO_PAYLOAD_TYPE, VIDEO_PAYLOAD_TYPE } from '../../test/support/client-sdp.ts';

const SOCKET_BUFFER_BYTES = 8 * 1024 * 1024;

const shape = JSON.parse(process.argv[2] ?? '') as LoadShape;
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
  payloadType: number;
  sequence: number;
  payloads: Uint8Array[];
}

function createTrack(ssrc: number, payloadType: number, payloads: Uint8Array[]): RawTrack {
  return { table: new NativeFanOutTable(transport), batch: new RtpBatch(), ssrc, payloadType, sequence: 0, payloads };
}

const continuation = Array.from({ length: shape.packetsAtOnce }, (_, index) => videoPayload(index, false, 0));
const video = createTrack(1, VIDEO_PAYLOAD_TYPE, continuation);
const audio = createTrack(2, AUDIO_PAYLOAD_TYPE, [audioPayload(0)]);

/** Gives each connected viewer its rows. Returns how many there are. */
function connectRows(): number {
  const sessions = worker.driver.sessions().filter(({ state }) => state === 'connected');
  sessions.forEach(({ peer }, index) => {
    for (const { table, ssrc, payloadType } of [video, audio]) {
      const row = { peer, ssrc, payloadType, sequenceOffset: 0, timestampOffset: 0, mid: undefined };
      table.write(index, { ...row, extensionIds: new Map(), twoByteExtensions: false, vp8: undefined }, true);
    }
  });
  return sessions.length;
}

function send(track: RawTrack, rows: number): void {
  const { payloadType, ssrc } = track;
  const now = machineNow();
  const first = track.sequence;
  const packets = track.payloads.map((payload) => {
    writeSendTime(payload, now);
    return writeRtpPacket({ payloadType, sequence: track.sequence++ & 0xffff, timestamp: 0, ssrc, payload });
  });
  track.batch.clear(Buffer.concat(packets));
  let offset = 0;
  packets.forEach(({ length }, index) => {
    track.batch.add(offset, length, (first + index) & 0xffff, 0, payloadType, 0, RTP_FIXED_HEADER_BYTES);
    offset += length;
  });
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
const pacer = new Pacer();
pacer.every(videoInterval(shape), () => send(video, rows));
pacer.every(1000 / shape.audioPacketsPerSecond, () => send(audio, rows), videoInterval(shape) / 2);
process.send?.({ port: (server.address() as AddressInfo).port });
process.on('disconnect', () => process.exit(0));
