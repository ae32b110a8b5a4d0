import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { openList, type OpenList } from '../../store/lists/open-list.ts';
import type { MediaStore } from '../../store/media-store.ts';

/** Sends films that are lists, whole or a range of their bytes. */
export interface ListSender {
  send(request: FastifyRequest, reply: FastifyReply, path: string): Promise<FastifyReply>;
}

/** Lists that are kept open: of a film of two hours some 130 KB. */
const MOST_OPEN = 200;

/** Opens a sender. A list never changes, so it is read once. */
export function openListSender(store: Pick<MediaStore, 'at'>): ListSender {
  const lists = new Map<string, Promise<OpenList>>();
  const listAt = (path: string): Promise<OpenList> => {
    const known = lists.get(path);
    if (known) return known;
    const opening = checkedList(store, path);
    lists.set(path, opening);
    opening.catch(() => lists.delete(path));
    for (const oldest of lists.keys()) if (lists.size > MOST_OPEN) lists.delete(oldest);
    return opening;
  };
  return {
    async send(request, reply, path) {
      const list = await listAt(path);
      const { sizeBytes } = list;
      const tag = `"${Buffer.from(path).toString('base64url').slice(-40)}-${sizeBytes}"`;
      void reply.header('accept-ranges', 'bytes').header('etag', tag);
      if (request.headers['if-none-match'] === tag) return reply.code(304).send();
      const range = rangeOf(request.headers, tag, sizeBytes);
      if (range === 'none') return reply.code(416).header('content-range', `bytes */${sizeBytes}`).send();
      const { from, to } = range ?? { from: 0, to: sizeBytes };
      if (range) void reply.code(206).header('content-range', `bytes ${from}-${to - 1}/${sizeBytes}`);
      void reply.header('content-length', to - from);
      if (request.method === 'HEAD') return reply.send(Readable.from([]));
      return reply.send(Readable.from(list.read(from, to), { objectMode: false, highWaterMark: 256 * 1024 }));
    },
  };
}

/** A list whose parts are all there. Rejects with what answers 404 if the list or a part is gone. */
async function checkedList(store: Pick<MediaStore, 'at'>, path: string): Promise<OpenList> {
  const list = await openList(store, path).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? gone(error.message) : error;
  });
  await list.check().catch((error: Error) => {
    throw gone(error.message);
  });
  return list;
}

const gone = (why: string): Error =>
  Object.assign(new Error(`a part of this film is gone from the server: ${why}`), { statusCode: 404 });

/**
 * The range of bytes that is asked for (RFC 9110, 14): [from, to). Undefined: the whole is, also where several ranges are
 * asked for, or a range of another version (`if-range`). `none`: there are no such bytes.
 */
export function rangeOf(
  headers: { range?: string | undefined; 'if-range'?: string | string[] | undefined },
  tag: string,
  sizeBytes: number,
): { from: number; to: number } | 'none' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(headers.range?.trim() ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (headers['if-range'] !== undefined && headers['if-range'] !== tag) return undefined;
  if (first === '') return Number(last) > 0 ? { from: Math.max(0, sizeBytes - Number(last)), to: sizeBytes } : 'none';
  const from = Number(first);
  const to = last === '' ? sizeBytes : Math.min(sizeBytes, Number(last) + 1);
  if (last !== '' && Number(last) < from) return undefined;
  return from < sizeBytes ? { from, to } : 'none';
}
