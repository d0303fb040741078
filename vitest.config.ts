import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Browser tests that judge no playback: pages, files, the life of servers. They bear another file beside them. */
const BESIDE_OTHERS = [
  'answers',
  'chat',
  'chat-history',
  'console',
  'console-recordings',
  'home',
  'https',
  'leftovers',
  'moderator',
  'pages-fit',
  'player-controls',
  'recorded-chat',
  'recorded-files',
  'recording',
  'recordings-page',
  'roles-on-pages',
  'settings-file',
  'shutdown',
  'studio',
].map((name) => `test/e2e/${name}.test.ts`);

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'web/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'],
          testTimeout: 30_000,
          // Vitest would leave one core of two idle.
          maxWorkers: Math.max(2, availableParallelism() - 1),
          // A process for each file costs as much as the tests; none of them leaves anything behind in its process.
          isolate: false,
          pool: 'forks',
        },
      },
      { test: { name: 'sim', include: ['test/sim/**/*.test.ts'], testTimeout: 60_000 } },
      { test: { name: 'fuzz', include: ['test/fuzz/**/*.test.ts'], testTimeout: 60_000 } },
      {
        test: {
          name: 'server',
          globalSetup: ['test/server/support/build-fake-worker.ts'],
          include: ['test/server/**/*.test.ts', 'test/hostile/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // They wait more than they work.
          maxWorkers: 2,
          pool: 'forks',
        },
      },
      {
        test: {
          name: 'conformance',
          include: ['test/conformance/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          pool: 'forks',
        },
      },
      {
        test: {
          name: 'e2e',
          globalSetup: ['test/server/support/build-fake-worker.ts'],
          include: ['test/e2e/**/*.test.ts', 'test/interop/**/*.test.ts', 'test/crash/**/*.test.ts'],
          exclude: BESIDE_OTHERS,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          pool: 'forks',
        },
      },
      {
        test: {
          name: 'e2e-pages',
          globalSetup: ['test/server/support/build-fake-worker.ts'],
          include: BESIDE_OTHERS,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          pool: 'forks',
        },
      },
    ],
  },
});
