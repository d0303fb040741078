import { concatenate, readUint16 } from '../../util/bytes.ts';
import { FrameBytes, MAXIMUM_FRAME_BYTES } from './frame-bytes.ts';

const START_CODE = Uint8Array.of(0, 0, 0, 1);
const LENGTH_BYTES = 2;

/** Gathers the NAL units of an access unit from single units, aggregates and fragments (RFC 6184 5, RFC 7798 4.4). */
export class NalUnitCollector {
  #units: Uint8Array[] = [];
  #length = 0;
  readonly #fragment = new FrameBytes();
  #fragmentOpen = false;
  #broken = false;

  /** A whole NAL unit. */
  add(unit: Uint8Array): void {
    if (this.#fragmentOpen || unit.length === 0) this.#broken = true;
    else this.#keep(unit);
  }

  /** The units of an aggregation packet's content, each behind its length. */
  addAggregate(content: Uint8Array): void {
    let offset = 0;
    do {
      const start = offset + LENGTH_BYTES;
      const end = start + readUint16(content, offset);
      if (start > content.length || end > content.length) {
        this.#broken = true;
        return;
      }
      this.add(content.subarray(start, end));
      offset = end;
    } while (offset < content.length);
  }

  /** A piece of a unit; `header` is the unit's NAL unit header, which fragments go without. */
  addFragment(header: Uint8Array, start: boolean, end: boolean, piece: Uint8Array): void {
    if (start === this.#fragmentOpen) {
      this.#broken = true;
      return;
    }
    if (start) this.#fragment.add(header);
    this.#fragment.add(piece);
    this.#fragmentOpen = !end;
    if (!end) return;
    const unit = this.#fragment.take();
    if (unit === undefined) this.#broken = true;
    else this.#keep(unit);
  }

  /** What came cannot be part of an access unit. */
  fail(): void {
    this.#broken = true;
  }

  /** The units in order, and a new beginning. Undefined where they are not whole. */
  take(): Uint8Array[] | undefined {
    const units = this.#broken || this.#fragmentOpen ? undefined : this.#units;
    this.clear();
    return units;
  }

  clear(): void {
    this.#units = [];
    this.#length = 0;
    this.#fragment.clear();
    this.#fragmentOpen = false;
    this.#broken = false;
  }

  #keep(unit: Uint8Array): void {
    this.#length += unit.length;
    if (this.#length > MAXIMUM_FRAME_BYTES) this.#broken = true;
    if (this.#broken) this.#units = [];
    else this.#units.push(unit);
  }
}

/** NAL units as a byte stream (H.264 annex B, H.265 annex B). */
export function writeAnnexB(units: readonly Uint8Array[]): Uint8Array {
  return concatenate(units.flatMap((unit) => [START_CODE, unit]));
}
