/** The effects of the settings of recordings, for settings.test.ts. */
import { existsSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'vitest';
import type { RECORDING_SETTINGS } from '../../../src/config/recording-settings.ts';
import { recordingsFolder, writeRecording } from './recordings.ts';
import { linkSignature } from './s3-signature.ts';
import { start, workerOptions, recordings, withUploads, storeUrl } from './setting-effects.ts';
import { until } from './test-server.ts';

export const RECORDING_EFFECTS: Record<keyof typeof RECORDING_SETTINGS, () => Promise<void>> = {
  async recordEnabled() {
    expect(await workerOptions({})).not.toHaveProperty('recording');
    expect(await workerOptions({ RECORD_ENABLED: '1' })).toMatchObject({
      recording: { directory: resolve('records'), elementary: true, muxed: true, segmentMs: 0 },
    });
  },
  async recordDirectory() {
    const { recording } = await workerOptions({ RECORD_ENABLED: '1', RECORD_DIR: '/var/lib/shows' });
    expect(recording?.directory).toBe('/var/lib/shows');
  },
  async recordFormats() {
    const { recording } = await workerOptions({ RECORD_ENABLED: '1', RECORD_FORMATS: 'muxed' });
    expect(recording).toMatchObject({ elementary: false, muxed: true });
  },
  async recordSegment() {
    const { recording } = await workerOptions({ RECORD_ENABLED: '1', RECORD_SEGMENT: '30m' });
    expect(recording?.segmentMs).toBe(1_800_000);
  },
  async recordMinFree() {
    const { recording } = await workerOptions({ RECORD_ENABLED: '1', RECORD_MIN_FREE: '5G' });
    expect(recording?.minimumFreeBytes).toBe(5 * 1024 ** 3);
  },
  async recordRetention() {
    const directory = recordingsFolder();
    writeRecording(directory, { id: 'old', startedAt: 0 });
    writeRecording(directory, { id: 'new', startedAt: Date.now() });
    const server = await start({ RECORD_DIR: directory, RECORD_RETENTION: '1h' });
    await until(async () => (await recordings(server)).join() === 'new:done', 'the old one is removed');
    rmSync(directory, { recursive: true });
  },
  async uploadRecordings() {
    await withUploads({}, async (server) => {
      await until(async () => (await recordings(server)).join() === 'a:uploaded', 'it is uploaded');
    });
    await withUploads({ UPLOAD_RECORDINGS: '0' }, async (server, s3) => {
      expect([await recordings(server), s3.requests]).toEqual([['a:done'], []]);
    });
  },
  async deleteAfterUpload() {
    for (const [value, kept] of [
      ['0', true],
      ['1', false],
    ] as const) {
      await withUploads({ DELETE_RECORDING_AFTER_UPLOAD: value }, async (server, _, file) => {
        await until(async () => (await recordings(server)).join() === 'a:uploaded', 'it is uploaded');
        await until(() => existsSync(file) === kept, 'the file is treated as it is asked');
      });
    }
  },
  async s3Endpoint() {
    expect((await storeUrl({ S3_ENDPOINT: 'store.example:9000' })).host).toBe('recordings.store.example:9000');
    expect((await storeUrl({ S3_ENDPOINT: 'http://store.example/', S3_USE_SSL: '1' })).origin).toBe(
      'http://recordings.store.example',
    );
  },
  async s3Region() {
    const credential = async (settings: Record<string, string>): Promise<string | null> =>
      (await storeUrl(settings)).searchParams.get('X-Amz-Credential');
    expect(await credential({ S3_REGION: 'eu-west-3' })).toContain('/eu-west-3/s3/');
    expect(await credential({})).toContain('/us-east-1/s3/');
  },
  async s3Bucket() {
    await withUploads({ S3_BUCKET: 'other' }, async (server, s3) => {
      await until(() => s3.requests.length > 0, 'an attempt');
      expect(s3.requests.every(({ path }) => path.startsWith('/other/'))).toBe(true);
      expect(await recordings(server)).toEqual(['a:uploading']);
    });
  },
  async s3AccessKey() {
    const url = await storeUrl({ S3_ACCESS_KEY: 'my-key' });
    expect(url.searchParams.get('X-Amz-Credential')).toMatch(/^my-key\//);
  },
  async s3SecretKey() {
    const url = await storeUrl({ S3_SECRET_KEY: 'my-secret' });
    expect(url.searchParams.get('X-Amz-Signature')).toBe(linkSignature(url, 'my-secret'));
  },
  async s3UseSsl() {
    expect((await storeUrl({})).protocol).toBe('https:');
    expect((await storeUrl({ S3_USE_SSL: '0' })).protocol).toBe('http:');
  },
  async s3PathStyle() {
    expect((await storeUrl({})).host).toBe('recordings.store.example');
    const url = await storeUrl({ S3_PATH_STYLE: '1' });
    expect([url.host, url.pathname.split('/')[1]]).toEqual(['store.example', 'recordings']);
  },
  async s3Prefix() {
    await withUploads({ S3_PREFIX: 'shows/2026-' }, async (server, s3) => {
      await until(async () => (await recordings(server)).join() === 'a:uploaded', 'it is uploaded');
      expect(s3.stored()).toEqual(['PUT shows/2026-room/20260102T030405Z_a.webm']);
    });
  },
};
