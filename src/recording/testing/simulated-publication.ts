import { ntpFromUnixMs } from '../../protocol/rtcp/ntp.ts';
import type { MediaKind } from '../../protocol/sdp/types.ts';
import type { SenderClock } from '../../sfu/sink.ts';
import { PublicationClock } from '../publication-clock.ts';

/** Unix time of the publisher's wall clock when the simulation begins, ms. */
const WALL_START_MS = 1_700_000_000_000;
/** This server's monotonic clock at that moment, ms. */
const SERVER_START_MS = 5_000_000;

/** A track as its publisher sends it. Times in seconds of true time from the beginning. */
export interface SimulatedTrack {
  kind: MediaKind;
  /** Between two frames. */
  interval: number;
  /** How much faster than true time the RTP clock runs, parts per million. */
  ppm?: number;
  start?: number;
  end: number;
  /** RTP time of the first frame, ticks. */
  firstTimestamp?: number;
  /** From capture to arrival, seconds, at a time. */
  delay: (time: number) => number;
  /** Spans in which no frame is sent; `stops`: the RTP clock stands still meanwhile. */
  pauses?: readonly { from: number; to: number; stops: boolean }[];
  /** Between two Sender Reports, seconds; none where it is left out. */
  reportInterval?: number;
  firstReport?: number;
  /** Changes a report on its way. */
  tamper?: (report: SenderClock, time: number) => SenderClock;
}

/** A frame in the recording. */
export interface TimedFrame {
  kind: MediaKind;
  /** True time of capture, seconds. */
  captured: number;
  /** Seconds in the recording. */
  time: number;
}

interface SimulatedEvent {
  /** Monotonic ms: frames come out in order, so one that arrived before its turn waits. */
  at: number;
  apply: (clock: PublicationClock) => TimedFrame | undefined;
}

/** What a PublicationClock makes of these tracks. `wall`: the publisher's wall clock at a true time, in seconds. */
export function simulatePublication(
  tracks: readonly SimulatedTrack[],
  wall: (time: number) => number = (time) => time,
): TimedFrame[] {
  const clock = new PublicationClock();
  for (const { kind } of tracks) clock.restart(kind, clockRate(kind));
  const events = tracks.flatMap((track) => [...frameEvents(track), ...reportEvents(track, wall)]);
  events.sort((a, b) => a.at - b.at);
  return events.flatMap(({ apply }) => apply(clock) ?? []);
}

/**
 * How much later than sound a picture of the same moment is in the recording, seconds, for each picture between two true
 * times; sound's time there is the one of its frame before, moved on.
 */
export function pictureLateness(frames: readonly TimedFrame[], from: number, to: number): number[] {
  const sounds = frames.filter(({ kind }) => kind === 'audio').sort((a, b) => a.captured - b.captured);
  const pictures = frames.filter(({ kind, captured }) => kind === 'video' && captured >= from && captured <= to);
  let next = 0;
  return pictures.flatMap(({ captured, time }) => {
    while ((sounds[next]?.captured ?? Number.POSITIVE_INFINITY) <= captured) next++;
    const sound = sounds[next - 1];
    return sound === undefined ? [] : [time - captured - (sound.time - sound.captured)];
  });
}

function clockRate(kind: MediaKind): number {
  return kind === 'audio' ? 48_000 : 90_000;
}

/** RTP time at a true time, ticks. */
function timestampAt(track: SimulatedTrack, time: number): number {
  const stopped = (track.pauses ?? [])
    .filter(({ stops }) => stops)
    .reduce((sum, { from, to }) => sum + Math.max(0, Math.min(time, to) - from), 0);
  const ran = (time - (track.start ?? 0) - stopped) * (1 + (track.ppm ?? 0) / 1e6);
  return (track.firstTimestamp ?? 0) + Math.round(ran * clockRate(track.kind));
}

function isPaused(track: SimulatedTrack, time: number): boolean {
  return (track.pauses ?? []).some(({ from, to }) => time >= from && time < to);
}

function* frameEvents(track: SimulatedTrack): Iterable<SimulatedEvent> {
  const { kind, start = 0, interval } = track;
  let at = 0;
  for (let index = 0; start + index * interval < track.end; index++) {
    const captured = start + index * interval;
    if (isPaused(track, captured)) continue;
    const arrival = SERVER_START_MS + (captured + track.delay(captured)) * 1000;
    const timestamp = timestampAt(track, captured);
    const apply = (clock: PublicationClock): TimedFrame => ({
      kind,
      captured,
      time: clock.time(kind, timestamp, arrival),
    });
    at = Math.max(at, arrival);
    yield { at, apply };
  }
}

function* reportEvents(track: SimulatedTrack, wall: (time: number) => number): Iterable<SimulatedEvent> {
  const { kind, start = 0, reportInterval, tamper = (report: SenderClock) => report } = track;
  if (reportInterval === undefined) return;
  for (let time = start + (track.firstReport ?? reportInterval); time < track.end; time += reportInterval) {
    const arrival = SERVER_START_MS + (time + track.delay(time)) * 1000;
    const ntpTime = ntpFromUnixMs(WALL_START_MS + wall(time) * 1000);
    const report = tamper({ ntpTime, rtpTimestamp: timestampAt(track, time) >>> 0, arrival }, time);
    const apply = (clock: PublicationClock): undefined => {
      clock.senderReport(kind, report);
    };
    yield { at: arrival, apply };
  }
}
