import { readPayloads } from '../../rtp/testing/fixtures.ts';
import type { CodecName } from '../../sdp/types.ts';
import { frameSize } from '../frame-size.ts';
import { isKeyframe } from '../keyframe.ts';

/** What the parsers make of a file of packets. */
export interface FixtureSummary {
  /** Frames with a packet that a receiver can begin with. */
  keyframes: number[];
  /** Frames that begin with such a packet. */
  startingFrames: number[];
  /** Sizes that the packets tell, and the frames that they do it in. */
  sizes: string[];
}

/** Runs the keyframe and size parsers over a file in test/fixtures/rtp. */
export function summarize(file: string, codec: CodecName): FixtureSummary {
  const packets = readPayloads(file).map((packet, index, all) => ({
    ...packet,
    isFirst: all[index - 1]?.frame !== packet.frame,
    isKeyframe: isKeyframe(codec, packet.payload),
    size: frameSize(codec, packet.payload),
  }));
  const framesOf = (kept: typeof packets) => [...new Set(kept.map(({ frame }) => frame))];
  return {
    keyframes: framesOf(packets.filter((packet) => packet.isKeyframe)),
    startingFrames: framesOf(packets.filter((packet) => packet.isKeyframe && packet.isFirst)),
    sizes: [
      ...new Set(
        packets.flatMap(({ frame, size }) => (size === undefined ? [] : [`${frame}: ${size.width}x${size.height}`])),
      ),
    ],
  };
}
