import type { Depacketizer, DepacketizerResult } from './depacketizer.ts';
import { opusDuration } from './opus.ts';

/** Opus packets (RFC 7587 4.2): one a payload, as it is. */
export class OpusDepacketizer implements Depacketizer {
  #payloads: Uint8Array[] = [];

  add(payload: Uint8Array): void {
    if (payload.length > 0) this.#payloads.push(payload);
  }

  finish(): DepacketizerResult {
    const [packet, another] = this.#payloads;
    this.reset();
    if (packet === undefined) return { state: 'nothing' };
    if (another !== undefined || opusDuration(packet) === undefined) return { state: 'broken' };
    return { state: 'frame', data: packet.slice(), keyframe: true, size: undefined };
  }

  reset(): void {
    this.#payloads = [];
  }
}
