/** The built pages below /web/, and the first of them at /. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { HttpOptions } from '../http-options.ts';

/** What a visitor of / sees. */
const HOME_PAGE = 'index.html';

/** Vite writes a hash of the content into the names of its assets: such a file never changes. */
const HASHED_NAME = /-[\w-]{8,}\.\w+$/;

/** What a page may load. `store` is where uploaded recordings are played from. */
function contentSecurityPolicy(store: string | undefined): string {
  const media = store === undefined ? '' : ` ${store}`;
  return (
    `default-src 'self'; connect-src 'self' http: https:; img-src 'self' blob:; media-src 'self' blob:${media}; ` +
    "object-src 'none'; base-uri 'none'"
  );
}

const SECURITY_HEADERS = {
  // The pages take a token from their URL, which must not travel on.
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** Serves the built pages; nothing where they are not there. */
export async function addPages(
  app: FastifyInstance,
  { pagesDirectory: directory, storeOrigin }: HttpOptions,
): Promise<void> {
  const policy = contentSecurityPolicy(storeOrigin);
  if (!existsSync(directory)) return;
  await app.register(fastifyStatic, {
    root: directory,
    prefix: '/web/',
    schemaHide: true,
    cacheControl: false,
    setHeaders(response, path) {
      const unchanging = path.includes('/assets/') && HASHED_NAME.test(basename(path));
      response.setHeader('Cache-Control', unchanging ? 'public, max-age=31536000, immutable' : 'no-cache');
      response.setHeader('Content-Security-Policy', policy);
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    },
  });
  app.route({
    method: ['GET', 'HEAD'],
    url: '/',
    schema: { hide: true },
    handler: (_request, reply) => reply.sendFile(HOME_PAGE),
  });
}
