import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes } from '../../util/testing/bytes.ts';
import {
  type DependencyDescriptor,
  type FrameDependencies,
  INDICATION,
  parseDependencyDescriptor,
  type TemplateStructure,
} from './dependency-descriptor.ts';
import { findExtension } from './header-extensions.ts';
import { writeDependencyDescriptor } from './testing/dependency-descriptor-writer.ts';
import { readPackets } from './testing/fixtures.ts';

/** As negotiated when the fixtures were made. */
const EXTENSION_ID = 13;

/** The indications in the letters of table A.1. */
function letters({ indications }: FrameDependencies): string {
  return indications.map((indication) => '-DSR'[indication]).join('');
}

/** The descriptors of a stream that Chromium sent, with the structure that holds for each. */
function readDescriptors(mode: string): DependencyDescriptor[] {
  let structure: TemplateStructure | undefined;
  return readPackets(`chromium-av1-${mode}.rtp`).map((packet) => {
    const value = findExtension(packet, EXTENSION_ID);
    const descriptor = value && parseDependencyDescriptor(value, structure);
    if (descriptor === undefined) throw new Error('a packet has no readable descriptor');
    structure = descriptor.structure ?? structure;
    return descriptor;
  });
}

function structureOf(mode: string): TemplateStructure {
  const structure = readDescriptors(mode)[0]?.structure;
  if (structure === undefined) throw new Error('the first packet has no structure');
  return structure;
}

/** Bytes from binary digits; the last byte is filled up with zeros. */
function fromBits(...fields: readonly string[]): Uint8Array {
  const digits = fields.join('').replace(/\s/g, '');
  return Uint8Array.from(digits.match(/.{1,8}/g) ?? [], (byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
}

/** Two temporal layers, one chain, everything there is in a descriptor but indications and chains of its own. */
const WHOLE = fromBits(
  '1 0 000110 0000000100000010', // first, not last; template 6; frame 258
  '1 1 0 1 0', // structure, active decode targets, differences
  '000101 00001', // templates from 5 on, two decode targets
  '00 01 11', // S0T0, S0T0, S0T1
  '10 10  10 11  00 01',
  '0  1 0001 0  1 0000 1 1111 0',
  '10  0000 0010 0001', // ns(3) = 1 chain, which no bits need to name
  '1 0000000100111111 0000000010110011', // 320x180
  '01', // decode target 0 alone
  '10 00010000 11 111111111111 01 0000 00', // 17, 4096 and 1 frame ago
);
const STRUCTURE: TemplateStructure = {
  templateIdOffset: 5,
  templates: [
    { spatialLayer: 0, temporalLayer: 0, indications: [2, 2], frameDifferences: [], chainDifferences: [0] },
    { spatialLayer: 0, temporalLayer: 0, indications: [2, 3], frameDifferences: [2], chainDifferences: [2] },
    { spatialLayer: 0, temporalLayer: 1, indications: [0, 1], frameDifferences: [1, 16], chainDifferences: [1] },
  ],
  decodeTargets: [
    { spatialLayer: 0, temporalLayer: 0, chain: 0 },
    { spatialLayer: 0, temporalLayer: 1, chain: 0 },
  ],
  chainCount: 1,
  resolutions: [{ width: 320, height: 180 }],
};

/** Any structure. What a decode target holds follows from the templates. */
function structures(): fc.Arbitrary<TemplateStructure> {
  const counts = fc.record({ targets: fc.integer({ min: 1, max: 32 }), offset: fc.nat(63), sized: fc.boolean() });
  const steps = fc.array(fc.nat(2), { maxLength: 63 });
  return fc.tuple(counts, steps).chain(([{ targets, offset, sized }, nextLayers]) => {
    const layers = nextLayers.reduce(
      (all, next) => {
        const [spatialLayer = 0, temporalLayer = 0] = all.at(-1) ?? [];
        return [...all, next === 2 ? [spatialLayer + 1, 0] : [spatialLayer, temporalLayer + next]];
      },
      [[0, 0]],
    );
    return fc.nat(targets).chain((chainCount) =>
      fc
        .record({
          indications: exactly(layers.length, exactly(targets, fc.nat(3))),
          differences: exactly(layers.length, fc.array(fc.integer({ min: 1, max: 16 }), { maxLength: 4 })),
          chainDifferences: exactly(layers.length, exactly(chainCount, fc.nat(15))),
          chains: exactly(targets, chainCount === 0 ? fc.constant(undefined) : fc.nat(chainCount - 1)),
          side: fc.integer({ min: 1, max: 65_536 }),
        })
        .map(({ indications, differences, chainDifferences, chains, side }) => {
          const highest = (target: number, index: 0 | 1): number =>
            Math.max(0, ...layers.map((layer, at) => (indications[at]?.[target] === 0 ? 0 : (layer[index] ?? 0))));
          return {
            templateIdOffset: offset,
            templates: layers.map(([spatialLayer = 0, temporalLayer = 0], at) => ({
              spatialLayer,
              temporalLayer,
              indications: indications[at] ?? [],
              frameDifferences: differences[at] ?? [],
              chainDifferences: chainDifferences[at] ?? [],
            })),
            decodeTargets: chains.map((chain, target) => ({
              spatialLayer: highest(target, 0),
              temporalLayer: highest(target, 1),
              chain,
            })),
            chainCount,
            resolutions: sized
              ? Array.from({ length: (layers.at(-1)?.[0] ?? 0) + 1 }, () => ({ width: side, height: 65_537 - side }))
              : undefined,
          };
        }),
    );
  });
}

function exactly<T>(length: number, items: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(items, { minLength: length, maxLength: length });
}

describe('parseDependencyDescriptor', () => {
  it('reads the mandatory fields, and what the template says', () => {
    expect(parseDependencyDescriptor(bytes('47 ff fe'), STRUCTURE)).toEqual({
      startOfFrame: false,
      endOfFrame: true,
      templateId: 7,
      frameNumber: 0xfffe,
      structure: undefined,
      activeDecodeTargets: undefined,
      ...STRUCTURE.templates[2],
    });
  });

  it('reads a structure, and what goes before the template', () => {
    expect(parseDependencyDescriptor(WHOLE, undefined)).toEqual({
      startOfFrame: true,
      endOfFrame: false,
      templateId: 6,
      frameNumber: 258,
      structure: STRUCTURE,
      activeDecodeTargets: 0b01,
      ...STRUCTURE.templates[1],
      frameDifferences: [17, 4096, 1],
    });
    const own = fromBits('1 1 000101 0000000000000001', '0 0 1 0 1', '11 01', '11111110');
    expect(parseDependencyDescriptor(own, STRUCTURE)).toMatchObject({
      structure: undefined,
      activeDecodeTargets: undefined,
      indications: [INDICATION.required, INDICATION.discardable],
      frameDifferences: [],
      chainDifferences: [254],
    });
  });

  it('takes all decode targets for active where a structure names none, up to 32', () => {
    const target = { spatialLayer: 0, temporalLayer: 0, chain: undefined };
    const template = { ...target, indications: Array<number>(32).fill(2), frameDifferences: [], chainDifferences: [] };
    const { spatialLayer, temporalLayer, indications } = template;
    const structure: TemplateStructure = {
      templateIdOffset: 0,
      templates: [{ spatialLayer, temporalLayer, indications, frameDifferences: [], chainDifferences: [] }],
      decodeTargets: Array<typeof target>(32).fill(target),
      chainCount: 0,
      resolutions: undefined,
    };
    const fields = { startOfFrame: true, endOfFrame: true, templateId: 0, frameNumber: 0 };
    const implicit = parseDependencyDescriptor(writeDependencyDescriptor({ ...fields, structure }), undefined);
    expect(implicit).toMatchObject({ structure, activeDecodeTargets: 0xffffffff });
    const named = writeDependencyDescriptor({ ...fields, decodeTargetCount: 32, activeDecodeTargets: 0x80000001 });
    expect(parseDependencyDescriptor(named, structure)?.activeDecodeTargets).toBe(0x80000001);
  });

  it('finds template ids around the wrap', () => {
    const structure = { ...STRUCTURE, templateIdOffset: 62 };
    expect(parseDependencyDescriptor(bytes('c0 00 01'), structure)?.temporalLayer).toBe(1);
    expect(parseDependencyDescriptor(bytes('fe 00 01'), structure)?.frameDifferences).toEqual([]);
    for (const unknown of ['c1 00 01', 'fd 00 01']) {
      expect(parseDependencyDescriptor(bytes(unknown), structure)).toBeUndefined();
    }
  });

  it('reads nothing without a structure, and nothing that is cut off', () => {
    expect(parseDependencyDescriptor(bytes('c5 00 01'), undefined)).toBeUndefined();
    for (let length = 0; length < WHOLE.length; length++) {
      expect(parseDependencyDescriptor(WHOLE.subarray(0, length), undefined)).toBeUndefined();
    }
    // Padding is no fault.
    const padded = Uint8Array.of(...WHOLE, 0, 0);
    expect(parseDependencyDescriptor(padded, undefined)).toEqual(parseDependencyDescriptor(WHOLE, undefined));
  });

  it('reads no structure of more templates than there are ids', () => {
    const head = '1 1 000000 0000000000000000  1 0 0 0 0  000000 00000';
    const tail = ['00'.repeat(65), '0'.repeat(65), '0 0'];
    expect(parseDependencyDescriptor(fromBits(head, '00'.repeat(64), '11', ...tail), undefined)).toBeUndefined();
    const most = parseDependencyDescriptor(fromBits(head, '00'.repeat(63), '11', ...tail), undefined);
    expect(most?.structure?.templates).toHaveLength(64);
  });

  it('reads back what was written', () => {
    const custom = (structure: TemplateStructure) =>
      fc.record(
        {
          indications: exactly(structure.decodeTargets.length, fc.nat(3)),
          frameDifferences: fc.array(fc.integer({ min: 1, max: 4096 }), { maxLength: 5 }),
          chainDifferences: exactly(structure.chainCount, fc.nat(255)),
        },
        { requiredKeys: [] },
      );
    const descriptor = structures().chain((structure) =>
      fc.record({
        structure: fc.constant(structure),
        startOfFrame: fc.boolean(),
        endOfFrame: fc.boolean(),
        index: fc.nat(structure.templates.length - 1),
        frameNumber: fc.nat(0xffff),
        attached: fc.boolean(),
        activeDecodeTargets: fc.option(fc.nat(2 ** Math.min(31, structure.decodeTargets.length) - 1), {
          nil: undefined,
        }),
        custom: custom(structure),
      }),
    );
    fc.assert(
      fc.property(descriptor, ({ structure, index, attached, activeDecodeTargets, ...fields }) => {
        const written = writeDependencyDescriptor({
          ...fields,
          templateId: (structure.templateIdOffset + index) % 64,
          structure: attached ? structure : undefined,
          decodeTargetCount: structure.decodeTargets.length,
          activeDecodeTargets,
        });
        const { startOfFrame, endOfFrame, frameNumber } = fields;
        const all = 2 ** structure.decodeTargets.length - 1;
        expect(parseDependencyDescriptor(written, attached ? undefined : structure)).toEqual({
          ...structure.templates[index],
          ...fields.custom,
          startOfFrame,
          endOfFrame,
          frameNumber,
          templateId: (structure.templateIdOffset + index) % 64,
          structure: attached ? structure : undefined,
          activeDecodeTargets: activeDecodeTargets ?? (attached ? all : undefined),
        });
      }),
    );
  });

  it('takes any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 255 }), fc.boolean(), (value, known) => {
        parseDependencyDescriptor(value, known ? STRUCTURE : undefined);
      }),
    );
  });
});

describe('dependency descriptors of Chromium', () => {
  it.each([
    ['l1t2', ['SS', 'SS', '-D'], 1],
    ['l1t3', ['SSS', 'SSS', '-DS', '--D', '--D'], 1],
    ['l2t2', ['SSSS', 'SSRR', '-D-R', '--SS', '--SS', '---D'], 2],
    ['l2t2-key', ['SSSS', 'SS--', '-D--', '--SS', '--SS', '---D'], 2],
  ])('tell the templates of %s', (mode, templates, chainCount) => {
    const structure = structureOf(mode);
    expect(structure.templates.map(letters)).toEqual(templates);
    expect(structure.chainCount).toBe(chainCount);
  });

  it('tell decode targets, chains and sizes', () => {
    const { decodeTargets, resolutions } = structureOf('l3t3');
    expect(decodeTargets).toEqual(
      Array.from({ length: 9 }, (_, index) => {
        const spatialLayer = Math.floor(index / 3);
        return { spatialLayer, temporalLayer: index % 3, chain: spatialLayer };
      }),
    );
    const [low, middle, high] = [
      { width: 320, height: 180 },
      { width: 640, height: 360 },
      { width: 1280, height: 720 },
    ];
    expect(resolutions).toEqual([low, middle, high]);
    expect(structureOf('l1t3').resolutions).toEqual([low]);
  });

  it('count frames, and name each frame’s own dependencies and the decode targets that are sent', () => {
    const descriptors = readDescriptors('l3t3');
    expect(descriptors.map(({ frameNumber }) => frameNumber)).toEqual(descriptors.map((_, index) => index + 1));
    const frames = descriptors.map((descriptor) => {
      const { spatialLayer, temporalLayer, frameDifferences, chainDifferences, activeDecodeTargets } = descriptor;
      const layers = `S${spatialLayer}T${temporalLayer} ${letters(descriptor)}`;
      return `${layers} ${frameDifferences.join()} ${chainDifferences.join()} ${activeDecodeTargets?.toString(2)}`;
    });
    expect(frames.slice(0, 11)).toEqual([
      'S0T0 SSSSSSSSS  0,0,0 111111',
      'S1T0 ---SSSSSS 1 1,1,1 undefined',
      'S0T2 --D--R--R 2 2,1,0 undefined',
      'S1T2 -----D--R 2,1 3,2,0 undefined',
      'S0T1 -DS-RR-RR 4 4,3,0 undefined',
      'S1T1 ----DS-RR 4,1 5,4,0 undefined',
      'S0T2 --D--R--R 2 6,5,5 111111111',
      'S1T2 -----D--R 2,1 7,6,6 111111111',
      'S0T0 SSSRRRRRR 8 8,7,7 111111111',
      'S1T0 ---SSSRRR 8,1 1,1,1 undefined',
      'S2T0 ------SSS 1 2,1,1 undefined',
    ]);
  });

  it('change their structure at a keyframe', () => {
    const structures = readDescriptors('l3t3-key').flatMap(({ structure }) => structure ?? []);
    expect(structures).toHaveLength(2);
    expect(structures[0]?.templates.map(letters)[1]).toBe('SSS------');
  });

  it('begin and end with the packets of a frame', () => {
    for (const mode of ['l1t2', 'l1t3', 'l2t2', 'l2t2-key', 'l3t3', 'l3t3-key']) {
      const frames = readDescriptors(mode).map(({ startOfFrame, endOfFrame }) => startOfFrame && endOfFrame);
      expect(frames).not.toContain(false);
    }
  });
});
