import { afterEach, describe, expect, it } from 'vitest';
import { METRICS } from '../../src/metrics/declarations.ts';
import { OFFER, SDP, startTestServer, until } from './support/test-server.ts';
import type { TestServer } from './support/test-server.ts';

let server: TestServer;
afterEach(() => server.stop());

/** The values of the page by name and labels. */
async function scrape(): Promise<Map<string, number>> {
  const response = await server.call('GET', '/metrics');
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

describe('/metrics', () => {
  it('counts rooms, sessions, joins, refusals and how long a join takes', async () => {
    server = await startTestServer({ MAX_SUBS_PER_ROOM: '1' });
    const { path } = await server.open('whip/publish', 'a');
    await server.open('whep/play', 'a');
    await server.open('whep/play', 'b');
    await server.call('POST', '/api/whep/play/a', SDP, OFFER);
    await server.call('POST', '/api/whep/play/a', {}, new Blob([OFFER]));
    await server.call('POST', '/api/whip/publish/a', SDP, 'bad');
    const values = await scrape();
    expect(values.get('live_webrtc_rooms')).toBe(2);
    expect(values.get('live_webrtc_publishers')).toBe(1);
    expect(values.get('live_webrtc_subscribers')).toBe(2);
    expect(values.get('live_webrtc_joins_total{role="publish"}')).toBe(1);
    expect(values.get('live_webrtc_joins_total{role="play"}')).toBe(2);
    expect(values.get('live_webrtc_refusals_total{role="play",code="room_full"}')).toBe(1);
    expect(values.get('live_webrtc_refusals_total{role="play",code="wrong_media_type"}')).toBe(1);
    expect(values.get('live_webrtc_refusals_total{role="publish",code="malformed_sdp"}')).toBe(1);
    expect(values.get('live_webrtc_join_seconds_bucket{le="0.1",role="play"}')).toBe(0);
    expect(values.get('live_webrtc_join_seconds_bucket{le="0.2",role="play"}')).toBe(2);
    await server.call('DELETE', path);
    const after = await scrape();
    expect(after.get('live_webrtc_publishers')).toBe(0);
    expect(after.get('live_webrtc_sessions_ended_total{role="publish",reason="deleted"}')).toBe(1);
  });

  it('passes on what the workers count, from scrape to scrape anew', async () => {
    server = await startTestServer({ MEDIA_WORKERS: '2' });
    await server.open('whip/publish', 'a');
    await scrape();
    const values = await scrape();
    for (const worker of ['0', '1']) {
      const expected: Record<string, number> = {
        [`live_webrtc_worker_up{worker="${worker}"}`]: 1,
        [`live_webrtc_worker_cpu_seconds_total{worker="${worker}"}`]: 1.5,
        [`live_webrtc_worker_event_loop_delay_seconds{worker="${worker}",quantile="0.99"}`]: 0.03,
        [`live_webrtc_rtp_received_packets_total{worker="${worker}",kind="video"}`]: 200,
        [`live_webrtc_rtp_sent_bytes_total{worker="${worker}",kind="audio"}`]: 3000,
        [`live_webrtc_packets_lost_total{worker="${worker}",kind="video",direction="up"}`]: 201,
        [`live_webrtc_packets_lost_total{worker="${worker}",kind="video",direction="down"}`]: 401,
        [`live_webrtc_nacked_packets_total{worker="${worker}",kind="video",direction="down"}`]: 402,
        [`live_webrtc_keyframe_requests_total{worker="${worker}",direction="up"}`]: 203,
        [`live_webrtc_retransmitted_packets_total{worker="${worker}",kind="video"}`]: 404,
        [`live_webrtc_udp_datagrams_total{worker="${worker}",direction="out"}`]: 3,
        [`live_webrtc_udp_dropped_total{worker="${worker}",reason="replay"}`]: 11,
      };
      for (const [name, value] of Object.entries(expected)) expect([name, values.get(name)]).toEqual([name, value]);
    }
    expect(values.get('live_webrtc_room_sent_bytes_total{room="a",kind="video"}')).toBe(4000);
    expect(values.get('live_webrtc_round_trip_seconds_bucket{le="0.05"}')).toBe(4);
    expect(values.get('live_webrtc_round_trip_seconds_bucket{le="0.02"}')).toBe(0);
  });

  it('shows a worker that died', async () => {
    server = await startTestServer();
    await server.call('POST', '/api/whip/publish/a', SDP, `${OFFER}a=x-test:die\r\n`);
    const values = await scrape();
    expect(values.get('live_webrtc_worker_up{worker="0"}')).toBe(0);
    expect(values.get('live_webrtc_worker_deaths_total{worker="0"}')).toBe(1);
    await until(async () => (await scrape()).get('live_webrtc_worker_up{worker="0"}') === 1, 'it is back');
  });

  it('counts HTTP requests by route, never by path', async () => {
    server = await startTestServer();
    for (const room of ['a', 'b', 'c']) await server.open('whep/play', room);
    await server.call('GET', '/some/secret/path');
    await server.call('GET', '/api/whep/session/secret-id');
    const values = await scrape();
    const route = 'route="/api/whep/play/:room"';
    expect(values.get(`live_webrtc_http_requests_total{method="POST",${route},status="201"}`)).toBe(3);
    expect(values.get(`live_webrtc_http_request_seconds_count{method="POST",${route}}`)).toBe(3);
    expect(values.get('live_webrtc_http_requests_total{method="GET",route="none",status="404"}')).toBe(1);
    expect([...values.keys()].join()).not.toContain('secret');
  });

  it('has every declared metric, and figures of the server process', async () => {
    server = await startTestServer();
    await server.open('whip/publish', 'a');
    const page = await (await server.call('GET', '/metrics')).text();
    for (const [name, { type, help }] of Object.entries(METRICS)) {
      expect(page).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`);
    }
    expect(page).toContain('process_cpu_seconds_total');
    expect(page).toContain('nodejs_eventloop_lag_seconds');
  });

  it('needs METRICS_TOKEN where there is one, and no other', async () => {
    server = await startTestServer({ METRICS_TOKEN: 'metrics-secret', AUTH_TOKEN: 'global' });
    for (const headers of [{}, { Authorization: 'Bearer global' }]) {
      const response = await server.call('GET', '/metrics', headers);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
    }
    expect((await server.call('GET', '/metrics', { Authorization: 'Bearer metrics-secret' })).status).toBe(200);
  });
});
