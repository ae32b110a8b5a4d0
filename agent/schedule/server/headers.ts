import type { WireHead } from './wire.ts';

/** A header's value exactly as it came, since Opencast compares ETags letter by letter (facts/opencast 1.7). */
export function headerOf({ headers }: WireHead, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
