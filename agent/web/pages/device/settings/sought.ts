import { whereabouts } from '../route.ts';

/** The setting that the address leads to; empty: none. */
export const soughtKey = (): string =>
  whereabouts.value.place === 'settings' ? (whereabouts.value.rest[1] ?? '') : '';
