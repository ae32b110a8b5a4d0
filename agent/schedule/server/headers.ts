import type { WireAnswer } from './wire.ts';

/** A header as it came, to be sent back so: Opencast compares tags letter by letter. */
export function headerOf({ headers }: WireAnswer, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
