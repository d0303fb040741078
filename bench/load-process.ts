/** The load tool's own process: does what the bench asks by IPC, one request at a time. */
import { join, LoadPublisher, LoadViewer, ViewerFigures } from './load.ts';
import type { LoadReply, LoadRequest } from './load-protocol.ts';
import { percentile } from './percentile.ts';

const figures = new ViewerFigures();
const viewers: LoadViewer[] = [];
const publishers: LoadPublisher[] = [];

async function handle(request: LoadRequest): Promise<LoadReply> {
  switch (request.type) {
    case 'publish': {
      const publisher = new LoadPublisher(request.packetsPerFrame);
      publishers.push(publisher);
      await join(publisher.client, request.url);
      publisher.start();
      return { type: 'published' };
    }
    case 'play':
      return { type: 'joined', connectMs: await addViewers(request.url, request.count) };
    case 'measure': {
      figures.reset();
      const cpu = process.cpuUsage();
      await new Promise((resolve) => setTimeout(resolve, request.durationMs));
      const used = process.cpuUsage(cpu);
      return {
        type: 'measured',
        received: figures.received,
        lost: figures.lost,
        latencyP50: percentile(figures.latencies, 0.5),
        latencyP99: percentile(figures.latencies, 0.99),
        loadCpuMs: (used.user + used.system) / 1000,
      };
    }
    case 'stop':
      for (const publisher of publishers) publisher.stop();
      for (const viewer of viewers) viewer.client.close();
      return { type: 'stopped' };
  }
}

async function addViewers(url: string, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const viewer = new LoadViewer(figures);
    viewers.push(viewer);
    times.push(await join(viewer.client, url));
  }
  return times;
}

process.on('message', (request: LoadRequest) => {
  void handle(request).then(
    (reply) => process.send?.(reply),
    (error: unknown) => process.send?.({ type: 'failed', message: String(error) } satisfies LoadReply),
  );
});
process.on('disconnect', () => process.exit(0));
