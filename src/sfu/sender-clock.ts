import { addToNtp, compactNtp, type NtpTime } from '../protocol/rtcp/ntp.ts';
import type { SenderReport } from '../protocol/rtcp/sender-report.ts';
import type { PublisherTrack } from './publisher-track.ts';
import type { SenderClock } from './sink.ts';

/** Takes the publisher's own pairing of NTP and RTP time from its Sender Report. */
export function noteSenderReport(track: PublisherTrack, report: SenderReport, now: number): void {
  track.senderClock = { ntpTime: report.ntpTime, rtpTimestamp: report.rtpTimestamp, arrival: now };
  track.statistics.senderReport(compactNtp(report.ntpTime), now);
}

/**
 * The publisher's clocks at the moment `now`: both times of its report moved on by the same span, so that the line
 * through them, which is what lip sync hangs on, stays the publisher's own.
 */
export function senderTimeAt(
  clock: SenderClock,
  clockRate: number,
  now: number,
): { ntpTime: NtpTime; rtpTimestamp: number } {
  const elapsed = now - clock.arrival;
  return {
    ntpTime: addToNtp(clock.ntpTime, elapsed),
    rtpTimestamp: (clock.rtpTimestamp + Math.round((elapsed * clockRate) / 1000)) >>> 0,
  };
}
