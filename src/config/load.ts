/** Reads the settings from the environment and finds all faults at once. */
import { findContradictions } from './contradictions.ts';
import type { ConfigFault } from './contradictions.ts';
import { SETTINGS } from './schema.ts';
import type { Config } from './schema.ts';
import type { Setting } from './setting.ts';

export type { ConfigFault };

export type ConfigResult = { ok: true; config: Config } | { ok: false; faults: ConfigFault[] };

/** The configuration that an environment holds. A variable that is empty counts as missing. */
export function loadConfig(environment: Readonly<Record<string, string | undefined>>): ConfigResult {
  const values: Record<string, unknown> = {};
  const faults: ConfigFault[] = [];
  for (const [key, declared] of Object.entries<Setting<unknown>>(SETTINGS)) {
    const given = environment[declared.name]?.trim() ?? '';
    const value = declared.type.parse(given === '' ? declared.default : given);
    if (value === undefined) {
      faults.push({
        name: declared.name,
        value: declared.secret ? '(hidden)' : given,
        allowed: declared.type.allowed,
      });
    } else {
      values[key] = value;
    }
  }
  if (faults.length > 0) return { ok: false, faults };
  // Every key of SETTINGS has got a value of its type above.
  const config = values as unknown as Config;
  const contradictions = findContradictions(config);
  return contradictions.length > 0 ? { ok: false, faults: contradictions } : { ok: true, config };
}

/** The faults as lines for a terminal. */
export function describeFaults(faults: readonly ConfigFault[]): string {
  const lines = faults.map(({ name, value, allowed }) => `  ${name}=${value}\n    allowed: ${allowed}`);
  const count = faults.length === 1 ? 'A setting is' : `${faults.length} settings are`;
  return `${count} not usable:\n${lines.join('\n')}`;
}
