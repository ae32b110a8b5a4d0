import { randomBytes } from 'node:crypto';
import { fileChunks, type WireBody } from './wire.ts';

/** Makes bodies of requests: forms, forms with a file at their end, and JSON. */

/** The fields of a form, in order. */
export type Fields = readonly (readonly [name: string, value: string])[];

/** A form as `application/x-www-form-urlencoded`. */
export const urlEncoded = (fields: Fields): WireBody =>
  whole(
    'application/x-www-form-urlencoded',
    new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value])).toString(),
  );

/** A JSON body. Texts lose characters that no server stores: NUL is removed, halves of characters become U+FFFD. */
export const jsonBody = (value: unknown): WireBody =>
  whole(
    'application/json',
    JSON.stringify(value, (_, one: unknown) =>
      typeof one === 'string' ? one.replaceAll('\0', '').toWellFormed() : one,
    ),
  );

function whole(type: string, text: string): WireBody {
  const bytes = Buffer.from(text);
  return {
    type,
    bytes: bytes.byteLength,
    async *chunks() {
      yield bytes;
    },
  };
}

/** A file that is sent in a form: one on the disk, or a text. */
export interface FilePart {
  field: string;
  content: { path: string } | { text: string };
  /** Name for the server; characters that are not ASCII become `_`. */
  name: string;
  mimeType: string;
  bytes: number;
}

/** A form as `multipart/form-data`: the fields in their order, then the file; one on the disk is streamed. */
export function multipart(fields: Fields, file: FilePart, more: Pick<WireBody, 'onSent' | 'pace'> = {}): WireBody {
  const boundary = `amphi-${randomBytes(16).toString('hex')}`;
  const texts = fields.map(
    ([name, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n${value}\r\n`,
  );
  const place = `Content-Disposition: form-data; name="${quoted(file.field)}"; filename="${asciiName(file.name)}"`;
  const head = Buffer.from(`${texts.join('')}--${boundary}\r\n${place}\r\nContent-Type: ${file.mimeType}\r\n\r\n`);
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    bytes: head.byteLength + file.bytes + tail.byteLength,
    async *chunks() {
      yield head;
      if ('text' in file.content) yield Buffer.from(file.content.text);
      else yield* fileChunks(file.content.path, file.bytes);
      yield tail;
    },
    ...more,
  };
}

const quoted = (text: string): string => text.replaceAll(/["\r\n]/g, '_');

/** A file name in which all characters other than letters, digits and `_.()-` are replaced by `_`. */
export const asciiName = (name: string): string => name.replaceAll(/[^\w.()-]/g, '_');
