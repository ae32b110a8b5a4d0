import type { FastifyReply, FastifyRequest } from 'fastify';
import { constants, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { byteRange, isKnown, isSameVersion, type FileVersion } from '#lib/http-api/byte-range.ts';
import { type Refused } from '#lib/http-api/refusal.ts';
import { written } from '#lib/runtime/processes/written.ts';
import { notFound } from '../http/refusal.ts';
import type { RecordingFile } from '../views/sources.ts';

/**
 * Sends a file, or the part that was asked for. Of a growing file it sends what is there now: its tag is weak, and no
 * part is joined to an older one.
 */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  file: RecordingFile & { path: string },
  download: boolean,
): Promise<Refused | undefined> {
  // A link leads to what is not a recording; the opening of a pipe would wait for a writer.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(file.path, flags).catch((error: NodeJS.ErrnoException) => error);
  if (handle instanceof Error) {
    if (handle.code === 'ENOENT' || handle.code === 'ELOOP') return notFound(`${file.name} is gone`);
    throw handle;
  }
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) return notFound(`${file.name} is no file`);
    await answerWith(handle, stats, { request, reply, file, download });
  } finally {
    await handle.close();
  }
  return undefined;
}

interface Answering {
  request: FastifyRequest;
  reply: FastifyReply;
  file: RecordingFile;
  download: boolean;
}

async function answerWith(handle: FileHandle, stats: Stats, answering: Answering): Promise<void> {
  const { request, reply, file } = answering;
  const version = versionOf(stats, file.writing);
  writeHeaders(answering, version);
  const { headers } = request;
  if (!file.writing && isKnown(headers['if-none-match'], headers['if-modified-since'], version)) {
    return void (await reply.code(304).send());
  }
  const ifRange = headers['if-range'];
  const joins = isSameVersion(typeof ifRange === 'string' ? ifRange : undefined, version);
  const range = joins ? byteRange(headers.range, stats.size) : undefined;
  if (range === 'unsatisfiable') {
    const error = { code: 'range', text: `${file.name} has ${stats.size} bytes` };
    return void (await reply
      .code(416)
      .header('content-range', `bytes */${stats.size}`)
      .type('application/json')
      .send({ error }));
  }
  const { first, last } = range ?? { first: 0, last: stats.size - 1 };
  if (range) void reply.code(206).header('content-range', `bytes ${first}-${last}/${stats.size}`);
  void reply.header('content-length', String(last - first + 1));
  const { raw } = reply.hijack();
  raw.writeHead(reply.statusCode, reply.getHeaders() as Record<string, string>);
  if (request.method !== 'HEAD') await pour(handle, first, last, raw);
  if (!raw.destroyed) raw.end();
}

/** The version of a file. Its inode number is no part of it, since network shares and FUSE may change that at each look. */
function versionOf({ size, mtimeMs, ctimeMs }: Stats, writing: boolean): FileVersion {
  const tag = `"${[size, Math.floor(mtimeMs), Math.floor(ctimeMs)].map((number) => number.toString(36)).join('-')}"`;
  return { etag: writing ? `W/${tag}` : tag, modifiedAtMs: mtimeMs };
}

function writeHeaders({ reply, file, download }: Answering, { etag, modifiedAtMs }: FileVersion): void {
  const name = encodeURIComponent(file.name).replaceAll(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  void reply
    .type(file.mime)
    .header('accept-ranges', 'bytes')
    .header('etag', etag)
    .header('last-modified', new Date(modifiedAtMs).toUTCString())
    .header('cache-control', file.writing ? 'no-store' : 'private, no-cache')
    .header('content-disposition', `${download ? 'attachment' : 'inline'}; filename*=UTF-8''${name}`);
}

/** Bytes that are read and sent at a time. */
const PIECE = 256 << 10;

/** Sends the bytes as fast as they are taken; a file that ends too soon breaks the connection, so that it is noticed. */
async function pour(handle: FileHandle, first: number, last: number, raw: FastifyReply['raw']): Promise<void> {
  const buffer = Buffer.allocUnsafe(PIECE);
  for (let at = first; at <= last && !raw.destroyed;) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(PIECE, last - at + 1), at);
    if (bytesRead === 0) return void raw.destroy();
    at += bytesRead;
    await written(raw, Buffer.from(buffer.subarray(0, bytesRead)));
  }
}
