import { Dicer } from '@fastify/busboy';
import type { IncomingMessage } from 'node:http';
import { finished, type Readable } from 'node:stream';
import { BadRequest } from '../catalogue/bad-request.ts';

/** A part of a form as it comes: its letters are bytes. */
export interface RawPart {
  /** By their names in small letters; the first of a name counts. */
  headers: ReadonlyMap<string, string>;
  /** To be read to its end, or destroyed. After one that is destroyed no more parts come. */
  stream: Readable;
}

/** Characters of a boundary; one that is longer is refused. RFC 2046 allows 70. */
const LONGEST_BOUNDARY = 200;
/** Bytes and lines of the headers of a part; what is beyond is not read. */
const HEADERS = { maxHeaderSize: 16 << 10, maxHeaderPairs: 100 };

const CUT = 'the form ends in the middle: its parts end with their boundary, and the last one with --';

/** The boundary that a `Content-Type` names. Throws BadRequest. */
export function boundaryIn(contentType: string): string {
  const [, quoted, bare] = /;\s*boundary\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^;\s]+))/i.exec(contentType) ?? [];
  const boundary = quoted?.replaceAll(/\\(.)/g, '$1') ?? bare ?? '';
  if (boundary !== '' && boundary.length <= LONGEST_BOUNDARY) return boundary;
  throw new BadRequest('the Content-Type must name the boundary of the form: multipart/form-data; boundary=…');
}

/** The parts of a form, one after the other. Throws BadRequest for one that is cut off or has no parts where it should. */
export async function* rawParts(request: IncomingMessage, boundary: string): AsyncGenerator<RawPart> {
  const parser = new Dicer({ boundary, ...HEADERS });
  const queue = openQueue();
  let current: Readable | undefined;
  const fail = (error: Error): void => {
    queue.put(error);
    current?.destroy(error);
  };
  parser.on('part', (part) => {
    // What breaks off tells its reader so in words.
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
        // An empty body is an empty form: some clients send one first, to be asked who they are.
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
  new Map(Object.entries(headers).map(([name, values]) => [name, String((values as string[])[0] ?? '')]));

type Item = RawPart | Error | 'end';

/** What came, until it is taken. */
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
