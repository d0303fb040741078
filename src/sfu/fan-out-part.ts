import type { LayerFanOut } from './layer-fan-out.ts';
import { OperatingPoint } from './operating-point.ts';
import type { FirstPacket } from './outgoing-stream.ts';
import { pictureIndex } from './picture-index.ts';
import type { RtpBatch } from './rtp-batch.ts';
import type { SourceTrack } from './sink.ts';

/** What the viewers of one source get of a batch. */
export interface FanOutPart {
  layer: LayerFanOut;
  batch: RtpBatch;
  /** Index of the packet that viewers can start from, or -1. */
  start: number;
}

/** A batch for the viewers of its source, and what of it is for those of each operating point in use, which come first. */
export function partsOf(whole: FanOutPart, layers: ReadonlyMap<SourceTrack, LayerFanOut>): FanOutPart[] {
  const parts: FanOutPart[] = [];
  if (layers.size > 1) {
    for (const [source, layer] of layers) {
      if (!(source instanceof OperatingPoint) || source.whole !== whole.layer.source) continue;
      const batch = source.select(whole.batch);
      parts.push({ layer, batch, start: batch.keyframeIndex });
    }
  }
  parts.push(whole);
  return parts;
}

/** The first packet of a part that a viewer gets. */
export function firstPacket({ layer, batch, start }: FanOutPart): FirstPacket {
  const picture = pictureIndex(layer.codec.name, batch.payload(start));
  return { sequence: batch.sequence(start), timestamp: batch.timestamp(start), picture };
}
