/** The dependency descriptor of a frame (AV1 RTP specification, appendix A.8), a header extension for any codec. */
import { BitReader } from '../payload/bit-reader.ts';
import type { PictureSize } from '../payload/picture-size.ts';

const MANDATORY_BYTES = 3;
/** frame_dependency_template_id has 6 bits. */
const TEMPLATE_IDS = 64;
/** next_layer_idc (table A.2). */
const NEXT_TEMPORAL_LAYER = 1;
const NEXT_SPATIAL_LAYER = 2;
const NO_MORE_TEMPLATES = 3;

/** What a frame is to a decode target (table A.1). */
export const INDICATION = { notPresent: 0, discardable: 1, switch: 2, required: 3 } as const;

/** The dependencies of a frame. */
export interface FrameDependencies {
  spatialLayer: number;
  temporalLayer: number;
  /** By decode target: one of {@link INDICATION}. */
  indications: readonly number[];
  /** How many frames before this one each frame is that it refers to, 1 to 4096. */
  frameDifferences: readonly number[];
  /** By chain: how many frames before this one the chain's last frame is, 0 to 255; 0 where the chain begins here. */
  chainDifferences: readonly number[];
}

/** A part of the stream that can be decoded by itself. */
export interface DecodeTarget {
  /** The highest layers in it. */
  spatialLayer: number;
  temporalLayer: number;
  /** The chain whose frames are all that it needs to go on; undefined where there are no chains. */
  chain: number | undefined;
}

/** What descriptors refer to until another one is attached to a descriptor. */
export interface TemplateStructure {
  /** The id of the first template, 0 to 63. */
  templateIdOffset: number;
  /** 1 to 64. */
  templates: readonly FrameDependencies[];
  /** 1 to 32. */
  decodeTargets: readonly DecodeTarget[];
  /** 0 to the number of decode targets. */
  chainCount: number;
  /** Of each spatial layer's pictures; undefined where the sender leaves it out. */
  resolutions: readonly PictureSize[] | undefined;
}

/** A packet's dependency descriptor. */
export interface DependencyDescriptor extends FrameDependencies {
  /** The packet is the first, or the last, of its frame; one picture has a frame for each spatial layer. */
  startOfFrame: boolean;
  endOfFrame: boolean;
  templateId: number;
  /** Grows by one with each frame in the order of decoding, 16 bit. */
  frameNumber: number;
  /** The structure that this packet carries. It holds for what follows, too. */
  structure: TemplateStructure | undefined;
  /** Bit i says that decode target i can be decoded from now on; undefined where that has not changed. */
  activeDecodeTargets: number | undefined;
}

/**
 * Reads a descriptor. `structure`: what the newest packet with a structure carried. Undefined where the value is
 * malformed, or refers to a template that is not known: the packet with its structure has not come.
 */
export function parseDependencyDescriptor(
  value: Uint8Array,
  structure: TemplateStructure | undefined,
): DependencyDescriptor | undefined {
  if (value.length < MANDATORY_BYTES) return undefined;
  const reader = new BitReader(value);
  const startOfFrame = reader.flag();
  const endOfFrame = reader.flag();
  const templateId = reader.bits(6);
  const frameNumber = reader.bits(16);
  const isExtended = value.length > MANDATORY_BYTES;
  const hasStructure = isExtended && reader.flag();
  const hasActiveDecodeTargets = isExtended && reader.flag();
  const custom = {
    indications: isExtended && reader.flag(),
    frameDifferences: isExtended && reader.flag(),
    chainDifferences: isExtended && reader.flag(),
  };
  const attached = hasStructure ? readStructure(reader) : undefined;
  const valid = hasStructure ? attached : structure;
  if (valid === undefined) return undefined;
  const { decodeTargets, chainCount } = valid;
  const activeDecodeTargets = hasActiveDecodeTargets
    ? reader.bits(decodeTargets.length)
    : attached && 2 ** decodeTargets.length - 1;
  const template = valid.templates[(templateId - valid.templateIdOffset + TEMPLATE_IDS) % TEMPLATE_IDS];
  if (template === undefined) return undefined;
  const descriptor = {
    startOfFrame,
    endOfFrame,
    templateId,
    frameNumber,
    structure: attached,
    activeDecodeTargets,
    spatialLayer: template.spatialLayer,
    temporalLayer: template.temporalLayer,
    indications: custom.indications ? readMany(decodeTargets.length, () => reader.bits(2)) : template.indications,
    frameDifferences: custom.frameDifferences ? readFrameDifferences(reader) : template.frameDifferences,
    chainDifferences: custom.chainDifferences ? readMany(chainCount, () => reader.bits(8)) : template.chainDifferences,
  };
  return reader.exhausted ? undefined : descriptor;
}

/** template_dependency_structure(). */
function readStructure(reader: BitReader): TemplateStructure | undefined {
  const templateIdOffset = reader.bits(6);
  const decodeTargetCount = reader.bits(5) + 1;
  const layers = readTemplateLayers(reader);
  if (layers === undefined) return undefined;
  const indications = layers.map(() => readMany(decodeTargetCount, () => reader.bits(2)));
  const frameDifferences = layers.map(() => readTemplateFrameDifferences(reader));
  const chainCount = reader.nonSymmetric(decodeTargetCount + 1);
  const chains = chainCount === 0 ? [] : readMany(decodeTargetCount, () => reader.nonSymmetric(chainCount));
  const chainDifferences = layers.map(() => readMany(chainCount, () => reader.bits(4)));
  const templates = layers.map((layer, index) => ({
    ...layer,
    indications: indications[index] ?? [],
    frameDifferences: frameDifferences[index] ?? [],
    chainDifferences: chainDifferences[index] ?? [],
  }));
  const spatialLayers = (layers.at(-1)?.spatialLayer ?? 0) + 1;
  const resolutions = reader.flag() ? readMany(spatialLayers, () => readResolution(reader)) : undefined;
  if (reader.exhausted) return undefined;
  const decodeTargets = readMany(decodeTargetCount, (target) => ({
    ...highestLayers(templates.filter((template) => template.indications[target] !== INDICATION.notPresent)),
    chain: chains[target],
  }));
  return { templateIdOffset, templates, decodeTargets, chainCount, resolutions };
}

/** Undefined for more templates than there are ids. */
function readTemplateLayers(reader: BitReader): { spatialLayer: number; temporalLayer: number }[] | undefined {
  const layers: { spatialLayer: number; temporalLayer: number }[] = [];
  let [spatialLayer, temporalLayer] = [0, 0];
  while (layers.length < TEMPLATE_IDS) {
    layers.push({ spatialLayer, temporalLayer });
    const next = reader.bits(2);
    if (next === NO_MORE_TEMPLATES) return layers;
    if (next === NEXT_TEMPORAL_LAYER) temporalLayer += 1;
    if (next === NEXT_SPATIAL_LAYER) [spatialLayer, temporalLayer] = [spatialLayer + 1, 0];
  }
  return undefined;
}

function readTemplateFrameDifferences(reader: BitReader): number[] {
  const differences: number[] = [];
  while (reader.flag()) differences.push(reader.bits(4) + 1);
  return differences;
}

function readFrameDifferences(reader: BitReader): number[] {
  const differences: number[] = [];
  let size = reader.bits(2);
  while (size !== 0) {
    differences.push(reader.bits(4 * size) + 1);
    size = reader.bits(2);
  }
  return differences;
}

function readResolution(reader: BitReader): PictureSize {
  const width = reader.bits(16) + 1;
  return { width, height: reader.bits(16) + 1 };
}

function highestLayers(templates: readonly FrameDependencies[]): { spatialLayer: number; temporalLayer: number } {
  return {
    spatialLayer: Math.max(0, ...templates.map(({ spatialLayer }) => spatialLayer)),
    temporalLayer: Math.max(0, ...templates.map(({ temporalLayer }) => temporalLayer)),
  };
}

function readMany<T>(count: number, read: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => read(index));
}
