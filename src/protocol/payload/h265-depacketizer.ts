import { byteAt } from '../../util/bytes.ts';
import { BitReader } from './bit-reader.ts';
import type { Depacketizer, DepacketizerResult } from './depacketizer.ts';
import { h265ParameterSetSize, h265SequenceParameterSetId } from './h265-parameter-set.ts';
import { NalUnitCollector, writeAnnexB } from './nal-unit-collector.ts';
import { ParameterSets } from './parameter-sets.ts';
import type { PictureSize } from './picture-size.ts';

/** NAL unit types (H.265 table 7-1) and payload structures (RFC 7798 4.4). */
const LAST_SLICE = 31;
const FIRST_IRAP_SLICE = 16;
const LAST_IRAP_SLICE = 23;
const VIDEO_PARAMETER_SET = 32;
const SEQUENCE_PARAMETER_SET = 33;
const PICTURE_PARAMETER_SET = 34;
const ACCESS_UNIT_DELIMITER = 35;
const FILLER_DATA = 38;
const AGGREGATE = 48;
const FRAGMENT = 49;

const NAL_HEADER_BYTES = 2;
const FRAGMENT_HEADERS = 3;
const FRAGMENT_START_BIT = 0x80;
const FRAGMENT_END_BIT = 0x40;
const FRAGMENT_TYPE_MASK = 0x3f;
const FIRST_SLICE_BIT = 0x80;
/** Ids of parameter sets of one type: 16 of the first two, 64 picture parameter sets. */
const MAXIMUM_IDS = 64;

/** H.265 access units from packets (RFC 7798 4.4, without decoding order numbers) as an Annex B byte stream. */
export class H265Depacketizer implements Depacketizer {
  readonly #units = new NalUnitCollector();
  readonly #parameterSets = new ParameterSets();
  #size: PictureSize | undefined;
  /** Behind a loss: parameter sets in front of the next picture may be what is lost. */
  #afterLoss = false;

  /** `parameterSets`: NAL units known beforehand, as sprop-vps, sprop-sps and sprop-pps hold them (RFC 7798 7.1). */
  constructor(parameterSets: readonly Uint8Array[] = []) {
    for (const unit of parameterSets) this.#storeParameterSet(unit);
  }

  add(payload: Uint8Array): void {
    if (payload.length === 0) return;
    const type = unitType(payload);
    if (type === AGGREGATE && payload.length > NAL_HEADER_BYTES) {
      this.#units.addAggregate(payload.subarray(NAL_HEADER_BYTES));
    } else if (type === FRAGMENT) this.#addFragment(payload);
    else if (type < AGGREGATE) this.#units.add(payload);
    else this.#units.fail();
  }

  finish(): DepacketizerResult {
    const units = this.#units.take();
    if (units === undefined || units.some(({ length }) => length < NAL_HEADER_BYTES)) return { state: 'broken' };
    const kept = units.filter((unit) => !this.#storeParameterSet(unit) && !isLeftOut(unit));
    const firstSlice = kept.find((unit) => unitType(unit) <= LAST_SLICE);
    if (firstSlice === undefined) return { state: 'nothing' };
    if ((byteAt(firstSlice, NAL_HEADER_BYTES) & FIRST_SLICE_BIT) === 0) return { state: 'broken' };
    const type = unitType(firstSlice);
    const keyframe = type >= FIRST_IRAP_SLICE && type <= LAST_IRAP_SLICE;
    // Without a sequence parameter set no decoder can begin, and with an outdated one it shows what was never sent.
    const lacksParameterSets = this.#size === undefined || this.#afterLoss;
    this.#afterLoss = false;
    if (keyframe && lacksParameterSets) return { state: 'broken' };
    const data = writeAnnexB([...this.#parameterSets.take(keyframe), ...kept]);
    return { state: 'frame', data, keyframe, size: keyframe ? this.#size : undefined };
  }

  reset(): void {
    this.#units.clear();
    this.#afterLoss = true;
  }

  #addFragment(payload: Uint8Array): void {
    if (payload.length <= FRAGMENT_HEADERS) {
      this.#units.fail();
      return;
    }
    const fragmentHeader = byteAt(payload, NAL_HEADER_BYTES);
    // Bits 1 to 6 of the first byte are the type, the others go on as they are.
    const first = (byteAt(payload, 0) & 0x81) | ((fragmentHeader & FRAGMENT_TYPE_MASK) << 1);
    const start = (fragmentHeader & FRAGMENT_START_BIT) !== 0;
    const end = (fragmentHeader & FRAGMENT_END_BIT) !== 0;
    const header = Uint8Array.of(first, byteAt(payload, 1));
    this.#units.addFragment(header, start, end, payload.subarray(FRAGMENT_HEADERS));
  }

  /** True of a parameter set, which goes in front of the access unit. */
  #storeParameterSet(unit: Uint8Array): boolean {
    const type = unitType(unit);
    if (type < VIDEO_PARAMETER_SET || type > PICTURE_PARAMETER_SET) return false;
    const body = unit.subarray(NAL_HEADER_BYTES);
    const id = parameterSetId(type, body);
    if (id === undefined || id >= MAXIMUM_IDS) return true;
    if (type === SEQUENCE_PARAMETER_SET) {
      const size = h265ParameterSetSize(body);
      if (size === undefined) return true;
      this.#size = size;
      this.#afterLoss = false;
    }
    this.#parameterSets.store((type - VIDEO_PARAMETER_SET) * MAXIMUM_IDS + id, unit);
    return true;
  }
}

function parameterSetId(type: number, body: Uint8Array): number | undefined {
  if (type === SEQUENCE_PARAMETER_SET) return h265SequenceParameterSetId(body);
  const reader = new BitReader(body);
  const id = type === VIDEO_PARAMETER_SET ? reader.bits(4) : reader.unsignedExpGolomb();
  return reader.exhausted ? undefined : id;
}

function unitType(unit: Uint8Array): number {
  return (byteAt(unit, 0) >> 1) & 0x3f;
}

/** What only a byte stream needs, and a file does not. */
function isLeftOut(unit: Uint8Array): boolean {
  return unitType(unit) === ACCESS_UNIT_DELIMITER || unitType(unit) === FILLER_DATA;
}
