/**
 * SDP text in sections: what the library reads, next to the attribute lines themselves. The library keeps only the last
 * of several a=fingerprint lines, cuts values at characters that it does not expect (a=rid, a=setup, a=ice-options), and
 * turns values that look like numbers into numbers; these are read from the lines.
 */
import { parse } from 'sdp-transform';
import type { MediaDescription, SessionDescription } from 'sdp-transform';
import { malformed } from './refusal.ts';
import type { SdpResult } from './types.ts';

/** Lines of one description. Browsers with every codec and four m-sections write about 500. */
const MAX_LINES = 2000;
/** Bytes of one line; sprop-parameter-sets are the longest in use, with a few hundred. */
const MAX_LINE_LENGTH = 4096;
/** m-sections of one description. Two can be served; more than a few would be only work. */
const MAX_SECTIONS = 32;

/** The attribute lines of one section. */
export interface Attributes {
  /** What follows 'a=' in each line, in order. */
  readonly lines: readonly string[];
}

export interface MediaSection extends Attributes {
  readonly parsed: MediaDescription;
}

export interface Description {
  readonly session: Attributes;
  readonly parsed: SessionDescription;
  readonly media: readonly MediaSection[];
}

/** Splits SDP text at its m-lines. A trickle fragment (RFC 8840), which lacks the lines before, is read as well. */
export function readDescription(text: string): SdpResult<Description> {
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.length > MAX_LINES) return malformed(`The description has more than ${MAX_LINES} lines.`);
  const sections: string[][] = [[]];
  for (const line of lines) {
    if (line.length > MAX_LINE_LENGTH) return malformed(`A line is longer than ${MAX_LINE_LENGTH} characters.`);
    if (line.startsWith('m=')) sections.push([]);
    if (line.startsWith('a=')) sections.at(-1)?.push(line.slice(2).trimEnd());
  }
  if (sections.length - 1 > MAX_SECTIONS) return malformed(`The description has more than ${MAX_SECTIONS} m-lines.`);

  const parsed = parse(lines.join('\n'));
  const [session = [], ...rest] = sections;
  const media: MediaSection[] = [];
  for (const [index, description] of parsed.media.entries()) {
    media.push({ lines: rest[index] ?? [], parsed: description });
  }
  return { ok: true, value: { session: { lines: session }, parsed, media } };
}

/** The values of all attributes of this name, in order; '' for a flag such as a=rtcp-mux. */
export function attributeValues(section: Attributes, name: string): string[] {
  const values: string[] = [];
  for (const line of section.lines) {
    if (line === name) values.push('');
    else if (line.startsWith(`${name}:`)) values.push(line.slice(name.length + 1).trim());
  }
  return values;
}

/** Whether the section has an attribute of exactly this name. */
export function hasAttribute(section: Attributes, name: string): boolean {
  return section.lines.some((line) => line === name || line.startsWith(`${name}:`));
}

/** A value of the library as text: where its types say string, what looked like a number is one. */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** A decimal of at most 10 digits, or undefined where the text is none or beyond `max`. */
export function parseDecimal(text: string, max: number): number | undefined {
  if (!/^\d{1,10}$/.test(text)) return undefined;
  const value = Number(text);
  return value <= max ? value : undefined;
}
