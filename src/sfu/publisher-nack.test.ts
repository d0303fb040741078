import { describe, expect, it } from 'vitest';
import { PublisherNack } from './publisher-nack.ts';
import { RtpBatch } from './rtp-batch.ts';

function packets(...sequences: number[]): RtpBatch {
  const batch = new RtpBatch();
  batch.clear(new Uint8Array(12));
  for (const sequence of sequences) batch.add(0, 12, sequence, 0, 96, 0, 12);
  return batch;
}

describe('PublisherNack', () => {
  it('asks for what is missing after a short wait, across a wrap', () => {
    const nack = new PublisherNack();
    nack.receive(packets(65_533, 65_534, 1), 0);
    expect(nack.deadline()).toBe(10);
    expect(nack.poll(5).sequences).toEqual([]);
    expect(nack.poll(10).sequences).toEqual([65_535, 0]);
    expect(nack.poll(11).sequences).toEqual([]);
  });

  it('asks for nothing that was only reordered', () => {
    const nack = new PublisherNack();
    nack.receive(packets(1, 3, 2, 4), 0);
    expect(nack.poll(100)).toEqual({ sequences: [], gaveUp: false });
    expect(nack.deadline()).toBe(Infinity);
  });

  it('measures the round trip by the answer and repeats accordingly', () => {
    const nack = new PublisherNack();
    for (let index = 0; index < 40; index++) {
      nack.receive(packets(2 * index), index * 100);
      nack.poll(index * 100 + 10);
      if (index > 0) nack.receive(packets(2 * index - 1), index * 100 + 30);
    }
    expect(nack.roundTrip).toBeGreaterThan(18);
    expect(nack.roundTrip).toBeLessThan(25);
    nack.receive(packets(80), 5000);
    expect(nack.poll(5010).sequences).toEqual([79]);
    expect(nack.poll(5030).sequences).toEqual([]);
    expect(nack.poll(5048).sequences).toEqual([79]);
  });

  it('finds a round trip that is longer than it assumed, and asks once only from then on', () => {
    const nack = new PublisherNack();
    let requests = 0;
    for (let index = 0; index < 10; index++) {
      const start = index * 2000;
      nack.receive(packets(2 * index), start);
      for (let now = start; now < start + 410; now += 10) requests += nack.poll(now).sequences.length;
      if (index > 0) nack.receive(packets(2 * index - 1), start + 410);
    }
    expect(requests).toBe(3 + 8);
    expect(nack.roundTrip).toBeCloseTo(400);
  });

  it('gives up on a packet after ten requests or a second, and says so once', () => {
    const nack = new PublisherNack();
    nack.receive(packets(1, 3), 0);
    let requests = 0;
    let gaveUp = 0;
    for (let now = 0; now < 5000; now += 5) {
      const poll = nack.poll(now);
      requests += poll.sequences.length;
      if (poll.gaveUp) gaveUp++;
    }
    expect(requests).toBeGreaterThan(5);
    expect(requests).toBeLessThanOrEqual(10);
    expect(gaveUp).toBe(1);
  });

  it('takes a long gap as a break, not as loss', () => {
    const nack = new PublisherNack();
    nack.receive(packets(1, 1000), 0);
    expect(nack.poll(100)).toEqual({ sequences: [], gaveUp: true });
  });
});
