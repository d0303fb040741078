/** A text as what it shows: plain text, links and names. Pure; what is shown is always text, never markup. */
import type { Mention } from '../../../src/chat/protocol.ts';

export type MessagePart =
  | { kind: 'text'; text: string }
  | { kind: 'link'; text: string; href: string }
  | { kind: 'mention'; text: string; author: string };

const ADDRESS = /https?:\/\/[^\s<>"'`\u3000-\u303f\uff00-\uffef\u2018-\u201f]+/giu;
/** What ends a sentence rather than an address. */
const TRAILING = /[.,;:!?…]+$/u;

/** Splits a text; the parts together are the text. Mentions that lie outside of it or in each other are left out. */
export function messageParts(text: string, mentions: readonly Mention[] = []): MessagePart[] {
  const parts: MessagePart[] = [];
  let end = 0;
  for (const { author, start, length } of [...mentions].sort((a, b) => a.start - b.start)) {
    if (start < end || length <= 0 || start + length > text.length) continue;
    parts.push(...withLinks(text.slice(end, start)));
    end = start + length;
    parts.push({ kind: 'mention', text: text.slice(start, end), author });
  }
  return [...parts, ...withLinks(text.slice(end))];
}

function withLinks(text: string): MessagePart[] {
  const parts: MessagePart[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = withoutTrailing(match[0]);
    const href = safeAddress(address);
    if (href === undefined) continue;
    if (match.index > end) parts.push({ kind: 'text', text: text.slice(end, match.index) });
    end = match.index + address.length;
    parts.push({ kind: 'link', text: address, href });
  }
  if (end < text.length) parts.push({ kind: 'text', text: text.slice(end) });
  return parts;
}

/** A bracket belongs to the sentence where it was opened there. */
function withoutTrailing(address: string): string {
  let short = address.replace(TRAILING, '');
  while (short.endsWith(')') && short.split(')').length > short.split('(').length) {
    short = short.slice(0, -1).replace(TRAILING, '');
  }
  return short;
}

/** Nothing but http and https is ever made a link. */
function safeAddress(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const { protocol, href } = new URL(address);
  return protocol === 'http:' || protocol === 'https:' ? href : undefined;
}
