import { describe, expect, it } from 'vitest';
import type { TransportFeedback } from '../protocol/rtcp/transport-feedback.ts';
import { SubscriberBandwidth } from './subscriber-bandwidth.ts';

const LIMITS = { initial: 1_000_000, minimum: 50_000, maximum: 20_000_000 };

/** Packets of 1200 bytes, one each 5 ms, numbered by their time. */
const history = { find: (sequence: number) => ({ time: sequence * 5, bytes: 1200 }) };

function feedback(baseSequence: number, count: number): TransportFeedback {
  const received = Array.from({ length: count }, (_, index) => ({
    sequence: baseSequence + index,
    arrivalOffsetMs: (baseSequence + index) * 5 + 30,
  }));
  const header = { type: 'transportFeedback', senderSsrc: 1, mediaSsrc: 2, feedbackCount: 0 } as const;
  return { ...header, baseSequence, packetCount: count, referenceTime: 0, received };
}

describe('SubscriberBandwidth', () => {
  it('knows no limit where nothing can be measured', () => {
    expect(new SubscriberBandwidth(0, LIMITS).bitrate).toBe(20_000_000);
  });

  it('goes by REMB and loss where packets carry no numbers', () => {
    const bandwidth = new SubscriberBandwidth(0, LIMITS);
    bandwidth.setSent(250_000, 1000);
    bandwidth.handleRemb(700_000, 1000);
    expect(bandwidth.bitrate).toBe(700_000);
    bandwidth.handleReport(128, 50, 1500);
    expect(bandwidth.loss).toBe(0.5);
  });

  it('begins in the middle where packets carry numbers, and goes by feedback alone', () => {
    const bandwidth = new SubscriberBandwidth(0, LIMITS);
    bandwidth.measureBy(history);
    expect(bandwidth.bitrate).toBe(1_000_000);
    bandwidth.handleRemb(100_000, 0);
    bandwidth.handleReport(255, 50, 0);
    expect(bandwidth.bitrate).toBe(1_000_000);
    for (let base = 0; base < 400; base += 20) bandwidth.handleFeedback(feedback(base, 20), base * 5 + 200);
    expect(bandwidth.bitrate).toBeGreaterThan(1_050_000);
    expect(bandwidth.loss).toBe(0);
  });

  it('probes in bursts of 10 ms when more is wanted than there is', () => {
    const bandwidth = new SubscriberBandwidth(0, LIMITS);
    bandwidth.measureBy(history);
    bandwidth.setWanted(3_000_000);
    expect([bandwidth.poll(0), bandwidth.deadline()]).toEqual([0, Infinity]);
    bandwidth.handleFeedback(feedback(0, 20), 150);
    const first = bandwidth.poll(150);
    expect(first).toBe(3750);
    expect(bandwidth.poll(155)).toBe(0);
    expect(bandwidth.deadline()).toBe(160);
    expect([bandwidth.poll(160), bandwidth.poll(170), bandwidth.poll(180)]).toEqual([first, first, 0]);
  });
});
