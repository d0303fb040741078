import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordingsFolder, writeRecording } from '../server/support/recordings.ts';
import { BUCKET, startS3, type S3TestServer } from '../server/support/s3-server.ts';
import { startTestServer, type TestServer } from '../server/support/test-server.ts';
import { launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';

const ADMIN_TOKEN = 'the-token-of-the-operator';

let browser: Browser;
let s3: S3TestServer;
let directory: string;
let server: TestServer;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
  s3 = await startS3();
  directory = recordingsFolder();
  const { id, files } = writeRecording(directory, { id: 'lost', room: 'hall', state: 'uploading' });
  // The store has refused it again and again before: once more, and it is given up.
  const waiting = files.map((file) => ({ ...file, state: 'waiting' }));
  mkdirSync(join(directory, '.uploads'));
  const job = { id, place: { bucket: BUCKET, prefix: '' }, files: waiting, refusals: 5 };
  writeFileSync(join(directory, '.uploads', `${id}.json`), JSON.stringify(job));
  s3.fault = () => ({ kind: 'error', status: 403, code: 'AccessDenied' });
  server = await startTestServer({ ADMIN_TOKEN, RECORD_DIR: directory, ...s3.settings });
  page = await browser.newPage();
  await page.goto(`${server.url}/web/admin/#/recordings`);
  await page.getByTestId('token').fill(ADMIN_TOKEN);
  await page.getByTestId('login-submit').click();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
  await s3.stop();
  rmSync(directory, { recursive: true });
});

function row(state: string): Locator {
  return page.locator(`[data-testid=recording-row][data-state=${state}]`);
}

it('tells why an upload has failed, and tries it again', async () => {
  await row('failed').getByTestId('upload-error').getByText('AccessDenied').waitFor();
  s3.fault = () => undefined;
  await row('failed').getByTestId('retry').click();
  await page.getByTestId('outcome').getByText('Done.').waitFor();
  await row('uploaded').waitFor({ timeout: 15_000 });
  expect(await row('uploaded').getByTestId('retry').count()).toBe(0);
  expect(s3.stored()).toHaveLength(1);
});

it('deletes a recording after asking, here and in the store', async () => {
  const [stored = ''] = s3.stored();
  const key = stored.replace('PUT ', '');
  expect(await s3.get(key)).toBeDefined();
  await row('uploaded').getByTestId('delete-recording').click();
  await page.getByTestId('dialog').getByText('cannot be undone').waitFor();
  await page.getByTestId('cancel').click();
  expect(await row('uploaded').count()).toBe(1);
  await row('uploaded').getByTestId('delete-recording').click();
  await page.getByTestId('confirm').click();
  await page.getByText('Nothing has been recorded').waitFor();
  expect(existsSync(join(directory, key))).toBe(false);
  await eventually(async () => expect(await s3.get(key)).toBeUndefined());
});
