import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ntpFromUnixMs } from '../protocol/rtcp/ntp.ts';
import { PublicationClock } from './publication-clock.ts';
import {
  pictureLateness,
  type SimulatedTrack,
  simulatePublication,
  type TimedFrame,
} from './testing/simulated-publication.ts';

const HOUR = 3600;
/** What nobody notices, seconds. */
const IN_SYNC = 0.04;

/** A number between 0 and 1 that looks random and is the same in each run. */
function noise(time: number): number {
  const value = Math.sin(time * 12.9898) * 43_758.5453;
  return value - Math.floor(value);
}

function sound(options: Partial<SimulatedTrack> = {}): SimulatedTrack {
  const delay = (time: number): number => 0.02 + 0.03 * noise(time);
  return { kind: 'audio', interval: 0.02, end: 60, delay, reportInterval: 5, firstReport: 2.5, ...options };
}

/** Pictures take longer: they are encoded and paced. */
function picture(options: Partial<SimulatedTrack> = {}): SimulatedTrack {
  const delay = (time: number): number => 0.12 + 0.06 * noise(time + 0.5);
  return { kind: 'video', interval: 1 / 30, end: 60, delay, reportInterval: 1, firstReport: 0.5, ...options };
}

/** Math.min of more numbers than a call has arguments. */
function least(values: readonly number[]): number {
  return values.reduce((smallest, value) => Math.min(smallest, value), Number.POSITIVE_INFINITY);
}

function worst(frames: readonly TimedFrame[], from: number, to: number): number {
  const errors = pictureLateness(frames, from, to);
  expect(errors.length).toBeGreaterThan(0);
  return Math.max(-least(errors), -least(errors.map((error) => -error)));
}

/** Seconds between neighbours of one kind, in the order in which they were given out. */
function steps(frames: readonly TimedFrame[], kind: TimedFrame['kind']): number[] {
  const times = frames.filter((frame) => frame.kind === kind).map(({ time }) => time);
  return times.slice(1).map((time, index) => time - (times[index] ?? 0));
}

function expectSmooth(frames: readonly TimedFrame[], interval: { audio: number; video: number }): void {
  for (const kind of ['audio', 'video'] as const) {
    const differences = steps(frames, kind);
    expect(least(differences)).toBeGreaterThanOrEqual(interval[kind] * 0.95 - 5e-5);
    expect(-least(differences.map((difference) => -difference))).toBeLessThanOrEqual(interval[kind] * 1.05 + 5e-5);
  }
  expect(least(frames.map(({ time }) => time))).toBeGreaterThanOrEqual(0);
}

describe('sound and picture on one clock', () => {
  it('are by arrival until the first reports, then brought together without a jump', () => {
    const frames = simulatePublication([sound(), picture()]);
    expect(worst(frames, 0, 0.3)).toBeGreaterThan(0.06);
    expect(worst(frames, 8, 60)).toBeLessThan(0.01);
    expectSmooth(frames, { audio: 0.02, video: 1 / 30 });
  });

  it('stay together for an hour with clocks that run 200 ppm apart', () => {
    const frames = simulatePublication([
      sound({ end: HOUR, ppm: 100, firstTimestamp: 2 ** 32 - 1000 }),
      picture({ end: HOUR, ppm: -100, firstTimestamp: 2 ** 32 - 90_000 * 1800 }),
    ]);
    expect(worst(frames, 8, HOUR)).toBeLessThan(0.01);
    expectSmooth(frames, { audio: 0.02, video: 1 / 30 });
    const last = frames.at(-1);
    expect(Math.abs((last?.time ?? 0) - (last?.captured ?? 0))).toBeLessThan(0.15);
  });

  it('do not drift where no report ever comes', () => {
    const silent = { reportInterval: undefined as never };
    const frames = simulatePublication([
      sound({ end: HOUR, ppm: 100, ...silent }),
      picture({ end: HOUR, ppm: -100, ...silent }),
    ]);
    // What is left is the difference of their delays, which arrival times cannot tell from lateness.
    expect(worst(frames, 60, HOUR)).toBeLessThan(0.13);
    expectSmooth(frames, { audio: 0.02, video: 1 / 30 });
  });

  it.each([
    ['sound', 'audio', 20],
    ['the picture', 'video', 20],
    ['sound after half an hour', 'audio', 1800],
  ] as const)('come together where %s starts later', (_, late, start) => {
    const end = start + 60;
    const frames = simulatePublication([
      sound({ end, ppm: 100, start: late === 'audio' ? start : 0 }),
      picture({ end, ppm: -100, start: late === 'video' ? start : 0 }),
    ]);
    expect(worst(frames, start + 8, end)).toBeLessThan(0.01);
    expectSmooth(frames, { audio: 0.02, video: 1 / 30 });
    const first = frames.find(({ kind }) => kind === late);
    expect(Math.abs((first?.time ?? 0) - start)).toBeLessThan(0.4);
  });

  it('needs no other track', () => {
    for (const track of [sound({ ppm: 100 }), picture({ ppm: 100 })]) {
      const frames = simulatePublication([track]);
      expect(frames[0]?.time).toBe(0);
      const { captured, time } = frames.at(-1) ?? { captured: 0, time: 0 };
      expect(Math.abs(time - captured)).toBeLessThan(0.1);
    }
  });

  it.each([
    ['sound, its RTP clock goes on', 'audio', false],
    ['sound, its RTP clock stands still', 'audio', true],
    ['the picture, its RTP clock goes on', 'video', false],
    ['the picture, its RTP clock stands still', 'video', true],
  ] as const)('stay together when a pause of minutes ends: %s', (_, kind, stops) => {
    const pauses = [{ from: 30, to: 330, stops }];
    const frames = simulatePublication([
      sound({ end: 400, ppm: 50, pauses: kind === 'audio' ? pauses : [] }),
      picture({ end: 400, ppm: -50, pauses: kind === 'video' ? pauses : [] }),
    ]);
    expect(worst(frames, 8, 29)).toBeLessThan(0.01);
    // A clock that stood still is known by arrival alone until the next report.
    const settled = stops ? 338 : 330.1;
    expect(worst(frames, settled, 400)).toBeLessThan(stops ? 0.01 : IN_SYNC);
    if (kind === 'audio') expect(worst(frames, 330.1, 400)).toBeLessThan(0.1);
    expect(least(steps(frames, 'audio'))).toBeGreaterThan(0);
    expect(least(steps(frames, 'video'))).toBeGreaterThan(0);
  });

  it('stay together when sound of a stopped clock is muted again and again for a short time', () => {
    const pauses = [10, 20, 30, 40, 50, 60, 70].map((from) => ({ from, to: from + 1.5, stops: true }));
    const frames = simulatePublication([sound({ end: 100, pauses }), picture({ end: 100 })]);
    expect(worst(frames, 80, 100)).toBeLessThan(0.01);
    expect(worst(frames, 12, 100)).toBeLessThan(1.6);
    const muted = (captured: number): boolean => pauses.some(({ from, to }) => captured >= from && captured <= to);
    const heard = frames.filter(({ kind, captured }) => kind === 'audio' || !muted(captured));
    expect(worst(heard, 12, 100)).toBeLessThan(0.1);
  });

  it.each([
    ['an hour back', -3600],
    ['an hour on', 3600],
    ['a second on', 1],
    ['a third of a second back', -0.3],
  ])('do not notice when the publisher sets its wall clock %s', (_, jump) => {
    const wall = (time: number): number => (time < 100.2 ? time : time + jump);
    const frames = simulatePublication([sound({ end: 300, ppm: 100 }), picture({ end: 300, ppm: -100 })], wall);
    expect(worst(frames, 8, 300)).toBeLessThan(0.01);
    expectSmooth(frames, { audio: 0.02, video: 1 / 30 });
    const { captured, time } = frames.at(-1) ?? { captured: 0, time: 0 };
    expect(Math.abs(time - captured)).toBeLessThan(0.2);
  });

  it('forgive reports that are absurd', () => {
    const frames = simulatePublication([
      sound({
        end: 300,
        tamper: (report, time) => (noise(time) < 0.3 ? { ...report, rtpTimestamp: noise(time) * 2 ** 32 } : report),
      }),
      picture({
        end: 300,
        tamper: (report, time) => {
          const wild = { seconds: Math.floor(noise(time + 1) * 2 ** 32), fraction: 1 };
          return noise(time) < 0.3 ? { ...report, ntpTime: wild } : report;
        },
      }),
    ]);
    expect(worst(frames, 60, 300)).toBeLessThan(0.01);
    expectSmooth(frames, { audio: 0.02, video: 1 / 30 });
  });

  it.each([
    ['zero', () => ({ seconds: 0, fraction: 0 })],
    ['random', (time: number) => ({ seconds: Math.floor(noise(time) * 2 ** 32), fraction: 0 })],
    ['always the same', () => ({ seconds: 3_900_000_000, fraction: 0 })],
  ] as const)('go by arrival where all reports of a track have no wall clock: %s', (_, ntp) => {
    const frames = simulatePublication([
      sound({ end: 300 }),
      picture({ end: 300, tamper: (report, time) => ({ ...report, ntpTime: ntp(time) }) }),
    ]);
    expect(worst(frames, 8, 300)).toBeLessThan(0.25);
    expectSmooth(frames, { audio: 0.02, video: 1 / 30 });
  });

  it.each([
    ['three seconds ahead', 3],
    ['three seconds behind', -3],
  ])('do not follow a single report whose RTP time is %s', (_, seconds) => {
    const frames = simulatePublication([
      sound({
        end: 100,
        tamper: (report, time) =>
          time > 40 && time < 45 ? { ...report, rtpTimestamp: report.rtpTimestamp + seconds * 48_000 } : report,
      }),
      picture({ end: 100 }),
    ]);
    expect(worst(frames, 8, 100)).toBeLessThan(0.01);
    expectSmooth(frames, { audio: 0.02, video: 1 / 30 });
  });

  it('are brought together although the first report of a track was absurd', () => {
    const frames = simulatePublication([
      sound({ firstReport: 1 }),
      picture({
        firstReport: 1.5,
        tamper: (report, time) => (time < 2 ? { ...report, ntpTime: { seconds: 1_000_000, fraction: 1 } } : report),
      }),
    ]);
    expect(worst(frames, 12, 60)).toBeLessThan(0.01);
    expectSmooth(frames, { audio: 0.02, video: 1 / 30 });
  });

  it('find a short pause of a stopped clock by the reports behind it, and put it in at once', () => {
    const pauses = [{ from: 30, to: 33, stops: true }];
    const frames = simulatePublication([picture({ pauses })]);
    const late = (from: number, to: number): number[] =>
      frames.filter(({ captured }) => captured > from && captured < to).map(({ captured, time }) => captured - time);
    expect(-least(late(33.1, 34).map((seconds) => -seconds))).toBeGreaterThan(2.5);
    expect(-least(late(37, 60).map((seconds) => -seconds))).toBeLessThan(0.2);
    expect(least(steps(frames, 'video'))).toBeGreaterThan(0.03);
  });

  it('take a standstill of the path for no pause', () => {
    const stalled = (delay: (time: number) => number, end: number) => (time: number) =>
      time > 60 && time < 62 ? end + (time - 60) / 20 - time : delay(time);
    const frames = simulatePublication([
      sound({ end: 100, delay: stalled(sound().delay, 62.1) }),
      picture({ end: 100, delay: stalled(picture().delay, 62.05) }),
    ]);
    expect(worst(frames, 8, 100)).toBeLessThan(0.01);
    expectSmooth(frames, { audio: 0.02, video: 1 / 30 });
  });

  it('make up for a first frame that came late, and for no more', () => {
    const delay = (time: number): number => (time === 0 ? 0.12 : 0.02 + 0.03 * noise(time));
    const frames = simulatePublication([sound({ delay, reportInterval: undefined as never })]);
    const { captured, time } = frames.at(-1) ?? { captured: 0, time: 0 };
    expect(captured - time).toBeCloseTo(0.1, 2);
    expect(least(steps(frames, 'audio'))).toBeGreaterThan(0.0189);
  });

  it('stay together through seconds of congestion', () => {
    const congested = (time: number): number => (time > 60 && time < 120 ? Math.min(time - 60, 120 - time, 3) : 0);
    const late = (delay: (time: number) => number) => (time: number) => delay(time) + congested(time);
    const frames = simulatePublication([
      sound({ end: 200, delay: late(sound().delay) }),
      picture({ end: 200, delay: late(picture().delay) }),
    ]);
    expect(worst(frames, 8, 200)).toBeLessThan(0.02);
    expectSmooth(frames, { audio: 0.02, video: 1 / 30 });
  });
});

describe('what was encoded before the connection was there and comes at once', () => {
  it('does not part sound and picture', () => {
    const clock = new PublicationClock();
    clock.restart('video', 90_000);
    clock.restart('audio', 48_000);
    const pictures = Array.from({ length: 15 }, (_, index) => ({ rtpTimestamp: index * 3600, arrival: 800 }));
    const sounds = Array.from({ length: 25 }, (_, index) => ({ rtpTimestamp: 2400 + index * 960, arrival: 805 }));
    const times = { video: 0, audio: 0 };
    for (const [kind, frames] of [
      ['video', pictures],
      ['audio', sounds],
    ] as const) {
      clock.announce(kind, frames);
      const [first = 0] = frames.map(({ rtpTimestamp, arrival }) => clock.time(kind, rtpTimestamp, arrival));
      times[kind] = first;
    }
    expect(times.video).toBe(0);
    // Its first one was captured 50 ms after the first picture.
    expect(Math.abs(times.audio - 0.05)).toBeLessThan(0.04);
  });
});

describe('a track of the publication', () => {
  /** A clock whose tracks began at 1000 ms with RTP time 0, and have given a frame each. */
  function begun(): PublicationClock {
    const clock = new PublicationClock();
    clock.restart('audio', 48_000);
    clock.restart('video', 90_000);
    expect(clock.time('audio', 0, 1000)).toBe(0);
    expect(clock.time('video', 0, 1000)).toBe(0);
    return clock;
  }

  const report = (wallMs: number, rtpTimestamp: number, arrival: number) => ({
    ntpTime: ntpFromUnixMs(1_700_000_000_000 + wallMs),
    rtpTimestamp,
    arrival,
  });

  it('keeps the order of pictures that are shown in another one', () => {
    const clock = begun();
    const order = [9000, 3000, 6000, 18_000, 12_000, 15_000];
    const times = order.map((timestamp, index) => clock.time('video', timestamp, 1030 + index * 33));
    times.forEach((time, index) => {
      expect(time).toBeCloseTo((order[index] ?? 0) / 90_000, 2);
    });
  });

  it('goes on by arrival where another source takes its place', () => {
    const clock = begun();
    for (let index = 1; index < 100; index++) clock.time('video', index * 3000, 1000 + index * 33.333);
    clock.restart('video', 90_000);
    const resumed = clock.time('video', 4_000_000_000, 6000);
    expect(resumed).toBeCloseTo(5, 1);
    expect(clock.time('video', 4_000_003_000, 6033)).toBeCloseTo(resumed + 0.033, 2);
    clock.restart('audio', 48_000);
    expect(clock.time('audio', 5, 6100)).toBeCloseTo(5.1, 1);
  });

  it.each([
    ['forward', 1_000_000_000],
    ['back', -1_000_000_000],
  ])('goes on by arrival where RTP time jumps %s', (_, jump) => {
    const clock = begun();
    for (const kind of ['audio', 'video'] as const) {
      expect(clock.time(kind, 4800, 1080)).toBeLessThan(0.11);
      const resumed = clock.time(kind, jump, 1200);
      expect(resumed).toBeGreaterThan(0.11);
      expect(resumed).toBeLessThan(0.3);
      expect(clock.time(kind, jump + 960, 1220)).toBeGreaterThan(resumed);
    }
  });

  it('is right from its first frame on where its report came before', () => {
    const clock = new PublicationClock();
    clock.restart('audio', 48_000);
    clock.restart('video', 90_000);
    clock.senderReport('audio', report(0, 48_000, 950));
    clock.senderReport('video', report(0, 900_000, 950));
    const sound = clock.time('audio', 48_000, 1000);
    // Captured at the same moment, but 150 ms longer on its way.
    expect(clock.time('video', 900_000 + 9000, 1250) - sound).toBeCloseTo(0.1, 3);
  });

  it('is not moved by a report that it has had', () => {
    const clock = begun();
    const absurd = report(0, 100_000, 1000);
    for (let index = 0; index < 100; index++) clock.senderReport('audio', absurd);
    expect(clock.time('audio', 960, 1020)).toBeCloseTo(0.02, 3);
  });

  it('has times of its own where nobody told its clock rate', () => {
    const clock = new PublicationClock();
    expect(clock.time('audio', 1000, 5)).toBe(0);
    expect(clock.time('audio', 1960, 25)).toBeCloseTo(0.02, 3);
  });

  it('has times that rise, whatever comes', () => {
    const event = fc.record({
      kind: fc.constantFrom('audio' as const, 'video' as const),
      step: fc.integer({ min: -200_000, max: 1_000_000 }),
      wait: fc.nat(5000),
      wall: fc.nat(2 ** 40),
      reported: fc.boolean(),
      restarted: fc.nat(9),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const clock = new PublicationClock();
        const timestamps = { audio: 0, video: 0 };
        let now = 1000;
        let sound = -1;
        for (const { kind, step, wait, wall, reported, restarted } of events) {
          now += wait;
          timestamps[kind] += step;
          if (restarted === 0) clock.restart(kind, 48_000);
          if (reported) clock.senderReport(kind, report(wall, timestamps[kind] >>> 0, now));
          const time = clock.time(kind, timestamps[kind], now);
          expect(time).toBeGreaterThanOrEqual(0);
          expect(Number.isFinite(time)).toBe(true);
          if (kind === 'video') continue;
          expect(time).toBeGreaterThan(sound);
          sound = time;
        }
      }),
      { numRuns: 500 },
    );
  });
});
