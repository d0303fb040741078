import { fileURLToPath } from 'node:url';

/** The worker without media, as build-fake-worker.ts compiles it. */
export const FAKE_WORKER = fileURLToPath(new URL('../../../.cache/fake-worker/fake-worker.js', import.meta.url));
