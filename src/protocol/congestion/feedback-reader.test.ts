import { describe, expect, it } from 'vitest';
import type { TransportFeedback } from '../rtcp/transport-feedback.ts';
import { FeedbackReader } from './feedback-reader.ts';

function feedback(
  baseSequence: number,
  offsets: readonly (number | undefined)[],
  referenceTime = 0,
): TransportFeedback {
  const received = offsets.flatMap((arrivalOffsetMs, index) =>
    arrivalOffsetMs === undefined ? [] : [{ sequence: (baseSequence + index) & 0xffff, arrivalOffsetMs }],
  );
  const packetCount = offsets.length;
  const header = { type: 'transportFeedback', senderSsrc: 1, mediaSsrc: 2, feedbackCount: 0 } as const;
  return { ...header, baseSequence, packetCount, referenceTime, received };
}

const find = (sequence: number) => ({ time: sequence, bytes: 100 });

describe('FeedbackReader', () => {
  it('joins arrivals and losses with what was sent, across a wrap', () => {
    expect(new FeedbackReader().read(feedback(65_535, [4, undefined, 9], 2), find)).toEqual([
      { sendTime: 65_535, bytes: 100, arrivalTime: 132 },
      { sendTime: 0, bytes: 100, arrivalTime: undefined },
      { sendTime: 1, bytes: 100, arrivalTime: 137 },
    ]);
  });

  it('speaks of each packet once, though feedback may repeat itself', () => {
    const reader = new FeedbackReader();
    reader.read(feedback(10, [1, undefined, 3]), find);
    expect(reader.read(feedback(10, [1, 2, 3, 4]), find)).toEqual([{ sendTime: 13, bytes: 100, arrivalTime: 4 }]);
    expect(reader.read(feedback(11, [2, 3]), find)).toEqual([]);
  });

  it('leaves out what is not known to have been sent', () => {
    const known = (sequence: number) => (sequence === 6 ? { time: 1, bytes: 2 } : undefined);
    expect(new FeedbackReader().read(feedback(5, [1, 2, 3]), known)).toEqual([
      { sendTime: 1, bytes: 2, arrivalTime: 2 },
    ]);
  });

  it('goes on over a wrap of the reference time', () => {
    const reader = new FeedbackReader();
    const [before] = reader.read(feedback(1, [0], 0xffffff), find);
    const [after] = reader.read(feedback(2, [0], 0), find);
    expect((after?.arrivalTime ?? 0) - (before?.arrivalTime ?? 0)).toBe(64);
  });

  it('believes no packet count beyond reason', () => {
    const huge = { ...feedback(0, [1]), packetCount: 65_535 };
    expect(new FeedbackReader().read(huge, find).length).toBeLessThanOrEqual(10_000);
  });
});
