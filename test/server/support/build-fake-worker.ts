/**
 * Compiles the worker without media once for a whole run: hundreds of tests start one, and loading TypeScript takes a
 * process four times as long as it works.
 */
import { dirname, join } from 'node:path';
import { build } from 'vite';
import { FAKE_WORKER } from './fake-worker-path.ts';

export async function setup(): Promise<void> {
  const fixtures = join(import.meta.dirname, '../fixtures');
  await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    build: {
      ssr: join(fixtures, 'fake-worker.ts'),
      outDir: dirname(FAKE_WORKER),
      target: 'node20',
      minify: false,
      rolldownOptions: { output: { entryFileNames: '[name].js' } },
    },
  });
}
