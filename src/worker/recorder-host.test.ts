import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RtpSource } from '../../test/support/rtp-source.ts';
import type { Codec } from '../protocol/sdp/types.ts';
import type { ChannelNote } from '../recording/packet-channel.ts';
import { audioFrames } from '../recording/testing/encoded-frames.ts';
import { decodingErrors } from '../recording/testing/media-tools.ts';
import type { RecordingEvent } from '../worker-protocol.ts';
import { systemClock } from './environment.ts';
import { RecorderHost } from './recorder-host.ts';
import type { HostedPublication } from './recorder-host.ts';
import { RecordingSink } from './recording-sink.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const OPUS: Codec = {
  name: 'opus',
  payloadType: 111,
  clockRate: 48_000,
  channels: 2,
  parameters: {},
  feedback: [],
  rtxPayloadType: undefined,
};

const OPUS_SOURCE: ChannelNote = { type: 'source', kind: 'audio', codec: OPUS };

let directory: string;
let host: RecorderHost;
let events: RecordingEvent[];
let errors: Error[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'host-'));
  events = [];
  errors = [];
});
afterEach(async () => {
  await host.stop();
  rmSync(directory, { recursive: true });
});

function start(threadEntry?: URL, clock = systemClock): void {
  host = new RecorderHost({
    recording: { directory, elementary: true, muxed: true, segmentMs: 0, minimumFreeBytes: 0 },
    clock,
    onRecording: (event) => events.push(event),
    onError: (error) => errors.push(error),
    ...(threadEntry === undefined ? {} : { threadEntry }),
  });
}

const publication: HostedPublication = {
  opening: () => [{ type: 'open', room: 'show', kinds: ['audio'], wallClock: Date.now() }, OPUS_SOURCE],
  requestKeyframe: () => undefined,
};

const ended = (): RecordingEvent[] => events.filter(({ type }) => type === 'ended');

describe('RecorderHost', () => {
  it('starts a thread that fails again: what it wrote is finished, and recording goes on', async () => {
    start();
    const frames = await audioFrames(4);
    const source = new RtpSource('audio', 1);
    const number = host.add(publication);
    const send = async (from: number, to: number): Promise<void> => {
      for (const frame of frames.filter(({ time }) => time >= from && time < to)) {
        const packet = Buffer.from(source.packets(frame)[0] ?? []);
        host.packet(number, 'audio', systemClock.now(), packet, 0, packet.length);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    await send(0, 2);
    await vi.waitFor(() => expect(events[0]?.type).toBe('started'), 10_000);
    host.note(number, { type: 'senderReport', kind: 'audio' } as unknown as ChannelNote);
    await vi.waitFor(() => expect(ended()).toHaveLength(1), 20_000);
    expect(errors).toHaveLength(1);
    expect(ended()[0]?.info).toMatchObject({ state: 'failed', error: 'The recorder failed and was started again.' });
    expect(ended()[0]?.info.duration).toBeGreaterThan(1);
    await send(2, 4);
    await host.stop();
    expect(ended().map(({ info }) => info.state)).toEqual(['failed', 'done']);
    expect(ended()[1]?.info.duration).toBeGreaterThan(1.9);
    for (const { info } of ended()) expect(decodingErrors(join(directory, info.files[0]?.name ?? ''))).toBe('');
    expect(host.counters).toMatchObject({ active: 0, failures: 1 });
  });

  it('holds no more than its bound for a thread that does not answer, and counts what it drops', async () => {
    start(new URL('./testing/silent-thread.js', import.meta.url));
    const number = host.add(publication);
    const packet = Buffer.alloc(1200);
    const before = process.memoryUsage().arrayBuffers;
    const bound = 16 * 1024 * 1024;
    const packets = Math.ceil((4 * bound) / packet.length);
    for (let index = 0; index < packets; index++) host.packet(number, 'audio', 0, packet, 0, packet.length);
    expect(host.counters.packetsDropped).toBeGreaterThan(packets / 2);
    expect(host.counters.packetsDropped).toBeLessThan((packets * 7) / 8);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 * bound);
    // Notes take no memory without bound either.
    const report = { ntpTime: { seconds: 0, fraction: 0 }, rtpTimestamp: 0, arrival: 0 };
    for (let index = 0; index < packets; index++) {
      host.note(number, { type: 'senderReport', kind: 'audio', report });
      host.packet(number, 'audio', 0, packet, 0, packet.length);
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 * bound);
    host.remove(number);
    const begin = performance.now();
    await host.stop();
    expect(performance.now() - begin).toBeLessThan(10_000);
  });

  it('names recordings in their order, with their durations, where the wall clock is set back', async () => {
    let ahead = 0;
    start(undefined, { now: () => systemClock.now(), wallClock: () => systemClock.wallClock() + ahead });
    const before = systemClock.wallClock();
    const frames = (await audioFrames(2)).slice(0, 75);
    for (const setBack of [0, -3_600_000]) {
      const sink = new RecordingSink(host, systemClock, 'show', ['audio']);
      const number = host.add({ opening: () => [...sink.opening(), OPUS_SOURCE], requestKeyframe: () => undefined });
      const source = new RtpSource('audio', 1);
      for (const [index, frame] of frames.entries()) {
        if (index === 50) ahead += setBack;
        const packet = Buffer.from(source.packets(frame)[0] ?? []);
        host.packet(number, 'audio', systemClock.now(), packet, 0, packet.length);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      host.remove(number);
      ahead -= 7_200_000;
    }
    await vi.waitFor(() => expect(ended()).toHaveLength(2), 10_000);
    const [first, second] = ended().map(({ info }) => info);
    const names = [first, second].map((info) => info?.files[0]?.name ?? '');
    expect(names).toEqual([...names].sort());
    expect(names[0]?.slice(0, 21)).not.toBe(names[1]?.slice(0, 21));
    expect(first?.startedAt).toBeGreaterThanOrEqual(before);
    expect(second?.startedAt).toBeGreaterThanOrEqual((first?.startedAt ?? 0) + 1000);
    for (const info of [first, second]) {
      expect(Math.abs((info?.duration ?? 0) - 1.5)).toBeLessThan(0.1);
      expect((info?.endedAt ?? 0) - (info?.startedAt ?? 0)).toBe(Math.round((info?.duration ?? 0) * 1000));
    }
  });
});
