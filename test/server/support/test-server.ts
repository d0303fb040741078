/** A server process's parts in the test's own process, on a free port, with the fake worker behind it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config/load.ts';
import { settingsInForce } from '../../../src/config/settings-in-force.ts';
import { startServer } from '../../../src/server.ts';
import type { Server } from '../../../src/server.ts';
import type { ServerOptions } from '../../../src/server/server-options.ts';
import { FAKE_WORKER } from './fake-worker-path.ts';

export const SDP = { 'Content-Type': 'application/sdp' };
export const FRAGMENT = { 'Content-Type': 'application/trickle-ice-sdpfrag' };
/** An offer that the fake worker takes. */
export const OFFER = 'v=0\r\n';

export interface TestServer extends Server {
  url: string;
  /** Lines of the log so far, parsed. */
  events: Record<string, unknown>[];
  /** The log as it was written. */
  rawLog: string[];
  /** A request; redirects are not followed. */
  call(method: string, path: string, headers?: Record<string, string>, body?: RequestInit['body']): Promise<Response>;
  /** Opens a session and returns its URL's path and ETag. */
  open(kind: 'whip/publish' | 'whep/play', room: string, headers?: Record<string, string>): Promise<TestSession>;
}

export interface TestSession {
  path: string;
  etag: string;
}

/** Starts a server with these settings, and one worker where they say nothing else. */
export async function startTestServer(
  settings: Readonly<Record<string, string>> = {},
  extra: Partial<Pick<ServerOptions, 'pagesDirectory' | 'workerEntry' | 'loadLimits'>> = {},
): Promise<TestServer> {
  const data = mkdtempSync(join(tmpdir(), 'live-webrtc-data-'));
  const removeData = (): void => rmSync(data, { recursive: true, force: true });
  const media = { UDP_PORT: '0', MEDIA_WORKERS: '1' };
  const usual = { HTTP_ADDR: '127.0.0.1:0', ...media, LOG_LEVEL: 'debug', DATA_DIR: data };
  const loaded = loadConfig({ ...usual, ...settings });
  if (!loaded.ok) {
    removeData();
    throw new Error(JSON.stringify(loaded.faults));
  }
  const events: Record<string, unknown>[] = [];
  const rawLog: string[] = [];
  const logSink = {
    write(line: string) {
      rawLog.push(line);
      if (line.startsWith('{')) events.push(JSON.parse(line) as Record<string, unknown>);
    },
  };
  const shown = settingsInForce({ ...usual, ...settings });
  const options = {
    config: loaded.config,
    settings: shown,
    environment: process.env,
    logSink,
    workerEntry: FAKE_WORKER,
    ...extra,
  };
  const server = await startServer(options).catch((error: unknown) => {
    removeData();
    throw error;
  });
  const url = `http://127.0.0.1:${server.http.port}`;
  const call: TestServer['call'] = (method, path, headers = {}, body) =>
    fetch(url + path, { method, headers, redirect: 'manual', ...(body === undefined ? {} : { body }) });
  return Object.assign(Object.create(server) as Server, {
    url,
    events,
    rawLog,
    call,
    async stop() {
      await server.stop();
      removeData();
    },
    async open(kind: string, room: string, headers: Record<string, string> = {}) {
      const response = await call('POST', `/api/${kind}/${room}`, { ...SDP, ...headers }, OFFER);
      if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
      return { path: response.headers.get('location') ?? '', etag: response.headers.get('etag') ?? '' };
    },
  });
}

/** Waits until something holds. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  milliseconds = 10_000,
): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`Not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The body as a problem document, with what every one of them must have checked. */
export async function problemOf(response: Response): Promise<{ code: string; title: string; detail?: string }> {
  if (response.headers.get('content-type') !== 'application/problem+json') throw new Error('no problem document');
  const problem = (await response.json()) as Record<string, unknown>;
  const keys = Object.keys(problem).filter((key) => key !== 'detail');
  if (keys.join() !== 'type,title,status,code') throw new Error(`unexpected members: ${keys.join()}`);
  if (problem.status !== response.status) throw new Error('the status differs from the document');
  if (problem.type !== `urn:problem:live-webrtc:${String(problem.code)}`) throw new Error('the type differs');
  return problem as unknown as { code: string; title: string; detail?: string };
}
