/** Writes dependency descriptors, for tests of what reads them (AV1 RTP specification, appendix A.8). */
import { BitWriter } from '../../payload/testing/bit-writer.ts';
import type { DependencyDescriptor, FrameDependencies, TemplateStructure } from '../dependency-descriptor.ts';

/** What a descriptor says by itself instead of by its template. */
export type CustomDependencies = Partial<
  Pick<FrameDependencies, 'indications' | 'frameDifferences' | 'chainDifferences'>
>;

/** What stands in a descriptor. */
export interface WrittenDescriptor extends Pick<
  DependencyDescriptor,
  'startOfFrame' | 'endOfFrame' | 'templateId' | 'frameNumber'
> {
  /** Attached to this descriptor. */
  structure?: TemplateStructure | undefined;
  /** Of the structure that holds; with `activeDecodeTargets`. */
  decodeTargetCount?: number;
  activeDecodeTargets?: number | undefined;
  custom?: CustomDependencies;
}

/** The bytes of a descriptor; the shortest form that says it. */
export function writeDependencyDescriptor(written: WrittenDescriptor): Uint8Array {
  const { structure, activeDecodeTargets, custom = {} } = written;
  const writer = new BitWriter();
  writer.flag(written.startOfFrame).flag(written.endOfFrame).bits(6, written.templateId).bits(16, written.frameNumber);
  const flags = [structure, activeDecodeTargets, custom.indications, custom.frameDifferences, custom.chainDifferences];
  if (flags.every((flag) => flag === undefined)) return writer.zeroPadded();
  for (const flag of flags) writer.flag(flag !== undefined);
  if (structure !== undefined) writeStructure(writer, structure);
  const decodeTargets = structure?.decodeTargets.length ?? written.decodeTargetCount ?? 0;
  if (activeDecodeTargets !== undefined) writer.bits(decodeTargets, activeDecodeTargets);
  for (const indication of custom.indications ?? []) writer.bits(2, indication);
  for (const difference of custom.frameDifferences ?? []) {
    const size = difference <= 16 ? 1 : difference <= 256 ? 2 : 3;
    writer.bits(2, size).bits(4 * size, difference - 1);
  }
  if (custom.frameDifferences !== undefined) writer.bits(2, 0);
  for (const difference of custom.chainDifferences ?? []) writer.bits(8, difference);
  return writer.zeroPadded();
}

function writeStructure(writer: BitWriter, structure: TemplateStructure): void {
  const { templates, decodeTargets, chainCount, resolutions } = structure;
  writer.bits(6, structure.templateIdOffset).bits(5, decodeTargets.length - 1);
  templates.forEach((template, index) => {
    writer.bits(2, nextLayer(template, templates[index + 1]));
  });
  for (const { indications } of templates) for (const indication of indications) writer.bits(2, indication);
  for (const { frameDifferences } of templates) {
    for (const difference of frameDifferences) writer.flag(true).bits(4, difference - 1);
    writer.flag(false);
  }
  writer.nonSymmetric(decodeTargets.length + 1, chainCount);
  if (chainCount > 0) for (const { chain } of decodeTargets) writer.nonSymmetric(chainCount, chain ?? 0);
  for (const { chainDifferences } of templates) for (const difference of chainDifferences) writer.bits(4, difference);
  writer.flag(resolutions !== undefined);
  for (const { width, height } of resolutions ?? []) writer.bits(16, width - 1).bits(16, height - 1);
}

function nextLayer(template: FrameDependencies, next: FrameDependencies | undefined): number {
  if (next === undefined) return 3;
  if (next.spatialLayer > template.spatialLayer) return 2;
  return next.temporalLayer > template.temporalLayer ? 1 : 0;
}
