import { parseCutList } from '@amphi/lib/opencast/smil/read-cut-list.ts';
import type { CutList } from '@amphi/lib/opencast/smil/cut-list.ts';
import { XmlError } from '@amphi/lib/opencast/xml/xml.ts';
import type { ElementRow } from '../../../../store/tables.ts';
import { OperationFailed, type OperationContext } from '../../../run/operation.ts';
import { selectedBy } from '../../selecting.ts';
import { readText } from '../../read-text.ts';

/** A cut list, and the element that it was read from. */
export interface FoundCutList {
  element: ElementRow;
  list: CutList;
}

/** Stretches of a cut list; one with more is refused, since each of them is looked at for each picture. */
const MOST_STRETCHES = 500;

/**
 * The cut list that `smil-flavors` selects, the newest one if there are several. Undefined: there is none. Rejects with
 * `OperationFailed` for one that cannot be used.
 */
export async function cutListOf(context: OperationContext): Promise<FoundCutList | undefined> {
  const element = selectedBy(context, { flavors: ['smil-flavors'] }).at(-1);
  if (!element) return undefined;
  const text = await readText(context, element);
  const list = read(text, element);
  if (list.segments.length > MOST_STRETCHES)
    throw new OperationFailed(
      `the cut list ${element.file_name} keeps ${list.segments.length} stretches; it may keep ${MOST_STRETCHES}`,
    );
  return { element, list };
}

function read(text: string, { file_name: name }: ElementRow): CutList {
  try {
    return parseCutList(text);
  } catch (error) {
    if (error instanceof XmlError) throw new OperationFailed(`the cut list ${name} cannot be used: ${error.message}`);
    throw error;
  }
}
