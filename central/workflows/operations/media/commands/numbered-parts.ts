import { selected } from '@amphi/lib/opencast/workflows/selection.ts';
import { isPlayed } from '../../../../catalogue/files.ts';
import type { ElementRow } from '../../../../store/tables.ts';
import { OperationFailed, type OperationContext } from '../../../run/operation.ts';

/** A part of `concat`, with its number in the definition. */
export interface NumberedPart {
  number: number;
  element: ElementRow;
}

/** The parts, in their order; or why nothing is joined: a part that has to be there is not, which is no failure. */
export type PartsChosen = { parts: readonly NumberedPart[] } | { missing: string };

/**
 * The parts that the keys `source-flavor-part-N`, `source-tag(s)-part-N` name, or all files of `source-flavor-numbered-files` in
 * the order of their names. Captions are no parts, whatever their flavor fits. Throws `OperationFailed` for a part that is named twice, or that several tracks fit.
 */
export function partsOf(context: Pick<OperationContext, 'keys' | 'elements'>): PartsChosen {
  const { keys } = context;
  const tracks = context.elements.filter(isPlayed);
  const flavors = keys.list('source-flavor-numbered-files');
  const numbers = numbersOf(context);
  if (flavors.length > 0) {
    if (numbers.length > 0)
      throw new OperationFailed('concat: source-flavor-numbered-files and parts with numbers cannot stand together');
    const files = selected(tracks, { flavors, tags: [], mode: 'or' });
    return { parts: files.toSorted(byName).map((element, number) => ({ number, element })) };
  }
  const parts: NumberedPart[] = [];
  for (const number of numbers) {
    const found = selected(tracks, {
      flavors: keys.list(`source-flavor-part-${number}`),
      tags: ['tag', 'tags'].flatMap((word) => keys.list(`source-${word}-part-${number}`)),
      mode: 'or',
    });
    const [element, another] = found;
    if (another) throw new OperationFailed(`concat: ${found.length} tracks fit part ${number}; one is needed`);
    if (element) parts.push({ number, element });
    else if (isMandatory(context, number)) return { missing: `part ${number}, which has to be there, is not` };
  }
  return { parts };
}

const WORDS = ['flavor', 'tag', 'tags'] as const;

const numbersOf = ({ keys }: Pick<OperationContext, 'keys'>): number[] => [
  ...new Set(
    WORDS.flatMap((word) => keys.all(`source-${word}-part-N`))
      .filter(([, value]) => value.trim() !== '')
      .map(([key]) => Number(key.slice(key.lastIndexOf('-') + 1)))
      .toSorted((one, other) => one - other),
  ),
];

const isMandatory = ({ keys }: Pick<OperationContext, 'keys'>, number: number): boolean =>
  WORDS.some((word) => keys.flag(`source-${word}-part-${number}-mandatory`));

const byName = (one: ElementRow, other: ElementRow): number =>
  one.file_name === other.file_name ? 0 : one.file_name < other.file_name ? -1 : 1;
