import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { textOfBytes } from '@amphi/lib/runtime/texts/bytes-text.ts';
import { troubleInText } from '@amphi/lib/runtime/texts/foreign-text.ts';
import { BadRequest } from '../catalogue/bad-request.ts';
import { dispositionParameters } from '../intake/file-names.ts';
import { boundaryIn, rawParts, type RawPart } from './multipart.ts';
import { pairsOf } from './url-encoded.ts';

/** Forms as agents send them: `application/x-www-form-urlencoded`, or `multipart/form-data` with or without files. */

/** Text of a form. */
export interface FormField {
  name: string;
  value: string;
}

/** File of a form: its stream must be read to the end, or destroyed, before the next part comes. */
export interface FormFile {
  name: string;
  fileName: string;
  mimeType: string;
  stream: Readable;
}

/** Part of a form: a text or a file. */
export type FormPart = FormField | FormFile;

/** Whether a part is a file. */
export const isFile = (part: FormPart): part is FormFile => 'stream' in part;

/**
 * Bytes of all texts of a form together (media packages and catalogs are texts); a form with more is refused with 413.
 */
const TEXT_LIMIT_BYTES = 4 << 20;
/**
 * Bytes of the texts of all forms that are being read; beyond this a form is refused with 503, and the client may try
 * again.
 */
const ALL_TEXTS_BYTES = 256 << 20;
/** Parts of a form; one with more is refused with 413. */
const MOST_PARTS = 1000;

declare module 'fastify' {
  interface FastifyRequest {
    /** Bytes of the texts of this request's form, so far. */
    formBytes: number;
    /** Adds to this number. Throws when a limit is passed. */
    countText(bytes: number): void;
  }
}

/** Makes the server read forms of both kinds. */
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
  // `multipart/form-data` is read part by part, by `formParts`.
  app.addContentTypeParser(MULTIPART, (_request, _payload, done) => done(null, undefined));
  // Bodies of other types reach their route as a stream (a zipped media package, for example).
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
}

const MULTIPART = /^multipart\/form-data\b/i;

const charsetIn = (contentType: string | undefined): string | undefined =>
  /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(contentType ?? '')?.[1];

const tooManyParts = (): Error =>
  Object.assign(new Error(`a form has ${MOST_PARTS} parts at most`), { statusCode: 413 });
const tooLong = (): Error => Object.assign(new Error('this text is too long'), { statusCode: 413 });

/**
 * Parts of a form, in the order in which they come. Throws for a form that is cut off, whose texts are too long (each,
 * or all together), or with characters that no text may have.
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
    // A part without a name is skipped.
    if (!part) raw.stream.resume();
    else yield 'fileName' in part ? part : await textField(request, part);
  }
}

/** Types of parts that are files even without a file name. */
const FILE_TYPES = /^(video|audio|image)\/|^application\/(octet-stream|zip)\b/i;

/** Part of a form by its headers; undefined: it has no name. Throws BadRequest for an encoding that only mail uses. */
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

/** Counts the bytes of the texts of each form, and those of all forms that are not answered yet. */
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

/** Reads a form of texts; files in it are read as texts too, since some agents send everything as files. */
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
 * Reads a text of a form, even if it was sent as a file. Throws if it is too long or has characters that no text may
 * have. `charset`: the one that its part names.
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

/** Texts of a form, by their names. */
export interface Form {
  get(name: string): string | undefined;
  all(name: string): string[];
  entries: readonly FormField[];
}

/** Form of some texts; the first of a name counts. */
export const formOf = (entries: readonly FormField[]): Form => ({
  entries,
  get: (name) => entries.find((entry) => entry.name === name)?.value,
  all: (name) => entries.filter((entry) => entry.name === name).map(({ value }) => value),
});
