import { whereabouts } from '../route.ts';

/** The key of the setting that the address names; empty if it names none. */
export const soughtKey = (): string =>
  whereabouts.value.place === 'settings' ? (whereabouts.value.rest[1] ?? '') : '';
