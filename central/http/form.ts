import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';

/** Forms as agents send them: `application/x-www-form-urlencoded`, or `multipart/form-data` with or without files. */

export interface FormField {
  name: string;
  value: string;
}

/** To be read to its end, or destroyed, before the next part comes. */
export interface FormFile {
  name: string;
  fileName: string;
  mimeType: string;
  stream: Readable;
}

export type FormPart = FormField | FormFile;

export const isFile = (part: FormPart): part is FormFile => 'stream' in part;

/** Media packages and catalogs are texts; nothing of a form but a file is larger. */
const TEXT_LIMIT_BYTES = 16 << 20;
const MOST_PARTS = 1000;

export async function readForms(app: FastifyInstance): Promise<void> {
  await app.register(multipart, {
    throwFileSizeLimit: false,
    limits: {
      fieldSize: TEXT_LIMIT_BYTES,
      fileSize: Infinity,
      parts: MOST_PARTS,
      fields: MOST_PARTS,
      files: MOST_PARTS,
    },
  });
  app.addContentTypeParser(
    /^application\/x-www-form-urlencoded\b/i,
    { parseAs: 'string', bodyLimit: TEXT_LIMIT_BYTES },
    (_request, body, done) => done(null, new URLSearchParams(body as string)),
  );
  // Others reach their route as a stream (a zipped media package), or have nothing to say.
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
}

/** The parts in the order in which they come; a form that is cut off throws. */
export async function* formParts(request: FastifyRequest): AsyncGenerator<FormPart> {
  if (request.body instanceof URLSearchParams) {
    for (const [name, value] of request.body) yield { name, value };
    return;
  }
  if (!request.isMultipart()) return;
  for await (const part of request.parts()) {
    if (part.type === 'file') {
      yield { name: part.fieldname, fileName: part.filename, mimeType: part.mimetype, stream: part.file };
    } else yield { name: part.fieldname, value: String(part.value) };
  }
}

/** A whole form of texts: what is sent as a file is read as text too, for some agents send everything so. */
export async function readForm(request: FastifyRequest): Promise<Form> {
  const fields: FormField[] = [];
  for await (const part of formParts(request)) {
    fields.push(isFile(part) ? { name: part.name, value: await textOf(part.stream) } : part);
  }
  return formOf(fields);
}

export interface Form {
  get(name: string): string | undefined;
  all(name: string): string[];
  entries: readonly FormField[];
}

export const formOf = (entries: readonly FormField[]): Form => ({
  entries,
  get: (name) => entries.find((entry) => entry.name === name)?.value,
  all: (name) => entries.filter((entry) => entry.name === name).map(({ value }) => value),
});

/** Throws when it is longer than texts are. */
export async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > TEXT_LIMIT_BYTES) throw Object.assign(new Error('this text is too long'), { statusCode: 413 });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
