import { extname } from 'node:path';
import { repairIvf } from './formats/ivf.ts';
import type { RepairedFile } from './formats/media-writer.ts';
import { repairMp4 } from './formats/mp4.ts';
import { repairOggOpus } from './formats/ogg-opus.ts';
import { repairWebm } from './formats/webm.ts';
import type { OpenFile, RecordingFileSystem } from './recording-file.ts';

const REPAIRS: Readonly<Record<string, (file: OpenFile) => RepairedFile>> = {
  '.ivf': repairIvf,
  '.ogg': repairOggOpus,
  '.webm': repairWebm,
  '.mp4': repairMp4,
};

const NOTHING: RepairedFile = { size: 0, frames: 0, duration: 0 };

/**
 * Makes a file whole that its writer did not finish: what is no whole frame is cut off, and one without any frame is
 * removed. Undefined where the file cannot be mended now; it is left as it is then. Never throws.
 */
export function repairFile(path: string, fileSystem: RecordingFileSystem): RepairedFile | undefined {
  const repair = REPAIRS[extname(path)];
  if (repair === undefined) return undefined;
  try {
    const file = fileSystem.open(path);
    let repaired: RepairedFile;
    try {
      repaired = repair(file);
    } finally {
      file.close();
    }
    if (repaired.frames === 0) fileSystem.remove(path);
    return repaired;
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return isMissing ? NOTHING : undefined;
  }
}
