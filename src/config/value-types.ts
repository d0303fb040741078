/** The types of the settings' values that are no addresses. */
import type { ValueType } from './setting.ts';

/** A whole number from `least` to `most`, both included. */
export function integer(least: number, most: number): ValueType<number> {
  return {
    allowed: `a whole number from ${least} to ${most}`,
    parse(text) {
      if (!/^\d{1,15}$/.test(text)) return undefined;
      const value = Number(text);
      return value >= least && value <= most ? value : undefined;
    },
  };
}

/** A number from 0 to `most` that may have decimals. */
export function decimal(most: number): ValueType<number> {
  return {
    allowed: `a number from 0 to ${most}`,
    parse(text) {
      if (!/^\d{1,15}(?:\.\d{1,9})?$/.test(text)) return undefined;
      const value = Number(text);
      return value <= most ? value : undefined;
    },
  };
}

/** A switch. */
export const onOff: ValueType<boolean> = {
  allowed: '1 (on) or 0 (off)',
  parse(text) {
    if (text === '1' || text === 'true') return true;
    if (text === '0' || text === 'false') return false;
    return undefined;
  },
};

const MILLISECONDS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A span of time; the value is in milliseconds. `most` is in milliseconds too. */
export function duration(most: number): ValueType<number> {
  return {
    allowed: `seconds, or a number with ms, s, m or h (such as 10, 500ms or 2m), at most ${most / 1000} seconds`,
    parse(text) {
      const match = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)?$/.exec(text);
      if (match?.[1] === undefined) return undefined;
      const unit = (match[2] ?? 's') as keyof typeof MILLISECONDS;
      const value = Math.round(Number(match[1]) * MILLISECONDS[unit]);
      return value <= most ? value : undefined;
    },
  };
}

/** One of a few words. */
export function oneOf<const T extends string>(...words: readonly T[]): ValueType<T> {
  return {
    allowed: words.join(', '),
    parse: (text) => words.find((word) => word === text),
  };
}

/** Items between commas; spaces around them do not count, and empty items are left out. */
export function list<T>(item: ValueType<T>): ValueType<readonly T[]> {
  return {
    allowed: `a comma-separated list, each item ${item.allowed}`,
    parse(text) {
      const values: T[] = [];
      for (const part of splitList(text)) {
        const value = item.parse(part);
        if (value === undefined) return undefined;
        values.push(value);
      }
      return values;
    },
  };
}

/** The items of a comma-separated list. */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** A path of a file; whether it can be read shows when it is. */
export const filePath: ValueType<string> = {
  allowed: 'the path of a file',
  parse: (text) => (text.includes('\0') ? undefined : text),
};
