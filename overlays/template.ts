/** What a template can say. Every part may be missing; `{key}` of a missing part is empty. */
export interface TemplateValues extends Partial<Record<TextKey, string | undefined>> {
  /** For `{date}` and `{time}`. */
  nowMs?: number | undefined;
  /** Since the recording began, for `{elapsed}`. */
  elapsedMs?: number | undefined;
  /** How `{date}` is written: 4 janvier 2017, 4 January 2017. French when not said. */
  locale?: 'fr' | 'en' | undefined;
  /** IANA name; the machine's when not said. */
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
export type TemplateKey = TextKey | (typeof TIME_KEYS)[number];

/** Every key a template may use: the recording's metadata, the hall, and the time. */
export const templateKeys: readonly TemplateKey[] = [...TEXT_KEYS, ...TIME_KEYS];

const PLACEHOLDER = /\{([^{}\n]{1,40})\}/g;
/** What stands between two values and means nothing without the first. */
const SEPARATORS = /^[\s—–\-·•|/,;:]+/;
const CLOSING = /^[\s]*[)\]»”"]+/;

/** The keys of `template` that nothing is known of, in order, each once; for telling whoever wrote it. */
export function unknownKeys(template: string): string[] {
  return [...new Set(keysOf(template))].filter((key) => !isKey(key));
}

/** Whether the text can be another one a second later. */
export function changesEverySecond(template: string): boolean {
  return keysOf(template).some((key) => key === 'time' || key === 'elapsed');
}

/**
 * Puts values in the place of `{key}` (also `{Key}`, `{ key }`). A value that is missing or unknown leaves nothing, nor
 * do the words and separators before it: `{title} — {presenter}` without presenter is the title alone; a line that had keys
 * and no value is left out. A template without keys is given as it is. Values are put in once: braces in them are letters.
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
  // Literal, key, literal, key, …, literal: each literal leads to the key after it.
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

/** They are costly to make, and a box has few zones. */
const formats = new Map<string, Intl.DateTimeFormat>();
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
