/** Results as JSON, with the machine that they were measured on. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';

/** Writes the file and returns its name. Without a name it is called by the time, below bench/results. */
export function writeResult(result: object, name?: string): string {
  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  const file = name ?? join(folder, `${new Date().toISOString().replaceAll(':', '-')}.json`);
  const [cpu] = cpus();
  const machine = { cpu: cpu?.model, cores: cpus().length, kernel: release(), node: process.version };
  writeFileSync(file, `${JSON.stringify({ time: new Date().toISOString(), machine, ...result }, undefined, 2)}\n`);
  return file;
}
