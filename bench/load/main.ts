/** A load process: does what the bench asks by IPC, one request at a time. Argument `spread`: see SocketPool. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { generateCertificate } from '../../src/native/transport.ts';
import type { LoadFigures, LoadReply, LoadRequest } from './protocol.ts';
import { LoadPublisher } from './publisher.ts';
import { SocketPool } from './socket-pool.ts';
import { LoadViewers } from './viewers.ts';

const LOOP_DELAY_RESOLUTION_MS = 5;

// One key pair for all: making one takes longer than the rest of a join.
const pool = new SocketPool(generateCertificate(), process.argv[2] === 'spread');
const viewers = new LoadViewers(pool);
const publishers: LoadPublisher[] = [];
const loopDelay = monitorEventLoopDelay({ resolution: LOOP_DELAY_RESOLUTION_MS });
loopDelay.enable();

async function handle(request: LoadRequest): Promise<LoadReply> {
  switch (request.type) {
    case 'publish': {
      const publisher = new LoadPublisher(request.shape);
      publishers.push(publisher);
      await publisher.start(pool, request.url);
      return { type: 'done' };
    }
    case 'play': {
      const { url, count, perSecond } = request;
      const joined = perSecond === undefined ? viewers.add(url, count) : viewers.addSteadily(url, count, perSecond);
      return { type: 'joined', times: await joined };
    }
    case 'leave':
      await viewers.leave(request.count);
      return { type: 'done' };
    case 'report':
      viewers.report(request.isOn);
      return { type: 'done' };
    case 'reset':
      viewers.reset();
      loopDelay.reset();
      for (const { pacer } of publishers) pacer.reset();
      return { type: 'done' };
    case 'count':
      return { type: 'counted', figures: countFigures() };
  }
}

function countFigures(): LoadFigures {
  const delay = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - LOOP_DELAY_RESOLUTION_MS);
  return {
    viewers: viewers.count,
    received: viewers.received,
    lost: viewers.lost,
    closedByServer: viewers.closedByServer,
    latencies: viewers.latencies.counts(),
    publisherDelay: Math.max(0, ...publishers.map(({ pacer }) => pacer.longestDelay)),
    loopDelayP99: delay(loopDelay.percentile(99)),
    loopDelayLongest: delay(loopDelay.max),
    ports: pool.ports,
  };
}

process.on('message', (request: LoadRequest) => {
  void handle(request).then(
    (reply) => process.send?.(reply),
    (error: unknown) => process.send?.({ type: 'failed', message: String(error) } satisfies LoadReply),
  );
});
process.on('disconnect', () => process.exit(0));
