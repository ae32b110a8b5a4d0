import type { Filter, Sorting } from '../../catalogue/filters.ts';
import { BadRequest } from '../../catalogue/bad-request.ts';

/** Query parameters as they come: once, or several times. */
export type Query = Readonly<Record<string, string | string[] | undefined>>;

const last = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.at(-1) : value;

/** Which part of a list: 0 or none of `limit` is everything. Throws BadRequest. */
export function pageOf(query: Query): { limit: number | undefined; offset: number } {
  const number = (name: string): number => {
    const text = last(query[name]) ?? '';
    if (text === '') return 0;
    if (!/^\d{1,9}$/.test(text)) throw new BadRequest(`${name} must be a whole number, not ${JSON.stringify(text)}`);
    return Number(text);
  };
  return { limit: number('limit') || undefined, offset: number('offset') };
}

/** `withscheduling=true` */
export const isTrue = (query: Query, name: string): boolean => last(query[name])?.toLowerCase() === 'true';

/** `title:ASC,start_date:DESC` */
export const sortingOf = (query: Query): Sorting[] =>
  (last(query['sort']) ?? '')
    .split(',')
    .filter((one) => one.trim() !== '')
    .map((one) => {
      const [by = '', order = ''] = one.split(':');
      return { by: by.trim(), descending: /^desc/i.test(order.trim()) };
    });

/**
 * `filter=title:x,status:y` asks for both; several `filter` parameters ask for either, from version 1.5 on. Values may hold
 * colons from 1.1 on. A filter without a value is none.
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
