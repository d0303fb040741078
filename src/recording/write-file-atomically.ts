/** Small files that are there as a whole or not at all, whatever happens while they are written. */
import { open, rename, rm } from 'node:fs/promises';

let written = 0;

/** Replaces a file's content. The file has the old content or the new one, also after a crash. */
export async function writeFileAtomically(path: string, content: string): Promise<void> {
  // A name of its own for each write: two at a time must not share it.
  const temporary = `${path}.${process.pid}-${++written}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o644);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
