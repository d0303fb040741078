/** Puts what the media workers have counted into the registry. */
import type { MediaCounters, TrackCounters } from '../sfu/media-counters.ts';
import type { WorkerMetrics } from '../worker-protocol.ts';
import type { MetricName } from './declarations.ts';
import type { MetricRegistry } from './registry.ts';

/** What one worker answered; undefined where it did not. */
export interface WorkerFigures {
  index: number;
  metrics: WorkerMetrics | undefined;
  /** Share of a core that is used, the newest sessions counted. */
  load: number;
  /** It takes more sessions. */
  hasRoom: boolean;
}

/** Metrics that the workers count and this process only passes on. */
const FROM_WORKERS = [
  'live_webrtc_rtp_received_packets_total',
  'live_webrtc_rtp_received_bytes_total',
  'live_webrtc_rtp_sent_packets_total',
  'live_webrtc_rtp_sent_bytes_total',
  'live_webrtc_packets_lost_total',
  'live_webrtc_nacked_packets_total',
  'live_webrtc_keyframe_requests_total',
  'live_webrtc_retransmitted_packets_total',
  'live_webrtc_room_received_bytes_total',
  'live_webrtc_room_sent_bytes_total',
  'live_webrtc_room_sent_packets_lost_total',
  'live_webrtc_worker_up',
  'live_webrtc_worker_load',
  'live_webrtc_worker_has_room',
  'live_webrtc_worker_cpu_seconds_total',
  'live_webrtc_worker_resident_bytes',
  'live_webrtc_worker_event_loop_delay_seconds',
  'live_webrtc_udp_datagrams_total',
  'live_webrtc_udp_bytes_total',
  'live_webrtc_udp_send_calls_total',
  'live_webrtc_udp_segmented_sends_total',
  'live_webrtc_udp_dropped_total',
  'live_webrtc_pipe_packets_total',
  'live_webrtc_pipe_bytes_total',
  'live_webrtc_pipe_lost_datagrams_total',
  'live_webrtc_pipe_nacked_packets_total',
  'live_webrtc_pipe_repaired_packets_total',
  'live_webrtc_pipe_round_trip_seconds',
] as const satisfies readonly MetricName[];

/** Replaces the figures of all workers. */
export function setWorkerFigures(registry: MetricRegistry, workers: readonly WorkerFigures[]): void {
  registry.clear(...FROM_WORKERS);
  const names = new Map(workers.map(({ index, metrics }) => [metrics?.pipes.name, index]));
  for (const { index, metrics, load, hasRoom } of workers) {
    const worker = String(index);
    registry.set('live_webrtc_worker_up', metrics === undefined ? 0 : 1, { worker });
    registry.set('live_webrtc_worker_load', load, { worker });
    registry.set('live_webrtc_worker_has_room', hasRoom ? 1 : 0, { worker });
    if (metrics === undefined) continue;
    setProcess(registry, worker, metrics.process);
    setTransport(registry, worker, metrics.transport);
    setMedia(registry, worker, metrics);
    setPipes(registry, worker, metrics.pipes, names);
    for (const room of metrics.rooms) setRoom(registry, room);
    for (const roundTrip of metrics.roundTrips) registry.observe('live_webrtc_round_trip_seconds', roundTrip / 1000);
  }
}

function setProcess(registry: MetricRegistry, worker: string, process: WorkerMetrics['process']): void {
  const { cpuSeconds, residentBytes, eventLoopDelay } = process;
  registry.set('live_webrtc_worker_cpu_seconds_total', cpuSeconds, { worker });
  registry.set('live_webrtc_worker_resident_bytes', residentBytes, { worker });
  const delay = 'live_webrtc_worker_event_loop_delay_seconds';
  registry.set(delay, eventLoopDelay.median, { worker, quantile: '0.5' });
  registry.set(delay, eventLoopDelay.percentile99, { worker, quantile: '0.99' });
  registry.set(delay, eventLoopDelay.longest, { worker, quantile: '1' });
}

function setTransport(registry: MetricRegistry, worker: string, transport: WorkerMetrics['transport']): void {
  registry.set('live_webrtc_udp_datagrams_total', transport.datagramsReceived, { worker, direction: 'in' });
  registry.set('live_webrtc_udp_datagrams_total', transport.datagramsSent, { worker, direction: 'out' });
  registry.set('live_webrtc_udp_bytes_total', transport.bytesReceived, { worker, direction: 'in' });
  registry.set('live_webrtc_udp_bytes_total', transport.bytesSent, { worker, direction: 'out' });
  registry.set('live_webrtc_udp_send_calls_total', transport.sendCalls, { worker });
  registry.set('live_webrtc_udp_segmented_sends_total', transport.segmentedSends, { worker });
  const dropped: Record<string, number> = {
    socket_full: transport.droppedSocketFull,
    tcp_full: transport.droppedStreamFull,
    send_error: transport.sendErrors,
    reused_index: transport.reusedIndexes,
    unknown_address: transport.droppedUnknownAddress,
    malformed: transport.droppedMalformed,
    authentication: transport.authenticationFailures,
    replay: transport.replays,
  };
  for (const [reason, count] of Object.entries(dropped)) {
    registry.set('live_webrtc_udp_dropped_total', count, { worker, reason });
  }
}

/** `names`: the workers by their ends of the pipes. */
function setPipes(
  registry: MetricRegistry,
  worker: string,
  { from }: WorkerMetrics['pipes'],
  names: ReadonlyMap<string | undefined, number>,
): void {
  for (const { origin: name, figures } of from) {
    const index = names.get(name);
    // That worker has died just now.
    if (index === undefined) continue;
    const labels = { worker, origin: String(index) };
    registry.set('live_webrtc_pipe_packets_total', figures.packetsReceived, labels);
    registry.set('live_webrtc_pipe_bytes_total', figures.bytesReceived, labels);
    registry.set('live_webrtc_pipe_lost_datagrams_total', figures.datagramsLost, labels);
    registry.set('live_webrtc_pipe_nacked_packets_total', figures.packetsNacked, labels);
    registry.set('live_webrtc_pipe_repaired_packets_total', figures.packetsRepaired, labels);
    if (figures.roundTrip === undefined) continue;
    registry.set('live_webrtc_pipe_round_trip_seconds', figures.roundTrip / 1000, labels);
  }
}

function setMedia(registry: MetricRegistry, worker: string, { received, sent }: WorkerMetrics): void {
  for (const [kind, counters] of byKind(received)) {
    registry.set('live_webrtc_rtp_received_packets_total', counters.packets, { worker, kind });
    registry.set('live_webrtc_rtp_received_bytes_total', counters.bytes, { worker, kind });
    setRepair(registry, { worker, kind, direction: 'up' }, counters);
  }
  for (const [kind, counters] of byKind(sent)) {
    registry.set('live_webrtc_rtp_sent_packets_total', counters.packets, { worker, kind });
    registry.set('live_webrtc_rtp_sent_bytes_total', counters.bytes, { worker, kind });
    registry.set('live_webrtc_retransmitted_packets_total', counters.retransmissions, { worker, kind });
    setRepair(registry, { worker, kind, direction: 'down' }, counters);
  }
  const requests = 'live_webrtc_keyframe_requests_total';
  registry.set(requests, received.video.keyframeRequests, { worker, direction: 'up' });
  registry.set(requests, sent.video.keyframeRequests, { worker, direction: 'down' });
}

function setRepair(registry: MetricRegistry, labels: Record<string, string>, counters: TrackCounters): void {
  registry.set('live_webrtc_packets_lost_total', counters.packetsLost, labels);
  registry.set('live_webrtc_nacked_packets_total', counters.nackedPackets, labels);
}

function setRoom(registry: MetricRegistry, { name, received, sent }: WorkerMetrics['rooms'][number]): void {
  for (const [kind, counters] of byKind(received)) {
    registry.set('live_webrtc_room_received_bytes_total', counters.bytes, { room: name, kind });
  }
  for (const [kind, counters] of byKind(sent)) {
    registry.set('live_webrtc_room_sent_bytes_total', counters.bytes, { room: name, kind });
    registry.set('live_webrtc_room_sent_packets_lost_total', counters.packetsLost, { room: name, kind });
  }
}

function byKind(counters: MediaCounters): [string, TrackCounters][] {
  return Object.entries(counters);
}
