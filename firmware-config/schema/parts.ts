import { z } from 'zod';
import { key } from './key.ts';
import { MUST } from './phrases.ts';

/** Schemas that several subjects share, with words for mistakes. */

/** A text of at most `most` characters. */
export const shortText = (most: number) =>
  z.string().max(most).refine(isPlain, 'has control characters: write plain text');

/** Whether a text has no control characters other than tab and new line. */
const isPlain = (value: string): boolean => !/\p{Cc}/u.test(value.replaceAll(/[\t\n]/g, ''));

/** Share of the picture or of a strength, 0 to 1. */
export const part = z.number().min(0).max(1);

/** A channel. */
export const channel = z.enum(['A', 'B']);

/** Name of a hall. */
export const hallName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, 'must be 1 to 63 letters, digits, - or _');

/** URL with one of these schemes; a password in it is refused, since passwords have a field of their own. */
export function urlOf(schemes: readonly string[]) {
  const list = schemes.map((scheme) => `${scheme}://`).join(', ');
  return z
    .string()
    .max(1024)
    .refine((url) => schemes.some((scheme) => url.toLowerCase().startsWith(`${scheme}://`)), `must begin with ${list}`)
    .refine(
      (url) => !hasTornPassword(url),
      'has an @ after a #, / or ?: give user and password apart, in `user` and `password`',
    )
    .refine((url) => URL.canParse(url), 'is no URL: write scheme://host:port/path');
}

/** User names that are common for cameras and never names of machines. */
const USUAL_USER = /^(?:admin|administrator|root|user|viewer|operator|service|guest):/i;

/**
 * Whether a password with `#`, `/` or `?` in it seems to have broken a URL: the part before that character is no host
 * with a port, or the part after a later `@` is one.
 */
function hasTornPassword(url: string): boolean {
  const [, authority = '', rest = ''] = /^[a-z][\w+.-]*:\/\/([^/?#]*)(.*)$/is.exec(url) ?? [];
  const at = rest.lastIndexOf('@');
  if (authority.includes('@') || at < 0) return false;
  if (/:(?!\d{1,5}$)[^\]]*$/.test(authority)) return true;
  if (authority.includes(':') && (rest.startsWith('#') || USUAL_USER.test(authority))) return true;
  return (
    authority.includes(':') &&
    /^(?:[\d.]{7,15}|\[[\da-f:]+\]|[\w-]+\.[\w.-]+)(?::\d+)?(?:\/|$)/i.test(rest.slice(at + 1))
  );
}

/** Name of a preset. */
export const presetName = shortText(16).min(1);
/** Number of a preset. */
export const presetNumber = z.int().min(1).max(128);

/** Items that are kept under numbers. */
export const numbered = <Kept extends z.ZodType>(kept: Kept) => z.record(z.coerce.number<number>(), kept);

/** An absolute path. */
export const path = z.string().startsWith('/', 'must be an absolute path');

/** A CSS colour. */
export const colour = z.string().max(40);
/** Name of a picture file. */
export const imageFile = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^/\\]+$/, 'must be the name of a file in the overlays folder');
/** Order of overlapping items. */
export const layer = key(z.int().min(-100).max(100), {
  label: { en: 'Layer', fr: 'Plan' },
  en: 'what is higher lies over what is lower',
  fr: 'le plus haut passe devant',
  standard: MUST,
});
