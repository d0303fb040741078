/** The types of the settings' values that say what becomes of recordings. */
import type { ValueType } from './setting.ts';
import { byteSize } from './size-types.ts';
import { splitList } from './value-types.ts';

/** What RECORD_RETENTION allows; undefined for no limit. */
export interface RetentionValue {
  /** Milliseconds. */
  age: number | undefined;
  /** Bytes. */
  size: number | undefined;
}

const MILLISECONDS = { m: 60_000, h: 3_600_000, d: 86_400_000 };
/** Bytes. */
const MAX_SIZE = 2 ** 50;

/** An age, a total size, or both; nothing for no limit. */
export const retention: ValueType<RetentionValue> = {
  allowed:
    'an age (a number with m, h or d), a total size (a number with M, G or T, 1024 each), or both with a comma ' +
    'between, such as 30d,100GB',
  parse(text) {
    const value: RetentionValue = { age: undefined, size: undefined };
    for (const part of splitList(text)) {
      const key = /[mhd]$/.test(part) ? 'age' : 'size';
      const parsed = key === 'age' ? parseAge(part) : parseSize(part);
      if (parsed === undefined || parsed === 0 || value[key] !== undefined) return undefined;
      value[key] = parsed;
    }
    return value;
  },
};

function parseAge(text: string): number | undefined {
  const match = /^(\d{1,5})([mhd])$/.exec(text);
  return match === null ? undefined : Number(match[1]) * MILLISECONDS[match[2] as keyof typeof MILLISECONDS];
}

function parseSize(text: string): number | undefined {
  // A plain number could be either.
  return /[MGT]B?$/.test(text) ? byteSize(MAX_SIZE).parse(text.replace(/B$/, '')) : undefined;
}

/** host, [IPv6] or address, with an optional port, and with the scheme where somebody writes it. */
const ENDPOINT = /^(?:https?:\/\/)?(?:\[[\dA-Fa-f:.]+\]|[A-Za-z\d](?:[A-Za-z\d._-]*[A-Za-z\d])?)(?::\d{1,5})?\/?$/;

/** The address of an S3 server. */
export const s3Endpoint: ValueType<string> = {
  allowed:
    'a host with an optional port, such as s3.eu-central-1.amazonaws.com or minio:9000, or its http or https URL',
  parse: (text) => (text === '' || ENDPOINT.test(text) ? text : undefined),
};

/** A bucket's name, by the rules of the servers that are the least strict. */
export const bucketName: ValueType<string> = {
  allowed: '3 to 63 letters, digits, "-", "_" or ".", beginning with a letter or a digit',
  parse: (text) => (text === '' || /^[A-Za-z\d][\w.-]{2,62}$/.test(text) ? text : undefined),
};

/** What stands before the names of objects. */
export const keyPrefix: ValueType<string> = {
  allowed: 'at most 256 characters, none of them a control character',
  parse: (text) => (text.length <= 256 && !/[\p{Cc}\p{Cs}]/u.test(text) ? text : undefined),
};
