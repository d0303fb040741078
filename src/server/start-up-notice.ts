/** What the operator reads after a start: where everything is, and what may surprise. */
import type { AddressInfo } from 'node:net';
import type { Config } from '../config/schema.ts';
import { reachOf } from './addresses.ts';

export interface Started {
  config: Config;
  /** Where HTTP listens. */
  http: AddressInfo;
  udpPorts: readonly number[];
  announced: readonly string[];
  /** False where the pages have not been built. */
  pages: boolean;
}

export interface StartUpNotice {
  facts: Record<string, string | readonly string[]>;
  warnings: string[];
}

/** The facts and warnings of a start. */
export function startUpNotice(started: Started): StartUpNotice {
  const { http, udpPorts, announced } = started;
  const scheme = started.config.tlsCertFile === '' ? 'http' : 'https';
  const base = baseUrl(scheme, http);
  const facts = {
    http: base,
    media: udpPorts.map((port) => `UDP ${port}`).join(', '),
    announced,
    publisher: `${base}/web/publisher.html`,
    player: `${base}/web/player.html`,
  };
  return { facts, warnings: warnings(started) };
}

function warnings({ announced, pages }: Started): string[] {
  const list: string[] = [];
  const reaches = announced.map(reachOf);
  if (reaches.every((reach) => reach === 'loopback')) {
    list.push('Only programs on this machine can get media: set PUBLIC_IP to an address that viewers can reach.');
  } else if (!reaches.includes('public')) {
    list.push('Only viewers in the local network can get media: set PUBLIC_IP to the address that others reach.');
  }
  if (!pages) list.push('The pages are not built: run "npm run build:web" to have them below /web/.');
  return list;
}

function baseUrl(scheme: string, { address, family, port }: AddressInfo): string {
  const everywhere = address === '::' || address === '0.0.0.0';
  const host = everywhere ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;
  return `${scheme}://${host}:${port}`;
}
