/** Entity tags of ICE sessions (RFC 9110 8.8.3, 13.1.1; RFC 9725 4.3.3). */
import type { IncomingHttpHeaders } from 'node:http';

/** A tag as it stands in an ETag header. */
export function quoteTag(tag: string): string {
  return `"${tag}"`;
}

/**
 * What a PATCH names in If-Match, without quotes; '*' for any. Some clients quote the asterisk, leave the quotes of a
 * tag out, or send the tag in an ETag header. Of several tags the one that is current counts. A weak tag matches
 * nothing (RFC 9110 13.1.1), and comes back as it is.
 */
export function requestedTag(headers: IncomingHttpHeaders, current: string): string | undefined {
  const header = headers['if-match'] ?? headers.etag;
  if (typeof header !== 'string') return undefined;
  const tags = header.split(',').map((item) => unquote(item.trim()));
  if (tags.includes(current)) return current;
  return tags.includes('*') ? '*' : tags.find((tag) => tag !== '');
}

function unquote(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}
