import { quoted } from './mistakes.ts';
import { VARIABLE_HERE, variableOf, type NamedVariable } from './variables.ts';

/** A word or sign of a condition, with its column, from 1. */
export type Token = { column: number } & (
  | { kind: 'and' | 'or' | 'not' | 'open' | 'close' | 'end' }
  | { kind: 'relation'; sign: Relation }
  | { kind: 'operator'; sign: Operator }
  | { kind: 'number'; value: number }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'text'; text: string }
  | { kind: 'variable'; variable: NamedVariable }
);

/** Signs that compare. */
export type Relation = '<' | '<=' | '==' | '!=' | '>' | '>=';
/** Signs that calculate. */
export type Operator = '+' | '-' | '*' | '/';

/** Thrown for a wrong condition; says what would be right, and the column from 1. */
export class ConditionError extends Error {
  readonly column: number;
  constructor(column: number, what: string) {
    super(`column ${column}: ${what}`);
    this.column = column;
  }
}

/** Number of characters of a condition; a longer one is refused. */
const LONGEST = 4000;

const BLANK = /\s+/y;
const NUMBER = /\d+(?:\.\d+)?/y;
const TEXT = /'((?:''|[^'])*)'/y;
const WORD = /[^\s()'"<>=!+*/$]+/y;
const SIGN = /<=|>=|==|!=|<|>|[-+*/()]/y;

const KEYWORDS: ReadonlyMap<string, 'and' | 'or' | 'not'> = new Map([
  ['AND', 'and'],
  ['OR', 'or'],
  ['NOT', 'not'],
]);

/** The words and signs of a condition; the last one is the end. Throws a `ConditionError`. */
export function splitCondition(text: string): Token[] {
  if (text.length > LONGEST) throw new ConditionError(1, `the condition is longer than ${LONGEST} characters`);
  const tokens: Token[] = [];
  let at = 0;
  const take = (what: RegExp): RegExpExecArray | undefined => {
    what.lastIndex = at;
    const found = what.exec(text) ?? undefined;
    if (found) at = what.lastIndex;
    return found;
  };
  while (take(BLANK) || at < text.length) {
    if (at >= text.length) break;
    tokens.push(nextToken(take, text, at + 1));
  }
  return [...tokens, { kind: 'end', column: text.length + 1 }];
}

type Take = (what: RegExp) => RegExpExecArray | undefined;

function nextToken(take: Take, whole: string, column: number): Token {
  const named = take(VARIABLE_HERE);
  if (named) return { kind: 'variable', column, variable: variableOf(named) };
  const number = take(NUMBER);
  if (number) return { kind: 'number', column, value: Number(number[0]) };
  const text = take(TEXT);
  if (text) return { kind: 'text', column, text: (text[1] ?? '').replaceAll("''", "'") };
  const sign = take(SIGN);
  if (sign) return signToken(sign[0], column);
  return wordToken(take(WORD)?.[0] ?? '', whole[column - 1] ?? '', column);
}

function signToken(sign: string, column: number): Token {
  if (sign === '(') return { kind: 'open', column };
  if (sign === ')') return { kind: 'close', column };
  return /^[-+*/]$/.test(sign)
    ? { kind: 'operator', column, sign: sign as Operator }
    : { kind: 'relation', column, sign: sign as Relation };
}

function wordToken(word: string, char: string, column: number): Token {
  const keyword = KEYWORDS.get(word);
  if (keyword) return { kind: keyword, column };
  if (word === 'true' || word === 'false') return { kind: 'boolean', column, value: word === 'true' };
  throw new ConditionError(column, rightFor(word, char));
}

function rightFor(word: string, char: string): string {
  const upper = word.toUpperCase();
  if (KEYWORDS.has(upper)) return `${word} must be written in capitals: ${upper}`;
  if (/^(true|false)$/i.test(word)) return `${word} must be written in small letters: ${word.toLowerCase()}`;
  if (word === '&&' || word === '&') return `${word} is written AND here`;
  if (word === '||' || word === '|') return `${word} is written OR here`;
  if (char === '!') return '! is written NOT here';
  if (char === '=') return 'a comparison is written ==';
  if (char === '"') return "a text stands in single quotes: 'text'";
  if (char === "'") return "this text does not end: a single quote is missing ('' is a quote inside of a text)";
  if (char === '$') return 'a variable is written ${name}, or ${name:default}';
  return `${quoted(word || char)} is no value: a text stands in single quotes, a variable is written \${name}`;
}
