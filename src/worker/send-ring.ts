import { SEND_RING } from '../native/addon.ts';
import type { SendHistory, SentPacket } from '../sfu/send-history.ts';

/** The clock of word 1 has so many microseconds before it starts anew. */
const TIME_MODULUS = 2 ** 32;
const MICROSECONDS = 1000;

/** A viewer's sends as the addon notes them (native/BATCH_LAYOUT.md). */
export class SendRing implements SendHistory {
  readonly #ring: Uint32Array;
  readonly #mask: number;

  /** `ring` comes from trackSends. */
  constructor(ring: Uint32Array) {
    this.#ring = ring;
    this.#mask = ring.length / SEND_RING.entryWords - 1;
  }

  find(sequence: number, now: number): SentPacket | undefined {
    const entry = (sequence & this.#mask) * SEND_RING.entryWords;
    if (this.#ring[entry + SEND_RING.sequence] !== ((sequence & 0xffff) | SEND_RING.sent)) return undefined;
    const nowMicroseconds = Math.round(now * MICROSECONDS);
    const sentAt = this.#ring[entry + SEND_RING.time] ?? 0;
    // To the nearest, as the two clocks are read at different moments.
    let age = (nowMicroseconds - sentAt) % TIME_MODULUS;
    if (age < 0) age += TIME_MODULUS;
    if (age > TIME_MODULUS / 2) age -= TIME_MODULUS;
    return { time: (nowMicroseconds - age) / MICROSECONDS, bytes: this.#ring[entry + SEND_RING.bytes] ?? 0 };
  }
}
