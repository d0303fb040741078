/** The built pages below /web/, and the way to them from /. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Where a visitor of / lands. */
const FIRST_PAGE = '/web/player.html';

/** Vite writes a hash of the content into the names of its assets: such a file never changes. */
const HASHED_NAME = /-[\w-]{8,}\.\w+$/;

const SECURITY_HEADERS = {
  'Content-Security-Policy':
    "default-src 'self'; connect-src 'self' http: https:; img-src 'self' data: blob:; media-src 'self' blob: data:; " +
    "style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'",
  // The pages take a token from their URL, which must not travel on.
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** Serves the pages of a folder; nothing below /web/ where it is not there. */
export async function addPages(app: FastifyInstance, directory: string): Promise<void> {
  app.route({
    method: ['GET', 'HEAD'],
    url: '/',
    schema: { hide: true },
    handler: (_request, reply) => reply.redirect(FIRST_PAGE, 307),
  });
  if (!existsSync(directory)) return;
  await app.register(fastifyStatic, {
    root: directory,
    prefix: '/web/',
    schemaHide: true,
    cacheControl: false,
    setHeaders(response, path) {
      const unchanging = path.includes('/assets/') && HASHED_NAME.test(basename(path));
      response.setHeader('Cache-Control', unchanging ? 'public, max-age=31536000, immutable' : 'no-cache');
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    },
  });
}
