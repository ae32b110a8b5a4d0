import { localTime } from './local-time.ts';

/** Facts from which a recording's name is made. */
export interface NameParts {
  series: string;
  title: string;
  /** Name of the hall; it replaces a missing title. */
  hall: string;
  startedAtMs: number;
}

/** Rules for the names of recordings and files. */
export interface NameRules {
  /**
   * Pattern of file names: `{series}`, `{title}`, `{hall}`, `{date}`, `{time}`, then `{stream}` and `{part}`; it ends
   * in `.mp4`.
   */
  pattern: string;
  /** Number of characters of title and series that are kept; further ones are cut. */
  titleLimit: number;
  seriesLimit: number;
  /** IANA name of the time zone; undefined: the machine's. */
  timeZone?: string;
}

/**
 * The rules of the SMP 351, from the one real name that is known,
 * `PAES_2016_S2_Informations_g_n_ral_20170104_135100_S1R1.mp4`: each character outside of [A-Za-z0-9] becomes one `_`,
 * and the title is cut after 20 characters ("Informations générales" has 22, its name 20). The limit of the series is
 * not known; with 64, a name stays within the 255 bytes of every file system.
 */
export const NAME_DEFAULTS: NameRules = {
  pattern: '{series}_{title}_{date}_{time}_S{stream}R{part}.mp4',
  titleLimit: 20,
  seriesLimit: 64,
};

const FILE_PART = /(?:[-_. ]*[A-Za-z]*)\{(?:stream|part)\}.*$/;

/** The mistake in a pattern, in words; undefined if there is none. */
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

/**
 * The text with `_` for each character outside of [A-Za-z0-9] (counted in code points, accents composed); at most
 * `limit` characters.
 */
export function nameSafe(text: string, limit: number): string {
  return Array.from(text.normalize('NFC').trim())
    .slice(0, limit)
    .map((character) => (/[A-Za-z0-9]/.test(character) ? character : '_'))
    .join('');
}

/**
 * The name of a recording, which its folder and its manifest have too. An empty field is left out with its separator,
 * so that no name begins with `_` or has two of them in a row.
 */
export function baseName(parts: NameParts, rules: NameRules): string {
  const { date, time } = localTime(parts.startedAtMs, rules.timeZone);
  const hall = nameSafe(parts.hall, rules.seriesLimit);
  const fields = new Map<string, string>(
    Object.entries({
      series: nameSafe(parts.series, rules.seriesLimit),
      title: nameSafe(parts.title, rules.titleLimit) || (rules.pattern.includes('{hall}') ? '' : hall),
      hall,
      date,
      time,
    }),
  );
  const filled = rules.pattern
    .replace(FILE_PART, '')
    .replaceAll(/\{(\w+)\}/g, (_, name: string) => fields.get(name) || EMPTY);
  return filled.replace(EMPTY_AT_END, '').replaceAll(EMPTY_BEFORE, '') || date;
}

const EMPTY = '{}';
const EMPTY_AT_END = /([-_.]*\{\})+$/;
const EMPTY_BEFORE = /\{\}[-_.]*/g;

/** The name of the n-th recording with the same name: `base`, `base_2`, `base_3`. */
export const nthName = (base: string, count: number): string => (count <= 1 ? base : `${base}_${count}`);

/**
 * The file name of a part: `S1R1` is the first part of stream 1. If the pattern has no `{stream}`, files of the second
 * stream get `_S2` before the part's number, so that they have names of their own.
 */
export function fileName(base: string, part: number, rules: Pick<NameRules, 'pattern'>, stream = 1): string {
  const tail = FILE_PART.exec(rules.pattern)?.[0] ?? '_S{stream}R{part}.mp4';
  const own = stream === 1 || tail.includes('{stream}') ? '' : `_S${stream}`;
  return base + own + tail.replaceAll('{stream}', String(stream)).replaceAll('{part}', String(part));
}

/** The stream of a file, by the numbers of stream and part at the end of its name: 2 is channel B in dual mode. */
export function streamOfName(name: string, base: string): 1 | 2 {
  const stream = /(\d+)\D+\d+\D*$/.exec(name.slice(base.length, -'.mp4'.length))?.[1];
  return Number(stream) === 2 ? 2 : 1;
}

/** The number of the part in a file's name; undefined if the file is not of the recording `base`. */
export function partOfName(name: string, base: string): number | undefined {
  if (!name.startsWith(base) || !name.endsWith('.mp4')) return undefined;
  const digits = /(\d+)\D*$/.exec(name.slice(base.length, -'.mp4'.length))?.[1];
  return digits ? Number(digits) : undefined;
}
