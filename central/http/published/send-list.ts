import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { byteRange, isKnown, isSameVersion } from '@amphi/lib/http-api/byte-range.ts';
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
      const etag = `"${Buffer.from(path).toString('base64url').slice(-40)}-${sizeBytes}"`;
      // A list has no date that says anything: only its tag proves which version somebody has.
      const version = { etag, modifiedAtMs: 0 };
      const { range: asked, 'if-none-match': ifNoneMatch } = request.headers;
      const [ifRange] = [request.headers['if-range']].flat();
      void reply.header('accept-ranges', 'bytes').header('etag', etag);
      if (isKnown(ifNoneMatch, undefined, version)) return reply.code(304).send();
      const range = isSameVersion(ifRange, version) ? byteRange(asked, sizeBytes) : undefined;
      if (range === 'unsatisfiable') return reply.code(416).header('content-range', `bytes */${sizeBytes}`).send();
      const { first, last } = range ?? { first: 0, last: sizeBytes - 1 };
      if (range) void reply.code(206).header('content-range', `bytes ${first}-${last}/${sizeBytes}`);
      void reply.header('content-length', last + 1 - first);
      if (request.method === 'HEAD') return reply.send(Readable.from([]));
      return reply.send(Readable.from(list.read(first, last + 1), { objectMode: false, highWaterMark: 256 * 1024 }));
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
