import type { PictureSize } from '../protocol/payload/picture-size.ts';
import {
  type DependencyDescriptor,
  INDICATION,
  parseDependencyDescriptor,
  type TemplateStructure,
} from '../protocol/rtp/dependency-descriptor.ts';
import { findExtension } from '../protocol/rtp/header-extensions.ts';
import { isNewerSequence } from '../util/sequence.ts';
import { isCellWithin, LAYER_CELLS, layerCell, spatialLayerOf, temporalLayerOf } from './layer-cells.ts';
import type { LayerPair } from './sink.ts';

/** A structure, the packet that carried it, and the decode target of each cell; -1 for none. */
interface KnownStructure {
  structure: TemplateStructure;
  sequence: number;
  targets: Int8Array;
}

/** What a packet's descriptor says of its frame. */
export interface FrameTargets {
  spatialLayer: number;
  temporalLayer: number;
  endOfFrame: boolean;
  /** The operating points that need the frame: bit {@link layerCell} for each. */
  points: number;
}

/** Reads the dependency descriptors of a stream (AV1 RTP specification, appendix A). */
export class DecodeTargets {
  #newest: KnownStructure | undefined;
  /** For packets that come late. */
  #before: KnownStructure | undefined;
  /** Bit i: decode target i is sent; as the packet with this sequence number says. */
  #active = 0;
  #activeSequence = 0;

  /** The highest layers that the sender says it sends; undefined before a structure has come. */
  get highest(): LayerPair | undefined {
    if (this.#newest === undefined) return undefined;
    let [spatialLayer, temporalLayer] = [0, 0];
    this.#newest.structure.decodeTargets.forEach((target, index) => {
      if (Math.floor(this.#active / 2 ** index) % 2 === 0) return;
      const cell = layerCell(target.spatialLayer, target.temporalLayer);
      spatialLayer = Math.max(spatialLayer, spatialLayerOf(cell));
      temporalLayer = Math.max(temporalLayer, temporalLayerOf(cell));
    });
    return { spatialLayer, temporalLayer };
  }

  /** Of each spatial layer's pictures, where the stream tells it. */
  get sizes(): readonly PictureSize[] | undefined {
    return this.#newest?.structure.resolutions;
  }

  /**
   * What stands in a packet. `extensionId`: of the dependency descriptor. Undefined where the packet has none, or one
   * that nobody can read: the packet with its structure has not come.
   */
  read(packet: Uint8Array, sequence: number, extensionId: number): FrameTargets | undefined {
    const value = findExtension(packet, extensionId);
    if (value === undefined) return undefined;
    for (const known of [this.#newest, this.#before]) {
      const descriptor = parseDependencyDescriptor(value, known?.structure);
      if (descriptor === undefined) continue;
      const { structure, activeDecodeTargets } = descriptor;
      const used = structure === undefined ? known : this.#note(structure, sequence);
      if (activeDecodeTargets !== undefined && used === this.#newest) this.#noteActive(activeDecodeTargets, sequence);
      return describe(descriptor, used);
    }
    return undefined;
  }

  /** Forgets all: the stream is another one. */
  reset(): void {
    this.#newest = undefined;
    this.#before = undefined;
  }

  #note(structure: TemplateStructure, sequence: number): KnownStructure {
    const known: KnownStructure = { structure, sequence, targets: targetsByCell(structure) };
    if (this.#newest !== undefined && !isNewerSequence(sequence, this.#newest.sequence)) return known;
    this.#before = this.#newest;
    this.#newest = known;
    this.#activeSequence = (sequence - 1) & 0xffff;
    return known;
  }

  #noteActive(activeDecodeTargets: number, sequence: number): void {
    if (!isNewerSequence(sequence, this.#activeSequence)) return;
    this.#active = activeDecodeTargets;
    this.#activeSequence = sequence;
  }
}

function targetsByCell({ decodeTargets }: TemplateStructure): Int8Array {
  const targets = new Int8Array(LAYER_CELLS).fill(-1);
  decodeTargets.forEach(({ spatialLayer, temporalLayer }, target) => {
    const cell = layerCell(spatialLayer, temporalLayer);
    if (targets[cell] === -1) targets[cell] = target;
  });
  return targets;
}

/** A structure may leave pairs of layers without a decode target; what these need follows from the layers. */
function describe(descriptor: DependencyDescriptor, known: KnownStructure | undefined): FrameTargets {
  const { spatialLayer, temporalLayer, endOfFrame, indications } = descriptor;
  const own = layerCell(spatialLayer, temporalLayer);
  let points = 0;
  for (let cell = 0; cell < LAYER_CELLS; cell++) {
    const target = known?.targets[cell] ?? -1;
    const belongs = target < 0 ? isCellWithin(own, cell) : indications[target] !== INDICATION.notPresent;
    if (belongs) points |= 1 << cell;
  }
  return { spatialLayer, temporalLayer, endOfFrame, points };
}
