import type { ElementRow } from '../store/tables.ts';
import { SAME_LENGTH_MS } from './edit-shown.ts';
import { subtypeOf, typeOf, type Measure, type Recording } from './recording.ts';

/** A picture with many small ones of a recording, row by row, at even distances from its beginning to its end. */
export interface TimelineSprite {
  element: ElementRow;
  count: number;
  columns: number;
  rows: number;
  /** Size of a small picture in pixels. */
  widthPx: number;
  heightPx: number;
}

/**
 * The small pictures of a source, as `timelinepreviews` made them; undefined: there are none. Those of another length, such as of
 * the recording after it was cut, have other times, and are left out.
 */
export function timelineSprite(
  { elements }: Pick<Recording, 'elements'>,
  type: string,
  { durationMs }: Pick<Measure, 'durationMs'>,
): TimelineSprite | undefined {
  for (const element of elements) {
    if (element.kind !== 'attachment' || typeOf(element) !== type || subtypeOf(element) !== 'timeline+preview')
      continue;
    const [count, columns, rows, widthPx, heightPx, ofMs] = NAMES.map((name) => numberIn(element.tags, name));
    const isWhole = ofMs !== undefined && Math.abs(ofMs - durationMs) <= SAME_LENGTH_MS;
    if (isWhole && count && columns && rows && widthPx && heightPx && count <= columns * rows)
      return { element, count, columns, rows, widthPx, heightPx };
  }
  return undefined;
}

/** Names of the tags with the numbers of a sprite. */
const NAMES = ['imageCount', 'imageSizeX', 'imageSizeY', 'resolutionX', 'resolutionY', 'durationMs'] as const;

/** The number of a tag such as `imageCount:100`; undefined: there is none, or it is no number of pictures or pixels. */
function numberIn(tags: readonly string[], name: string): number | undefined {
  const [, digits] = tags.find((tag) => tag.startsWith(`${name}:`))?.match(/:(\d{1,9})$/) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
