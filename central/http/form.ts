import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { troubleInText } from '@amphi/lib/runtime/texts/foreign-text.ts';
import { BadRequest } from '../catalogue/bad-request.ts';
import { fileNameIn } from '../intake/file-names.ts';

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

/** All texts of a form together (media packages and catalogs are texts); a longer form is refused with 413. */
const TEXT_LIMIT_BYTES = 4 << 20;
/** Texts of all forms that are being read; beyond it a form is refused with 503, and may come again. */
const ALL_TEXTS_BYTES = 256 << 20;
/** Parts of a form; one with more is refused with 413. */
const MOST_PARTS = 1000;

declare module 'fastify' {
  interface FastifyRequest {
    /** Bytes of texts that this request's form holds. */
    formBytes: number;
    /** Counts more of them. Throws when it is too much. */
    countText(bytes: number): void;
  }
}

export async function readForms(app: FastifyInstance): Promise<void> {
  countTexts(app);
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

const tooLong = (): Error => Object.assign(new Error('this text is too long'), { statusCode: 413 });

/**
 * The parts in the order in which they come; a form that is cut off throws, and so does one whose texts are longer than texts are,
 * one by one or together, or have what no text may have.
 */
export async function* formParts(request: FastifyRequest): AsyncGenerator<FormPart> {
  for await (const part of partsOf(request)) {
    checkText('the name of a field', part.name);
    if (isFile(part)) checkText(`the file name of ${part.name}`, part.fileName);
    else {
      request.countText(part.value.length);
      checkText(part.name, part.value);
    }
    yield part;
  }
}

async function* partsOf(request: FastifyRequest): AsyncGenerator<FormPart> {
  if (request.body instanceof URLSearchParams) {
    for (const [name, value] of request.body) yield { name, value };
    return;
  }
  if (!request.isMultipart()) return;
  for await (const part of request.parts()) {
    if (part.type === 'file') {
      const fileName = fileNameIn(part.filename);
      yield { name: part.fieldname, fileName, mimeType: part.mimetype, stream: part.file };
      continue;
    }
    if (part.valueTruncated || part.fieldnameTruncated) throw tooLong();
    // A field that says it is JSON is read by the plugin already.
    yield { name: part.fieldname, value: typeof part.value === 'string' ? part.value : JSON.stringify(part.value) };
  }
}

/** Counts the texts of each form, and those of all forms that are not answered yet. */
function countTexts(app: FastifyInstance): void {
  let all = 0;
  app.decorateRequest('formBytes', 0);
  app.decorateRequest('countText', function count(this: FastifyRequest, bytes: number): void {
    this.formBytes += bytes;
    all += bytes;
    if (this.formBytes > TEXT_LIMIT_BYTES) throw tooLong();
    if (all <= ALL_TEXTS_BYTES) return;
    throw Object.assign(new Error('too many forms are being read: come again in a moment'), { statusCode: 503 });
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.raw.once('close', () => {
      all -= request.formBytes;
      request.formBytes = 0;
    });
  });
}

function checkText(name: string, text: string): void {
  const trouble = troubleInText(text);
  if (trouble) throw new BadRequest(`${name} ${trouble}`);
}

/** A whole form of texts: what is sent as a file is read as text too, for some agents send everything so. */
export async function readForm(request: FastifyRequest): Promise<Form> {
  const fields: FormField[] = [];
  for await (const part of formParts(request)) fields.push(isFile(part) ? await textField(request, part) : part);
  return formOf(fields);
}

/** A text that was sent as a file, as a field. Throws when it is longer than texts are, or has what no text may have. */
export async function textField(request: FastifyRequest, { name, stream }: FormFile): Promise<FormField> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    request.countText(chunk.length);
    chunks.push(chunk);
  }
  const value = Buffer.concat(chunks).toString('utf8');
  checkText(name, value);
  return { name, value };
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
