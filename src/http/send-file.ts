/** A file as a response: conditions, ranges, and no promise about a file that still grows (RFC 9110 13 and 14). */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServiceError } from '../errors.ts';
import type { OpenedFile } from '../recording/open-media.ts';
import { requestedRange } from './byte-range.ts';
import type { ByteRange } from './byte-range.ts';

export interface FileResponse {
  opened: OpenedFile;
  mediaType: string;
  /** Its length is not told, and no later request is answered by what a client remembers. */
  grows: boolean;
}

/** Sends a file, or the part of it that the request asks for, and closes it. */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { opened, mediaType, grows }: FileResponse,
): Promise<FastifyReply> {
  const { handle, size } = opened;
  let isStreaming = false;
  try {
    reply.headers({ 'Accept-Ranges': 'bytes', 'X-Content-Type-Options': 'nosniff' });
    if (grows) reply.header('Cache-Control', 'no-store');
    else reply.headers(validatorsOf(opened)).header('Cache-Control', 'private, no-cache');
    if (!grows && isUnchanged(request, opened)) return await reply.code(304).send();
    const range = rangeOf(request, opened, grows);
    if (range === 'unsatisfiable') {
      reply.header('Content-Range', `bytes */${size}`);
      throw new ServiceError('range_not_satisfiable');
    }
    reply.type(mediaType);
    const { first, last } = range ?? { first: 0, last: size - 1 };
    if (range !== undefined) {
      reply.code(206).header('Content-Range', `bytes ${first}-${last}/${grows ? '*' : size}`);
    }
    // The length of a part is right for ever; the length of a file that grows is not.
    if (range !== undefined || !grows) reply.header('Content-Length', last - first + 1);
    if (request.method === 'HEAD' || last < first) return await reply.send();
    isStreaming = true;
    return await reply.send(handle.createReadStream({ start: first, end: last }));
  } finally {
    if (!isStreaming) await handle.close();
  }
}

function rangeOf(request: FastifyRequest, opened: OpenedFile, grows: boolean): ByteRange | 'unsatisfiable' | undefined {
  const { range, 'if-range': condition } = request.headers;
  if (condition !== undefined && (grows || !isCurrent(String(condition), opened))) return undefined;
  return requestedRange(range, opened.size);
}

/** Whether the validator of an If-Range names the file as it is (RFC 9110 13.1.5). */
function isCurrent(condition: string, opened: OpenedFile): boolean {
  const { ETag, 'Last-Modified': modified } = validatorsOf(opened);
  return condition === ETag || condition === modified;
}

/** Whether the client has the file already (RFC 9110 13.1.2 and 13.1.3). */
function isUnchanged({ headers, method }: FastifyRequest, opened: OpenedFile): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  const tags = headers['if-none-match'];
  if (tags !== undefined) {
    const { ETag } = validatorsOf(opened);
    return tags.split(',').some((tag) => [ETag, '*'].includes(tag.trim().replace(/^W\//, '')));
  }
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return Math.floor(opened.modifiedAt / 1000) * 1000 <= since;
}

function validatorsOf({ size, modifiedAt }: OpenedFile): { ETag: string; 'Last-Modified': string } {
  const tag = `${size.toString(36)}-${Math.round(modifiedAt * 1000).toString(36)}`;
  return { ETag: `"${tag}"`, 'Last-Modified': new Date(modifiedAt).toUTCString() };
}
