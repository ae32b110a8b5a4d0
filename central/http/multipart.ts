import { Dicer } from '@fastify/busboy';
import type { IncomingMessage } from 'node:http';
import { finished, type Readable } from 'node:stream';
import { BadRequest } from '../catalogue/bad-request.ts';

/** Part of a form as it comes; characters of its headers are bytes. */
export interface RawPart {
  /** Headers by their names in small letters; the first of a name counts. */
  headers: ReadonlyMap<string, string>;
  /** Content: must be read to its end, or destroyed. After one that is destroyed no more parts come. */
  stream: Readable;
}

/** Characters of a boundary; a longer one is refused. RFC 2046 allows 70. */
const LONGEST_BOUNDARY = 200;
/** Bytes and lines of the headers of a part; further ones are not read. */
const HEADERS = { maxHeaderSize: 16 << 10, maxHeaderPairs: 100 };

const CUT = 'the form ends in the middle: its parts end with their boundary, and the last one with --';

/** Boundary that a `Content-Type` names. Throws BadRequest. */
export function boundaryIn(contentType: string): string {
  const [, quoted, bare] = /;\s*boundary\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^;\s]+))/i.exec(contentType) ?? [];
  const boundary = quoted?.replaceAll(/\\(.)/g, '$1') ?? bare ?? '';
  if (boundary !== '' && boundary.length <= LONGEST_BOUNDARY) return boundary;
  throw new BadRequest('the Content-Type must name the boundary of the form: multipart/form-data; boundary=…');
}

/** Parts of a form, one after the other. Throws BadRequest for a form that is cut off or has no parts. */
export async function* rawParts(request: IncomingMessage, boundary: string): AsyncGenerator<RawPart> {
  const parser = new Dicer({ boundary, ...HEADERS });
  const queue = openQueue();
  let current: Readable | undefined;
  const fail = (error: Error): void => {
    queue.put(error);
    current?.destroy(error);
  };
  parser.on('part', (part) => {
    // A part that breaks off gives its reader an error in words.
    part.on('error', (error: Error) => Object.assign(error, { message: CUT, statusCode: 400 }));
    part.once('header', (headers: object) => queue.put({ headers: headersIn(headers), stream: part }));
  });
  parser.on('error', () => fail(new BadRequest(CUT)));
  parser.once('finish', () => queue.put('end'));
  const stop = finished(request, { writable: false }, (error) => {
    if (error) fail(new BadRequest(CUT));
  });
  let bytes = 0;
  const count = (chunk: Buffer): void => void (bytes += chunk.length);
  request.on('data', count);
  request.pipe(parser);
  try {
    for (;;) {
      const next = await queue.take();
      if (next === 'end') return;
      if (next instanceof Error) {
        // An empty body is an empty form: some clients send one first, before they are asked for a password.
        if (bytes === 0 && request.complete) return;
        throw next;
      }
      current = next.stream;
      yield next;
      if (!current.destroyed) current.resume();
      current = undefined;
    }
  } finally {
    stop();
    request.off('data', count);
    request.unpipe(parser);
    request.resume();
  }
}

const headersIn = (headers: object): Map<string, string> =>
  new Map(Object.entries(headers).map(([name, values]) => [name, (values as string[])[0] ?? '']));

type Item = RawPart | Error | 'end';

/** Queue of parts that came and were not taken yet. */
function openQueue(): { put(item: Item): void; take(): Promise<Item> } {
  const items: Item[] = [];
  let waiting: ((item: Item) => void) | undefined;
  return {
    put(item) {
      if (!waiting) return void items.push(item);
      waiting(item);
      waiting = undefined;
    },
    take() {
      const item = items.shift();
      if (item !== undefined) return Promise.resolve(item);
      const { promise, resolve } = Promise.withResolvers<Item>();
      waiting = resolve;
      return promise;
    },
  };
}
