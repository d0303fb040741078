import { describe, expect, it } from 'vitest';
import { loadConfig } from '../config/load.ts';
import { startUpNotice } from './start-up-notice.ts';
import type { StartUpNotice } from './start-up-notice.ts';

interface Changes {
  settings?: Record<string, string>;
  address?: string;
  announced?: string[];
  pages?: boolean;
}

function notice({ settings = {}, address = '::', announced = ['203.0.113.5'], pages = true }: Changes): StartUpNotice {
  const loaded = loadConfig(settings);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults));
  const http = { address, port: 8080, family: address.includes(':') ? 'IPv6' : 'IPv4' };
  return startUpNotice({
    config: loaded.config,
    http,
    udpPorts: [8189, 8190],
    tcpPorts: [8189, 8190],
    announced,
    pages,
  });
}

const SAFE = { AUTH_TOKEN: 'secret', TLS_CERT_FILE: 'a', TLS_KEY_FILE: 'b' };

describe('startUpNotice', () => {
  it('says where everything is and what is on', () => {
    const settings = {
      ...SAFE,
      ROOM_TOKENS: 'a:b;c:d',
      MAX_ROOMS: '5',
      RATE_LIMIT_RPS: '2.5',
      WAIT_FOR_PUBLISHER: '0',
    };
    expect(notice({ settings, announced: ['203.0.113.5', 'fd00::1'] })).toEqual({
      facts: {
        http: 'https://localhost:8080',
        publisher: 'https://localhost:8080/web/publisher.html',
        player: 'https://localhost:8080/web/player.html',
        media: 'UDP 8189-8190, TCP 8189-8190',
        announced: '203.0.113.5, fd00::1',
        tokens: 'for everything, own ones for 2 rooms',
        limits: '5 rooms, 2.5 calls a second and client',
        tls: 'on',
        turn: 'off',
        admin: 'off',
        recording: 'off',
        uploads: 'off',
        takeover: 'on',
        waiting: 'off',
      },
      warnings: [],
    });
  });

  it.each([
    ['127.0.0.1', 'http://127.0.0.1:8080'],
    ['::1', 'http://[::1]:8080'],
    ['0.0.0.0', 'http://localhost:8080'],
  ])('names %s in its URLs', (address, url) => expect(notice({ address }).facts.http).toBe(url));

  it('warns of what is open to others', () => {
    expect(notice({}).warnings).toEqual([
      expect.stringContaining('AUTH_TOKEN') as string,
      expect.stringContaining('TLS_CERT_FILE') as string,
    ]);
    expect(notice({ address: '127.0.0.1' }).warnings).toEqual([]);
  });

  it('warns where media reaches too few', () => {
    expect(notice({ settings: SAFE, announced: ['127.0.0.1', '::1'] }).warnings).toEqual([
      expect.stringMatching(/^Only programs on this machine/) as string,
    ]);
    expect(notice({ settings: SAFE, announced: ['192.168.0.2', 'fd00::1'] }).warnings).toEqual([
      expect.stringMatching(/outside the local network/) as string,
    ]);
    expect(notice({ settings: SAFE, announced: [] }).warnings).toHaveLength(1);
  });

  it('warns where the pages are missing', () => {
    expect(notice({ settings: SAFE, pages: false }).warnings).toEqual([expect.stringContaining('build:web') as string]);
  });
});
