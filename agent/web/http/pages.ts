import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Log } from '#lib/runtime/log.ts';
import { refused } from '#lib/http-api/refusal.ts';
import { sendRefusal } from './reply.ts';

/** The folder of the pages that bin/setup builds from `pages/`. */
export const BUILT = fileURLToPath(new URL('../dist/', import.meta.url));
const NOT_BUILT = 'the pages are not built: run bin/setup, then start the box again';

/** The addresses of the pages. */
const PAGES: Readonly<Record<string, string>> = {
  'device.html': '/',
  'lectern.html': '/lectern',
  'reference.html': '/api',
};

const MIME: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};
/** Files that are compressed already. */
const PACKED = new Set(['.png']);

/**
 * Serves the pages of the box from memory. They hold no secrets, so everybody may load them; they get their data from
 * the API. Names below `/assets/` contain a hash of the content, so browsers may keep these files for ever. If the
 * pages were not built, the box says so and serves the API.
 */
export async function addPages(app: FastifyInstance, log: Log, folder = BUILT): Promise<void> {
  const files = await filesIn(folder);
  if (files.length === 0) {
    log.warn({}, NOT_BUILT);
    for (const url of Object.values(PAGES)) {
      app.get(url, { config: { access: 'open' } }, async (_request, reply) =>
        sendRefusal(reply, refused(503, 'not_built', NOT_BUILT)),
      );
    }
    return;
  }
  for (const file of files) {
    const bytes = await readFile(join(folder, file));
    const answer = answering(file, bytes, await promisify(gzip)(bytes));
    app.get(PAGES[file] ?? `/${file}`, { config: { access: 'open' } }, async (request, reply) =>
      answer(request, reply),
    );
  }
}

const filesIn = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true }).catch(() => []);
  return entries.filter((file) => MIME[extname(file)] !== undefined).toSorted();
};

function answering(file: string, bytes: Buffer, small: Buffer) {
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  const isHashed = file.startsWith('assets/');
  const packs = !PACKED.has(extname(file)) && small.length < bytes.length;
  return (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    void reply.header('etag', etag).header('vary', 'accept-encoding');
    void reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    const packed = packs && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    if (packed) void reply.header('content-encoding', 'gzip');
    return reply.type(MIME[extname(file)] ?? '').send(packed ? small : bytes);
  };
}
