import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { open } from '../http/http-access.ts';
import type { Log } from '@amphi/lib/runtime/log.ts';
import { html } from './html.ts';
import { readerOf } from './reader.ts';

/** Folder of the pages that `bin/setup` builds of `editor/`. */
export const BUILT = fileURLToPath(new URL('dist/', import.meta.url));
const NOT_BUILT = 'the editor is not built: run bin/setup central, then start the server again';

/** Policy of the editor: everything is ours; pictures may also be made by the page, from a film. */
const POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; media-src 'self'; img-src 'self' data: blob:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};
const MIME: ReadonlyMap<string, string> = new Map([
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
]);

/**
 * Serves the editor: `/editor?event=…` and its files. The page has no secrets: everybody may load it, and it asks for an
 * account itself, so that an event that was opened by a link is there after signing in. If it was not built, it says so.
 */
export async function serveEditor(app: FastifyInstance, log: Log, folder = BUILT): Promise<void> {
  const page = await readFile(join(folder, 'editor.html'), 'utf8').catch(() => undefined);
  if (page === undefined) log.warn({}, NOT_BUILT);
  app.get('/editor', open, (request, reply) => {
    const { language, theme } = readerOf(request);
    void reply.headers({ ...HEADERS, 'cache-control': 'no-store' });
    if (page === undefined) return reply.code(503).type('text/plain; charset=utf-8').send(`${NOT_BUILT}\n`);
    const begin = html`<html lang="${language}" data-theme="${theme}"></html>`.text;
    return reply.type('text/html; charset=utf-8').send(page.replace(/<html[^>]*>/, begin));
  });
  const assets = join(folder, 'assets/editor');
  for (const name of await readdir(assets).catch(() => [])) {
    const type = MIME.get(extname(name));
    if (type === undefined) continue;
    const bytes = await readFile(join(assets, name));
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
    app.get(`/assets/editor/${name}`, open, (request, reply) => {
      void reply.headers({ ...HEADERS, etag, 'cache-control': 'public, max-age=31536000, immutable' });
      return request.headers['if-none-match'] === etag ? reply.code(304).send() : reply.type(type).send(bytes);
    });
  }
}
