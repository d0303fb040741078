import { expect, it } from 'vitest';
import { clientAddress } from './client-address.ts';

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
