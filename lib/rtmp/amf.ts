/**
 * AMF0, the values of RTMP's commands (Adobe's specification of 2007), as far as it is needed to replace texts in them.
 */

const STRING = 0x02;
const OBJECT = 0x03;
const ECMA_ARRAY = 0x08;
/** Bytes of a value after its marker: number, boolean, null, undefined. */
const FIXED: Readonly<Record<number, number>> = { 0x00: 8, 0x01: 1, 0x05: 0, 0x06: 0 };
/** Depth of objects in objects; deeper ones are left as they are. */
const DEEPEST = 8;

/** A command (Adobe's specification, 7.2): its name, its number, and one object of texts. */
export function commandOf(
  name: string,
  number: number,
  fields: readonly (readonly [key: string, text: string])[],
): Buffer {
  const id = Buffer.alloc(9);
  id.writeDoubleBE(number, 1);
  const parts = fields.flatMap(([key, text]) => [textOf(key).subarray(1), textOf(text)]);
  return Buffer.concat([textOf(name), id, Buffer.from([OBJECT]), ...parts, Buffer.from([0, 0, 0x09])]);
}

/** All texts in these values, in their order. */
export function textsIn(values: Buffer): string[] {
  const texts: string[] = [];
  withTexts(values, (text) => {
    texts.push(text);
    return text;
  });
  return texts;
}

/** The same values with each text as `change` gives it. What cannot be read, and all after it, is left as it is. */
export function withTexts(values: Buffer, change: (text: string) => string): Buffer {
  const parts: Buffer[] = [];
  const end = copyValues(values, 0, change, parts);
  parts.push(values.subarray(end));
  return Buffer.concat(parts);
}

function copyValues(from: Buffer, at: number, change: (text: string) => string, parts: Buffer[]): number {
  for (let next = at; ; at = next) {
    next = copyValue(from, at, change, parts, 0);
    if (next === at) return at;
  }
}

/** Copies one value; gives where the next one begins, or `at` itself if it cannot be read. */
function copyValue(from: Buffer, at: number, change: (text: string) => string, parts: Buffer[], depth: number): number {
  const marker = from[at];
  if (marker === undefined || depth > DEEPEST) return at;
  const fixed = FIXED[marker];
  if (fixed !== undefined) return copyBytes(from, at, at + 1 + fixed, parts);
  if (marker === STRING) {
    const end = at + 3 + (at + 3 <= from.length ? from.readUInt16BE(at + 1) : 0);
    if (end > from.length) return at;
    parts.push(textOf(change(from.toString('utf8', at + 3, end))));
    return end;
  }
  if (marker !== OBJECT && marker !== ECMA_ARRAY) return at;
  return copyFields(from, at, at + (marker === ECMA_ARRAY ? 5 : 1), change, parts, depth);
}

function copyFields(
  from: Buffer,
  at: number,
  first: number,
  change: (text: string) => string,
  parts: Buffer[],
  depth: number,
): number {
  const own = [from.subarray(at, first)];
  for (let field = first; field + 3 <= from.length;) {
    const value = field + 2 + from.readUInt16BE(field);
    own.push(from.subarray(field, value));
    if (value === field + 2 && from[value] === 0x09) {
      own.push(from.subarray(value, value + 1));
      parts.push(...own);
      return value + 1;
    }
    field = copyValue(from, value, change, own, depth + 1);
    if (field === value) return at;
  }
  return at;
}

function copyBytes(from: Buffer, at: number, end: number, parts: Buffer[]): number {
  if (end > from.length) return at;
  parts.push(from.subarray(at, end));
  return end;
}

function textOf(text: string): Buffer {
  const bytes = Buffer.from(text);
  const head = Buffer.from([STRING, bytes.length >> 8, bytes.length & 255]);
  return Buffer.concat([head, bytes]);
}
