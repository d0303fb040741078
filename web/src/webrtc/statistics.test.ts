import { describe, expect, it } from 'vitest';
import { figuresBetween, readSnapshot } from './statistics.ts';

type Entry = { type: string; id: string } & Record<string, unknown>;

/** A report as a browser gives it: a map of entries. */
function report(...entries: Entry[]): RTCStatsReport {
  return new Map(entries.map((entry) => [entry.id, entry]));
}

const codecs: Entry[] = [
  { type: 'codec', id: 'CV', mimeType: 'video/VP9' },
  { type: 'codec', id: 'CA', mimeType: 'audio/opus' },
];

describe('a viewer', () => {
  const received = (bytes: number, packets: number, lost: number, frames: number, delay: number): RTCStatsReport =>
    report(
      ...codecs,
      {
        type: 'inbound-rtp',
        id: 'V',
        kind: 'video',
        codecId: 'CV',
        bytesReceived: bytes,
        packetsReceived: packets,
        packetsLost: lost,
        framesDecoded: frames,
        frameWidth: 1280,
        frameHeight: 720,
        jitterBufferDelay: delay,
        jitterBufferEmittedCount: frames,
        freezeCount: 2,
        framesDropped: 3,
        jitter: 0.012,
        totalDecodeTime: frames * 0.004,
      },
      {
        type: 'inbound-rtp',
        id: 'A',
        kind: 'audio',
        codecId: 'CA',
        bytesReceived: bytes / 10,
        packetsReceived: packets,
      },
      { type: 'candidate-pair', id: 'P', nominated: true, currentRoundTripTime: 0.04, bytesReceived: bytes },
      { type: 'candidate-pair', id: 'Q', nominated: false, currentRoundTripTime: 9, bytesReceived: 7 },
    );

  it('sees rates between two moments', () => {
    const before = readSnapshot(received(1_000_000, 1000, 10, 100, 5), 'receive', 10_000);
    const now = readSnapshot(received(1_200_000, 1180, 30, 160, 8), 'receive', 12_000);
    expect(figuresBetween(before, now)).toEqual({
      bitrate: (220_000 * 8) / 2,
      framesPerSecond: 30,
      loss: 20 / 380,
      bufferDelay: 50,
      freezes: 2,
      width: 1280,
      height: 720,
      videoCodec: 'VP9',
      audioCodec: 'opus',
      roundTripTime: 40,
      limitedBy: undefined,
      framesDropped: 3,
      jitter: 12,
      decodeTime: 4,
    });
    expect(now.counters.transportBytes).toBe(1_200_007);
  });

  it('shows nothing where no time has passed', () => {
    const snapshot = readSnapshot(received(1, 1, 0, 1, 1), 'receive', 10_000);
    expect(figuresBetween(snapshot, snapshot)).toBeUndefined();
  });

  it('does without entries that a browser leaves out', () => {
    const empty = readSnapshot(report(), 'receive', 0);
    expect(figuresBetween(empty, readSnapshot(report(), 'receive', 1000))).toMatchObject({
      bitrate: 0,
      loss: undefined,
      bufferDelay: undefined,
      width: undefined,
      roundTripTime: undefined,
    });
  });

  it('takes the delay of the sound where there is no picture', () => {
    const sound = (delay: number, count: number): RTCStatsReport =>
      report({
        type: 'inbound-rtp',
        id: 'A',
        kind: 'audio',
        jitterBufferDelay: delay,
        jitterBufferEmittedCount: count,
      });
    const before = readSnapshot(sound(1, 1000), 'receive', 0);
    expect(figuresBetween(before, readSnapshot(sound(3, 1100), 'receive', 1000))?.bufferDelay).toBe(20);
  });
});

describe('a broadcaster', () => {
  it('sees what it sends and what the server reports about it', () => {
    const sent = (bytes: number): RTCStatsReport =>
      report(
        ...codecs,
        {
          type: 'outbound-rtp',
          id: 'V',
          kind: 'video',
          codecId: 'CV',
          bytesSent: bytes,
          framesPerSecond: 25,
          frameWidth: 640,
          frameHeight: 360,
          qualityLimitationReason: 'cpu',
        },
        { type: 'remote-inbound-rtp', id: 'R', kind: 'video', fractionLost: 0.25, roundTripTime: 0.1, packetsLost: 3 },
        { type: 'candidate-pair', id: 'P', nominated: true, currentRoundTripTime: 0.04, responsesReceived: 8 },
      );
    const now = readSnapshot(sent(200_000), 'send', 2_000);
    expect(figuresBetween(readSnapshot(sent(100_000), 'send', 1_000), now)).toMatchObject({
      bitrate: 800_000,
      framesPerSecond: 25,
      loss: 0.25,
      roundTripTime: 100,
      videoCodec: 'VP9',
      width: 640,
      height: 360,
      limitedBy: 'cpu',
    });
    expect(now.counters.checksAnswered).toBe(8);
  });
});
