/** What the tests of the settings start and look at. */
import { rmSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type JWTPayload, SignJWT } from 'jose';
import type { WorkerOptions } from '../../../src/worker-protocol.ts';
import { recordingsFolder, writeRecording } from './recordings.ts';
import type { Listed } from './recordings.ts';
import { startS3 } from './s3-server.ts';
import type { S3TestServer } from './s3-server.ts';
import { OFFER, SDP, startTestServer } from './test-server.ts';
import type { TestServer } from './test-server.ts';

let running: TestServer[] = [];

/** Ends the servers that {@link start} has started. */
export async function stopAll(): Promise<void> {
  await Promise.all(running.map((server) => server.stop()));
  running = [];
}

export async function start(settings: Record<string, string>): Promise<TestServer> {
  const server = await startTestServer(settings);
  running.push(server);
  return server;
}

export const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });
export const play = (server: TestServer, room: string, headers = {}): Promise<Response> =>
  server.call('POST', `/api/whep/play/${room}`, { ...SDP, ...headers }, OFFER);
export const publish = (server: TestServer, room: string): Promise<Response> =>
  server.call('POST', `/api/whip/publish/${room}`, SDP, OFFER);

/** What the media worker was started with. */
export async function workerOptions(settings: Record<string, string>): Promise<WorkerOptions> {
  const answer = await (await play(await start(settings), 'room')).text();
  return JSON.parse(/^a=x-options:(.*)$/m.exec(answer)?.[1] ?? '') as WorkerOptions;
}

export const JWT_SECRET = 'a-shared-secret-of-32-characters';

/** A token for watching the room a; `expiry` in seconds since the epoch. */
export function webToken(claims: JWTPayload, expiry: number | string = '1h'): Promise<string> {
  return new SignJWT({ role: 'viewer', room: 'a', ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(expiry)
    .sign(new TextEncoder().encode(JWT_SECRET));
}

export const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url));

/** Whether HTTPS answers. */
export async function speaksTls(server: TestServer): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { rejectUnauthorized: false, agent: false, port: server.http.port, path: '/healthz' };
    httpsRequest(options, (response) => {
      response.resume();
      resolve(true);
    })
      .on('error', () => resolve(false))
      .end();
  });
}

export const ICE = { TURN_URLS: 'turn:turn.example', TURN_USERNAME: 'user', TURN_PASSWORD: 'password' };
export const links = async (settings: Record<string, string>): Promise<string | null> =>
  (await publish(await start(settings), 'room')).headers.get('link');

/** The recordings that are listed, each with its state. */
export async function recordings(server: TestServer): Promise<string[]> {
  const list = (await (await server.call('GET', '/api/records')).json()) as Listed[];
  return list.map(({ id, state }) => `${id}:${state}`);
}

/** Runs a server with one finished recording and an S3 server to upload it to. */
export async function withUploads(
  settings: Record<string, string>,
  look: (server: TestServer, s3: S3TestServer, file: string) => Promise<void>,
): Promise<void> {
  const s3 = await startS3();
  const directory = recordingsFolder();
  const { files } = writeRecording(directory, { id: 'a' });
  const server = await startTestServer({ RECORD_DIR: directory, ...s3.settings, ...settings });
  try {
    await look(server, s3, join(directory, files[0]?.name ?? ''));
  } finally {
    await server.stop();
    await s3.stop();
    rmSync(directory, { recursive: true });
  }
}

/** The link to a recording that is in the store alone. */
export async function storeUrl(settings: Record<string, string>): Promise<URL> {
  const directory = recordingsFolder();
  const uploadedTo = { bucket: 'recordings', prefix: '' };
  const files = [{ name: 'room/20260102T030405Z_a.webm', size: 3 }];
  writeRecording(directory, { id: 'a', state: 'uploaded', uploadedTo, files }, {});
  const keys = { S3_BUCKET: 'recordings', S3_ACCESS_KEY: 'id', S3_SECRET_KEY: 'secret' };
  const uploads = { UPLOAD_RECORDINGS: '1', S3_ENDPOINT: 'store.example', ...keys };
  const server = await start({ RECORD_DIR: directory, ...uploads, ...settings });
  const [entry] = (await (await server.call('GET', '/api/records')).json()) as Listed[];
  rmSync(directory, { recursive: true });
  return new URL(entry?.url ?? '');
}
