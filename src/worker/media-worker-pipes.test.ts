import { afterEach, describe, expect, it } from 'vitest';
import { writeCompound } from '../protocol/rtcp/compound.ts';
import { PipeSocket } from './pipe-socket.ts';
import {
  endAll,
  eventually,
  startWorker,
  TestClient,
  type TestWorker,
  VP8_DELTA,
  VP8_KEYFRAME,
} from './testing/test-worker.ts';

const KEY = new Uint8Array(32).fill(3);

afterEach(endAll);

interface PipedWorker extends TestWorker {
  socket: PipeSocket;
  refusals: string[];
}

async function startPiped(gopCacheMs = 0, key = KEY, roomLingerMs = 60_000): Promise<PipedWorker> {
  const socket = await PipeSocket.open();
  const refusals: string[] = [];
  const onPipeRefused = (_: unknown, { reason }: { reason: string }): void => void refusals.push(reason);
  return { ...startWorker(roomLingerMs, gopCacheMs, { pipes: { key, socket }, onPipeRefused }), socket, refusals };
}

/** A publisher on the first worker and a viewer on the second, who has been sent a keyframe. */
async function startWatching(origin: PipedWorker, edge: PipedWorker) {
  const publisher = new TestClient(origin.worker, 'publish', 'publisher');
  await publisher.join();
  edge.worker.setOrigin('room', origin.socket.address);
  const viewer = new TestClient(edge.worker, 'play', 'viewer');
  const answer = await viewer.join();
  let sequence = 1;
  await eventually(() => {
    publisher.sendVideo(sequence++, VP8_KEYFRAME);
    return viewer.packets.length > 0;
  }, 'a picture at the viewer');
  return { publisher, viewer, answer, next: sequence };
}

describe('MediaWorker with a publisher on another worker', () => {
  it('gives viewers its packets, repairs them, and asks for keyframes', async () => {
    const [origin, edge] = [await startPiped(), await startPiped()];
    const { publisher, viewer, answer, next } = await startWatching(origin, edge);
    const before = viewer.packets.length;
    for (let index = 0; index < 20; index++) publisher.sendVideo(next + index, VP8_DELTA);
    // Keyframes of before may still have been on their way.
    await eventually(() => viewer.packets.length >= before + 20, 'all packets');
    const first = viewer.packets[0]?.sequence ?? 0;
    expect(viewer.packets.map(({ sequence }) => sequence)).toEqual(viewer.packets.map((_, index) => first + index));

    const [, rtxSsrc] = /ssrc-group:FID \d+ (\d+)/.exec(answer) ?? [];
    const { ssrc: mediaSsrc, sequence: lost } = viewer.packets.at(-3) ?? { ssrc: 0, sequence: 0 };
    viewer.rtc.sendRtcp(writeCompound([{ type: 'nack', senderSsrc: 1, mediaSsrc, sequences: [lost] }]));
    await eventually(() => viewer.packets.some(({ ssrc }) => ssrc === Number(rtxSsrc)), 'the retransmission');

    const requests = (): number => publisher.rtcp.filter(({ type }) => type === 'pictureLoss').length;
    const asked = requests();
    viewer.rtc.sendRtcp(writeCompound([{ type: 'pictureLoss', senderSsrc: 1, mediaSsrc }]));
    await eventually(() => requests() > asked, 'a request at the publisher');

    expect(origin.worker.room('room')).toMatchObject({ origin: 'local', live: true, subscribers: 0 });
    const { liveSince } = origin.worker.room('room');
    expect(edge.worker.room('room')).toMatchObject({ origin: 'pipe', live: true, liveSince, subscribers: 1 });
    const bitrate = ({ worker }: TestWorker): number => worker.room('room').tracks[1]?.bitrate ?? 0;
    await eventually(() => bitrate(edge) > 0 && bitrate(edge) === bitrate(origin), 'the same bitrate');
  });

  it('asks again for what the way between the workers loses', async () => {
    const [origin, edge] = [await startPiped(), await startPiped()];
    const { publisher, viewer, next } = await startWatching(origin, edge);
    const send = edge.socket.address;
    let count = 0;
    const { socket } = origin;
    const real = socket.send.bind(socket);
    socket.send = (datagram, to) => {
      if (to.port !== send.port || ++count % 5 !== 0) real(datagram, to);
    };
    const before = viewer.packets.length;
    for (let index = 0; index < 100; index++) {
      publisher.sendVideo(next + index, VP8_DELTA);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    // The last packet's loss shows itself by the next one.
    const received = (): Set<number> => new Set(viewer.packets.slice(before).map(({ sequence }) => sequence));
    await eventually(() => received().size >= 99, 'nearly all packets');

    expect(origin.worker.metrics().pipes.from).toEqual([]);
    const { name } = origin.worker.metrics().pipes;
    const figures = () => edge.worker.metrics().pipes.from.find((pipe) => pipe.origin === name)?.figures;
    await eventually(() => (figures()?.datagramsLost ?? 0) >= 19, 'the losses are told');
    const { packetsReceived = 0, bytesReceived = 0, packetsNacked = 0, packetsRepaired, roundTrip } = figures() ?? {};
    expect(packetsReceived).toBeGreaterThanOrEqual(100);
    expect(bytesReceived).toBeGreaterThan(50 * packetsReceived);
    // Reports and requests are lost as well, and are not repaired.
    expect(packetsRepaired).toBeGreaterThanOrEqual(10);
    expect(packetsNacked).toBeGreaterThanOrEqual(packetsRepaired ?? 0);
    expect(roundTrip).toBeLessThan(1000);
  });

  it('begins at the newest keyframe that was, and goes on live', async () => {
    const [origin, edge] = [await startPiped(12_000), await startPiped(12_000)];
    const publisher = new TestClient(origin.worker, 'publish', 'publisher');
    await publisher.join();
    for (let index = 0; index < 30; index++) publisher.sendVideo(index + 1, index === 0 ? VP8_KEYFRAME : VP8_DELTA);
    edge.worker.setOrigin('room', origin.socket.address);
    const viewer = new TestClient(edge.worker, 'play', 'viewer');
    await viewer.join();
    let sequence = 31;
    await eventually(() => {
      publisher.sendVideo(sequence++, VP8_DELTA);
      return viewer.packets.length >= 60;
    }, 'the past and the present');
    const first = viewer.packets[0]?.sequence ?? 0;
    expect(viewer.packets[0]?.payload).toEqual(VP8_KEYFRAME);
    expect(viewer.packets.map((packet) => packet.sequence)).toEqual(viewer.packets.map((_, index) => first + index));
  });

  it('goes on with a publisher that comes back, on the same worker or another', async () => {
    const [origin, other, edge] = [await startPiped(), await startPiped(), await startPiped()];
    const { publisher, viewer } = await startWatching(origin, edge);
    publisher.rtc.close();
    await eventually(() => edge.worker.room('room').origin === 'none', 'the end of the publication');
    expect(edge.closed).toEqual([]);

    const again = new TestClient(origin.worker, 'publish', 'again');
    await again.join();
    const goOn = async (from: TestClient, sequence: number): Promise<void> => {
      const before = viewer.packets.length;
      await eventually(() => {
        from.sendVideo(sequence++, VP8_KEYFRAME);
        return viewer.packets.length > before + 3;
      }, 'packets of the next publisher');
    };
    await goOn(again, 50_000);
    const third = new TestClient(other.worker, 'publish', 'third');
    await third.join();
    edge.worker.setOrigin('room', other.socket.address);
    await goOn(third, 20_000);
    const here = new TestClient(edge.worker, 'publish', 'here');
    await here.join();
    edge.worker.setOrigin('room', undefined);
    await goOn(here, 10_000);
    expect(edge.worker.room('room').origin).toBe('local');
    const there = new TestClient(origin.worker, 'publish', 'there');
    await there.join();
    edge.worker.setOrigin('room', origin.socket.address);
    await eventually(() => edge.worker.room('room').origin === 'pipe', 'a publication in place of its own publisher');
    edge.worker.remove('here');
    await goOn(there, 30_000);
    const numbers = viewer.packets.map(({ sequence }) => sequence);
    const first = numbers[0] ?? 0;
    expect(numbers).toEqual(numbers.map((_, index) => (first + index) & 0xffff));
  });

  it('finds a worker again that has started anew, and keeps its viewers meanwhile', async () => {
    const [origin, edge] = [await startPiped(), await startPiped()];
    const { viewer } = await startWatching(origin, edge);
    await origin.stop();
    await eventually(() => edge.worker.room('room').origin === 'none', 'the loss of the origin');
    const renewed = await startPiped();
    edge.worker.setOrigin('room', renewed.socket.address);
    const publisher = new TestClient(renewed.worker, 'publish', 'publisher');
    await publisher.join();
    const before = viewer.packets.length;
    let sequence = 1;
    await eventually(() => {
      publisher.sendVideo(sequence++, VP8_KEYFRAME);
      return viewer.packets.length > before;
    }, 'a picture of the new publisher');
    expect(edge.closed).toEqual([]);
  });

  it('lets go of a room when its last viewer has left', async () => {
    const [origin, edge] = [await startPiped(), await startPiped()];
    const { publisher, next } = await startWatching(origin, edge);
    edge.worker.remove('viewer');
    expect(edge.worker.rooms()).toMatchObject([{ origin: 'pipe', subscribers: 0 }]);
    await eventually(() => edge.worker.rooms().length === 0, 'the end of the room');
    let datagrams = 0;
    origin.socket.send = () => {
      datagrams++;
    };
    for (let index = 0; index < 20; index++) publisher.sendVideo(next + index, VP8_DELTA);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(datagrams).toBeLessThan(5);
  });

  it('says why it gets nothing from a worker with another key', async () => {
    const [origin, edge] = [await startPiped(0, new Uint8Array(32)), await startPiped()];
    edge.worker.setOrigin('room', origin.socket.address);
    const viewer = new TestClient(edge.worker, 'play', 'viewer');
    await viewer.join();
    await eventually(() => edge.refusals.length > 0, 'a refusal');
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(edge.refusals).toEqual(['key']);
  });

  it('ends the viewers when the publisher stays away for the linger time', async () => {
    const [origin, edge] = [await startPiped(), await startPiped(0, KEY, 300)];
    await startWatching(origin, edge);
    origin.worker.remove('publisher');
    await eventually(() => edge.closed.includes('viewer room_closed'), 'the end of the viewer');
    await eventually(() => edge.worker.rooms().length === 0, 'the end of the room');
  });
});
