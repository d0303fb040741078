/** Chromium with a fake camera, and pages whose statistics a test can read. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { transformWithOxc } from 'vite';
import type { ConnectionStatistics, InboundStatistics, OutboundStatistics, PageClient } from './page-client.ts';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--use-fake-device-for-media-stream=fps=30',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

const clientFile = join(import.meta.dirname, 'page/client.ts');
const clientModule = transformWithOxc(readFileSync(clientFile, 'utf8'), clientFile);

/** Starts Chromium: CHROMIUM_PATH, or Debian's. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    headless: true,
    args: ARGUMENTS,
  });
}

/** What is left of a module that imports nothing but types says at its end that it is a module. */
function asScript(code: string): string {
  return code.replace(/^export \{\};?$/m, '');
}

/** A page with the test client in it, at an address of the server, or empty but on the server's origin. */
export async function openPage(browser: Browser, url: string): Promise<TestPage> {
  const context = await browser.newContext({ permissions: ['camera', 'microphone'], ignoreHTTPSErrors: true });
  const page = await context.newPage();
  const test = new TestPage(page);
  await page.addInitScript({ content: asScript((await clientModule).code) });
  await page.route('**/empty', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>empty</title>' }),
  );
  await page.goto(url);
  return test;
}

/** A browser page together with the script of page/client.ts in it. */
export class TestPage {
  readonly page: Page;
  /** What the page wrote to its console, and its uncaught errors. */
  readonly console: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on('console', (message) => this.console.push(message.text()));
    page.on('pageerror', (error) => this.console.push(String(error)));
  }

  /** Calls the test client in the page. */
  async call<Name extends keyof PageClient>(
    name: Name,
    ...args: Parameters<PageClient[Name]>
  ): Promise<Awaited<ReturnType<PageClient[Name]>>> {
    const result: Awaited<ReturnType<PageClient[Name]>> = await this.page.evaluate(
      `testClient.${name}(...${JSON.stringify(args)})`,
    );
    return result;
  }

  /** The newest connection of the page; throws where there is none. */
  async connection(): Promise<ConnectionStatistics> {
    const last = (await this.call('statistics')).at(-1);
    if (last === undefined) throw new Error(`No connection. The page says: ${this.console.join('\n')}`);
    return last;
  }

  /** What the newest connection sends of a kind; throws where it sends nothing. */
  async outbound(kind: 'audio' | 'video'): Promise<OutboundStatistics> {
    const { outbound, state } = await this.connection();
    return found(
      outbound.find((stream) => stream.kind === kind),
      `nothing sent of ${kind} (${state})`,
    );
  }

  /** What the newest connection receives of a kind; throws where it receives nothing. */
  async inbound(kind: 'audio' | 'video'): Promise<InboundStatistics> {
    const { inbound, state } = await this.connection();
    return found(
      inbound.find((stream) => stream.kind === kind),
      `nothing received of ${kind} (${state})`,
    );
  }

  /** Closes the page and all that it has open. */
  close(): Promise<void> {
    return this.page.context().close();
  }
}

function found<T>(value: T | undefined, otherwise: string): T {
  if (value === undefined) throw new Error(otherwise);
  return value;
}
