/** What the operator reads after a start: where everything is, what is on, and what may surprise. */
import type { AddressInfo } from 'node:net';
import { SETTINGS } from '../config/schema.ts';
import type { Config } from '../config/schema.ts';
import { reachOf } from './addresses.ts';
import { guestRoleOf } from './access.ts';

export interface Started {
  config: Config;
  /** Where HTTP listens. */
  http: AddressInfo;
  udpPorts: readonly number[];
  /** Empty where there is no TCP. */
  tcpPorts: readonly number[];
  announced: readonly string[];
  /** False where the pages have not been built. */
  pages: boolean;
}

export interface StartUpNotice {
  /** In the order to be read. */
  facts: Record<string, string>;
  warnings: string[];
}

/** The facts and warnings of a start. */
export function startUpNotice(started: Started): StartUpNotice {
  const { config, http, udpPorts, tcpPorts, announced } = started;
  const base = baseUrl(config, http);
  const facts = {
    http: base,
    publisher: `${base}/web/publisher.html`,
    player: `${base}/web/player.html`,
    media: [...portRanges('UDP', udpPorts), ...portRanges('TCP', tcpPorts)].join(', '),
    announced: announced.join(', '),
    tokens: describeTokens(config),
    limits: describeLimits(config),
    tls: onOrOff(hasTls(config)),
    turn: onOrOff(config.turnUrls.length > 0),
    admin: onOrOff(config.adminToken !== '' || hasWebTokens(config)),
    recording: describeRecording(config),
    uploads: describeUploads(config),
    takeover: onOrOff(config.publisherTakeover),
    waiting: onOrOff(config.waitForPublisher),
  };
  return { facts, warnings: findWarnings(started) };
}

/** Each port by itself, and those that follow each other as a range: what a firewall is told. */
function portRanges(protocol: string, ports: readonly number[]): string[] {
  const ranges: { first: number; last: number }[] = [];
  for (const port of ports) {
    const range = ranges.at(-1);
    if (range?.last === port - 1) range.last = port;
    else ranges.push({ first: port, last: port });
  }
  return ranges.map(({ first, last }) => `${protocol} ${first === last ? first : `${first}-${last}`}`);
}

function findWarnings({ config, http, announced, pages }: Started): string[] {
  const warnings: string[] = [];
  const isLocal = isLoopback(http);
  if (guestRoleOf(config) === 'publisher' && !isLocal) {
    warnings.push(`Everybody who reaches this server may publish: set ${SETTINGS.authToken.name} to ask for a token.`);
  }
  if (!hasTls(config) && !isLocal) {
    warnings.push(
      'HTTP is not encrypted, and browsers give the camera to pages from elsewhere only over HTTPS: set ' +
        `${SETTINGS.tlsCertFile.name} and ${SETTINGS.tlsKeyFile.name}, or put a proxy with HTTPS in front.`,
    );
  }
  const reaches = announced.map(reachOf);
  if (reaches.every((reach) => reach === 'loopback')) {
    warnings.push(`Only programs on this machine can get media: set ${SETTINGS.publicAddresses.name}.`);
  } else if (!reaches.includes('public')) {
    const wanted = `set ${SETTINGS.publicAddresses.name} to the address that others reach`;
    warnings.push(`No address that a viewer outside the local network could reach is announced: ${wanted}.`);
  }
  if (!pages) warnings.push('The pages are not built: run "npm run build:web" to have them below /web/.');
  return warnings;
}

function describeTokens(config: Config): string {
  const { authToken, roomTokens } = config;
  const parts = [authToken === '' ? 'none' : 'for everything'];
  if (hasWebTokens(config)) parts.push('JWT');
  if (roomTokens.size > 0) parts.push(`own ones for ${roomTokens.size} rooms`);
  return parts.join(', ');
}

function hasWebTokens({ jwtSecret, jwtKeySetUrl }: Config): boolean {
  return jwtSecret !== '' || jwtKeySetUrl !== '';
}

function describeRecording({ recordEnabled, recordDirectory }: Config): string {
  return recordEnabled ? `on, below ${recordDirectory}` : 'off';
}

function describeUploads({ uploadRecordings, s3Bucket, deleteAfterUpload }: Config): string {
  if (!uploadRecordings) return 'off';
  return `on, to ${s3Bucket}${deleteAfterUpload ? ', local files are deleted then' : ''}`;
}

function describeLimits(config: Config): string {
  const { maxRooms, maxViewers, maxSubscribersPerRoom, rateLimitPerSecond } = config;
  const limits: [number, string][] = [
    [maxRooms, 'rooms'],
    [maxViewers, 'viewers'],
    [maxSubscribersPerRoom, 'viewers a room'],
    [rateLimitPerSecond, 'calls a second and client'],
  ];
  const set = limits.filter(([value]) => value > 0).map(([value, what]) => `${value} ${what}`);
  return set.length === 0 ? 'none' : set.join(', ');
}

function onOrOff(on: boolean): string {
  return on ? 'on' : 'off';
}

function hasTls({ tlsCertFile }: Config): boolean {
  return tlsCertFile !== '';
}

function isLoopback({ address }: AddressInfo): boolean {
  return reachOf(address) === 'loopback';
}

function baseUrl(config: Config, { address, family, port }: AddressInfo): string {
  const everywhere = address === '::' || address === '0.0.0.0';
  const host = everywhere ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;
  return `${hasTls(config) ? 'https' : 'http'}://${host}:${port}`;
}
