/** What Amazon's documentation of Signature Version 4 makes of a link, apart from the SDK. */
import { createHash, createHmac } from 'node:crypto';

/** The X-Amz-Signature that a link signed with this secret has to have. */
export function linkSignature(url: URL, secret: string): string {
  const query = url.search.slice(1).split('&');
  const signed = query.filter((part) => !part.startsWith('X-Amz-Signature=')).sort();
  const canonical = ['GET', url.pathname, signed.join('&'), `host:${url.host}`, '', 'host', 'UNSIGNED-PAYLOAD'];
  const [, ...scope] = url.searchParams.get('X-Amz-Credential')?.split('/') ?? [];
  const hash = createHash('sha256').update(canonical.join('\n')).digest('hex');
  const text = ['AWS4-HMAC-SHA256', url.searchParams.get('X-Amz-Date'), scope.join('/'), hash].join('\n');
  const key = scope.reduce<Buffer>((last, part) => hmac(last, part), Buffer.from(`AWS4${secret}`));
  return hmac(key, text).toString('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
