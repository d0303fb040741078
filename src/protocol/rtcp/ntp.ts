/** NTP time as RTCP carries it (RFC 3550 4) and the round-trip time computed from it. */

/** Seconds from the beginning of NTP time, 1900, to that of Unix time, 1970. */
const UNIX_EPOCH_SECONDS = 2_208_988_800;
const FRACTION_UNITS = 2 ** 32;
const ERA_SECONDS = 2 ** 32;
/** Units of a compact time (the middle 32 bits) in a millisecond. */
const COMPACT_UNITS_PER_MS = 65.536;

/** A point in time, 64 bit. Kept in two halves, so that a sender's own value can be passed on unchanged. */
export interface NtpTime {
  /** Since 1900, modulo 2^32. */
  seconds: number;
  /** In 1/2^32 s. */
  fraction: number;
}

/** NTP time of a Unix time in milliseconds. */
export function ntpFromUnixMs(unixMs: number): NtpTime {
  const wholeSeconds = Math.floor(unixMs / 1000);
  const fraction = Math.round(((unixMs - wholeSeconds * 1000) / 1000) * FRACTION_UNITS);
  const carried = fraction === FRACTION_UNITS;
  return {
    seconds: (wholeSeconds + UNIX_EPOCH_SECONDS + (carried ? 1 : 0)) >>> 0,
    fraction: carried ? 0 : fraction,
  };
}

/** Unix time in milliseconds, taking the time to lie between 1968 and 2104 (RFC 4330 3). */
export function unixMsFromNtp({ seconds, fraction }: NtpTime): number {
  const sinceEpoch = seconds - UNIX_EPOCH_SECONDS + (seconds < ERA_SECONDS / 2 ? ERA_SECONDS : 0);
  return sinceEpoch * 1000 + (fraction / FRACTION_UNITS) * 1000;
}

/** The time `milliseconds` (which may be negative) later, modulo 2^32 seconds. */
export function addToNtp({ seconds, fraction }: NtpTime, milliseconds: number): NtpTime {
  const wholeSeconds = Math.floor(milliseconds / 1000);
  const sum = fraction + Math.round(((milliseconds - wholeSeconds * 1000) / 1000) * FRACTION_UNITS);
  const carry = Math.floor(sum / FRACTION_UNITS);
  return { seconds: (seconds + wholeSeconds + carry) >>> 0, fraction: sum - carry * FRACTION_UNITS };
}

/** The middle 32 bits, in 1/65536 s: the form of LSR in a report block. */
export function compactNtp({ seconds, fraction }: NtpTime): number {
  return ((seconds << 16) | (fraction >>> 16)) >>> 0;
}

/** DLSR: the time between the arrival of a sender report and now, both in milliseconds, in 1/65536 s. */
export function delaySinceLastSenderReport(arrivedAt: number, now: number): number {
  return Math.max(0, Math.min(0xffffffff, Math.round((now - arrivedAt) * COMPACT_UNITS_PER_MS)));
}

/**
 * Round-trip time in milliseconds (RFC 3550 6.4.1): `arrival` is the compact time at which the report block came, on
 * the clock that this side's sender reports are written from. A result below zero, which clocks of different speed
 * give, counts as 0. Undefined where the peer has not had a sender report.
 */
export function roundTripMs(
  arrival: number,
  block: { lastSenderReport: number; delaySinceLastSenderReport: number },
): number | undefined {
  if (block.lastSenderReport === 0) return undefined;
  const units = (arrival - block.lastSenderReport - block.delaySinceLastSenderReport) | 0;
  return Math.max(0, units) / COMPACT_UNITS_PER_MS;
}
