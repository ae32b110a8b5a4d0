import { selected, targetFlavor, targetTags, type Selection } from '@amphi/lib/opencast/workflows/selection.ts';
import { streamOf } from '../../catalogue/files.ts';
import type { ElementRow } from '../../store/tables.ts';
import type { OperationContext } from '../run/operation.ts';

type Asks = Pick<OperationContext, 'keys' | 'elements'>;

const SOURCE_KEYS = { flavors: ['source-flavor', 'source-flavors'], tags: ['source-tag', 'source-tags'] };

/** Whether one of the keys of sources is there. */
export const selectsSources = ({ keys }: Pick<OperationContext, 'keys'>): boolean =>
  [...SOURCE_KEYS.flavors, ...SOURCE_KEYS.tags].some((name) => keys.list(name).length > 0);

/** Elements that the keys of sources select (`source-flavor`, `source-flavors`, `source-tag`, `source-tags`). */
export const sourcesOf = (asks: Asks, mode: Selection['mode'] = 'or'): ElementRow[] =>
  selectedBy(asks, SOURCE_KEYS, mode);

/** Elements that the keys of sources select; all without one of these keys. */
export const sourcesOrAll = (asks: Asks, mode?: Selection['mode']): readonly ElementRow[] =>
  selectsSources(asks) ? sourcesOf(asks, mode) : asks.elements;

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
  streamOf({ streams }, 'video') !== undefined;

/** Whether an element has sound. */
export const hasSound = ({ streams }: Pick<ElementRow, 'streams'>): boolean =>
  streamOf({ streams }, 'audio') !== undefined;
