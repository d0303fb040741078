/**
 * Loaded before the built server's own code (`--import`): in a media worker it times the steps of a join and the
 * stretches of work, and tells them at the Unix socket BENCH_WATCH_SOCKET, at each connection what was seen since the
 * last. The worker's own code knows nothing of it.
 */
import { createServer } from 'node:net';
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { COUNTER, type Transport, type TransportOptions } from '../../src/native/addon.ts';
import type * as LoadAddonModule from '../../src/native/load-addon.ts';
import type * as RoomModule from '../../src/sfu/room.ts';
import type { RtpBatch } from '../../src/sfu/rtp-batch.ts';
import type * as MediaWorkerModule from '../../src/worker/media-worker.ts';
import type * as SessionDriverModule from '../../src/worker/session-driver.ts';
import { machineNow } from '../load/machine-clock.ts';
import { TIME_OFFSET } from '../load/shape.ts';
import { WorkerWatch } from './worker-watch.ts';

type SessionDriver = SessionDriverModule.SessionDriver;

/** An entry of type gc, as Node documents it. */
interface Collection {
  startTime: number;
  duration: number;
  detail: { kind: number };
}

const COLLECTIONS = new Map<number, string>([
  [constants.NODE_PERFORMANCE_GC_MINOR, 'collection of new objects'],
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'collection of all objects'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'begin of marking'],
]);

const socketPath = process.env['BENCH_WATCH_SOCKET'];
if (socketPath !== undefined && process.argv[1]?.endsWith('/worker/main.js') === true) await watchWorker(socketPath);

async function watchWorker(path: string): Promise<void> {
  const watch = new WorkerWatch();
  const { MediaWorker } = await built<typeof MediaWorkerModule>('worker/media-worker');
  timeMethod(watch, MediaWorker.prototype, 'open', 'offer and answer');
  const { SessionDriver } = await built<typeof SessionDriverModule>('worker/session-driver');
  timeMethod(watch, SessionDriver.prototype, 'handleBatch', 'a read, but for DTLS');
  timeMethod(watch, SessionDriver.prototype, 'stun', 'ICE check');
  timeMethod(watch, SessionDriver.prototype, 'dtlsConnected', 'keys and first packets');
  const { Room } = await built<typeof RoomModule>('sfu/room');
  timeMethod(watch, Room.prototype, 'sendWaiting', 'more of the cached packets');
  timeMethod(watch, process as Required<NodeJS.Process>, 'send', 'message to the server');
  countWaits(watch, SessionDriver.prototype);
  addHandshakes(watch, await built<typeof LoadAddonModule>('native/load-addon'));
  addCollections(watch);
  const server = createServer((socket) => {
    watch.pause();
    socket.end(JSON.stringify(watch.take())).once('close', () => watch.resume());
  });
  server.listen(path).unref();
}

/** A module of the built server: the worker that is watched has the same. */
async function built<T>(name: string): Promise<T> {
  return (await import(new URL(`../../dist/${name}.js`, import.meta.url).href)) as T;
}

type Method = (this: unknown, ...given: never[]) => unknown;

function replaceMethod<K extends string, M extends Method>(
  object: Record<K, M>,
  name: K,
  replacement: (method: M) => M,
): void {
  object[name] = replacement(object[name]);
}

function timeMethod<K extends string>(watch: WorkerWatch, object: Record<K, Method>, name: K, step: string): void {
  replaceMethod(object, name, (method) => watch.timed(step, method));
}

/** The publisher writes the time into each payload before it sends; on loopback, sending is arriving. */
function countWaits(watch: WorkerWatch, prototype: SessionDriver): void {
  replaceMethod<'rtp', SessionDriver['rtp']>(prototype, 'rtp', (rtp) => {
    return function (this: SessionDriver, peer: number, ssrc: number, batch: RtpBatch, now: number): void {
      const handled = machineNow();
      const view = new DataView(batch.data.buffer, batch.data.byteOffset, batch.data.byteLength);
      for (let index = 0; index < batch.count; index++) {
        watch.waited(handled - view.getFloat64(batch.offset(index) + batch.headerLength(index) + TIME_OFFSET));
      }
      rtp.call(this, peer, ssrc, batch, now);
    };
  });
}

/** Handshakes go on within the addon, which counts the time that they take. */
function addHandshakes(watch: WorkerWatch, { loadAddon }: typeof LoadAddonModule): void {
  const addon = loadAddon();
  let counters: Float64Array | undefined;
  addon.Transport = new Proxy(addon.Transport, {
    construct: (NativeTransport, [options]: [TransportOptions]): Transport => {
      const transport = new NativeTransport(options);
      ({ counters } = transport);
      return transport;
    },
  });
  let told = 0;
  watch.onStretchEnd = () => {
    const microseconds = counters?.[COUNTER.handshakeMicroseconds] ?? 0;
    if (microseconds > told) watch.step('DTLS', (microseconds - told) / 1000);
    told = microseconds;
  };
}

function addCollections(watch: WorkerWatch): void {
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { startTime, duration, detail } = entry as unknown as Collection;
      watch.collected(COLLECTIONS.get(detail.kind) ?? 'other garbage collection', startTime, duration);
    }
  });
  observer.observe({ entryTypes: ['gc'] });
}
