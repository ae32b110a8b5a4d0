import { BadRequest } from '../../../catalogue/bad-request.ts';

/** A query as it comes: each parameter once, or several times. */
export type SearchQuery = Readonly<Record<string, string | string[] | undefined>>;

/** Results of one answer; what is beyond is on the next page. */
const MOST_FOUND = 2000;
/** The same for who is no admin, in the shape of 16; more is refused. */
const MOST_FOUND_16 = 250;

/** The last value of a parameter; undefined: it is not there, or empty. */
export function valueOf(query: SearchQuery, name: string): string | undefined {
  const found = Object.getOwnPropertyDescriptor(query, name)?.value as SearchQuery[string];
  const last = Array.isArray(found) ? found.at(-1) : found;
  return last?.trim() ? last : undefined;
}

/** All values of a parameter that is there several times, or has commas. */
export function valuesOf(query: SearchQuery, name: string): string[] {
  const found = Object.getOwnPropertyDescriptor(query, name)?.value as SearchQuery[string];
  return [found ?? []]
    .flat()
    .flatMap((one) => one.split(','))
    .map((one) => one.trim())
    .filter(Boolean);
}

function numberIn(query: SearchQuery, name: string, otherwise: number): number {
  const text = valueOf(query, name);
  if (text === undefined) return otherwise;
  if (/^-?\d{1,9}$/.test(text.trim())) return Number(text);
  throw new BadRequest(`${name} must be a whole number, not ${JSON.stringify(text.slice(0, 40))}`);
}

/** Which part of the list. Throws BadRequest. */
export function searchPage(
  query: SearchQuery,
  shape: '15' | '16',
  isAdmin: boolean,
): { limit: number; offset: number } {
  const offset = numberIn(query, 'offset', 0);
  if (offset < 0) throw new BadRequest('offset must be 0 or more');
  if (shape === '15') {
    // 0 is what is usual, a negative number is everything.
    const asked = numberIn(query, 'limit', 0) || 100;
    return { limit: asked < 0 ? MOST_FOUND : Math.min(asked, MOST_FOUND), offset };
  }
  const limit = numberIn(query, 'limit', 20);
  if (limit < 0) throw new BadRequest('limit must be 0 or more');
  if (limit > MOST_FOUND_16 && !isAdmin) throw new BadRequest(`limit must be ${MOST_FOUND_16} at most`);
  return { limit: Math.min(limit, MOST_FOUND), offset };
}

/** The shape that is asked for by `v=15` or `v=16`; else the usual one. Throws BadRequest. */
export function shapeOf(query: SearchQuery, usual: '15' | '16'): '15' | '16' {
  const asked = valueOf(query, 'v') ?? usual;
  if (asked === '15' || asked === '16') return asked;
  throw new BadRequest('v is 15 or 16: the Opencast whose search is spoken');
}
