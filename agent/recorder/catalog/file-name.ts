import { localTime } from './local-time.ts';

/** What a recording's name is made of. */
export interface NameParts {
  series: string;
  title: string;
  /** Stands in for the title where there is none: the hall. */
  hall: string;
  startedAtMs: number;
}

export interface NameRules {
  /** `{series}`, `{title}`, `{hall}`, `{date}`, `{time}`, then `{stream}` and `{part}`; ends in `.mp4`. */
  pattern: string;
  /** Characters of the title (and of the series) that are kept. */
  titleLimit: number;
  seriesLimit: number;
  /** IANA name; absent: the machine's zone. */
  timeZone?: string;
}

/**
 * The rule of the SMP 351, from the one real name we know, `PAES_2016_S2_Informations_g_n_ral_20170104_135100_S1R1.mp4`:
 * each character outside [A-Za-z0-9] becomes one `_`, and the title is cut after 20 characters ("Informations
 * générales" has 22, its name 20). The series' own limit is not known; 64 keeps a name within every file system's 255.
 */
export const NAME_DEFAULTS: NameRules = {
  pattern: '{series}_{title}_{date}_{time}_S{stream}R{part}.mp4',
  titleLimit: 20,
  seriesLimit: 64,
};

const FILE_PART = /(?:[-_. ]*[A-Za-z]*)\{(?:stream|part)\}.*$/;

/** What is wrong with a pattern, in words; undefined if nothing is. */
export function patternMistake(pattern: string): string | undefined {
  const unknown = [...pattern.matchAll(/\{([^}]*)\}/g)].find(
    ([, name = '']) => !['series', 'title', 'hall', 'date', 'time', 'stream', 'part'].includes(name),
  );
  if (unknown) return `${unknown[0]} is not one of {series} {title} {hall} {date} {time} {stream} {part}`;
  if (!pattern.includes('{part}')) return '{part} is missing: the files of one recording would have one name';
  if (!pattern.endsWith('.mp4')) return 'a file name ends in .mp4';
  if (/[^A-Za-z0-9_.{}-]/.test(pattern)) return 'only letters, digits, "_", "-" and "." may stand between the {fields}';
  if (!/[A-Za-z0-9]|\{(series|title|hall|date|time)\}/.test(pattern.replace(FILE_PART, '')))
    return 'something must stand before {stream} and {part}';
  if (pattern.startsWith('.') || pattern.includes('..')) return 'a name neither begins with "." nor contains ".."';
  return undefined;
}

/** Each character (code point, accents composed) outside [A-Za-z0-9] as `_`, at most `limit` of them. */
export function nameSafe(text: string, limit: number): string {
  return Array.from(text.normalize('NFC').trim())
    .slice(0, limit)
    .map((character) => (/[A-Za-z0-9]/.test(character) ? character : '_'))
    .join('');
}

/**
 * The name of a recording, which is also that of its folder and of its manifest. A field that is empty takes its
 * separator with it, so that no name begins with `_` or holds two of them for nothing.
 */
export function baseName(parts: NameParts, rules: NameRules): string {
  const { date, time } = localTime(parts.startedAtMs, rules.timeZone);
  const hall = nameSafe(parts.hall, rules.seriesLimit);
  const fields: Record<string, string> = {
    series: nameSafe(parts.series, rules.seriesLimit),
    title: nameSafe(parts.title, rules.titleLimit) || (rules.pattern.includes('{hall}') ? '' : hall),
    hall,
    date,
    time,
  };
  const filled = rules.pattern
    .replace(FILE_PART, '')
    .replaceAll(/\{(\w+)\}/g, (_, name: string) => fields[name] || EMPTY);
  return filled.replace(EMPTY_AT_END, '').replaceAll(EMPTY_BEFORE, '') || date;
}

const EMPTY = '{}';
const EMPTY_AT_END = /([-_.]*\{\})+$/;
const EMPTY_BEFORE = /\{\}[-_.]*/g;

/** A name for the n-th recording that would have the same one: `base`, `base_2`, `base_3`… */
export const nthName = (base: string, count: number): string => (count <= 1 ? base : `${base}_${count}`);

/** The file of one part: `S1R1` is the first part of stream 1. */
export function fileName(base: string, part: number, rules: Pick<NameRules, 'pattern'>, stream = 1): string {
  const tail = FILE_PART.exec(rules.pattern)?.[0] ?? '_S{stream}R{part}.mp4';
  return base + tail.replaceAll('{stream}', String(stream)).replaceAll('{part}', String(part));
}

/** The part number of a file of the recording `base`; undefined for any other file. */
export function partOfName(name: string, base: string): number | undefined {
  if (!name.startsWith(base) || !name.endsWith('.mp4')) return undefined;
  const digits = /(\d+)\D*$/.exec(name.slice(base.length, -'.mp4'.length))?.[1];
  return digits ? Number(digits) : undefined;
}
