import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Counter24Unwrapper, SequenceUnwrapper } from '../../util/sequence.ts';
import type { TransportArrivals } from './build-transport-feedback.ts';
import { buildTransportFeedback } from './build-transport-feedback.ts';
import type { TransportFeedback } from './transport-feedback.ts';
import { parseTransportFeedback, writeTransportFeedback } from './transport-feedback.ts';

const SOURCES = { senderSsrc: 1, mediaSsrc: 2, feedbackCount: 255 };

/** A time on the 24-bit scale of reference times. */
function moduloRange(milliseconds: number): number {
  const range = 64 * 2 ** 24;
  return ((milliseconds % range) + range) % range;
}

function build(baseSequence: number, arrivals: [number, number][], maximumBytes?: number): TransportFeedback[] {
  const options: TransportArrivals = {
    ...SOURCES,
    baseSequence,
    arrivals: arrivals.map(([sequence, arrivalTimeMs]) => ({ sequence, arrivalTimeMs })),
  };
  return buildTransportFeedback(maximumBytes === undefined ? options : { ...options, maximumBytes });
}

describe('buildTransportFeedback', () => {
  it('counts from the reference time before the first arrival', () => {
    const messages = build(10, [
      [11, 200],
      [13, 200.3],
    ]);
    expect(messages).toEqual([
      {
        type: 'transportFeedback',
        ...SOURCES,
        baseSequence: 10,
        packetCount: 4,
        referenceTime: 3,
        received: [
          { sequence: 11, arrivalOffsetMs: 8 },
          { sequence: 13, arrivalOffsetMs: 8.25 },
        ],
      },
    ]);
  });

  it('says nothing without arrivals, or where all lie before the base', () => {
    expect(build(10, [])).toEqual([]);
    expect(build(10, [[9, 100]])).toEqual([]);
  });

  it('sorts, and takes the first of two arrivals of one packet', () => {
    const [message] = build(65_535, [
      [0, 70],
      [65_535, 64],
      [0, 80],
    ]);
    expect(message?.received).toEqual([
      { sequence: 65_535, arrivalOffsetMs: 0 },
      { sequence: 0, arrivalOffsetMs: 6 },
    ]);
  });

  it('splits at a pause that a delta cannot tell, and goes on counting', () => {
    const messages = build(1, [
      [1, 0],
      [2, 8191.75],
      [5, 16_384],
    ]);
    expect(messages).toMatchObject([
      { feedbackCount: 255, baseSequence: 1, packetCount: 2, referenceTime: 0 },
      { feedbackCount: 0, baseSequence: 3, packetCount: 3, referenceTime: 256 },
    ]);
  });

  it('wraps the reference time after twelve days', () => {
    const wrap = 64 * 2 ** 24;
    const unwrapper = new Counter24Unwrapper();
    const times = [wrap - 100, wrap + 100].map((time) => build(1, [[1, time]])[0]);
    expect(times.map((message) => message?.referenceTime)).toEqual([2 ** 24 - 2, 1]);
    const arrivals = times.map(
      (message) => 64 * unwrapper.unwrap(message?.referenceTime ?? 0) + (message?.received[0]?.arrivalOffsetMs ?? 0),
    );
    expect((arrivals[1] ?? 0) - (arrivals[0] ?? 0)).toBe(200);
  });

  it('puts several hundred arrivals into one message', () => {
    const arrivals = Array.from({ length: 800 }, (_, index): [number, number] => [index, index / 3]);
    expect(build(0, arrivals)).toHaveLength(1);
  });

  it('puts thousands of losses in a row into a few bytes', () => {
    const [message, ...others] = build(
      0,
      [
        [0, 0],
        [20_000, 1],
      ],
      64,
    );
    expect(message?.packetCount).toBe(20_001);
    expect(others).toEqual([]);
  });

  it('loses nothing, whatever the arrivals, and stays within its bytes', () => {
    const arrival = fc.record({
      step: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 9000 })),
      pause: fc.oneof(fc.nat(10), fc.integer({ min: -200, max: 200 }), fc.integer({ min: -20_000, max: 20_000 })),
    });
    const input = fc.record({
      first: fc.nat(0xffff),
      clock: fc.nat(2 ** 31),
      maximumBytes: fc.constantFrom(64, 200, 1100),
      arrivals: fc.array(arrival, { minLength: 1, maxLength: 200, size: 'max' }),
    });
    fc.assert(
      fc.property(input, ({ first, clock, maximumBytes, arrivals }) => {
        const expected: [number, number][] = [];
        let index = -1;
        let time = clock;
        for (const { step, pause } of arrivals) {
          index += step;
          time += pause + 0.25;
          if (index < 32_768) expected.push([index, time]);
        }
        const packets = expected.map(([place, at]): [number, number] => [(first + place) & 0xffff, at]);
        const messages = build(first, packets, maximumBytes);
        const unwrapper = new SequenceUnwrapper();
        unwrapper.unwrap(first);
        let next = first;
        const seen: [number, number][] = [];
        for (const message of messages) {
          const written = writeTransportFeedback(message);
          expect(written.length).toBeLessThanOrEqual(maximumBytes);
          expect(parseTransportFeedback(written)).toEqual(message);
          expect(message.baseSequence).toBe(next);
          next = (next + message.packetCount) & 0xffff;
          const reference = 64 * message.referenceTime;
          for (const { sequence, arrivalOffsetMs } of message.received) {
            seen.push([unwrapper.unwrap(sequence) - first, moduloRange(reference + arrivalOffsetMs)]);
          }
        }
        expect(seen).toEqual(expected.map(([place, at]) => [place, moduloRange(at)]));
      }),
    );
  });
});
