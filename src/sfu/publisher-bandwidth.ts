import { EXTENSION } from '../protocol/sdp/extensions.ts';
import type { Negotiation } from '../protocol/sdp/types.ts';
import type { PublisherTrack } from './publisher-track.ts';

/** Bits a second: a broadcaster may begin with a good picture, and is never held to one of no use. */
const INITIAL_BITRATE = 3_000_000;
const MINIMUM_BITRATE = 100_000;
const MAXIMUM_BITRATE = 50_000_000;
/** Loss below this share lets the bitrate grow, above the other it must fall (draft-ietf-rmcat-gcc-02 6). */
const LOW_LOSS = 0.02;
const HIGH_LOSS = 0.1;
/** Growth a second, and how far the limit stands above what arrives. */
const INCREASE_FACTOR = 1.08;
const HEADROOM = 1.5;

/** True where a broadcaster takes its limit from REMB: it sends no transport-wide numbers to give feedback on. */
export function needsRemb({ media }: Negotiation): boolean {
  const numbered = media.some(({ extensions }) => extensions.some(({ uri }) => uri === EXTENSION.transportWideCc));
  return !numbered && media.some(({ codecs }) => codecs.some(({ feedback }) => feedback.includes('goog-remb')));
}

/**
 * The bitrate that a broadcaster without transport-wide feedback may send, by the loss on its way here
 * (draft-alvestrand-rmcat-remb-03).
 */
export class PublisherBandwidth {
  #limit = INITIAL_BITRATE;
  #packets = 0;
  #lost = 0;

  /** Looks at what came since the last call, a second ago or so. Bits a second. */
  update(tracks: readonly PublisherTrack[], now: number): number {
    const received = tracks.reduce((sum, track) => sum + track.bitrate(now), 0);
    const packets = tracks.reduce((sum, { statistics }) => sum + statistics.packets, 0);
    const lost = tracks.reduce((sum, { nack, statistics }) => sum + Math.max(nack.lost, statistics.packetsLost), 0);
    const newPackets = packets - this.#packets;
    const share = newPackets > 0 ? Math.min(1, Math.max(0, lost - this.#lost) / newPackets) : 0;
    this.#packets = packets;
    this.#lost = lost;
    if (share > HIGH_LOSS) this.#limit = Math.min(this.#limit, received * (1 - share / 2));
    else if (share < LOW_LOSS) this.#limit = Math.max(this.#limit * INCREASE_FACTOR, received * HEADROOM);
    this.#limit = Math.min(MAXIMUM_BITRATE, Math.max(MINIMUM_BITRATE, this.#limit));
    return Math.round(this.#limit);
  }
}
