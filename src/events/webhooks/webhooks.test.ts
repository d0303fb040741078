import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Database } from '../../store/database.ts';
import { EVENT_TYPES } from '../../util/event-types.ts';
import type { ServerEvent } from '../catalogue.ts';
import { signatureHeaders, webhookKey } from './signature.ts';
import { WebhookQueue } from './webhook-queue.ts';
import { Webhooks, type WebhooksOptions } from './webhooks.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const DAY = 86_400_000;

vi.setConfig({ testTimeout: 20_000 });
const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 10_000 });

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

let database: Database;
let receivers: Server[];
let running: Webhooks[];
beforeEach(() => {
  database = Database.inMemory();
  receivers = [];
  running = [];
});
afterEach(async () => {
  for (const webhooks of running) await webhooks.stop();
  for (const receiver of receivers) {
    receiver.closeAllConnections();
    receiver.close();
  }
  database.close();
});

/** Answers each request with the status that `answer` says; never where it says 0. */
async function receive(answer: (count: number) => number): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (data: Buffer) => (body += data.toString()));
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      const status = answer(received.length);
      if (status > 0) response.writeHead(status, { Location: '/elsewhere' }).end('body');
    });
  }).listen(0, '127.0.0.1');
  receivers.push(server);
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-path`, received };
}

interface Told {
  webhooks: Webhooks;
  results: Record<string, number>;
  waiting: Record<number, number>;
  log: string[];
}

function start(urls: readonly string[], options: Partial<WebhooksOptions> = {}): Told {
  const told: Pick<Told, 'results' | 'waiting' | 'log'> = { results: {}, waiting: {}, log: [] };
  const write = (facts: object, message: string): void => void told.log.push(`${message} ${JSON.stringify(facts)}`);
  const webhooks = new Webhooks({
    ...{ database, urls, secret: SECRET, types: new Set(EVENT_TYPES) },
    log: { info: write, warn: write, error: write },
    onResult(webhook, result, count) {
      const key = `${webhook} ${result}`;
      told.results[key] = (told.results[key] ?? 0) + count;
    },
    onWaiting: (webhook, count) => (told.waiting[webhook] = count),
    wait: () => 5,
    ...options,
  });
  running.push(webhooks);
  webhooks.start();
  return { webhooks, ...told };
}

const event = (id: number, time = Date.now()): ServerEvent => ({ id, type: 'room.live', time, room: 'a', data: {} });
const ids = (received: readonly Received[]): number[] =>
  received.map(({ body }) => (JSON.parse(body) as { id: number }).id);

describe('Webhooks', () => {
  it('tell each event once and in order, signed, and forget it', async () => {
    const { url, received } = await receive(() => 204);
    const { webhooks, results, waiting } = start([url]);
    for (let id = 1; id <= 5; id++) webhooks.add(event(id));
    await eventually(() => received.length).toBe(5);
    expect(ids(received)).toEqual([1, 2, 3, 4, 5]);
    for (const { headers, body } of received) {
      const id = String(headers['webhook-id']);
      const timestamp = Number(headers['webhook-timestamp']);
      expect(headers).toMatchObject(signatureHeaders({ id, timestamp, body }, webhookKey(SECRET)));
      expect(headers['content-type']).toBe('application/json');
      expect(Math.abs(Date.now() / 1000 - timestamp)).toBeLessThan(10);
    }
    await eventually(() => waiting[1]).toBe(0);
    expect(results).toEqual({ '1 delivered': 5 });
    expect(database.all('SELECT * FROM webhook_queue')).toEqual([]);
  });

  it.each([500, 302, 404, 429])('try again after %i, with the same id, and keep the order', async (status) => {
    const { url, received } = await receive((count) => (count < 3 ? status : 200));
    const { webhooks, results, log } = start([url]);
    webhooks.add(event(1));
    webhooks.add(event(2));
    await eventually(() => received.length).toBe(4);
    expect(ids(received)).toEqual([1, 1, 1, 2]);
    await eventually(() => results).toEqual({ '1 delivered': 2, '1 retried': 2 });
    expect(log.join('\n')).toContain(`"reason":"status ${status}"`);
    expect(log.at(-1)).toContain('a webhook works again');
    expect(log.join('\n')).not.toContain('secret-path');
  });

  it('try again what is not answered in time, and hold up nobody else', async () => {
    const slow = await receive((count) => (count === 1 ? 0 : 200));
    const fast = await receive(() => 200);
    const { webhooks, log } = start([slow.url, fast.url], { timeout: 500 });
    webhooks.add(event(1));
    webhooks.add(event(2));
    await eventually(() => fast.received.length).toBe(2);
    expect(ids(slow.received)).toEqual([1]);
    await eventually(() => slow.received.length).toBe(3);
    expect(ids(slow.received)).toEqual([1, 1, 2]);
    expect(log[0]).toContain('no answer in time');
  });

  it('try again where nobody listens', async () => {
    const { webhooks, log } = start(['http://127.0.0.1:9/secret-path']);
    webhooks.add(event(1));
    await eventually(() => log.length).toBeGreaterThan(1);
    expect(log[0]).toMatch(/"webhook":1,"origin":"http:\/\/127.0.0.1:9","reason":"(ECONNREFUSED|no connection)"/);
    expect(log.join('\n')).not.toContain('secret-path');
  });

  it('give a URL up that answers 410, until the next start', async () => {
    const gone = await receive((count) => (count === 1 ? 410 : 200));
    const other = await receive(() => 200);
    const { webhooks, results } = start([gone.url, other.url]);
    for (let id = 1; id <= 3; id++) webhooks.add(event(id));
    await eventually(() => other.received.length).toBe(3);
    await eventually(() => results['1 gone']).toBe(3);
    webhooks.add(event(4));
    await eventually(() => other.received.length).toBe(4);
    expect(gone.received).toHaveLength(1);
    await webhooks.stop();
    const again = start([gone.url]);
    again.webhooks.add(event(5));
    await eventually(() => ids(gone.received)).toEqual([1, 5]);
  });

  it('go on after a restart with what was left, and forget URLs that are no longer wanted', async () => {
    const { url, received } = await receive((count) => (count <= 2 ? 500 : 200));
    const first = start([url, 'http://127.0.0.1:9'], { wait: () => 60_000 });
    for (let id = 1; id <= 3; id++) first.webhooks.add(event(id));
    await eventually(() => received.length).toBe(1);
    await first.webhooks.stop();
    expect(database.all('SELECT url FROM webhook_queue')).toHaveLength(6);
    const second = start([url]);
    await eventually(() => received.length).toBe(5);
    expect(ids(received)).toEqual([1, 1, 1, 2, 3]);
    expect(second.results['1 delivered']).toBe(3);
    await eventually(() => database.all('SELECT url FROM webhook_queue')).toEqual([]);
  });

  it('tell at the end what can be told at once', async () => {
    const { url, received } = await receive(() => 200);
    const { webhooks } = start([url]);
    for (let id = 1; id <= 5; id++) webhooks.add(event(id));
    await webhooks.stop();
    expect(ids(received)).toEqual([1, 2, 3, 4, 5]);
    expect(database.all('SELECT * FROM webhook_queue')).toEqual([]);
  });

  it('drop what nobody has taken for a day', async () => {
    let answer = 500;
    const { url, received } = await receive(() => answer);
    const now = Date.now();
    const { webhooks, results, log } = start([url]);
    webhooks.add(event(1, now - DAY - 1));
    webhooks.add(event(2, now - DAY + 60_000));
    await eventually(() => results['1 expired']).toBe(1);
    answer = 200;
    await eventually(() => results['1 delivered']).toBe(1);
    expect(new Set(ids(received))).toEqual(new Set([1, 2]));
    expect(ids(received).at(-1)).toBe(2);
    expect(log.join('\n')).toContain('has not taken events for a day');
  });

  it('tell the types that are wanted', async () => {
    const { url, received } = await receive(() => 200);
    const { webhooks } = start([url], { types: new Set(['room.ended']) });
    webhooks.add(event(1));
    webhooks.add({ ...event(2), type: 'room.ended' });
    await eventually(() => received.length).toBe(1);
    expect(ids(received)).toEqual([2]);
  });
});

describe('WebhookQueue', () => {
  function queue(mostRows: number): { queue: WebhookQueue; dropped: [string, number][]; faults: unknown[] } {
    const dropped: [string, number][] = [];
    const faults: unknown[] = [];
    const made = new WebhookQueue({
      ...{ database, urls: ['a', 'b'], mostRows },
      onChanged: () => undefined,
      onDropped: (url, count) => dropped.push([url, count]),
      onFault: (error) => faults.push(error),
    });
    return { queue: made, dropped, faults };
  }
  const row = (url: string, id: number) => ({ url, event: id, time: id, body: `${url}${id}` });

  it('is bounded for each URL: the oldest make room', () => {
    const { queue: bounded, dropped } = queue(3);
    for (let id = 1; id <= 5; id++) bounded.add(row('a', id));
    bounded.add(row('b', 6));
    bounded.flush();
    expect(dropped).toEqual([['a', 2]]);
    expect([bounded.waiting('a'), bounded.waiting('b')]).toEqual([3, 1]);
    expect([bounded.first('a')?.body, bounded.first('b')?.body]).toEqual(['a3', 'b6']);
    bounded.close();
  });

  it('goes on where the oldest cannot make room', () => {
    const { queue: full, dropped, faults } = queue(1);
    for (let id = 1; id <= 2; id++) full.add(row('a', id));
    const run = database.run.bind(database);
    const failing = vi.spyOn(database, 'run').mockImplementation((sql, ...values) => {
      if (sql.startsWith('DELETE')) throw new Error('the disk is full');
      return run(sql, ...values);
    });
    full.flush();
    expect([faults.length, full.waiting('a'), dropped]).toEqual([1, 2, []]);
    failing.mockRestore();
    full.add(row('a', 3));
    full.flush();
    expect([full.waiting('a'), dropped]).toEqual([1, [['a', 2]]]);
    full.close();
  });

  it('gives out nothing twice, also before the database knows', () => {
    const { queue: one } = queue(10);
    for (let id = 1; id <= 2; id++) one.add(row('a', id));
    one.flush();
    one.remove('a', 1);
    expect(one.first('a')?.event).toBe(2);
    one.flush();
    expect([one.waiting('a'), one.first('a')?.event]).toEqual([1, 2]);
    expect(database.all('SELECT event FROM webhook_queue')).toEqual([{ event: 2 }]);
    one.close();
  });

  it('keeps what cannot be written, to a bound, until it can be', () => {
    const { queue: stuck, dropped, faults } = queue(2);
    database.run('ALTER TABLE webhook_queue RENAME TO away');
    for (let id = 1; id <= 3; id++) stuck.add(row('a', id));
    stuck.flush();
    expect([faults.length, dropped]).toEqual([1, [['a', 1]]]);
    database.run('ALTER TABLE away RENAME TO webhook_queue');
    stuck.flush();
    expect([stuck.waiting('a'), stuck.first('a')?.event]).toEqual([2, 2]);
    stuck.close();
  });
});
