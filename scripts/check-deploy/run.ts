/** Runs the server as its container does, puts nginx and Caddy before it, and publishes through them. */
import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freeTcpPort } from '../../test/support/free-port.ts';
import { layOutImage, startImage } from './image.ts';
import { startCaddy, startNginx, type Ports, type Proxy } from './proxies.ts';
import { root } from './tools.ts';

/** Calls that one address may make: as many as one round of checks from it takes. */
const BURST = 4;

const offer = readFileSync(join(root, 'test/fixtures/offers/chromium-publish-vp8.sdp'), 'utf8');
let failures = 0;

function expectEqual(name: string, actual: unknown, expected: unknown): void {
  if (actual === expected) return;
  failures++;
  console.error(`${name}: ${String(actual)} instead of ${String(expected)}`);
}

interface Answer {
  status: number | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

interface Call {
  method?: string;
  body?: string;
  headers?: Record<string, string>;
  /** The client's own address. */
  from?: string;
}

async function call(url: string, { method = 'GET', body, headers = {}, from }: Call = {}): Promise<Answer> {
  const send = url.startsWith('https:') ? requestHttps : requestHttp;
  const options = { method, headers, ...(from === undefined ? {} : { localAddress: from }), rejectUnauthorized: false };
  const request = send(url, options).end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
  return { status: response.statusCode, headers: response.headers, body: text };
}

async function untilAnswers(url: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await call(url);
      return;
    } catch (error) {
      if (attempt === 100) throw error;
      await sleep(100);
    }
  }
}

/** What has to work through a proxy. `clients` are two addresses that nothing else calls from. */
async function checkProxy(name: string, base: string, clients: readonly [string, string]): Promise<void> {
  const [from, neighbour] = clients;
  const publish = `${base}/api/whip/publish/${name}`;
  const whip = { method: 'POST', headers: { 'Content-Type': 'application/sdp' } };
  const opened = await call(publish, { ...whip, body: offer, from });
  expectEqual(`${name}: WHIP POST`, opened.status, 201);
  expectEqual(`${name}: answer`, opened.body.startsWith('v=0'), true);
  const session = new URL(opened.headers.location ?? '', publish);
  expectEqual(`${name}: session URL`, session.origin, new URL(base).origin);
  expectEqual(`${name}: DELETE`, (await call(session.href, { method: 'DELETE', from })).status, 200);
  const large = await call(publish, { ...whip, body: 'v'.repeat(200_000), from });
  expectEqual(`${name}: too large`, large.status, 413);
  expectEqual(`${name}: who refuses it`, large.headers['content-type']?.split(';')[0], 'application/problem+json');
  for (const page of ['publisher', 'player']) {
    expectEqual(`${name}: page`, (await call(`${base}/web/${page}.html`)).status, 200);
  }
  expectEqual(`${name}: /metrics`, (await call(`${base}/metrics`)).status, 404);

  // The server counts by the client's address, which a client cannot make up.
  const rooms = `${base}/api/rooms`;
  const forged = (last: number): Call => ({ from, headers: { 'X-Forwarded-For': `203.0.113.${last}` } });
  expectEqual(`${name}: last call of the burst`, (await call(rooms, forged(1))).status, 200);
  expectEqual(`${name}: call after the burst`, (await call(rooms, forged(2))).status, 429);
  expectEqual(`${name}: another client`, (await call(rooms, { from: neighbour })).status, 200);
}

async function main(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  const [image, nginx, caddy] = [join(folder, 'image'), join(folder, 'nginx'), join(folder, 'caddy')];
  await Promise.all([image, nginx, caddy].map((path) => mkdir(path)));
  layOutImage(image);
  const data = join(folder, 'data');
  await mkdir(data);
  // The server has another user than this script.
  await chmod(data, 0o777);
  const server = await freeTcpPort();
  const running = await startImage(image, {
    HTTP_ADDR: `127.0.0.1:${server}`,
    UDP_PORT: '0',
    DATA_DIR: data,
    PUBLIC_IP: '127.0.0.1',
    TRUST_PROXY: '127.0.0.1',
    RATE_LIMIT_RPS: '0.001',
    RATE_LIMIT_BURST: String(BURST),
  });
  const proxies: Proxy[] = [];
  try {
    for (const [index, [name, path, start]] of (
      [
        ['nginx', nginx, startNginx],
        ['caddy', caddy, startCaddy],
      ] as const
    ).entries()) {
      const ports: Ports = { server, https: await freeTcpPort(), http: await freeTcpPort() };
      proxies.push(start(path, ports));
      const base = `https://localhost:${ports.https}`;
      await untilAnswers(`${base}/healthz`);
      await checkProxy(name, base, [`127.0.0.${10 + 2 * index}`, `127.0.0.${11 + 2 * index}`]);
      if (name === 'nginx') await checkRedirect(ports);
    }
  } finally {
    await Promise.all(proxies.map((proxy) => proxy.stop()));
    expectEqual('exit code of the server', await running.stop(), 0);
    if (failures > 0) console.error(running.log());
  }
  expectEqual('health after the end', running.isHealthy(), false);
}

async function checkRedirect({ http }: Ports): Promise<void> {
  const { status, headers } = await call(`http://127.0.0.1:${http}/a?b=c`, { headers: { Host: 'live.example.org' } });
  expectEqual('nginx: HTTP', status, 308);
  expectEqual('nginx: where HTTP leads', headers.location, 'https://live.example.org/a?b=c');
}

const folder = await mkdtemp(join(tmpdir(), 'check-deploy-'));
try {
  await main(folder);
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;
