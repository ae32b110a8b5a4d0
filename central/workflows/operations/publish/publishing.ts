import { ENGAGE } from '../../../catalogue/published/publications.ts';
import { fitsFlavor, targetFlavor, targetTags } from '@amphi/lib/opencast/workflows/selection.ts';
import type { ElementRow } from '../../../store/tables.ts';
import type { Keys } from '../../run/operation.ts';
import {
  OperationFailed,
  type NewPublication,
  type OperationContext,
  type OperationNeeds,
  type OperationResult,
  type Publisher,
} from '../../run/operation.ts';

/** What operations of publishing share. */

export { ENGAGE };

/** The publisher of this server. Throws `OperationFailed` if it has none. */
export function publisherOf({ publisher }: OperationNeeds): Publisher {
  if (publisher) return publisher;
  throw new OperationFailed('this server publishes nothing: it was started without a publisher');
}

/** Flavors of descriptions and access lists: they are read from the event whenever somebody asks, and never copied. */
const READ_LIVE = ['dublincore/*', 'security/*'] as const;

/** Elements without descriptions and access lists. */
export const withoutDescriptions = (elements: readonly ElementRow[]): ElementRow[] =>
  elements.filter(({ flavor }) => !READ_LIVE.some((pattern) => fitsFlavor(flavor, pattern)));

/** Elements with flavor and tags as they are published, by the keys `…-target-subflavor` and `…-target-tags`. */
export const asPublished = (elements: readonly ElementRow[], keys: Keys, how: 'download' | 'streaming'): ElementRow[] =>
  elements.map((element) => {
    const subtype = keys.text(`${how}-target-subflavor`);
    return {
      ...element,
      flavor: subtype === undefined ? element.flavor : targetFlavor(element.flavor, `*/${subtype}`),
      tags: targetTags(element.tags, keys.list(`${how}-target-tags`).map(added)),
    };
  });

/** A plain tag of these keys is added, as Opencast does; `-tag` removes. */
const added = (tag: string): string => (/^[+-]/.test(tag) ? tag : `+${tag}`);

/**
 * Condition by which elements of what is published stay when others are added to it (`strategy: merge`): those whose
 * flavor nothing new has. `merge-force-flavors` are always replaced, `add-force-flavors` never.
 */
export function keptWhenMerging(keys: Keys, fresh: readonly ElementRow[]): NonNullable<NewPublication['keeps']> {
  const [replaced, added] = [keys.list('merge-force-flavors'), keys.list('add-force-flavors')];
  const flavors = new Set(fresh.map(({ flavor }) => flavor));
  const fits = (flavor: string, patterns: readonly string[]): boolean =>
    patterns.some((pattern) => fitsFlavor(flavor, pattern));
  return ({ flavor }) => fits(flavor, added) || (!flavors.has(flavor) && !fits(flavor, replaced));
}

/** Name of a channel, or of a repository: it stands in addresses and names of files. */
const NAME = /^[\w-][\w.:-]{0,99}$/;

/** A channel's name of a key. Throws `OperationFailed` for one that cannot stand in an address. */
export function channelNamed(name: string): string {
  if (NAME.test(name)) return name;
  throw new OperationFailed(
    `${JSON.stringify(name.slice(0, 100))} is no name of a channel: letters, digits, - _ . and : are`,
  );
}

/** Publishes, and says so in the log. */
export async function publish(
  needs: OperationNeeds,
  context: OperationContext,
  of: Omit<NewPublication, 'event' | 'version' | 'workflow'>,
): Promise<OperationResult> {
  const { workflow } = context;
  const ready = await publisherOf(needs).prepare(
    { ...of, event: workflow.event, version: workflow.version, workflow: workflow.id },
    context,
  );
  context.log(`publishes ${counted(of)} in ${of.channel}`);
  return { kind: 'done', settle: (within) => ready.settle(within) };
}

const counted = ({ downloads, streams }: Pick<NewPublication, 'downloads' | 'streams'>): string =>
  `${downloads.length} files to load and ${streams.length} to stream`;

/** Takes back what a channel has, and says so in the log. */
export async function retract(
  needs: OperationNeeds,
  { workflow: { event }, log }: OperationContext,
  channel: string,
): Promise<OperationResult> {
  const was = await publisherOf(needs).retract({ event, channel }, { log });
  return was ? { kind: 'done' } : { kind: 'skip', why: `nothing of it was published in ${channel}` };
}
