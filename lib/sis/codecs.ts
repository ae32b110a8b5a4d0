import type { ErrorCode } from './errors.ts';

/** Gives numbers from 0 up to, not including, 1. */
export type Random = () => number;

/**
 * How one field stands on the wire. `decode` reads it in a command, `encode` writes it in a reply; `read` and `write`
 * are the other side of the same conversation (a client reads replies and writes commands).
 * A text that means nothing gives undefined; nothing here throws.
 */
export interface Codec<T> {
  /** What may stand in a command: a regular expression without groups, of shape only, not of range. */
  readonly shape: string;
  readonly replyShape: string;
  decode(text: string): T | undefined;
  encode(value: T): string;
  read(text: string): T | undefined;
  write(value: T): string;
  /** A value in words a technician may type. */
  fromWords(text: string): T | undefined;
  toWords(value: T): string;
  /** All values in words, where there are few. */
  readonly options?: readonly string[];
  /** The range, for people. */
  readonly describe: string;
  /** What a refused text is answered with. */
  readonly code: ErrorCode;
  /** A value that is in range. */
  sample?(random: Random): T;
  /** Command texts that must be refused. */
  readonly wrong: readonly string[];
  /** The value next to this one, for the + and - forms; stays in range. */
  step?(value: T, direction: 1 | -1): T;
  /** Never to be written to a log. */
  readonly secret: boolean;
}

type Parts<T> = Pick<Codec<T>, 'shape' | 'decode' | 'describe'> & Partial<Codec<T>>;

/** A codec from what is special about it. */
export function codec<T>(parts: Parts<T>): Codec<T> {
  const encode = parts.encode ?? String;
  const decode = parts.decode;
  return {
    replyShape: parts.shape,
    encode,
    read: decode,
    write: encode,
    fromWords: decode,
    toWords: encode,
    code: 'E13',
    wrong: [],
    secret: false,
    ...parts,
  };
}

export type ValueOf<C> = C extends Codec<infer T> ? T : never;

const pick = <T>(items: readonly T[], random: Random): T => items[Math.floor(random() * items.length)] as T;

/** A whole number from `min` to `max`, leading zeros allowed. */
export function integer(min: number, max: number, step = 1): Codec<number> {
  const inRange = (value: number) => (value >= min && value <= max ? value : undefined);
  return codec<number>({
    shape: min < 0 ? '-?\\d+' : '\\d+',
    decode: (text) => (/^-?\d{1,9}$/.test(text) ? inRange(Number(text)) : undefined),
    describe: `${min} to ${max}`,
    sample: (random) => min + Math.floor(random() * (max - min + 1)),
    wrong: min > 0 ? [String(min - 1), String(max + 1)] : [String(max + 1)],
    step: (value, direction) => Math.min(max, Math.max(min, value + direction * step)),
  });
}

/** A whole number of at least zero that only the device says, so without a range. */
export const counter: Codec<number> = codec<number>({
  shape: '\\d+',
  decode: (text) => (/^\d{1,15}$/.test(text) ? Number(text) : undefined),
  encode: (value) => String(Math.max(0, Math.floor(value))),
  describe: 'a number',
});

/** A number that may have decimals, as the device says it. */
export const decimals = (digits: number): Codec<number> =>
  codec<number>({
    shape: '-?\\d+(?:\\.\\d+)?',
    decode: (text) => (/^-?\d{1,9}(\.\d{1,6})?$/.test(text) ? Number(text) : undefined),
    encode: (value) => value.toFixed(digits),
    describe: 'a number',
  });

type Wire = Readonly<Record<number | string, string | number>>;

/**
 * One of some named values: `oneOf({ 0: 'stop', 1: 'start' })`. Numbers on the wire may have leading zeros, letters any case.
 * Where wire words are given twice, the first is what is sent.
 */
export function oneOf<const W extends Wire>(wire: W): Codec<W[keyof W]> {
  type Value = W[keyof W];
  const entries = Object.entries(wire) as [string, Value][];
  const byWire = new Map(entries);
  const byValue = new Map(entries.toReversed().map(([text, value]) => [value, text]));
  const byWord = new Map(entries.map(([, value]) => [String(value).toLowerCase(), value]));
  const numeric = entries.every(([text]) => /^\d+$/.test(text));
  const decode = (text: string) => byWire.get(numeric ? text.replace(/^0+(?=\d)/, '') : text.toUpperCase());
  return codec<Value>({
    shape: numeric ? '\\d+' : '[A-Za-z0-9]+',
    decode,
    encode: (value) => byValue.get(value) ?? '?',
    fromWords: (text) => byWord.get(text.toLowerCase()) ?? decode(text),
    toWords: String,
    options: entries.map(([, value]) => String(value)),
    describe: entries.map(([text, value]) => (text === String(value) ? text : `${text} ${value}`)).join(', '),
    sample: (random) => pick(entries, random)[1],
    wrong: numeric ? [String(Math.max(...entries.map(([text]) => Number(text))) + 1)] : [],
  });
}

/** One of some words that stand on the wire as they are. */
export const spelled = <const T extends string>(...values: readonly T[]): Codec<T> =>
  codec<T>({
    shape: '[A-Za-z]+',
    decode: (text) => values.find((value) => value === text.toLowerCase()),
    describe: values.join(', '),
    sample: (random) => pick(values, random),
    wrong: ['nonsense'],
  });

/** One of some numbers that mean themselves. */
export const among = <const N extends number>(...numbers: readonly N[]): Codec<N> =>
  oneOf(Object.fromEntries(numbers.map((n) => [n, n])) as Record<string, N>);

/** 0 or 1. */
export const flag: Codec<boolean> = codec<boolean>({
  shape: '\\d+',
  decode: (text) => (/^0*1$/.test(text) ? true : /^0+$/.test(text) ? false : undefined),
  encode: (value) => (value ? '1' : '0'),
  fromWords: (text) => ({ on: true, off: false, '1': true, '0': false })[text.toLowerCase()],
  toWords: (value) => (value ? 'on' : 'off'),
  options: ['on', 'off'],
  describe: '0 off, 1 on',
  sample: (random) => random() < 0.5,
  wrong: ['2'],
});

/** A device never says a control character inside a line, whoever put it into a name. */
// oxlint-disable-next-line no-control-regex
export const oneLine = (text: string): string => text.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ');

export interface TextLimits {
  max: number;
  min?: number;
  /** What it must look like beside its length. */
  like?: RegExp;
  describe?: string;
  code?: ErrorCode;
  secret?: boolean;
  samples: readonly [string, ...string[]];
  wrong?: readonly string[];
}

/** Text of `min` (1) to `max` characters (code points), no control characters; letter case is kept. */
export function text(limits: TextLimits): Codec<string> {
  const { max, min = 1, like, samples } = limits;
  // oxlint-disable-next-line no-control-regex
  const plain = (value: string) => !/[\u0000-\u001f\u007f]/.test(value);
  // A string has at least as many units as code points: the second count is only made when it can matter.
  const fits = (value: string) => value.length >= min && (value.length <= max || Array.from(value).length <= max);
  return codec<string>({
    shape: '.*',
    decode: (value) => (fits(value) && plain(value) && (like?.test(value) ?? true) ? value : undefined),
    encode: oneLine,
    read: (value) => value,
    describe: limits.describe ?? `text of ${min} to ${max} characters`,
    sample: (random) => pick(samples, random),
    wrong: ['x'.repeat(max + 1), ...(limits.wrong ?? [])],
    code: limits.code ?? 'E13',
    secret: limits.secret ?? false,
  });
}

/** Text that only the device says. */
export const words: Codec<string> = codec<string>({
  shape: '.*',
  decode: (value) => value,
  encode: oneLine,
  describe: 'text',
});

/** A word that only the device says, up to the next `*`, `,`, `<` or `>`. */
export const word: Codec<string> = codec<string>({ ...words, shape: '[^*,<>]*', replyShape: '[^*,<>]*' });
