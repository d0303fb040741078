import { describe, expect, it } from 'vitest';
import { SETTINGS } from './schema.ts';
import { settingsInForce } from './settings-in-force.ts';

describe('the settings in force', () => {
  const list = settingsInForce({
    HTTP_ADDR: ' :9000 ',
    ADMIN_TOKEN: 'a-secret',
    UDP_PORT: '',
    TURN_URLS: 'x://me:pass@h',
  });
  const find = (name: string) => list.find((setting) => setting.name === name);

  it('are all settings, with what was written or the default', () => {
    expect(list).toHaveLength(Object.keys(SETTINGS).length);
    expect(find('HTTP_ADDR')).toMatchObject({ value: ':9000', isSet: true, default: ':8080', isSecret: false });
    expect(find('UDP_PORT')).toMatchObject({ value: '8189', isSet: false });
  });

  it('show no secret', () => {
    expect(find('ADMIN_TOKEN')).toMatchObject({ value: undefined, isSet: true, isSecret: true });
    expect(find('JWT_SECRET')).toMatchObject({ value: undefined, isSet: false, isSecret: true });
    expect(JSON.stringify(list)).not.toMatch(/a-secret|pass@/);
  });
});
