import { BadRequest } from '../../../catalogue/bad-request.ts';

/** Query parameters: each occurs once, or several times. */
export type SearchQuery = Readonly<Record<string, string | string[] | undefined>>;

/** Results of one answer; further ones are on the next pages. */
const MOST_FOUND = 2000;
/** Results of one answer in the shape of Opencast 16, for callers other than admins; a request for more is refused. */
const MOST_FOUND_16 = 250;

/** Last value of a parameter; undefined: it is missing or empty. */
export function valueOf(query: SearchQuery, name: string): string | undefined {
  const found = Object.getOwnPropertyDescriptor(query, name)?.value as SearchQuery[string];
  const last = Array.isArray(found) ? found.at(-1) : found;
  return last?.trim() ? last : undefined;
}

/** Values of a parameter that occurs several times, or has commas. */
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

/** Page of the results. Throws BadRequest. */
export function searchPage(
  query: SearchQuery,
  shape: '15' | '16',
  isAdmin: boolean,
): { limit: number; offset: number } {
  const offset = numberIn(query, 'offset', 0);
  if (offset < 0) throw new BadRequest('offset must be 0 or more');
  if (shape === '15') {
    // A limit of 0 means the default, a negative one everything.
    const asked = numberIn(query, 'limit', 0) || 100;
    return { limit: asked < 0 ? MOST_FOUND : Math.min(asked, MOST_FOUND), offset };
  }
  const limit = numberIn(query, 'limit', 20);
  if (limit < 0) throw new BadRequest('limit must be 0 or more');
  if (limit > MOST_FOUND_16 && !isAdmin) throw new BadRequest(`limit must be ${MOST_FOUND_16} at most`);
  return { limit: Math.min(limit, MOST_FOUND), offset };
}

/** Shape that `v=15` or `v=16` asks for; else `usual`. Throws BadRequest. */
export function shapeOf(query: SearchQuery, usual: '15' | '16'): '15' | '16' {
  const asked = valueOf(query, 'v') ?? usual;
  if (asked === '15' || asked === '16') return asked;
  throw new BadRequest('v is 15 or 16: the Opencast whose search is spoken');
}
