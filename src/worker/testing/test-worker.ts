/** Media workers of a test and clients on the addon that join them, without a server process. */
import { RtcClient, VIDEO_PAYLOAD_TYPE } from '../../../test/support/rtc-client.ts';
import { createTransport, generateCertificate } from '../../native/transport.ts';
import { parseCompound, type RtcpPacket } from '../../protocol/rtcp/compound.ts';
import { parseRtpHeader, rtpPayload, writeRtpPacket } from '../../protocol/rtp/packet.ts';
import type { SessionRole } from '../../sfu/room-service.ts';
import { systemClock, systemRandomness } from '../environment.ts';
import { MediaWorker, type MediaWorkerOptions } from '../media-worker.ts';

export const VP8_KEYFRAME = [0x10, 0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01];
export const VP8_DELTA = [0x10, 0x11, 0x02, 0x00];

export interface TestWorker {
  worker: MediaWorker;
  /** Sessions that have ended, each with its reason. */
  closed: string[];
  peerCount: () => number;
  /** Ends it before the test ends. */
  stop: () => Promise<void>;
}

const endings: (() => void | Promise<void>)[] = [];

/** Ends all that a test has started; for afterEach. */
export async function endAll(): Promise<void> {
  for (const end of endings.splice(0)) await end();
}

/** `more` outranks what a test worker has. */
export function startWorker(roomLingerMs = 60_000, gopCacheMs = 0, more: Partial<MediaWorkerOptions> = {}): TestWorker {
  const certificate = generateCertificate();
  const closed: string[] = [];
  const transport = createTransport({
    address: '127.0.0.1',
    port: 0,
    receiveBufferBytes: 1 << 20,
    sendBufferBytes: 1 << 20,
    certificate,
    onBatch: (count) => worker.driver.handleBatch(count),
  });
  const worker = new MediaWorker({
    transport,
    certificate,
    candidates: [{ address: '127.0.0.1', port: transport.port, protocol: 'udp' }],
    roomLingerMs,
    gopCacheMs,
    clock: systemClock,
    randomness: systemRandomness,
    onSessionClosed: ({ id }, reason) => closed.push(`${id} ${reason}`),
    ...more,
  });
  let running = true;
  const stop = async (): Promise<void> => {
    if (running) await worker.stop();
    running = false;
  };
  endings.unshift(stop);
  return { worker, closed, peerCount: () => transport.peerCount(), stop };
}

/** A client in a room, and what it has been sent. */
export class TestClient {
  readonly packets: { sequence: number; ssrc: number; payload: number[] }[] = [];
  readonly rtcp: RtcpPacket[] = [];
  readonly rtc: RtcClient;
  readonly worker: MediaWorker;
  readonly role: SessionRole;
  readonly sessionId: string;
  tag = '';

  constructor(worker: MediaWorker, role: SessionRole, sessionId: string) {
    this.worker = worker;
    this.role = role;
    this.sessionId = sessionId;
    this.rtc = new RtcClient({
      role,
      onRtp: (packet) => {
        const header = parseRtpHeader(packet);
        if (header === undefined) return;
        const { sequence, ssrc } = header;
        this.packets.push({ sequence, ssrc, payload: [...rtpPayload(packet, header)] });
      },
      onRtcp: (packet) => this.rtcp.push(...parseCompound(packet)),
    });
    endings.push(() => this.rtc.close());
  }

  async join(room = 'room', recorded = true): Promise<string> {
    const { role, sessionId } = this;
    const { answer, tag } = this.worker.open({ role, room, sessionId, offer: this.rtc.offer(), recorded });
    this.tag = tag;
    await this.rtc.connect(answer);
    return answer;
  }

  sendVideo(sequence: number, payload: number[]): void {
    const ssrc = this.rtc.ssrcs.video;
    const timestamp = sequence * 3000;
    this.rtc.sendRtp(
      writeRtpPacket({ payloadType: VIDEO_PAYLOAD_TYPE, sequence, timestamp, ssrc, payload: Uint8Array.from(payload) }),
    );
  }
}

/** Waits until the condition holds. */
export async function eventually(condition: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 4000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
