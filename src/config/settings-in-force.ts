/** The settings as they hold in this server, to be shown to an operator: no secret among them. */
import { SETTINGS } from './schema.ts';
import type { Setting } from './setting.ts';

export interface SettingInForce {
  name: string;
  group: string;
  /** As it is written; the default where it is not set, undefined where it is secret. */
  value: string | undefined;
  isSet: boolean;
  isSecret: boolean;
  default: string;
  allowed: string;
  unit: string;
  help: string;
}

/** What an environment that could be loaded says. */
export function settingsInForce(environment: Readonly<Record<string, string | undefined>>): SettingInForce[] {
  return Object.values<Setting<unknown>>(SETTINGS).map(({ name, group, secret, help, unit, type, default: preset }) => {
    const given = environment[name]?.trim() ?? '';
    return {
      name,
      group,
      value: secret ? undefined : withoutPasswords(given === '' ? preset : given),
      isSet: given !== '',
      isSecret: secret,
      default: preset,
      allowed: type.allowed,
      unit,
      help,
    };
  });
}

/** URLs may hold a user's password (RFC 3986 3.2.1). */
function withoutPasswords(text: string): string {
  return text.replace(/(\/\/)[^/@\s,;]+@/g, '$1…@');
}
