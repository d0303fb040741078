import { describe, expect, it } from 'vitest';
import { type DecodeTarget, INDICATION, type TemplateStructure } from '../protocol/rtp/dependency-descriptor.ts';
import {
  type WrittenDescriptor,
  writeDependencyDescriptor,
} from '../protocol/rtp/testing/dependency-descriptor-writer.ts';
import { DecodeTargets } from './decode-targets.ts';
import { layerCell } from './layer-cells.ts';
import { packetBytes } from './testing/fixtures.ts';

const EXTENSION_ID = 7;
const { notPresent, discardable, required } = INDICATION;
const SWITCH = INDICATION.switch;

/** Two spatial layers, of which the higher one has two temporal layers; decode targets for S0, S1T1 alone. */
function structureFrom(templateIdOffset: number): TemplateStructure {
  const template = (spatialLayer: number, temporalLayer: number, indications: number[]) => ({
    spatialLayer,
    temporalLayer,
    indications,
    frameDifferences: [1],
    chainDifferences: [],
  });
  const target = (spatialLayer: number, temporalLayer: number): DecodeTarget => {
    return { spatialLayer, temporalLayer, chain: undefined };
  };
  return {
    templateIdOffset,
    templates: [
      template(0, 0, [SWITCH, required]),
      template(1, 0, [notPresent, SWITCH]),
      template(1, 1, [notPresent, discardable]),
    ],
    decodeTargets: [target(0, 0), target(1, 1)],
    chainCount: 0,
    resolutions: [
      { width: 160, height: 90 },
      { width: 320, height: 180 },
    ],
  };
}

function read(targets: DecodeTargets, sequence: number, templateId: number, more: Partial<WrittenDescriptor> = {}) {
  const fields = { startOfFrame: true, endOfFrame: false, templateId, frameNumber: sequence };
  const value = writeDependencyDescriptor({ ...fields, decodeTargetCount: 2, ...more });
  return targets.read(packetBytes({ sequence, extensions: [{ id: EXTENSION_ID, value }] }), sequence, EXTENSION_ID);
}

const bit = (spatialLayer: number, temporalLayer: number): number => 1 << layerCell(spatialLayer, temporalLayer);

describe('DecodeTargets', () => {
  it('tells the points that need a frame, also those without a decode target of their own', () => {
    const targets = new DecodeTargets();
    const base = read(targets, 1, 0, { structure: structureFrom(0) });
    expect(base).toMatchObject({ spatialLayer: 0, temporalLayer: 0, endOfFrame: false });
    expect((base?.points ?? 0) & (bit(0, 0) | bit(1, 0) | bit(1, 1))).toBe(bit(0, 0) | bit(1, 0) | bit(1, 1));
    const high = read(targets, 2, 2)?.points ?? 0;
    expect(high & (bit(0, 0) | bit(1, 0) | bit(1, 1))).toBe(bit(1, 1));
    expect(targets.sizes?.[1]).toEqual({ width: 320, height: 180 });
  });

  it('tells the highest layers that are sent', () => {
    const targets = new DecodeTargets();
    expect(targets.highest).toBeUndefined();
    read(targets, 10, 0, { structure: structureFrom(0) });
    expect(targets.highest).toEqual({ spatialLayer: 1, temporalLayer: 1 });
    read(targets, 12, 0, { activeDecodeTargets: 0b01 });
    expect(targets.highest).toEqual({ spatialLayer: 0, temporalLayer: 0 });
    // What was sent before says nothing new.
    read(targets, 11, 0, { activeDecodeTargets: 0b11 });
    expect(targets.highest).toEqual({ spatialLayer: 0, temporalLayer: 0 });
    targets.reset();
    expect(targets.highest).toBeUndefined();
  });

  it('reads late packets by the structure before, and keeps the newest', () => {
    const targets = new DecodeTargets();
    expect(read(targets, 1, 0)).toBeUndefined();
    read(targets, 1, 0, { structure: structureFrom(0) });
    read(targets, 5, 10, { structure: structureFrom(10) });
    expect(read(targets, 3, 1)?.spatialLayer).toBe(1);
    expect(read(targets, 6, 11)?.spatialLayer).toBe(1);
    expect(read(targets, 4, 20, { structure: structureFrom(20) })?.spatialLayer).toBe(0);
    expect(read(targets, 7, 12)?.temporalLayer).toBe(1);
    expect(read(targets, 8, 21)).toBeUndefined();
  });

  it('reads nothing of packets without the extension', () => {
    const targets = new DecodeTargets();
    expect(targets.read(packetBytes({ sequence: 1 }), 1, EXTENSION_ID)).toBeUndefined();
  });
});
