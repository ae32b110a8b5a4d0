import { textOfBytes } from '#lib/runtime/texts/bytes-text.ts';
import { cleanText } from '#lib/runtime/texts/clean-text.ts';
import type { Line } from './text-lines.ts';

/** A property of a component. */
export interface Property {
  /** Name in capitals. */
  name: string;
  line: number;
  /** Values by the parameters' names in capitals, without quotes. */
  parameters: ReadonlyMap<string, string>;
  value: string;
  /** Set if the parameters have a quote that is never closed. */
  isTorn?: true;
}

/**
 * Properties with dates. Their parameters may hold colons and commas without quotes, since a date can be recognised
 * after them.
 */
const DATED = new Set(['DTSTART', 'DTEND', 'EXDATE', 'RDATE', 'RECURRENCE-ID']);
const DATE_LIKE = /^\s*(?:\d{4}-?\d\d-?\d\d|P)/i;

/** Reads `NAME;PARAMETER=VALUE:VALUE`; undefined if it is no property. */
export function propertyOf({ number, text }: Line): Property | undefined {
  const name = /^\s*([A-Za-z0-9-]+)\s*(?=[;:])/.exec(text);
  if (!name) return undefined;
  const from = name[0].length;
  const made = { name: (name[1] ?? '').toUpperCase(), line: number };
  const cut = cutAt(text, from);
  if (DATED.has(made.name) && !(cut && DATE_LIKE.test(text.slice(cut.valueAt)))) {
    const valueAt = dateIn(text, from);
    if (valueAt !== undefined)
      return { ...made, parameters: loosely(text.slice(from, valueAt - 1)), value: text.slice(valueAt) };
  }
  if (cut) return { ...made, parameters: cut.parameters, value: text.slice(cut.valueAt) };
  // A quote that is never closed is read as an ordinary character.
  const colon = text.indexOf(':', from);
  return colon === -1
    ? undefined
    : { ...made, parameters: loosely(text.slice(from, colon)), value: text.slice(colon + 1), isTorn: true };
}

const PARAMETER = /;([^=;:"]*)(?:=((?:"[^"]*"|[^";:])*))?(?=[;:])/y;

function cutAt(text: string, from: number): { parameters: Map<string, string>; valueAt: number } | undefined {
  const parameters = new Map<string, string>();
  let at = from;
  while (text[at] === ';') {
    PARAMETER.lastIndex = at;
    const found = PARAMETER.exec(text);
    if (!found) return undefined;
    setParameter(parameters, found[1] ?? '', found[2]);
    at = PARAMETER.lastIndex;
  }
  return text[at] === ':' ? { parameters, valueAt: at + 1 } : undefined;
}

/** Encodings, which vCalendar 1.0 also writes without `ENCODING=`. */
const ENCODINGS = new Set(['QUOTED-PRINTABLE', 'BASE64', '8BIT', '7BIT']);

const setParameter = (parameters: Map<string, string>, name: string, value: string | undefined): void => {
  const bareName = name.trim().toUpperCase();
  if (value === undefined && ENCODINGS.has(bareName)) parameters.set('ENCODING', bareName);
  if (value === undefined || bareName === '') return;
  const bare = value.trim().replaceAll(/^"|"$|\\(?=[,;:])/g, '');
  parameters.set(bareName, bare.trim());
};

/** The place in `text` where the first date after a colon begins; undefined if there is none. */
function dateIn(text: string, from: number): number | undefined {
  for (let colon = text.indexOf(':', from); colon !== -1; colon = text.indexOf(':', colon + 1)) {
    if (DATE_LIKE.test(text.slice(colon + 1, colon + 40))) return colon + 1;
  }
  return undefined;
}

function loosely(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const part of text.split(';')) {
    const equals = part.indexOf('=');
    if (equals !== -1) setParameter(parameters, part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  return parameters;
}

/** The text of a property, also of one that vCalendar 1.0 writes in Quoted-Printable or Base64. */
export function textOf(property: Property | undefined): string {
  if (!property) return '';
  if (isQuoted(property)) return textIn(cleanText(unquoted(property)));
  const { parameters, value } = property;
  const isPacked = /^B(?:ASE64)?$/i.test(parameters.get('ENCODING') ?? '') && /^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(value);
  return textIn(isPacked ? cleanText(textOfBytes(Buffer.from(value, 'base64'), parameters.get('CHARSET'))) : value);
}

/** Whether the value is Quoted-Printable: if such a value ends with `=`, it continues in the next line. */
export const isQuoted = ({ parameters }: Property): boolean =>
  parameters.get('ENCODING')?.toUpperCase() === 'QUOTED-PRINTABLE';

/** Length of a Quoted-Printable text, in characters; what is beyond is cut off: no description is as long. */
const LONGEST_QUOTED = 300_000;

function unquoted({ parameters, value }: Property): string {
  const charset = parameters.get('CHARSET');
  return (
    value
      .slice(0, LONGEST_QUOTED)
      // A line that was broken before a blank: the blank was taken for that of a folded line.
      .replaceAll(/=(?![0-9A-F]{2})/gi, ' ')
      .replaceAll(/(?:=[0-9A-F]{2})+/gi, (codes) => textOfBytes(Buffer.from(codes.replaceAll('=', ''), 'hex'), charset))
  );
}

/** Text without the escapes of RFC 5545 3.3.11, and without blanks around it. */
export const textIn = (value: string): string =>
  value
    .replaceAll(/\\([\s\S])/g, (_, letter: string) => (letter === 'n' || letter === 'N' ? '\n' : letter))
    .replaceAll(/\r\n?/g, '\n')
    .trim();
