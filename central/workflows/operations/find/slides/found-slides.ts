import { sidesOf } from '@amphi/lib/opencast/workflows/selection.ts';
import { parseMpeg7 } from '@amphi/lib/opencast/mpeg7.ts';
import { XmlError } from '@amphi/lib/opencast/xml/xml.ts';
import type { Slide } from '@amphi/lib/analysis/slides/slide-detector.ts';
import { parseSlideList } from '@amphi/lib/analysis/slides/slide-list.ts';
import type { ElementRow } from '../../../../store/tables.ts';
import { OperationFailed, type OperationContext } from '../../../run/operation.ts';
import { readText } from '../../read-text.ts';

/** Subtype of the flavor of the list of slides: what the catalog of segments cannot say, such as when a slide is whole. */
const LIST = 'slides+json';

/** Flavor of the list of slides of a track. */
export const listFlavor = (track: Pick<ElementRow, 'flavor'>): string => `${sidesOf(track.flavor)[0]}/${LIST}`;

/**
 * Slides that were found in a track: by its list, else by the catalog of segments, whoever made it. Undefined: there is neither.
 * Rejects with `OperationFailed` for one that cannot be read.
 */
export async function foundSlides(context: OperationContext, track: ElementRow): Promise<readonly Slide[] | undefined> {
  const list = context.elements.findLast(({ flavor }) => flavor === listFlavor(track));
  const catalog = context.elements.findLast(({ flavor }) => flavor === 'mpeg-7/segments');
  if (list) return slidesOfList(await readText(context, list), list);
  return catalog && slidesOfCatalog(await readText(context, catalog), catalog);
}

function slidesOfList(text: string, { file_name: name }: ElementRow): readonly Slide[] {
  const list = parseSlideList(text);
  if (!list) throw new OperationFailed(`${name} is no list of slides of this server`);
  return list.slides;
}

/** Milliseconds after its beginning, and before its end, at which a slide of a catalog is whole; half of a shorter one. */
const WHOLE_AFTER_MS = 1500;

function slidesOfCatalog(text: string, { file_name: name }: ElementRow): Slide[] {
  try {
    return parseMpeg7(text).segments.map(({ fromMs, toMs }) => ({
      fromMs,
      toMs,
      pictureMs: Math.max(toMs - WHOLE_AFTER_MS, (fromMs + toMs) / 2),
      additionsMs: [],
    }));
  } catch (error) {
    if (error instanceof XmlError) throw new OperationFailed(`the segments ${name} cannot be read: ${error.message}`);
    throw error;
  }
}
