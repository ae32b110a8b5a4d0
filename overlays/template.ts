/** The values for a template. Any may be missing; its `{key}` is then empty. */
export interface TemplateValues extends Partial<Record<TextKey, string | undefined>> {
  /** Time for `{date}` and `{time}`. */
  nowMs?: number | undefined;
  /** Time since the recording began, for `{elapsed}`. */
  elapsedMs?: number | undefined;
  /** Language of `{date}`: 4 janvier 2017, 4 January 2017. French by default. */
  locale?: 'fr' | 'en' | undefined;
  /** Zone by its IANA name; without it, the machine's. */
  timeZone?: string | undefined;
}

const TEXT_KEYS = [
  'title',
  'presenter',
  'series',
  'course',
  'hall',
  'contributor',
  'coverage',
  'description',
  'format',
  'identifier',
  'language',
  'publisher',
  'rights',
  'source',
  'subject',
  'type',
] as const;
const TIME_KEYS = ['date', 'time', 'elapsed'] as const;

type TextKey = (typeof TEXT_KEYS)[number];
/** A key that a template may use. */
export type TemplateKey = TextKey | (typeof TIME_KEYS)[number];

/** All keys of templates: metadata of the recording, the hall, and the time. */
export const templateKeys: readonly TemplateKey[] = [...TEXT_KEYS, ...TIME_KEYS];

const PLACEHOLDER = /\{([^{}\n]{1,40})\}/g;
/** Separators between two values, which are left out with the first. */
const SEPARATORS = /^[\s—–\-·•|/,;:]+/;
const CLOSING = /^[\s]*[)\]»”"]+/;

/** The unknown keys of `template` in order, each once, to tell its author. */
export function unknownKeys(template: string): string[] {
  return [...new Set(keysOf(template))].filter((key) => !isKey(key));
}

/** Whether the text may change from one second to the next. */
export function changesEverySecond(template: string): boolean {
  return keysOf(template).some((key) => key === 'time' || key === 'elapsed');
}

/**
 * Replaces each `{key}` (also `{Key}`, `{ key }`) by its value. If a value is missing or the key unknown, the words and
 * separators before it are left out too: `{title} — {presenter}` without presenter is the title alone. A line with keys
 * but without any value is left out. A template without keys stays as it is. Braces in values are plain characters.
 */
export function fillTemplate(template: string, values: TemplateValues): string {
  if (keysOf(template).length === 0) return template;
  const lines = template.split('\n').map((line) => fillLine(line, values));
  return lines.filter((line) => line !== undefined).join('\n');
}

function keysOf(template: string): string[] {
  return Array.from(template.matchAll(PLACEHOLDER), (match) => keyIn(match[1]));
}

function keyIn(inBraces = ''): string {
  return inBraces.trim().toLowerCase();
}

function isKey(key: string): key is TemplateKey {
  return (templateKeys as readonly string[]).includes(key);
}

function fillLine(line: string, values: TemplateValues): string | undefined {
  // The parts alternate: literal, key, literal, and so on; each literal belongs to the key after it.
  const [first = '', ...rest] = line.split(PLACEHOLDER);
  if (rest.length === 0) return line;
  let filled = '';
  let lead = first;
  let anyMissing = false;
  for (let i = 0; i < rest.length; i += 2) {
    const value = valueOf(keyIn(rest[i]), values);
    const next = rest[i + 1] ?? '';
    const closing = value !== '' || /[([«“"]\s*$/.test(lead) ? (CLOSING.exec(next)?.[0] ?? '') : '';
    if (value !== '') filled += (filled === '' && anyMissing ? lead.replace(SEPARATORS, '') : lead) + value + closing;
    else anyMissing = true;
    lead = next.slice(closing.length);
  }
  return filled === '' ? undefined : filled + lead;
}

function valueOf(key: string, values: TemplateValues): string {
  if (!isKey(key)) return '';
  if (key === 'elapsed') return elapsed(values.elapsedMs);
  if (key === 'date' || key === 'time') return moment(key, values);
  return (values[key] ?? '').replaceAll(/[ \t\r\n\v\f]+/g, ' ').trim();
}

function elapsed(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms)) return '';
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (part: number): string => String(Math.floor(part) % 60).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(seconds / 60)}:${two(seconds)}`;
}

/** Formats by zone and language, kept since they are costly to make; a box uses few. */
const formats = new Map<string, Intl.DateTimeFormat>();
/** Formats that are kept; before a further one all are forgotten, and made again when needed. */
const MOST_FORMATS = 50;

function formatFor(key: 'date' | 'time', locale: 'fr' | 'en', timeZone: string | undefined): Intl.DateTimeFormat {
  const name = `${key} ${locale} ${timeZone ?? ''}`;
  const known = formats.get(name);
  if (known) return known;
  const style = key === 'date' ? ({ dateStyle: 'long' } as const) : ({ timeStyle: 'medium' } as const);
  const made = new Intl.DateTimeFormat(locale === 'fr' ? 'fr-FR' : 'en-GB', { ...style, timeZone });
  if (formats.size >= MOST_FORMATS) formats.clear();
  formats.set(name, made);
  return made;
}

function moment(key: 'date' | 'time', { nowMs, locale = 'fr', timeZone }: TemplateValues): string {
  if (nowMs === undefined || Number.isNaN(new Date(nowMs).getTime())) return '';
  const text = formatFor(key, locale, timeZone).format(nowMs);
  return key === 'date' && locale === 'fr' ? text.replace(/^1 /, '1er ') : text;
}
