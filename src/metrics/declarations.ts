/** Every metric of /metrics, declared once; docs/metrics.md is generated from here. */

export interface MetricDeclaration {
  type: 'counter' | 'gauge' | 'histogram';
  help: string;
  labels: readonly string[];
  /** Upper bounds of a histogram's buckets. */
  buckets?: readonly number[];
}

const WORKER = ['worker'] as const;
/** The worker that gets packets through a pipe, and the one that it gets them from. */
const PIPE = ['worker', 'origin'] as const;
const MEDIA = ['worker', 'kind'] as const;
const ROOM = ['room', 'kind'] as const;

export const METRICS = {
  live_webrtc_rooms: { type: 'gauge', help: 'Open rooms.', labels: [] },
  live_webrtc_publishers: { type: 'gauge', help: 'Sessions that publish.', labels: [] },
  live_webrtc_subscribers: { type: 'gauge', help: 'Sessions that play.', labels: [] },
  live_webrtc_joins_total: { type: 'counter', help: 'Offers that were answered with a session.', labels: ['role'] },
  live_webrtc_refusals_total: {
    type: 'counter',
    help: 'Offers that were refused, by the code of docs/errors.md.',
    labels: ['role', 'code'],
  },
  live_webrtc_sessions_ended_total: { type: 'counter', help: 'Sessions that ended.', labels: ['role', 'reason'] },
  live_webrtc_join_seconds: {
    type: 'histogram',
    help: 'From the offer until SRTP runs.',
    labels: ['role'],
    buckets: [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
  },
  live_webrtc_round_trip_seconds: {
    type: 'histogram',
    help: 'Round trips of the sessions, each looked at once a scrape.',
    labels: [],
    buckets: [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1],
  },
  live_webrtc_rtp_received_packets_total: { type: 'counter', help: 'RTP packets from publishers.', labels: MEDIA },
  live_webrtc_rtp_received_bytes_total: { type: 'counter', help: 'Their bytes, with RTP headers.', labels: MEDIA },
  live_webrtc_rtp_sent_packets_total: { type: 'counter', help: 'RTP packets to viewers.', labels: MEDIA },
  live_webrtc_rtp_sent_bytes_total: { type: 'counter', help: 'Their payloads in bytes.', labels: MEDIA },
  live_webrtc_packets_lost_total: {
    type: 'counter',
    help: 'Packets lost on the way from publishers (up) or, as they report it, to viewers (down).',
    labels: ['worker', 'kind', 'direction'],
  },
  live_webrtc_nacked_packets_total: {
    type: 'counter',
    help: 'Packets asked for by NACK: of publishers (up), by viewers (down).',
    labels: ['worker', 'kind', 'direction'],
  },
  live_webrtc_keyframe_requests_total: {
    type: 'counter',
    help: 'Keyframes asked for by PLI or FIR: of publishers (up), by viewers (down).',
    labels: ['worker', 'direction'],
  },
  live_webrtc_retransmitted_packets_total: {
    type: 'counter',
    help: 'Packets sent to viewers once more.',
    labels: MEDIA,
  },
  live_webrtc_room_received_bytes_total: {
    type: 'counter',
    help: 'RTP bytes from the publishers of a room, for the first 100 rooms of each worker.',
    labels: ROOM,
  },
  live_webrtc_room_sent_bytes_total: {
    type: 'counter',
    help: 'RTP payload bytes to the viewers of a room, for the same rooms.',
    labels: ROOM,
  },
  live_webrtc_room_sent_packets_lost_total: {
    type: 'counter',
    help: 'Packets that the viewers of a room report as lost, for the same rooms.',
    labels: ROOM,
  },
  live_webrtc_worker_up: { type: 'gauge', help: '1 where the media worker answers.', labels: WORKER },
  live_webrtc_worker_load: {
    type: 'gauge',
    help: 'Share of a core that the media worker uses, with what its newest sessions are expected to use.',
    labels: WORKER,
  },
  live_webrtc_worker_has_room: {
    type: 'gauge',
    help: '1 where the media worker takes more sessions, 0 where it is full or does not run.',
    labels: WORKER,
  },
  live_webrtc_worker_deaths_total: { type: 'counter', help: 'Media worker processes that died.', labels: WORKER },
  live_webrtc_worker_cpu_seconds_total: { type: 'counter', help: 'CPU time of the media worker.', labels: WORKER },
  live_webrtc_worker_resident_bytes: { type: 'gauge', help: 'Memory of the media worker.', labels: WORKER },
  live_webrtc_worker_event_loop_delay_seconds: {
    type: 'gauge',
    help: "Delay of the media worker's event loop since its figures were last asked for, by a scrape or the console.",
    labels: ['worker', 'quantile'],
  },
  live_webrtc_udp_datagrams_total: {
    type: 'counter',
    help: 'UDP datagrams of the media socket, and those in TCP connections.',
    labels: ['worker', 'direction'],
  },
  live_webrtc_udp_bytes_total: { type: 'counter', help: 'Their bytes.', labels: ['worker', 'direction'] },
  live_webrtc_udp_send_calls_total: { type: 'counter', help: 'System calls that sent datagrams.', labels: WORKER },
  live_webrtc_udp_segmented_sends_total: {
    type: 'counter',
    help: 'Messages that carried several datagrams by UDP segmentation offload.',
    labels: WORKER,
  },
  live_webrtc_udp_dropped_total: {
    type: 'counter',
    help: 'Datagrams that were not sent or not taken, by reason.',
    labels: ['worker', 'reason'],
  },
  live_webrtc_pipe_packets_total: {
    type: 'counter',
    help: 'RTP packets that a worker got for its viewers from the origin, the worker that has their publisher.',
    labels: PIPE,
  },
  live_webrtc_pipe_bytes_total: { type: 'counter', help: 'Bytes of the datagrams that brought them.', labels: PIPE },
  live_webrtc_pipe_lost_datagrams_total: { type: 'counter', help: 'Such datagrams that did not come.', labels: PIPE },
  live_webrtc_pipe_nacked_packets_total: {
    type: 'counter',
    help: 'Packets that the worker asked the origin for again.',
    labels: PIPE,
  },
  live_webrtc_pipe_repaired_packets_total: { type: 'counter', help: 'Packets that came late, or again.', labels: PIPE },
  live_webrtc_pipe_round_trip_seconds: {
    type: 'gauge',
    help: 'Round trip between both workers, the delay of their event loops included.',
    labels: PIPE,
  },
  live_webrtc_recordings: { type: 'gauge', help: 'Recordings that are listed, by state.', labels: ['state'] },
  live_webrtc_recordings_bytes: {
    type: 'gauge',
    help: 'Bytes of their files on this machine.',
    labels: [],
  },
  live_webrtc_recordings_removed_total: {
    type: 'counter',
    help: 'Recordings whose files RECORD_RETENTION has removed.',
    labels: [],
  },
  live_webrtc_upload_queue: {
    type: 'gauge',
    help: 'Recordings that wait for their upload or are on the way.',
    labels: [],
  },
  live_webrtc_uploads_total: {
    type: 'counter',
    help: 'Attempts to upload a recording: done, retried (it is tried again later), failed (for good).',
    labels: ['result'],
  },
  live_webrtc_uploaded_bytes_total: { type: 'counter', help: 'Bytes of the recordings uploaded.', labels: [] },
  live_webrtc_event_readers: { type: 'gauge', help: 'Streams of GET /api/events.', labels: [] },
  live_webrtc_event_readers_cut_off_total: {
    type: 'counter',
    help: 'Streams of GET /api/events that were cut off because their clients read too slowly.',
    labels: [],
  },
  live_webrtc_webhook_events_total: {
    type: 'counter',
    help:
      'What became of events for WEBHOOK_URLS, counted from 1: delivered, retried (an attempt failed), expired (not taken ' +
      'for a day), gone (answered by 410), dropped (too many waited).',
    labels: ['webhook', 'result'],
  },
  live_webrtc_webhook_waiting: { type: 'gauge', help: 'Events that wait for a webhook.', labels: ['webhook'] },
  live_webrtc_http_requests_total: {
    type: 'counter',
    help: 'HTTP requests that were answered.',
    labels: ['method', 'route', 'status'],
  },
  live_webrtc_http_request_seconds: {
    type: 'histogram',
    help: 'How long they took.',
    labels: ['method', 'route'],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
  },
} as const satisfies Record<string, MetricDeclaration>;

export type MetricName = keyof typeof METRICS;
