import type { MediaKind } from '../protocol/sdp/types.ts';
import type { PublisherTrack } from './publisher-track.ts';

/** What is wrong with a broadcast although it arrives; each has a sentence in docs/usage.md. */
export const PUBLISHER_WARNINGS = {
  b_frames: 'The picture has B-frames: browsers show it with stutter. Turn them off in the encoder.',
  keyframe_interval: 'Keyframes are more than 4 s apart and are not sent on request. Set the interval to 2 s.',
  ignores_keyframe_requests:
    'Requests for a keyframe are not answered: a viewer who loses a picture waits for the next.',
  no_sender_reports: 'No RTCP Sender Reports arrive: sound and picture can drift apart.',
  no_audio: 'No sound arrives.',
  no_video: 'No picture arrives.',
  uplink_loss: 'More than 2 % of the packets are lost on the way to the server.',
} as const;

export type PublisherWarning = keyof typeof PUBLISHER_WARNINGS;

/** Longest interval of keyframes that viewers do not notice, ms. */
const KEYFRAME_INTERVAL_MS = 4000;
/** A broadcaster has this long for its first packets of each kind and its first reports, ms. */
const START_MS = 5000;
/** Loss is measured over spans of so many milliseconds. */
const LOSS_SPAN_MS = 10_000;
const LOSS_SHARE = 0.02;
/** Fewer packets in a span say nothing about the share that is lost. */
const LOSS_MINIMUM_PACKETS = 100;

/** Watches one publisher's tracks for what spoils the broadcast without ending it. */
export class PublisherWarnings {
  readonly #startedAt: number;
  #spanStart: number;
  #spanPackets = 0;
  #spanLost = 0;
  #losing = false;

  constructor(now: number) {
    this.#startedAt = now;
    this.#spanStart = now;
  }

  /** The warnings that hold at present. Monotonic ms; to be called every second or so. */
  review(tracks: readonly PublisherTrack[], now: number): PublisherWarning[] {
    if (tracks.length === 0) return [];
    this.#measureLoss(tracks, now);
    const warnings: PublisherWarning[] = [];
    const settled = now - this.#startedAt >= START_MS;
    const has = (kind: MediaKind): boolean =>
      tracks.some((track) => track.kind === kind && now - track.lastPacket < START_MS);
    if (tracks.some(({ hasReorderedPictures }) => hasReorderedPictures)) warnings.push('b_frames');
    if (tracks.some(({ keyframeInterval }) => (keyframeInterval ?? 0) > KEYFRAME_INTERVAL_MS)) {
      const answers = tracks.some((track) => track.keyframeAnswerTime !== undefined && !track.ignoresKeyframeRequests);
      if (!answers) warnings.push('keyframe_interval');
    }
    if (tracks.some(({ ignoresKeyframeRequests }) => ignoresKeyframeRequests)) {
      warnings.push('ignores_keyframe_requests');
    }
    if (settled && tracks.some((track) => track.senderClock === undefined && now - track.lastPacket < START_MS)) {
      warnings.push('no_sender_reports');
    }
    if (settled && !has('audio')) warnings.push('no_audio');
    if (settled && !has('video')) warnings.push('no_video');
    if (this.#losing) warnings.push('uplink_loss');
    return warnings;
  }

  #measureLoss(tracks: readonly PublisherTrack[], now: number): void {
    if (now - this.#spanStart < LOSS_SPAN_MS) return;
    const packets = tracks.reduce((sum, { statistics }) => sum + statistics.packets, 0);
    const lost = tracks.reduce((sum, { nack, statistics }) => sum + Math.max(nack.lost, statistics.packetsLost), 0);
    const received = packets - this.#spanPackets;
    this.#losing = received >= LOSS_MINIMUM_PACKETS && lost - this.#spanLost > LOSS_SHARE * received;
    this.#spanStart = now;
    this.#spanPackets = packets;
    this.#spanLost = lost;
  }
}
