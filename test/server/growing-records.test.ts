import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordingsFolder, writeRecording } from './support/recordings.ts';
import { startTestServer } from './support/test-server.ts';
import type { TestServer } from './support/test-server.ts';

let directory: string;
let server: TestServer;
beforeEach(() => {
  directory = recordingsFolder();
});
afterEach(async () => {
  await server.stop();
  rmSync(directory, { recursive: true });
});

describe('GET /api/records', () => {
  it.each([
    ['0', 'off'],
    ['1', 'on'],
  ])('tells whether the server records: RECORD_ENABLED=%s', async (enabled, told) => {
    server = await startTestServer({ RECORD_DIR: directory, RECORD_ENABLED: enabled });
    expect((await server.call('GET', '/api/records')).headers.get('recording')).toBe(told);
  });
});

describe('GET /records', () => {
  const file = '/records/room/20260102T030405Z_a.webm';

  it('sends the beginning of a file that grows as one that does not, where it is asked for', async () => {
    server = await startTestServer({ RECORD_DIR: directory });
    writeRecording(directory, { id: 'a', state: 'recording', endedAt: undefined }, { webm: '0123456789' });
    await server.call('GET', '/api/records');
    const get = async (path: string): Promise<[number, string | null, string | null, string]> => {
      const response = await server.call('GET', path, { Range: 'bytes=2-' });
      const { headers } = response;
      return [response.status, headers.get('content-range'), headers.get('etag'), await response.text()];
    };
    const before = await get(`${file}?size=5`);
    expect(before).toEqual([206, 'bytes 2-4/5', expect.any(String), '234']);
    appendFileSync(join(directory, 'room/20260102T030405Z_a.webm'), 'abc');
    expect(await get(`${file}?size=5`)).toEqual(before);
    for (const size of ['14', '0', '-1', '1.5', 'x', '5&size=6']) {
      expect([size, ...(await get(`${file}?size=${size}`))]).toEqual([size, 206, 'bytes 2-12/*', null, '23456789abc']);
    }
  });
});
