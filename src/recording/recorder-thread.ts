/** The thread of a media worker that records: muxing and a slow disk take no time from forwarding. */
import { parentPort, workerData } from 'node:worker_threads';
import { Recorder } from './recorder.ts';
import type { FromRecorder, RecorderThreadData, ToRecorder } from './recorder-messages.ts';
import { nodeFileSystem } from './recording-file.ts';
import { repairRecordings } from './repair.ts';

/** How often waiting frames and deadlines are looked at, ms. */
const TICK_MS = 50;
const COUNTERS_MS = 1000;
const ABANDONED = 'The recorder failed and was started again.';

const { options, clockOffset, abandoned } = workerData as RecorderThreadData;

/** The monotonic clock of the media worker, ms. */
function now(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000 + clockOffset;
}

function send(message: FromRecorder, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

const recorder = new Recorder(options, nodeFileSystem, {
  onRecording: (event, info) => send({ type: 'recording', event, info }),
  requestKeyframe: (publication) => send({ type: 'keyframe', publication }),
});

function sendCounters(): void {
  send({ type: 'counters', counters: { ...recorder.counters } });
}

async function handle(message: ToRecorder): Promise<void> {
  switch (message.type) {
    case 'chunk':
      await recorder.receive(message.buffer, message.length, now());
      send({ type: 'chunk', buffer: message.buffer }, [message.buffer]);
      return;
    case 'stop':
      await recorder.stop(now());
      sendCounters();
      send({ type: 'stopped' });
  }
}

async function finishAbandoned(): Promise<void> {
  if (abandoned.length === 0) return;
  const finished = await repairRecordings(options.directory, { ids: new Set(abandoned), error: ABANDONED });
  for (const info of finished) send({ type: 'recording', event: 'ended', info });
}

// One thing at a time, in the order of arrival. What fails here ends the thread; the worker starts another.
let queue = finishAbandoned();
let waiting = 0;

function enqueue(action: () => Promise<void>): void {
  waiting += 1;
  queue = queue.then(action).finally(() => (waiting -= 1));
}

parentPort?.on('message', (message: ToRecorder) => enqueue(() => handle(message)));
setInterval(() => {
  if (waiting === 0) enqueue(() => recorder.tick(now()));
}, TICK_MS);
setInterval(sendCounters, COUNTERS_MS);
