import {
  type DependencyDescriptor,
  parseDependencyDescriptor,
  type TemplateStructure,
} from '../../../src/protocol/rtp/dependency-descriptor.ts';
import { findExtension } from '../../../src/protocol/rtp/header-extensions.ts';
import { readFixturePackets } from '../corpus.ts';
import { type FuzzTarget, invariant } from '../target.ts';

/** As negotiated when the fixtures were made. */
const EXTENSION_ID = 13;

const values = readFixturePackets(/^chromium-av1-l.*\.rtp$/).flatMap(
  (packet) => findExtension(packet, EXTENSION_ID) ?? [],
);
/** What descriptors without a structure of their own refer to. */
const known = values.flatMap((value) => parseDependencyDescriptor(value, undefined)?.structure ?? []).at(-1);

function checkStructure({ templates, decodeTargets, chainCount, resolutions }: TemplateStructure): void {
  invariant(templates.length >= 1 && templates.length <= 64, 'a structure has 1 to 64 templates');
  invariant(decodeTargets.length >= 1 && decodeTargets.length <= 32, 'a structure has 1 to 32 decode targets');
  invariant(chainCount <= decodeTargets.length, 'no more chains than decode targets');
  for (const { chain } of decodeTargets) {
    invariant((chain === undefined) === (chainCount === 0), 'a decode target has a chain where there are some');
    invariant((chain ?? 0) < Math.max(1, chainCount), 'the chain is one of these');
  }
  for (const { width, height } of resolutions ?? []) {
    invariant(width >= 1 && width <= 65_536 && height >= 1 && height <= 65_536, 'sides are those of a picture');
  }
}

function checkDescriptor(descriptor: DependencyDescriptor, { decodeTargets, chainCount }: TemplateStructure): void {
  const { indications, frameDifferences, chainDifferences, frameNumber, activeDecodeTargets } = descriptor;
  invariant(indications.length === decodeTargets.length, 'an indication for each decode target');
  invariant(
    indications.every((value) => value <= 3),
    'an indication has 2 bits',
  );
  invariant(chainDifferences.length === chainCount, 'a difference for each chain');
  invariant(
    frameDifferences.every((value) => value >= 1 && value <= 4096),
    'frames refer to earlier frames',
  );
  invariant(frameNumber <= 0xffff, 'a frame number has 16 bits');
  invariant((activeDecodeTargets ?? 0) < 2 ** decodeTargets.length, 'no other decode targets are active');
}

export const DEPENDENCY_DESCRIPTOR_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'dependency-descriptor',
    format: 'binary',
    corpus: values,
    run(input) {
      const descriptor = parseDependencyDescriptor(input, known);
      if (descriptor === undefined) return 'malformed';
      const structure = descriptor.structure ?? known;
      invariant(structure !== undefined, 'a descriptor is read by a structure');
      checkStructure(structure);
      checkDescriptor(descriptor, structure);
      const { spatialLayer, temporalLayer, frameDifferences, activeDecodeTargets } = descriptor;
      const attached = descriptor.structure && [descriptor.structure.chainCount, descriptor.structure.templates.length];
      return [attached, spatialLayer, temporalLayer, frameDifferences.length, activeDecodeTargets !== undefined].join();
    },
  },
];
