import type { ErrorCode } from './errors.ts';

/** A source of random numbers from 0 up to, not including, 1. */
export type Random = () => number;

/**
 * One field on the wire. The device uses `decode` to read it in a command and `encode` to write it in a reply; a client
 * uses `read` for replies and `write` for commands. For text that is not a value they give undefined; none of them
 * throws.
 */
export interface Codec<T> {
  /**
   * Regular expression, without groups, of the field's text in a command. It checks the shape; `decode` checks the
   * range.
   */
  readonly shape: string;
  readonly replyShape: string;
  decode(text: string): T | undefined;
  encode(value: T): string;
  read(text: string): T | undefined;
  write(value: T): string;
  /** Reads a value from the words that a technician types. */
  fromWords(text: string): T | undefined;
  toWords(value: T): string;
  /** All values in words; only for fields with few values. */
  readonly options?: readonly string[];
  /** The range of values, for people. */
  readonly describe: string;
  /** Error code that answers a refused text. */
  readonly code: ErrorCode;
  /** Gives a value that is in range, for tests. */
  sample?(random: Random): T;
  /** Command texts that must be refused, for tests. */
  readonly wrong: readonly string[];
  /** The next value in a direction, for the + and - forms; stays in range. */
  step?(value: T, direction: 1 | -1): T;
  /** Whether the value is secret: it is never written to a log. */
  readonly secret: boolean;
}

type Parts<T> = Pick<Codec<T>, 'shape' | 'decode' | 'describe'> & Partial<Codec<T>>;

/** Makes a codec; `parts` holds what differs from the defaults. */
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

/** A whole number from 0 that only the device sends; it has no upper limit. */
export const counter: Codec<number> = codec<number>({
  shape: '\\d+',
  decode: (text) => (/^\d{1,15}$/.test(text) ? Number(text) : undefined),
  encode: (value) => String(Math.max(0, Math.floor(value))),
  describe: 'a number',
});

/** A number with decimals that only the device sends. */
export const decimals = (digits: number): Codec<number> =>
  codec<number>({
    shape: '-?\\d+(?:\\.\\d+)?',
    decode: (text) => (/^-?\d{1,9}(\.\d{1,6})?$/.test(text) ? Number(text) : undefined),
    encode: (value) => value.toFixed(digits),
    describe: 'a number',
  });

type Wire = Readonly<Record<number | string, string | number>>;

/**
 * One of some named values: `oneOf({ 0: 'stop', 1: 'start' })`. Numbers on the wire may have leading zeros, words may
 * have any case. If two wire words have the same value, the first is sent.
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

/** One of some words; the value is the word on the wire. */
export const spelled = <const T extends string>(...values: readonly T[]): Codec<T> =>
  codec<T>({
    shape: '[A-Za-z]+',
    decode: (text) => values.find((value) => value === text.toLowerCase()),
    describe: values.join(', '),
    sample: (random) => pick(values, random),
    wrong: ['nonsense'],
  });

/** One of some numbers; the value is the number on the wire. */
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

/** A text for use inside of a line: each run of control characters becomes one space. */
// oxlint-disable-next-line no-control-regex
export const oneLine = (text: string): string => text.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ');

/** Limits of a text: its length in characters, its form, and examples for tests. */
export interface TextLimits {
  max: number;
  min?: number;
  /** Regular expression that the text must match besides its length. */
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
  // A string has at least as many units as code points, so code points are counted only if the units are too many.
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

/** Text that only the device sends. */
export const words: Codec<string> = codec<string>({
  shape: '.*',
  decode: (value) => value,
  encode: oneLine,
  describe: 'text',
});

/** A word that only the device sends; it ends before `*`, `,`, `<` or `>`. */
export const word: Codec<string> = codec<string>({ ...words, shape: '[^*,<>]*', replyShape: '[^*,<>]*' });
