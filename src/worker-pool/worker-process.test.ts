import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WorkerProcess } from './worker-process.ts';

/** Answers, and tells in the same moment that something has happened; then it ends. */
const HASTY_WORKER = `
process.on('message', ({ id }) => {
  process.send({ type: 'reply', id, result: { tag: 'tag' } });
  process.send({ type: 'sessionClosed', sessionId: 'session', reason: 'peer_closed' }, () => process.exit(3));
});
`;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'live-webrtc-worker-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('tells of a session after those who wait for its answer have gone on, and of its own end last', async () => {
  const entry = join(folder, 'hasty-worker.cjs');
  writeFileSync(entry, HASTY_WORKER);
  const told: string[] = [];
  let ended = (): void => undefined;
  const end = new Promise<void>((resolve) => (ended = resolve));
  const worker = new WorkerProcess(
    { entry, nodeArguments: [], environment: {} },
    {
      onEvent: ({ type }) => told.push(type),
      onOutput: () => undefined,
      onExit(status) {
        told.push(status);
        ended();
      },
    },
  );
  const answered = async (): Promise<void> => {
    await worker.request({ method: 'remove', sessionId: 'session', reason: 'deleted' });
    await Promise.resolve();
    told.push('answer');
  };
  const asking = answered();
  await new Promise((resolve) => setImmediate(resolve));
  // What the worker writes meanwhile is read at once.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
  await Promise.all([asking, end]);
  expect(told).toEqual(['answer', 'sessionClosed', 'exit code 3']);
});
