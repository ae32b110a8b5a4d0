import type { Codec } from './codecs.ts';

/**
 * A wire form as text. `{name}` is a field, `{name:2}` a field padded with zeros to two digits; `[…]` is left out if
 * its fields are empty; `␠` is a required space, `↵` a line end inside of a reply. `ESC ` at the front marks an escape
 * command.
 */
export type Template = string;

/** A field of a template, with the number of digits it is padded to. */
export interface FieldToken {
  name: string;
  digits: number;
}
/** A part of a template: fixed text, a field, or a part that may be missing. */
export type Token = string | FieldToken | { optional: readonly Token[] };

/** Values of fields by their names. */
export type Values = Readonly<Record<string, unknown>>;
/** Codecs of fields by their names. */
export type Codecs = Readonly<Record<string, Codec<unknown>>>;

/** The names of a template's fields, as a type. */
export type FieldNames<T extends string> = T extends `${string}{${infer Name}}${infer Rest}`
  ? Unpadded<Name> | FieldNames<Rest>
  : never;
type Unpadded<N extends string> = N extends `${infer Name}:${string}` ? Name : N;

const visible = (literal: string) => literal.replaceAll('␠', ' ').replaceAll('↵', '\r\n');

/** Splits a template (without `ESC `) into literals and fields. */
export function tokensOf(template: Template): readonly Token[] {
  return template.split(/(\[[^\]]*\]|\{[^}]*\})/).flatMap((part): Token[] => {
    if (part === '') return [];
    if (part.startsWith('[')) return [{ optional: tokensOf(part.slice(1, -1)) }];
    if (!part.startsWith('{')) return [visible(part)];
    const [name = '', digits = '0'] = part.slice(1, -1).split(':');
    return [{ name, digits: Number(digits) }];
  });
}

/** All fields of a template, in their order. */
export const fieldsIn = (tokens: readonly Token[]): readonly FieldToken[] =>
  tokens.flatMap((token) =>
    typeof token === 'string' ? [] : 'optional' in token ? fieldsIn(token.optional) : [token],
  );

type Side = 'encode' | 'write';

function textOf(token: FieldToken, codecs: Codecs, values: Values, side: Side): string {
  const value = values[token.name];
  const codec = codecs[token.name];
  if (value === undefined || codec === undefined) throw new TypeError(`sis: no value for {${token.name}}`);
  return codec[side](value).padStart(token.digits, '0');
}

/**
 * Fills a template with values; `encode` writes as the device does, `write` as a client does. Throws TypeError if a
 * value is missing, which is a mistake of the handler; the types of handlers do not allow it.
 */
export function fill(tokens: readonly Token[], codecs: Codecs, values: Values, side: Side): string {
  return tokens
    .map((token) => {
      if (typeof token === 'string') return token;
      if (!('optional' in token)) return textOf(token, codecs, values, side);
      const empty = fieldsIn(token.optional).every((field) => textOf(field, codecs, values, side) === '');
      return empty ? '' : fill(token.optional, codecs, values, side);
    })
    .join('');
}

const literal = (part: string) => part.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);

type Shape = (token: FieldToken) => string;

function source(tokens: readonly Token[], shape: Shape): string {
  return tokens
    .map((token) => {
      if (typeof token === 'string') return literal(token);
      return 'optional' in token ? `(?:${source(token.optional, shape)})?` : `(${shape(token)})`;
    })
    .join('');
}

/**
 * Matcher for a whole command or reply; its groups are the fields in the order of `fieldsIn`. Commands may have any
 * case.
 */
export const matcher = (tokens: readonly Token[], shape: Shape, flags: 'is' | 's'): RegExp =>
  new RegExp(`^${source(tokens, shape)}$`, flags);
