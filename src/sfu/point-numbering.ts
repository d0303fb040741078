import { sequenceDifference } from '../util/sequence.ts';

/** Packets that are remembered for those that come late; a power of two. */
const REMEMBERED = 512;

const MISSING = 0;
const GIVEN = 1;
const DROPPED = 2;

/**
 * Continuous sequence numbers for some of a stream's packets: the stream's own, less what was left out before. A packet
 * that is missing keeps its number, since nobody knows yet whether it belongs; it gets that number when it comes late.
 */
export class PointNumbering {
  readonly #sequences = new Uint16Array(REMEMBERED);
  readonly #states = new Uint8Array(REMEMBERED).fill(DROPPED);
  readonly #offsets = new Uint16Array(REMEMBERED);
  readonly #pictureOffsets = new Uint16Array(REMEMBERED);
  #newest: number | undefined;
  #newestTimestamp = 0;
  #newestPictureIsCounted = false;
  /** Packets and pictures left out so far. */
  #offset = 0;
  #pictureOffset = 0;
  /** What would follow a packet from far back: two in a row are a sender that starts anew (RFC 3550 A.1). */
  #afterStray: number | undefined;

  /** Pictures that were left out before the one of the packet that was taken last, 16 bit. */
  picturesLeftOut = 0;

  /**
   * The number of a packet; undefined where it gets none. Where it does not belong and gets one nevertheless, that
   * number was kept for it while it was missing: something has to go out in its place.
   */
  take(sequence: number, timestamp: number, belongs: boolean): number | undefined {
    const ahead = this.#newest === undefined ? 1 : sequenceDifference(sequence, this.#newest);
    if (ahead > 0) return this.#takeNext(sequence, ahead, timestamp, belongs);
    if (ahead > -REMEMBERED) return this.#takeLate(sequence, belongs);
    if (sequence === this.#afterStray) return this.#takeNext(sequence, REMEMBERED + 1, timestamp, belongs);
    this.#afterStray = (sequence + 1) & 0xffff;
    return undefined;
  }

  #takeNext(sequence: number, ahead: number, timestamp: number, belongs: boolean): number | undefined {
    this.#afterStray = undefined;
    for (let back = Math.min(ahead, REMEMBERED) - 1; back > 0; back--) this.#remember(sequence - back, MISSING);
    const isNewPicture = this.#newest === undefined || timestamp !== this.#newestTimestamp;
    this.#newest = sequence;
    this.#newestTimestamp = timestamp;
    if (isNewPicture) this.#newestPictureIsCounted = false;
    this.#remember(sequence, belongs ? GIVEN : DROPPED);
    this.picturesLeftOut = this.#pictureOffset;
    if (belongs) return (sequence - this.#offset) & 0xffff;
    this.#offset = (this.#offset + 1) & 0xffff;
    if (!this.#newestPictureIsCounted) this.#pictureOffset = (this.#pictureOffset + 1) & 0xffff;
    this.#newestPictureIsCounted = true;
    return undefined;
  }

  #takeLate(sequence: number, belongs: boolean): number | undefined {
    const slot = sequence & (REMEMBERED - 1);
    const state = this.#states[slot];
    // Before the first packet of all, or left out before.
    if (this.#sequences[slot] !== sequence || state === DROPPED) return undefined;
    if (belongs) this.#states[slot] = GIVEN;
    this.picturesLeftOut = this.#pictureOffsets[slot] ?? 0;
    return (sequence - (this.#offsets[slot] ?? 0)) & 0xffff;
  }

  #remember(sequence: number, state: number): void {
    const slot = sequence & (REMEMBERED - 1);
    this.#sequences[slot] = sequence;
    this.#states[slot] = state;
    this.#offsets[slot] = this.#offset;
    this.#pictureOffsets[slot] = this.#pictureOffset;
  }
}
