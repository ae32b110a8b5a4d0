import { drawnElements } from './svg-weight.ts';

/** Size of an SVG; a larger one is refused. */
const LARGEST_BYTES = 2_000_000;
/** The number of tags is limited, since librsvg needs about 3 kB for each; an SVG with more is refused. */
const MOST_TAGS = 20_000;

/**
 * Elements that an SVG draws, each counted as often as it is used; an SVG with more is refused. A few nested uses would
 * draw billions of elements, for hours.
 */
const MOST_DRAWN = 50_000;

/** An accepted SVG: the pictures in it, which the caller has to check too. */
export interface CheckedSvg {
  embedded: Buffer[];
}

/**
 * Checks an SVG before it is drawn. Gives the pictures embedded in it, or the reason against it in words: too large,
 * not UTF-8, entities (they can multiply), elements that are used too often, or a reference to something outside.
 * librsvg loads nothing from outside when it draws from memory; this check tells the person instead of drawing a
 * picture with a hole.
 */
export function checkSvg(bytes: Uint8Array): CheckedSvg | string {
  if (bytes.length > LARGEST_BYTES) return `has ${Math.ceil(bytes.length / 1e6)} MB: an SVG may have 2 MB`;
  const text = decode(bytes);
  if (text === undefined) return 'is not UTF-8';
  if (text.split('<', MOST_TAGS + 1).length > MOST_TAGS) return `has more than ${MOST_TAGS} elements`;
  if (!(drawnElements(text) <= MOST_DRAWN))
    return `draws more than ${MOST_DRAWN} elements, by using some again and again`;
  if (/<!ENTITY|<!DOCTYPE[^>]*\[/i.test(text)) return 'declares entities';
  if (/<\?xml-stylesheet|@import|http:\/\/www\.w3\.org\/2001\/XInclude/i.test(text)) return 'includes other files';
  const references = [...text.matchAll(/href\s*=\s*(?:"([^"]*)"|'([^']*)')/gi)].map((match) =>
    (match[1] ?? match[2] ?? '').trim(),
  );
  const paints = [...text.matchAll(/url\(\s*(?:["']|&quot;|&apos;|&#39;|&#34;)?\s*([^)]{0,40})/gi)].map(
    (match) => match[1] ?? '',
  );
  const outside = [...references.filter((to) => !EMBEDDED.test(to)), ...paints].find((to) => !to.startsWith('#'));
  if (outside !== undefined) return `refers to something outside of itself (${JSON.stringify(outside.slice(0, 60))})`;
  return {
    embedded: references
      .filter((to) => EMBEDDED.test(to))
      .map((to) => Buffer.from(to.slice(to.indexOf(',') + 1), 'base64')),
  };
}

const EMBEDDED = /^data:image\/(?:png|jpe?g|webp);base64,/i;

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
