import { expect, it } from 'vitest';
import { clientAddress, keepClientAddress } from './client-address.ts';

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::FFFF:203.0.113.7', '203.0.113.7'],
  ['2001:db8::ffff:7', '2001:db8::ffff:7'],
  ['::1', '::1'],
  ['', ''],
])('writes %j as %j', (ip, address) => {
  expect(clientAddress({ ip })).toBe(address);
});

it('keeps the address of a client that has gone', () => {
  const request: { ip: string } = { ip: '::ffff:203.0.113.7' };
  keepClientAddress(request);
  Reflect.deleteProperty(request, 'ip');
  expect(clientAddress(request)).toBe('203.0.113.7');
});

it('is empty where there never was one', () => {
  const request: { ip: string } = { ip: '' };
  Reflect.deleteProperty(request, 'ip');
  expect(clientAddress(request)).toBe('');
});
