import { describe, expect, it } from 'vitest';
import { describeFaults, loadConfig } from './load.ts';
import type { Config } from './schema.ts';
import { SETTINGS } from './schema.ts';

function valueOf<K extends keyof Config>(key: K, text: string): Config[K] | undefined {
  const result = loadConfig({ [SETTINGS[key].name]: text });
  return result.ok ? result.config[key] : undefined;
}

describe('loadConfig', () => {
  it('takes the defaults where nothing is set, and where a variable is empty', () => {
    const nothing = loadConfig({});
    const empty = loadConfig(Object.fromEntries(Object.values(SETTINGS).map(({ name }) => [name, ' '])));
    expect(nothing.ok).toBe(true);
    expect(empty).toEqual(nothing);
    expect(nothing).toMatchObject({ config: { httpAddress: { host: '', port: 8080 }, udpPort: 8189 } });
  });

  it('finds all faults at once and names variable, value and what is allowed', () => {
    const result = loadConfig({ UDP_PORT: '-1', LOG_LEVEL: 'x', HTTP_ADDR: ':8081' });
    if (result.ok) throw new Error('expected faults');
    expect(result.faults).toEqual([
      { name: 'UDP_PORT', value: '-1', allowed: 'a whole number from 0 to 65535' },
      { name: 'LOG_LEVEL', value: 'x', allowed: 'fatal, error, warn, info, debug, trace' },
    ]);
    expect(describeFaults(result.faults)).toBe(
      '2 settings are not usable:\n  UDP_PORT=-1\n    allowed: a whole number from 0 to 65535\n' +
        '  LOG_LEVEL=x\n    allowed: fatal, error, warn, info, debug, trace',
    );
  });
});

describe('MEDIA_WORKERS', () => {
  it('needs as many ports behind the first one', () => {
    expect(loadConfig({ MEDIA_WORKERS: '2', UDP_PORT: '65534', TCP_PORT: '0' }).ok).toBe(true);
    const result = loadConfig({ MEDIA_WORKERS: '3', UDP_PORT: '65534', TCP_PORT: '65533' });
    expect(result.ok || result.faults).toEqual([
      {
        name: 'UDP_PORT',
        value: '',
        allowed: 'a whole number from 0 to 65535; MEDIA_WORKERS=3 takes the ports from 65534 to 65536',
      },
    ]);
  });
});

describe('HTTP_ADDR', () => {
  it.each([
    [':8080', { host: '', port: 8080 }],
    ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
    ['[::1]:65535', { host: '::1', port: 65535 }],
    ['localhost:80', { host: 'localhost', port: 80 }],
    ['a-b.example:80', { host: 'a-b.example', port: 80 }],
  ])('takes %s', (text, value) => expect(valueOf('httpAddress', text)).toEqual(value));

  it.each([
    '8080',
    ':',
    ':65536',
    '::1:80',
    '[::1]',
    '[1.2.3.4]:80',
    '1.2.3:80',
    '256.1.1.1:80',
    'a b:80',
    '-a:80',
    'http://a:80',
  ])('refuses %s', (text) => expect(valueOf('httpAddress', text)).toBeUndefined());
});

describe('PUBLIC_IP', () => {
  it.each([
    ['203.0.113.5', { addresses: ['203.0.113.5'], addOwn: false, askStun: false }],
    [' 203.0.113.5 , 2001:DB8::0:1 ', { addresses: ['203.0.113.5', '2001:db8::1'], addOwn: false, askStun: false }],
    ['+203.0.113.5', { addresses: ['203.0.113.5'], addOwn: true, askStun: false }],
    ['203.0.113.5,::ffff:203.0.113.5', { addresses: ['203.0.113.5'], addOwn: false, askStun: false }],
    ['auto', { addresses: [], addOwn: true, askStun: true }],
    ['+', { addresses: [], addOwn: true, askStun: false }],
    ['', { addresses: [], addOwn: true, askStun: false }],
  ])('takes %j', (text, value) => expect(valueOf('publicAddresses', text)).toEqual(value));

  it.each([
    'example.org',
    'auto,1.2.3.4',
    '+auto',
    '1.2.3',
    '1.2.3.4.5',
    '0x7f000001',
    '0.0.0.0',
    '::',
    '224.0.0.1',
    '169.254.1.1',
    'fe80::1',
    '1',
    'fd00::1%eth0',
    '1.2.3.4;5.6.7.8',
  ])('refuses %s', (text) => expect(valueOf('publicAddresses', text)).toBeUndefined());
});

describe('ALLOWED_ORIGIN', () => {
  it.each([
    ['*', '*'],
    ['https://a.org', ['https://a.org']],
    ['https://A.org/, http://b.org:8080', ['https://a.org', 'http://b.org:8080']],
    ['https://a.org:443', ['https://a.org']],
  ])('takes %s', (text, value) => expect(valueOf('allowedOrigins', text)).toEqual(value));

  it.each(['a.org', 'https://a.org/path', 'ftp://a.org', 'https://u@a.org', '*,https://a.org', ',', 'https://a.org?x'])(
    'refuses %s',
    (text) => expect(valueOf('allowedOrigins', text)).toBeUndefined(),
  );
});

describe('SHUTDOWN_TIMEOUT', () => {
  it.each([
    ['10', 10_000],
    ['10s', 10_000],
    ['1.5s', 1500],
    ['250ms', 250],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['0', 0],
  ])('takes %s', (text, value) => expect(valueOf('shutdownTimeout', text)).toBe(value));

  it.each(['-1', '1d', 's', '1 s', '61m', '1e3', '99999999999'])('refuses %s', (text) =>
    expect(valueOf('shutdownTimeout', text)).toBeUndefined(),
  );
});
