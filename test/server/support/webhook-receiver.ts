/** A program that webhooks tell something. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export const WEBHOOK_SECRET = `whsec_${Buffer.from('a key of tests, thirty-two bytes').toString('base64')}`;

export interface ToldEvent {
  id: number;
  type: string;
  time: string;
  room: string | null;
  data: Record<string, unknown>;
}

export interface WebhookReceiver {
  url: string;
  /** What was taken (answered with a 2xx), in order. */
  taken: ToldEvent[];
  /** Requests, those that were not taken too. */
  requests: () => number;
  /** Requests whose signature was wrong. */
  unsigned: () => number;
  /** What is answered from now on; 0 for nothing. */
  answer(status: number): void;
  stop(): void;
}

/** Checks signatures as docs/usage.md says. */
export async function startWebhookReceiver(status = 200): Promise<WebhookReceiver> {
  const taken: ToldEvent[] = [];
  let answer = status;
  let requests = 0;
  let unsigned = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (data: Buffer) => chunks.push(data));
    request.on('end', () => {
      requests++;
      const body = Buffer.concat(chunks).toString();
      const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = request.headers;
      const key = Buffer.from(WEBHOOK_SECRET.slice('whsec_'.length), 'base64');
      const content = `${String(id)}.${String(timestamp)}.${body}`;
      if (signature !== `v1,${createHmac('sha256', key).update(content).digest('base64')}`) unsigned++;
      if (answer === 0) return;
      if (answer < 300) taken.push(JSON.parse(body) as ToldEvent);
      response.writeHead(answer).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    taken,
    requests: () => requests,
    unsigned: () => unsigned,
    answer: (next) => (answer = next),
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
