/** What the bench reads of a server's page of metrics. */

/** The sum of a metric's samples whose labels contain this text; 0 where there are none. */
export function sumSamples(page: string, name: string, labels = ''): number {
  let sum = 0;
  for (const line of page.split('\n')) {
    const match = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (match?.[1] === name && (match[2] ?? '').includes(labels)) sum += Number(match[3]);
  }
  return sum;
}

/** Asks for the page. */
export async function readMetrics(origin: string): Promise<string> {
  return (await fetch(`${origin}/metrics`)).text();
}

/** Datagrams that the media sockets could not send for want of room. */
export function sendDrops(page: string): number {
  return sumSamples(page, 'live_webrtc_udp_dropped_total', 'reason="socket_full"');
}

/** The longest event-loop delay of any worker since the page was last asked for, ms; 0 where it tells none. */
export function longestLoopDelay(page: string): number {
  let longest = 0;
  for (const match of page.matchAll(/^live_webrtc_worker_event_loop_delay_seconds\{.*quantile="1".*\} (\S+)$/gm)) {
    longest = Math.max(longest, Number(match[1]) * 1000);
  }
  return longest;
}
