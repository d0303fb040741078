import { createDepacketizer } from '../../../src/protocol/payload/create-depacketizer.ts';
import { MAXIMUM_FRAME_BYTES } from '../../../src/protocol/payload/frame-bytes.ts';
import { readLeb128 } from '../../../src/protocol/payload/leb128.ts';
import { opusDuration } from '../../../src/protocol/payload/opus.ts';
import { splitVp9Superframe } from '../../../src/protocol/payload/vp9-superframe.ts';
import type { CodecName } from '../../../src/protocol/sdp/types.ts';
import { byteAt, readUint16 } from '../../../src/util/bytes.ts';
import { type FuzzTarget, invariant } from '../target.ts';
import { readPayloads } from './payload.ts';

/** Payloads that make one input: enough for the fragments of a small keyframe. */
const PAYLOADS_AN_INPUT = 4;
const START_CODE_BYTES = 4;

/** Payloads as one input, each behind its length in two bytes. */
function joinPayloads(payloads: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(payloads.flatMap((payload) => [payload.length >> 8, payload.length & 0xff, ...payload]));
}

/** The payloads of an input; the last one is what there is. */
function splitPayloads(input: Uint8Array): Uint8Array[] {
  const payloads: Uint8Array[] = [];
  for (let offset = 0; offset < input.length; offset += 2 + readUint16(input, offset)) {
    payloads.push(input.subarray(offset + 2, offset + 2 + readUint16(input, offset)));
  }
  return payloads;
}

/** Inputs of one payload and of several that follow each other. */
function corpusOf(codec: CodecName): Uint8Array[] {
  const payloads = readPayloads(codec);
  const inputs: Uint8Array[] = [];
  for (let first = 0; first < payloads.length; first += PAYLOADS_AN_INPUT) {
    inputs.push(joinPayloads(payloads.slice(first, first + PAYLOADS_AN_INPUT)));
  }
  return [...payloads.map((payload) => joinPayloads([payload])), ...inputs];
}

/** What must hold of a frame, so that a file of such frames can be read again. */
const CHECKS: Record<CodecName, (frame: Uint8Array) => void> = {
  VP8: (frame) => {
    invariant(frame.length >= 3, 'a frame has a tag');
  },
  VP9: (frame) => {
    const frames = splitVp9Superframe(frame);
    invariant(frames.length > 0 && frames.every(({ length }) => length > 0), 'a superframe holds frames');
  },
  H264: checkStartCode,
  H265: checkStartCode,
  AV1: (unit) => {
    let offset = 0;
    while (offset < unit.length) {
      const header = byteAt(unit, offset);
      const size = readLeb128(unit, offset + ((header & 0x04) === 0 ? 1 : 2));
      invariant((header & 0x02) !== 0 && size !== undefined, 'every OBU has a size');
      invariant(((header >> 3) & 0x0f) !== 2, 'no temporal delimiter is left');
      offset = size.end + size.value;
    }
    invariant(offset === unit.length, 'OBUs fill the temporal unit');
  },
  opus: (packet) => {
    const samples = opusDuration(packet);
    invariant(samples !== undefined && samples >= 120 && samples <= 5760, 'a packet plays 2.5 to 120 ms');
  },
};

function checkStartCode(frame: Uint8Array): void {
  invariant(frame.length > START_CODE_BYTES && byteAt(frame, 3) === 1, 'an access unit begins with a start code');
}

function createTarget(codec: CodecName): FuzzTarget {
  return {
    name: `${codec.toLowerCase()}-depacketizer`,
    format: 'binary',
    corpus: corpusOf(codec),
    run(input) {
      const depacketizer = createDepacketizer({ name: codec, parameters: {} });
      const states: string[] = [];
      const payloads = splitPayloads(input);
      const bytes = payloads.reduce((sum, { length }) => sum + length, 0);
      // First as a frame each, so that parameter sets are known, then all as one.
      for (const frame of [...payloads.map((payload) => [payload]), payloads]) {
        for (const payload of frame) depacketizer.add(payload);
        const result = depacketizer.finish();
        states.push(result.state);
        if (result.state !== 'frame') continue;
        invariant(result.data.length <= MAXIMUM_FRAME_BYTES, 'a frame is bounded');
        invariant(result.data.buffer !== input.buffer, 'a frame has bytes of its own');
        invariant(result.keyframe || result.size === undefined, 'only a keyframe tells its size');
        invariant(result.data.length <= 8 * bytes + 64, 'a frame is made of its packets');
        CHECKS[codec](result.data);
        states.push(String(result.keyframe), String(result.size === undefined));
      }
      invariant(depacketizer.finish().state === 'nothing', 'nothing is left behind');
      return states.join(' ');
    },
  };
}

export const DEPACKETIZER_TARGETS: readonly FuzzTarget[] = (['VP8', 'VP9', 'H264', 'H265', 'AV1', 'opus'] as const).map(
  createTarget,
);
