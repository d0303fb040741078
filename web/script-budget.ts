/** Holds a page to a limit of script, as it goes over the wire. */
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Bytes of script that a page may load, gzipped. */
const MOST_SCRIPT = 150_000;

/** Prints what a page loads of script, and fails the build where it is too much. */
export function scriptBudget(page: string): Plugin {
  return {
    name: 'script-budget',
    generateBundle(_options, bundle) {
      const seen = new Set<string>();
      const sizeOf = (file: string): number => {
        const chunk = bundle[file];
        if (seen.has(file) || chunk?.type !== 'chunk') return 0;
        seen.add(file);
        const imported = [...chunk.imports, ...chunk.dynamicImports];
        return gzipSync(chunk.code).length + imported.reduce((sum, name) => sum + sizeOf(name), 0);
      };
      const entry = Object.values(bundle).find((part) => part.type === 'chunk' && part.isEntry && part.name === page);
      if (entry === undefined) return;
      const size = sizeOf(entry.fileName);
      const text = `the page ${page} loads ${(size / 1000).toFixed(1)} kB of script, gzipped`;
      if (size > MOST_SCRIPT) this.error(`${text}: more than ${MOST_SCRIPT / 1000} kB`);
      else this.info(text);
    },
  };
}
