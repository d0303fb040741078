/**
 * SDP text in sections: what the library reads, next to the attribute lines themselves. The library keeps only the last
 * of several a=fingerprint lines, cuts values at characters that it does not expect (a=rid, a=setup, a=ice-options), and
 * turns values that look like numbers into numbers; these are read from the lines.
 */
import { parse } from 'sdp-transform';
import type { MediaDescription } from 'sdp-transform';
import { malformed } from './refusal.ts';
import type { SdpResult } from './types.ts';

/** Lines of one description. Browsers with every codec and four m-sections write about 500. */
const MAX_LINES = 2000;
/** Bytes of one line; sprop-parameter-sets are the longest in use, with a few hundred. */
const MAX_LINE_LENGTH = 4096;
/** m-sections of one description. Two can be served; more than a few would be only work. */
const MAX_SECTIONS = 32;

/** The attributes of one section. */
export interface Attributes {
  /** The values of an attribute's lines by its name, in order; '' for a flag such as a=rtcp-mux. */
  readonly attributes: ReadonlyMap<string, readonly string[]>;
}

export interface MediaSection extends Attributes {
  readonly parsed: MediaDescription;
}

export interface Description {
  readonly session: Attributes;
  readonly media: readonly MediaSection[];
}

/** Splits SDP text at its m-lines. A trickle fragment (RFC 8840), which lacks the lines before, is read as well. */
export function readDescription(text: string): SdpResult<Description> {
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.length > MAX_LINES) return malformed(`The description has more than ${MAX_LINES} lines.`);
  const session = new Map<string, string[]>();
  const sections: Map<string, string[]>[] = [];
  for (const line of lines) {
    if (line.length > MAX_LINE_LENGTH) return malformed(`A line is longer than ${MAX_LINE_LENGTH} characters.`);
    if (line.startsWith('m=')) sections.push(new Map());
    if (line.startsWith('a=')) addAttribute(sections.at(-1) ?? session, line.slice('a='.length));
  }
  if (sections.length > MAX_SECTIONS) return malformed(`The description has more than ${MAX_SECTIONS} m-lines.`);

  const media: MediaSection[] = [];
  for (const [index, parsed] of parse(text).media.entries()) {
    media.push({ attributes: sections[index] ?? new Map(), parsed });
  }
  return { ok: true, value: { session: { attributes: session }, media } };
}

function addAttribute(attributes: Map<string, string[]>, line: string): void {
  const colon = line.indexOf(':');
  const name = colon < 0 ? line.trimEnd() : line.slice(0, colon);
  const value = colon < 0 ? '' : line.slice(colon + 1).trim();
  const values = attributes.get(name);
  if (values === undefined) attributes.set(name, [value]);
  else values.push(value);
}

/** The values of all attributes of this name, in order; '' for a flag such as a=rtcp-mux. */
export function attributeValues(section: Attributes, name: string): readonly string[] {
  return section.attributes.get(name) ?? [];
}

/** Whether the section has an attribute of this name. */
export function hasAttribute(section: Attributes, name: string): boolean {
  return section.attributes.has(name);
}

/** A value of the library as text: where its types say string, what looked like a number is one. */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** A decimal of at most 10 digits, as text or as the library's number; undefined where it is none or beyond `max`. */
export function parseDecimal(value: unknown, max: number): number | undefined {
  const number = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= max ? number : undefined;
}
