import type { FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';

/** Bytes of a body that is read as a text; a larger one is refused with 413. */
const MOST_BYTES = 4 << 20;

/** Body as a text, whatever type it was sent as: Opencast's editor says text for its JSON. */
export async function bodyText({ body }: FastifyRequest): Promise<string> {
  if (body instanceof Readable) return (await limitedBody(body, MOST_BYTES)).toString('utf8');
  if (typeof body === 'string') return body;
  return JSON.stringify(body ?? null);
}

/** The bytes of a stream. Throws an error with status 413 for more than `mostBytes`; the rest is not kept. */
export async function limitedBody(stream: Readable, mostBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of stream as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > mostBytes)
      throw Object.assign(new Error(`a file of ${mostBytes >> 20} MB at most is taken here`), { statusCode: 413 });
    parts.push(part);
  }
  return Buffer.concat(parts);
}
