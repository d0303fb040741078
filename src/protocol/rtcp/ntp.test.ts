import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addToNtp, compactNtp, delaySinceLastSenderReport, ntpFromUnixMs, roundTripMs, unixMsFromNtp } from './ntp.ts';

describe('NTP time', () => {
  it('begins in 1900', () => {
    expect(ntpFromUnixMs(0)).toEqual({ seconds: 2_208_988_800, fraction: 0 });
    expect(ntpFromUnixMs(500)).toEqual({ seconds: 2_208_988_800, fraction: 0x80000000 });
    expect(unixMsFromNtp({ seconds: 2_208_988_801, fraction: 0x40000000 })).toBe(1250);
  });

  it('goes on through the wrap of 2036', () => {
    const wrap = Date.UTC(2036, 1, 7, 6, 28, 16);
    expect(ntpFromUnixMs(wrap)).toEqual({ seconds: 0, fraction: 0 });
    expect(ntpFromUnixMs(wrap - 1000)).toEqual({ seconds: 0xffffffff, fraction: 0 });
    expect(unixMsFromNtp({ seconds: 0, fraction: 0 })).toBe(wrap);
    expect(unixMsFromNtp({ seconds: 0xffffffff, fraction: 0 })).toBe(wrap - 1000);
  });

  it('carries a fraction that rounds up to a second', () => {
    expect(ntpFromUnixMs(-0.00000001)).toEqual({ seconds: 2_208_988_800, fraction: 0 });
  });

  it('comes back within a microsecond', () => {
    const instant = fc.double({ min: 0, max: Date.UTC(2100), noNaN: true });
    fc.assert(
      fc.property(instant, (unixMs) => {
        const ntp = ntpFromUnixMs(unixMs);
        expect(ntp.fraction).toBeLessThan(2 ** 32);
        expect(Math.abs(unixMsFromNtp(ntp) - unixMs)).toBeLessThan(0.001);
      }),
    );
  });

  it('adds milliseconds of either sign', () => {
    const time = { seconds: 0xffffffff, fraction: 0xc0000000 };
    expect(addToNtp(time, 500)).toEqual({ seconds: 0, fraction: 0x40000000 });
    expect(addToNtp({ seconds: 0, fraction: 0x40000000 }, -500)).toEqual(time);
    expect(addToNtp(time, 0)).toEqual(time);
    expect(addToNtp({ seconds: 5, fraction: 7 }, 12_000)).toEqual({ seconds: 17, fraction: 7 });
  });

  it('has its middle 32 bits as the compact form', () => {
    expect(compactNtp({ seconds: 0xb44db705, fraction: 0x20000000 })).toBe(0xb7052000);
    expect(compactNtp({ seconds: 0x0000ffff, fraction: 0xffffffff })).toBe(0xffffffff);
  });
});

describe('round trip', () => {
  it('follows the example of RFC 3550 6.4.1', () => {
    const sent = compactNtp({ seconds: 0xb44db705, fraction: 0x20000000 });
    const arrival = compactNtp({ seconds: 0xb44db710, fraction: 0x80000000 });
    const block = { lastSenderReport: sent, delaySinceLastSenderReport: 0x00054000 };
    expect(arrival).toBe(0xb7108000);
    expect(roundTripMs(arrival, block)).toBe(6125);
  });

  it('goes on through the wrap of the compact time', () => {
    const block = { lastSenderReport: 0xffff8000, delaySinceLastSenderReport: 0x4000 };
    expect(roundTripMs(0x00004000, block)).toBe(500);
  });

  it('is not known before the first sender report', () => {
    expect(roundTripMs(1000, { lastSenderReport: 0, delaySinceLastSenderReport: 0 })).toBeUndefined();
  });

  it('is never negative', () => {
    expect(roundTripMs(100, { lastSenderReport: 100, delaySinceLastSenderReport: 3 })).toBe(0);
  });
});

describe('delay since the last sender report', () => {
  it('counts 1/65536 s within 32 bits', () => {
    expect(delaySinceLastSenderReport(1000, 2500)).toBe(98_304);
    expect(delaySinceLastSenderReport(1000, 999)).toBe(0);
    expect(delaySinceLastSenderReport(0, 1e9)).toBe(0xffffffff);
  });
});
