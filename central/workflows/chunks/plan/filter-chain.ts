/** A rate of pictures as a fraction: `30000/1001` a second. */
export interface Rate {
  over: number;
  under: number;
}

/** Filters that make one picture of one, whatever came before: they work on a part of a film as on the whole. */
const ONE_BY_ONE = new Set(
  `scale crop pad format setsar setdar hflip vflip transpose eq hue unsharp null colorspace lut lutyuv
   colorlevels colorbalance drawbox avgblur boxblur gblur vignette`.split(/\s+/),
);
/** Filters against interlacing that also look at the pictures beside one, in the modes that keep the number. */
const DEINTERLACERS = /^(?:yadif|bwdif)(?:=(?:mode=)?(?:0|2|send_frame(?:_nospatial)?)(?::[\w=:]*)?)?$/;
/** Characters of a chain that is looked at. */
const MOST_CHARACTERS = 4096;

/** What a chain of filters does with the number of pictures. */
export interface ChainFacts {
  /** The rate to which it brings the film; undefined: it keeps the pictures as they are. */
  rate: Rate | undefined;
}

/** Reads a chain as `-filter:v` takes it; in words why it cannot be used on a part of a film. */
export function chainFacts(chain: string): ChainFacts | { why: string } {
  if (chain.length > MOST_CHARACTERS) return { why: 'its chain of filters is too long' };
  if (/[;[\]]/.test(chain)) return { why: 'its filters are a graph, not a chain' };
  let rate: Rate | undefined;
  for (const filter of filtersOf(chain)) {
    const name = /^[a-z0-9_]+/.exec(filter)?.[0] ?? '';
    if (name === 'fps') {
      const found = rateOf(/^fps=(?:fps=)?([\d./]+)$/.exec(filter)?.[1] ?? '');
      if (!found || rate) return { why: `its filter ${quoted(filter)} changes the number of pictures in its own way` };
      rate = found;
    } else if (!ONE_BY_ONE.has(name) && !DEINTERLACERS.test(filter))
      return { why: `its filter ${quoted(filter)} may look at other pictures of the film` };
  }
  return { rate };
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 60));

/** The filters of a chain: commas divide them, but not after a backslash or within quotes. */
function filtersOf(chain: string): string[] {
  const filters = [''];
  let isQuoted = false;
  for (let at = 0; at < chain.length; at++) {
    const sign = chain[at]!;
    if (sign === "'") isQuoted = !isQuoted;
    const isEscaped = sign === '\\' && at + 1 < chain.length;
    if (sign === ',' && !isQuoted) filters.push('');
    else filters[filters.length - 1] += isEscaped ? sign + chain[++at]! : sign;
  }
  return filters.map((filter) => filter.trim()).filter(Boolean);
}

/** Reads a rate as FFmpeg writes it: `25`, `29.97`, `30000/1001`. Undefined if it is none, or not from 1 to 240. */
export function rateOf(text: string): Rate | undefined {
  const [, whole = '', part = '', under = '1'] = /^(\d{1,6})(?:\.(\d{1,3}))?(?:\/(\d{1,6}))?$/.exec(text) ?? [];
  const rate = reduced(Number(`${whole}${part}`), Number(under) * 10 ** part.length);
  return whole !== '' && rate.over / rate.under >= 1 && rate.over / rate.under <= 240 ? rate : undefined;
}

/** A fraction with the smallest whole numbers. */
export function reduced(over: number, under: number): Rate {
  const divisor = commonDivisor(over, under) || 1;
  return { over: over / divisor, under: under / divisor };
}

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));

export const sameRate = (one: Rate, other: Rate): boolean => one.over === other.over && one.under === other.under;
