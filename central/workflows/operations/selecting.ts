import { selected, targetFlavor, targetTags, type Selection } from '@amphi/lib/opencast/workflows/selection.ts';
import type { ElementRow } from '../../store/tables.ts';
import type { OperationContext } from '../run/operation.ts';

type Asks = Pick<OperationContext, 'keys' | 'elements'>;

/** Elements that the keys of sources select (`source-flavor`, `source-flavors`, `source-tag`, `source-tags`). */
export const sourcesOf = (asks: Asks, mode: Selection['mode'] = 'or'): ElementRow[] =>
  selectedBy(asks, { flavors: ['source-flavor', 'source-flavors'], tags: ['source-tag', 'source-tags'] }, mode);

/** Elements that keys with flavors and keys with tags select. */
export const selectedBy = (
  { keys, elements }: Asks,
  { flavors = [], tags = [] }: { flavors?: readonly string[]; tags?: readonly string[] },
  mode: Selection['mode'] = 'or',
): ElementRow[] =>
  selected(elements, {
    flavors: flavors.flatMap((name) => keys.list(name)),
    tags: tags.flatMap((name) => keys.list(name)),
    mode,
  });

/** Flavor and tags of what is made of a source: by `target-flavor`, `target-tags`. Tags begin with those given here. */
export function targetOf(
  { keys }: Pick<OperationContext, 'keys'>,
  source: Pick<ElementRow, 'flavor'>,
  tags: readonly string[] = [],
): { flavor: string; tags: string[] } {
  return {
    flavor: targetFlavor(source.flavor, keys.text('target-flavor') ?? '*/*'),
    tags: targetTags(tags, keys.list('target-tags')),
  };
}

/** Whether an element has a picture. */
export const hasPicture = ({ streams }: Pick<ElementRow, 'streams'>): boolean =>
  (streams ?? []).some(({ kind }) => kind === 'video');

/** Whether an element has sound. */
export const hasSound = ({ streams }: Pick<ElementRow, 'streams'>): boolean =>
  (streams ?? []).some(({ kind }) => kind === 'audio');
