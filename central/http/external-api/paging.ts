import type { Filter, Sorting } from '../../catalogue/filters.ts';
import { BadRequest } from '../../catalogue/bad-request.ts';

/** Query parameters: each occurs once, or several times. */
export type Query = Readonly<Record<string, string | string[] | undefined>>;

const last = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.at(-1) : value;

/** Page of a list: a `limit` of 0, or none, is everything. Throws BadRequest. */
export function pageOf(query: Query): { limit: number | undefined; offset: number } {
  const number = (name: string): number => {
    const text = last(query[name]) ?? '';
    if (text === '') return 0;
    if (!/^\d{1,9}$/.test(text)) throw new BadRequest(`${name} must be a whole number, not ${JSON.stringify(text)}`);
    return Number(text);
  };
  return { limit: number('limit') || undefined, offset: number('offset') };
}

/** Whether a parameter is true: `withscheduling=true`. */
export const isTrue = (query: Query, name: string): boolean => last(query[name])?.toLowerCase() === 'true';

/** Orders of a query: `title:ASC,start_date:DESC`. */
export const sortingOf = (query: Query): Sorting[] =>
  (last(query['sort']) ?? '')
    .split(',')
    .filter((one) => one.trim() !== '')
    .map((one) => {
      const [by = '', order = ''] = one.split(':');
      return { by: by.trim(), descending: /^desc/i.test(order.trim()) };
    });

/**
 * Filters of a query: `filter=title:x,status:y` means both; several `filter` parameters mean any of them, from v1.5 on.
 * Values may contain colons from v1.1 on. A filter without a value is ignored.
 */
export function filtersOf(query: Query, minor: number): Filter[][] {
  const given = [query['filter'] ?? []].flat().filter((one) => one.trim() !== '');
  return (minor < 5 ? given.slice(0, 1) : given).map((one) =>
    one.split(',').flatMap((part) => {
      const [name = '', ...values] = part.split(':');
      const value = minor < 1 ? values[0] : values.join(':');
      return value ? [{ name: name.trim(), value }] : [];
    }),
  );
}
