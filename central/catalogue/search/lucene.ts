import { BadRequest } from '../bad-request.ts';

/**
 * Queries in the syntax of Lucene (facts/opencast 3.3): `dc_title:algebra AND (dc_creator:"M. Dupont" OR -exam*)`.
 * Words side by side must all occur. A query that is not understood is refused with a message: leaving a part of it out
 * would find other things.
 */

/** A query, as it was understood. */
export type Asked =
  | { kind: 'all' | 'any'; of: Asked[] }
  | { kind: 'not'; of: Asked }
  /** One word. `field`: its name as it was written; undefined: anywhere. `phrase`: `*` and `?` stand for themselves. */
  | { kind: 'word'; field: string | undefined; text: string; phrase: boolean }
  | { kind: 'range'; field: string; from: string | undefined; to: string | undefined }
  | { kind: 'everything' };

/** Words of one query, and brackets inside each other; a query with more is refused. */
const MOST_WORDS = 30;
const MOST_DEPTH = 10;

type Token = { kind: 'open' | 'close' | 'and' | 'or' | 'not' | 'must' } | Field | Word | Range;
interface Field {
  kind: 'field';
  name: string;
}
interface Word {
  kind: 'word';
  text: string;
  phrase: boolean;
}
interface Range {
  kind: 'range';
  from: string;
  to: string;
}

/** Reads a query. Throws BadRequest for one that is not understood. */
export function askedIn(text: string): Asked {
  const reader = openReader(tokensOf(text));
  const asked = readAny(reader, undefined, 0);
  if (reader.next()) throw new BadRequest('the question has a ) too many');
  return asked;
}

const TOKEN =
  /\s*(?:(?<open>\()|(?<close>\))|(?<and>&&|AND(?=[\s(]|$))|(?<or>\|\||OR(?=[\s(]|$))|(?<not>NOT(?=[\s(]|$)|[!-])|(?<must>\+)|(?<field>[A-Za-z][\w.-]*|\*):(?=\S)|"(?<phrase>(?:\\.|[^"\\])*)"|\[(?<from>[^\]\s]+)\s+TO\s+(?<to>[^\]\s]+)\]|(?<word>(?:\\.|[^\s()":[\]{}^~/\\])+))/gsy;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const trimmed = text.trim();
  TOKEN.lastIndex = 0;
  for (let at = 0; at < trimmed.length; at = TOKEN.lastIndex) {
    const found = TOKEN.exec(trimmed)?.groups;
    if (!found) {
      const rest = trimmed.slice(at).trim().slice(0, 20);
      throw new BadRequest(`the question is not understood at ${JSON.stringify(rest)}: ${UNDERSTOOD}`);
    }
    tokens.push(tokenOf(found));
  }
  if (tokens.filter(({ kind }) => kind === 'word' || kind === 'range').length > MOST_WORDS)
    throw new BadRequest(`a search has ${MOST_WORDS} words at most`);
  return tokens;
}

const UNDERSTOOD = 'words, "phrases", field:word, field:[from TO to], AND, OR, NOT, + and -, brackets, * and ? are';

function tokenOf(found: Record<string, string | undefined>): Token {
  const { field, phrase, from, to, word } = found;
  if (field !== undefined) return { kind: 'field', name: field };
  if (phrase !== undefined) return { kind: 'word', text: plain(phrase), phrase: true };
  if (from !== undefined && to !== undefined) return { kind: 'range', from, to };
  if (word !== undefined) return { kind: 'word', text: plain(word), phrase: word.includes('\\') };
  const { open, close, or, not, must } = found;
  if (open !== undefined) return { kind: 'open' };
  if (close !== undefined) return { kind: 'close' };
  if (not !== undefined) return { kind: 'not' };
  if (must !== undefined) return { kind: 'must' };
  return { kind: or === undefined ? 'and' : 'or' };
}

/** A text without its escapes: `\:` is a colon. */
const plain = (text: string): string => text.replaceAll(/\\(.)/gs, '$1');

interface Reader {
  next(): Token | undefined;
  take(): Token | undefined;
}

function openReader(tokens: readonly Token[]): Reader {
  let at = 0;
  return { next: () => tokens[at], take: () => tokens[at++] };
}

function readAny(reader: Reader, field: string | undefined, depth: number): Asked {
  const of = [readAll(reader, field, depth)];
  while (reader.next()?.kind === 'or') {
    reader.take();
    of.push(readAll(reader, field, depth));
  }
  return of.length === 1 && of[0] ? of[0] : { kind: 'any', of };
}

function readAll(reader: Reader, field: string | undefined, depth: number): Asked {
  const of: Asked[] = [];
  for (;;) {
    const next = reader.next()?.kind;
    if (next === undefined || next === 'close' || next === 'or') break;
    if (next === 'and') {
      reader.take();
      if (of.length === 0 || reader.next() === undefined) throw new BadRequest('AND stands between two things');
      continue;
    }
    of.push(readOne(reader, field, depth));
  }
  if (of.length === 0) throw new BadRequest('the question asks for nothing: AND, OR and brackets stand around words');
  return of.length === 1 && of[0] ? of[0] : { kind: 'all', of };
}

function readOne(reader: Reader, field: string | undefined, depth: number): Asked {
  const token = reader.take();
  if (depth > MOST_DEPTH) throw new BadRequest(`a search has ${MOST_DEPTH} brackets within each other at most`);
  switch (token?.kind) {
    case 'not':
      return { kind: 'not', of: readOne(reader, field, depth + 1) };
    case 'must':
      return readOne(reader, field, depth + 1);
    case 'field':
      return readOne(reader, token.name, depth + 1);
    case 'open': {
      const inner = readAny(reader, field, depth + 1);
      if (reader.take()?.kind !== 'close') throw new BadRequest('the question has a ( that is not closed');
      return inner;
    }
    case 'word':
      return wordOf(token, field);
    case 'range':
      if (field === undefined) throw new BadRequest('a range needs a field: dc_created:[2026-01-01 TO *]');
      return { kind: 'range', field, from: boundOf(token.from), to: boundOf(token.to) };
    case 'and':
    case 'or':
    case 'close':
    case undefined:
      throw new BadRequest('the question ends too soon, or has a word of its own where another should stand');
  }
}

function wordOf({ text, phrase }: Word, field: string | undefined): Asked {
  const isAll = text === '*' && !phrase;
  if (isAll && (field === undefined || field === '*')) return { kind: 'everything' };
  return { kind: 'word', field: field === '*' ? undefined : field, text, phrase };
}

const boundOf = (text: string): string | undefined => (text === '*' ? undefined : text);
