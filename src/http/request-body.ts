/** Bodies of SDP: their media type is checked before they are read, and they are text. */
import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from 'fastify';
import { ServiceError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import { parseMediaType } from './media-type.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Reads every body as bytes; what they mean is the route's business. */
export function acceptAnyBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  // A route that cares has judged the media type by now; the framework would refuse a malformed one everywhere.
  app.addHook('preParsing', (request, _reply, payload, done) => {
    if (request.headers['content-type'] !== undefined) request.headers['content-type'] = 'application/octet-stream';
    done(null, payload);
  });
}

/** Refuses any other media type with 415, before the body is read. */
export function requireMediaType(type: string): onRequestHookHandler {
  return (request, reply, done) => {
    if (parseMediaType(request.headers['content-type']) === type) {
      done();
      return;
    }
    reply.header('Accept', type);
    if (request.method === 'PATCH') reply.header('Accept-Patch', type);
    done(new ServiceError('wrong_media_type', { detail: `This URL takes ${type}.` }));
  };
}

/** The body as UTF-8 text; refused with `code` where it is none. */
export function bodyText(request: FastifyRequest, code: ErrorCode): string {
  if (!Buffer.isBuffer(request.body)) throw new ServiceError(code, { detail: 'The body is empty.' });
  try {
    return decoder.decode(request.body);
  } catch {
    throw new ServiceError(code, { detail: 'The body is not UTF-8 text.' });
  }
}
