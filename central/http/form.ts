import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { textOfBytes } from '@amphi/lib/runtime/texts/bytes-text.ts';
import { troubleInText } from '@amphi/lib/runtime/texts/foreign-text.ts';
import { BadRequest } from '../catalogue/bad-request.ts';
import { dispositionParameters } from '../intake/file-names.ts';
import { boundaryIn, rawParts, type RawPart } from './multipart.ts';
import { pairsOf } from './url-encoded.ts';

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
  app.addContentTypeParser(
    /^application\/x-www-form-urlencoded\b/i,
    { parseAs: 'buffer', bodyLimit: TEXT_LIMIT_BYTES },
    ({ headers }, body, done) => {
      const pairs = pairsOf(body as Buffer, charsetIn(headers['content-type']));
      done(pairs ? null : tooManyParts(), pairs && new URLSearchParams(pairs));
    },
  );
  // Read as it comes, by `formParts`.
  app.addContentTypeParser(MULTIPART, (_request, _payload, done) => done(null, undefined));
  // Others reach their route as a stream (a zipped media package), or have nothing to say.
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
}

const MULTIPART = /^multipart\/form-data\b/i;

const charsetIn = (contentType: string | undefined): string | undefined =>
  /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(contentType ?? '')?.[1];

const tooManyParts = (): Error =>
  Object.assign(new Error(`a form has ${MOST_PARTS} parts at most`), { statusCode: 413 });
const tooLong = (): Error => Object.assign(new Error('this text is too long'), { statusCode: 413 });

/**
 * The parts in the order in which they come; a form that is cut off throws, and so does one whose texts are longer than texts are,
 * one by one or together, or have what no text may have.
 */
export async function* formParts(request: FastifyRequest): AsyncGenerator<FormPart> {
  for await (const part of partsOf(request)) {
    checkText('the name of a field', part.name);
    if (isFile(part)) checkText(`the file name of ${part.name}`, part.fileName);
    else checkText(part.name, part.value);
    yield part;
  }
}

async function* partsOf(request: FastifyRequest): AsyncGenerator<FormPart> {
  if (request.body instanceof URLSearchParams) {
    for (const [name, value] of request.body) {
      request.countText(value.length);
      yield { name, value };
    }
    return;
  }
  const type = request.headers['content-type'] ?? '';
  if (!MULTIPART.test(type)) return;
  let count = 0;
  for await (const raw of rawParts(request.raw, boundaryIn(type))) {
    if (++count > MOST_PARTS) throw tooManyParts();
    const part = partIn(raw);
    // Without a name it is nobody's.
    if (!part) raw.stream.resume();
    else yield 'fileName' in part ? part : await textField(request, part);
  }
}

/** Types of what is a file also without a name. */
const FILE_TYPES = /^(video|audio|image)\/|^application\/(octet-stream|zip)\b/i;

/** A part by its headers; undefined: it is no field. Throws BadRequest for an encoding that only mail has. */
function partIn({ headers, stream }: RawPart): FormFile | (Named & { charset: string | undefined }) | undefined {
  const parameters = dispositionParameters(headers.get('content-disposition') ?? '');
  const name = parameters.get('name');
  if (name === undefined) return undefined;
  const encoding = headers.get('content-transfer-encoding')?.trim() ?? '';
  if (/^(base64|quoted-printable)$/i.test(encoding)) {
    throw new BadRequest(`${name} is sent as ${encoding}: parts of a form are sent as they are (RFC 7578)`);
  }
  const type = headers.get('content-type') ?? '';
  const fileName = parameters.get('filename');
  if (fileName === undefined && !FILE_TYPES.test(type)) return { name, stream, charset: charsetIn(type) };
  const mimeType = type.split(';', 1)[0]?.trim().toLowerCase() || 'application/octet-stream';
  return { name, fileName: fileName ?? '', mimeType, stream };
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

interface Named {
  name: string;
  stream: Readable;
}

/**
 * A text as a field, also one that was sent as a file. Throws when it is longer than texts are, or has what no text may have.
 * `charset`: what its part says.
 */
export async function textField(
  request: FastifyRequest,
  { name, stream, charset }: Named & { charset?: string | undefined },
): Promise<FormField> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    request.countText(chunk.length);
    chunks.push(chunk);
  }
  const value = textOfBytes(Buffer.concat(chunks), charset);
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
