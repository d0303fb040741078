import { byteAt } from '../../util/bytes.ts';
import { BitReader } from './bit-reader.ts';
import type { Depacketizer, DepacketizerResult } from './depacketizer.ts';
import { h264ParameterSetSize } from './h264-parameter-set.ts';
import { NalUnitCollector, writeAnnexB } from './nal-unit-collector.ts';
import { unescapeParameterSet } from './nal-unit.ts';
import { ParameterSets } from './parameter-sets.ts';
import type { PictureSize } from './picture-size.ts';

/** NAL unit types (H.264 table 7-1) and payload structures (RFC 6184 5.2). */
const SLICE = 1;
const IDR_SLICE = 5;
const SEQUENCE_PARAMETER_SET = 7;
const PICTURE_PARAMETER_SET = 8;
const ACCESS_UNIT_DELIMITER = 9;
const FILLER_DATA = 12;
const LAST_SINGLE_UNIT = 23;
const STAP_A = 24;
const FU_A = 28;

const TYPE_MASK = 0x1f;
const FRAGMENT_START_BIT = 0x80;
const FRAGMENT_END_BIT = 0x40;
const FRAGMENT_HEADERS = 2;
/** first_mb_in_slice is an Exp-Golomb number: a leading 1 means 0, the slice that begins a picture. */
const FIRST_SLICE_BIT = 0x80;
/** The picture parameter sets' place behind all sequence parameter sets. */
const PICTURE_SETS_KEY = 32;
const MAXIMUM_SEQUENCE_SET_ID = 31;
const MAXIMUM_PICTURE_SET_ID = 255;

/** H.264 access units from packets (RFC 6184 5, packetization modes 0 and 1) as an Annex B byte stream. */
export class H264Depacketizer implements Depacketizer {
  readonly #units = new NalUnitCollector();
  readonly #parameterSets = new ParameterSets();
  #size: PictureSize | undefined;
  /** Behind a loss: parameter sets in front of the next picture may be what is lost. */
  #afterLoss = false;

  /** `parameterSets`: NAL units known beforehand, as sprop-parameter-sets holds them (RFC 6184 8.1). */
  constructor(parameterSets: readonly Uint8Array[] = []) {
    for (const unit of parameterSets) this.#storeParameterSet(unit);
  }

  add(payload: Uint8Array): void {
    if (payload.length === 0) return;
    const type = byteAt(payload, 0) & TYPE_MASK;
    if (type === STAP_A) this.#units.addAggregate(payload.subarray(1));
    else if (type === FU_A) this.#addFragment(payload);
    else if (type > 0 && type <= LAST_SINGLE_UNIT) this.#units.add(payload);
    else this.#units.fail();
  }

  finish(): DepacketizerResult {
    const units = this.#units.take();
    if (units === undefined) return { state: 'broken' };
    const kept = units.filter((unit) => !this.#storeParameterSet(unit) && !isLeftOut(unit));
    const firstSlice = kept.find(isSlice);
    if (firstSlice === undefined) return { state: 'nothing' };
    if ((byteAt(firstSlice, 1) & FIRST_SLICE_BIT) === 0) return { state: 'broken' };
    const keyframe = unitType(firstSlice) === IDR_SLICE;
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
    const fragmentHeader = byteAt(payload, 1);
    const header = Uint8Array.of((byteAt(payload, 0) & ~TYPE_MASK) | (fragmentHeader & TYPE_MASK));
    const start = (fragmentHeader & FRAGMENT_START_BIT) !== 0;
    const end = (fragmentHeader & FRAGMENT_END_BIT) !== 0;
    this.#units.addFragment(header, start, end, payload.subarray(FRAGMENT_HEADERS));
  }

  /** True of a parameter set, which goes in front of the access unit. */
  #storeParameterSet(unit: Uint8Array): boolean {
    const type = unitType(unit);
    if (type !== SEQUENCE_PARAMETER_SET && type !== PICTURE_PARAMETER_SET) return false;
    const reader = new BitReader(unescapeParameterSet(unit.subarray(1)));
    // profile_idc, constraint flags and level_idc.
    if (type === SEQUENCE_PARAMETER_SET) reader.skip(24);
    const id = reader.unsignedExpGolomb();
    if (reader.exhausted) return true;
    if (type === PICTURE_PARAMETER_SET) {
      if (id <= MAXIMUM_PICTURE_SET_ID) this.#parameterSets.store(PICTURE_SETS_KEY + id, unit);
      return true;
    }
    const size = h264ParameterSetSize(unit.subarray(1));
    if (size === undefined || id > MAXIMUM_SEQUENCE_SET_ID) return true;
    this.#size = size;
    this.#afterLoss = false;
    this.#parameterSets.store(id, unit);
    return true;
  }
}

function unitType(unit: Uint8Array): number {
  return byteAt(unit, 0) & TYPE_MASK;
}

/** Slices, with those of data partitions. */
function isSlice(unit: Uint8Array): boolean {
  return unitType(unit) >= SLICE && unitType(unit) <= IDR_SLICE;
}

/** What only a byte stream needs, and a file does not. */
function isLeftOut(unit: Uint8Array): boolean {
  return unitType(unit) === ACCESS_UNIT_DELIMITER || unitType(unit) === FILLER_DATA;
}
