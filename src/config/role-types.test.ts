import { describe, expect, it } from 'vitest';
import { roleMappings } from './role-types.ts';

describe('roleMappings', () => {
  it('reads values, roles and rooms', () => {
    expect(roleMappings.parse('')).toEqual([]);
    expect(roleMappings.parse('staff=admin; cn=teachers,ou=x=publisher@class-*, hall;')).toEqual([
      { value: 'staff', role: 'admin', rooms: ['*'] },
      { value: 'cn=teachers,ou=x', role: 'publisher', rooms: ['class-*', 'hall'] },
    ]);
  });

  it.each([
    'staff',
    '=admin',
    'staff=',
    'staff=owner',
    'staff=viewer@',
    'staff=viewer@a b',
    'staff=viewer@a@b',
    'a=admin;b',
  ])('refuses %s', (text) => {
    expect(roleMappings.parse(text)).toBeUndefined();
  });
});
