import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { readFile } from 'node:fs/promises';

const PAGES: readonly [url: string, file: string, mime: string][] = [
  ['/', 'box.html', 'text/html; charset=utf-8'],
  ['/box.css', 'box.css', 'text/css; charset=utf-8'],
  ['/box.js', 'box.js', 'text/javascript; charset=utf-8'],
  ['/favicon.svg', 'favicon.svg', 'image/svg+xml'],
];

/** The page of the box: files that hold no secrets, so anybody may load them; what they show, they ask of the API. */
export async function addPages(app: FastifyInstance): Promise<void> {
  for (const [url, file, mime] of PAGES) {
    const bytes = await readFile(new URL(`pages/${file}`, import.meta.url));
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
    app.get(url, { config: { access: 'open' } }, async (request, reply) => {
      void reply.header('etag', etag).header('cache-control', 'no-cache');
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      return reply.type(mime).send(bytes);
    });
  }
}
