import { describe, expect, it } from 'vitest';
import { longestLoopDelay, sendDrops, sumSamples } from './metrics-page.ts';

const PAGE = `# HELP live_webrtc_udp_dropped_total Datagrams
live_webrtc_udp_dropped_total{worker="0",reason="socket_full"} 3
live_webrtc_udp_dropped_total{worker="1",reason="socket_full"} 4
live_webrtc_udp_dropped_total{worker="0",reason="malformed"} 9
live_webrtc_worker_event_loop_delay_seconds{worker="0",quantile="0.99"} 0.9
live_webrtc_worker_event_loop_delay_seconds{worker="0",quantile="1"} 0.012
live_webrtc_worker_event_loop_delay_seconds{worker="1",quantile="1"} 0.02
live_webrtc_rooms 7
`;

describe('a page of metrics', () => {
  it('gives the sum of the samples with a label', () => {
    expect(sendDrops(PAGE)).toBe(7);
    expect(sumSamples(PAGE, 'live_webrtc_udp_dropped_total')).toBe(16);
    expect(sumSamples(PAGE, 'live_webrtc_rooms')).toBe(7);
    expect(sumSamples('', 'live_webrtc_rooms')).toBe(0);
  });

  it('gives the longest delay of all workers, in milliseconds', () => {
    expect(longestLoopDelay(PAGE)).toBe(20);
    expect(longestLoopDelay('')).toBe(0);
  });
});
