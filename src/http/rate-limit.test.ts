import { describe, expect, it } from 'vitest';
import { clientOf, MAX_BUCKETS, RateLimiter } from './rate-limit.ts';

describe('RateLimiter', () => {
  it('gives a burst at once and then one token after another', () => {
    const limiter = new RateLimiter({ perSecond: 2, burst: 3 });
    expect([0, 0, 0, 0].map((now) => limiter.take('a', now))).toEqual([0, 0, 0, 500]);
    expect(limiter.take('a', 400)).toBeCloseTo(100);
    expect(limiter.take('a', 500)).toBe(0);
    expect(limiter.take('a', 501)).toBeGreaterThan(400);
  });

  it('lets a client save no more than the burst', () => {
    const limiter = new RateLimiter({ perSecond: 10, burst: 2 });
    expect([0, 0, 0].map((now) => limiter.take('a', 1_000_000 + now) === 0)).toEqual([true, true, false]);
    expect([0, 0, 0].map((now) => limiter.take('a', 2_000_000 + now) === 0)).toEqual([true, true, false]);
  });

  it("has a burst of one second's worth where none is given", () => {
    const limiter = new RateLimiter({ perSecond: 2.5, burst: 0 });
    expect([0, 0, 0, 0].map((now) => limiter.take('a', now) === 0)).toEqual([true, true, true, false]);
    const slow = new RateLimiter({ perSecond: 0.1, burst: 0 });
    expect([slow.take('a', 0), slow.take('a', 0)]).toEqual([0, 10_000]);
  });

  it('keeps clients apart', () => {
    const limiter = new RateLimiter({ perSecond: 1, burst: 1 });
    expect([limiter.take('a', 0), limiter.take('b', 0), limiter.take('a', 0)]).toEqual([0, 0, 1000]);
  });

  it('has no limit at 0', () => {
    const limiter = new RateLimiter({ perSecond: 0, burst: 5 });
    for (let i = 0; i < 100; i++) expect(limiter.take('a', 0)).toBe(0);
  });

  it('forgets clients once there are too many, full buckets first', () => {
    const limiter = new RateLimiter({ perSecond: 1, burst: 1 });
    limiter.take('empty', 999);
    for (let i = 1; i < MAX_BUCKETS; i++) limiter.take(`full ${i}`, 0);
    limiter.take('one more', 1000);
    expect(limiter.take('empty', 1000)).toBeGreaterThan(0);
  });
});

describe('clientOf', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['192.0.2.1:5060', '192.0.2.1'],
    ['[2001:db8:1:2::9]:5060', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['unknown', 'unknown'],
    [undefined, ''],
  ])('%s', (ip, client) => expect(clientOf(ip)).toBe(client));
});
