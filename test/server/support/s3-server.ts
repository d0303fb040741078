/** A real S3 server with a proxy in front that writes down each request and breaks those that a test wants broken. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';

/** What happens to a request instead of reaching the server. */
export type Fault =
  /** The connection is cut before an answer. */
  | { kind: 'cut' }
  /** The connection is cut in the middle of the body; the server gets nothing. */
  | { kind: 'cut-body' }
  /** The server does it, and the connection is cut before its answer. */
  | { kind: 'cut-answer' }
  /** An error as S3 writes it. */
  | { kind: 'error'; status: number; code: string }
  /** Milliseconds until it reaches the server. */
  | { kind: 'slow'; milliseconds: number }
  /** The body reaches the server with its first byte changed, and without the header that would show it. */
  | { kind: 'garble' };

export interface S3Request {
  method: string;
  /** Path and query. */
  path: string;
  /** Of the answer; 0 where the connection was cut. */
  status: number;
  fault: Fault | undefined;
}

export interface S3TestServer {
  port: number;
  /** The settings that upload to it. */
  settings: Record<string, string>;
  requests: S3Request[];
  /** Asked for each request. */
  fault: (request: { method: string; path: string }) => Fault | undefined;
  /** What the bucket holds. */
  get(key: string): Promise<Buffer | undefined>;
  /** The part, or the whole, of objects that were stored: "PUT key" or "PUT key part 3". */
  stored(): string[];
  stop(): Promise<void>;
}

export const BUCKET = 'recordings';
/** The one key that s3rver knows. */
const KEY = 'S3RVER';

/** Starts one. */
export async function startS3(): Promise<S3TestServer> {
  const directory = mkdtempSync(join(tmpdir(), 's3-'));
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    // Public, so that tests can look without signing.
    configureBuckets: [{ name: BUCKET, configs: [] }],
  });
  const { port: serverPort } = await server.run();
  const requests: S3Request[] = [];
  const proxy = createServer((request, response) => {
    const { method = '', url: path = '' } = request;
    const entry: S3Request = { method, path, status: 0, fault: running.fault({ method, path }) };
    requests.push(entry);
    void answer(entry, request, response, serverPort);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo;
  const running: S3TestServer = {
    port,
    settings: {
      UPLOAD_RECORDINGS: '1',
      S3_ENDPOINT: `127.0.0.1:${port}`,
      S3_USE_SSL: '0',
      S3_PATH_STYLE: '1',
      S3_BUCKET: BUCKET,
      S3_ACCESS_KEY: KEY,
      S3_SECRET_KEY: KEY,
    },
    requests,
    fault: () => undefined,
    async get(key) {
      const response = await fetch(`http://127.0.0.1:${serverPort}/${BUCKET}/${encodeURI(key)}`);
      return response.ok ? Buffer.from(await response.arrayBuffer()) : undefined;
    },
    stored() {
      const puts = requests.filter(({ method, status }) => method === 'PUT' && status === 200);
      return puts.map(({ path }) => {
        const { pathname, searchParams } = new URL(path, 'http://s3');
        const part = searchParams.get('partNumber');
        const key = decodeURIComponent(pathname).slice(BUCKET.length + 2);
        return `PUT ${key}${part === null ? '' : ` part ${part}`}`;
      });
    },
    async stop() {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
      await server.close();
      rmSync(directory, { recursive: true });
    },
  };
  return running;
}

async function answer(
  entry: S3Request,
  request: IncomingMessage,
  response: ServerResponse,
  port: number,
): Promise<void> {
  const { fault } = entry;
  if (fault?.kind === 'cut-body') {
    request.once('data', () => request.socket.destroy());
    return;
  }
  const body = await readBody(request);
  if (fault?.kind === 'cut') {
    request.socket.destroy();
    return;
  }
  if (fault?.kind === 'error') {
    entry.status = fault.status;
    response.writeHead(fault.status, { 'Content-Type': 'application/xml' });
    response.end(request.method === 'HEAD' ? '' : `<Error><Code>${fault.code}</Code><Message>No.</Message></Error>`);
    return;
  }
  if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.milliseconds));
  // s3rver gets confused by a part that comes twice at a time.
  if (!request.socket.destroyed) forward(entry, request, body, port, response);
}

function forward(
  entry: S3Request,
  request: IncomingMessage,
  body: Buffer,
  port: number,
  response: ServerResponse,
): void {
  const headers = { ...request.headers };
  if (entry.fault?.kind === 'garble') body.writeUInt8((body.at(0) ?? 0) ^ 0xff, 0);
  const { method, url: path } = request;
  const forwarded = httpRequest({ host: '127.0.0.1', port, method, path, headers }, (answered) => {
    if (entry.fault?.kind === 'cut-answer') {
      answered.resume().on('end', () => request.socket.destroy());
      return;
    }
    entry.status = answered.statusCode ?? 0;
    response.writeHead(entry.status, answered.headers);
    answered.pipe(response);
  });
  forwarded.on('error', () => request.socket.destroy());
  forwarded.end(body);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    // The client has gone: what came of the body does not matter any more.
  }
  return Buffer.concat(chunks);
}
