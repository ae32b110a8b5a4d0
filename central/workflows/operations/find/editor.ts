import { fitsFlavor } from '@amphi/lib/opencast/workflows/selection.ts';
import type { ElementRow } from '../../../store/tables.ts';
import type { Operation, OperationContext, OperationNeeds, OperationResult } from '../../run/operation.ts';
import { allExamined, lengthOf } from '../media/commands/examined.ts';
import { selectedBy, sourcesOf } from '../selecting.ts';
import { isCaptions } from './captions/caption-file.ts';
import { cutListOf, type FoundCutList } from './cut/cut-list-of.ts';
import { cutOne, resultOf } from './cut/cut-one.ts';
import { keptOf, longestMs } from './cut/kept-of.ts';

/**
 * `editor`: cuts recordings and captions as a cut list says. What is not cut is taken as it is. With `interactive` the run waits for
 * a person first.
 */
export const editor = (needs: OperationNeeds): Operation => ({
  id: 'editor',
  weight: 'heavy',
  async run(context) {
    const { keys } = context;
    if (keys.flag('interactive') && !wasAsked(context)) return askPerson(context);
    const found = await cutListOf(context);
    if (keys.flag('skip-processing')) return listAlone(context, found);
    const sources = await sourcesFor(needs, context);
    if (sources.length === 0) return { kind: 'skip', why: 'nothing has these flavors or tags' };
    const recordingMs =
      longestMs(sources) ?? longestMs(context.elements) ?? found?.list.durationMs ?? Number.POSITIVE_INFINITY;
    const kept = found && keptOf(context, found, [...sources, ...context.elements], recordingMs);
    if (!kept && keys.flag('skip-if-not-trimmed')) return { kind: 'skip', why: 'nothing is cut' };
    if (!kept) context.log('nothing is cut: the recording is taken as it is');
    const taken = kept ? sources : insteadOf(context, sources);
    const added: ElementRow[] = [];
    for (const [at, source] of taken.entries()) {
      const progress = (done: number): void => context.progress((at + done) / taken.length);
      added.push(...(await cutOne(needs, { ...context, progress }, { source, kept, at, recordingMs })));
    }
    // Captions that get the flavor they had would be there twice.
    const replaced = taken.filter((one) => isCaptions(one) && resultOf(context, one).flavor === one.flavor);
    return {
      kind: 'done',
      added: kept ? [...added, ...listUnder(context, found)] : added,
      removed: replaced.map(({ id }) => id),
    };
  },
});

/** The run goes on when a person resumes it; then the operation is done once more, with the list as it is then. */
const asked = ({ position }: Pick<OperationContext, 'position'>): string => `editor_${position}_asked`;
const wasAsked = (context: OperationContext): boolean => context.variables.get(asked(context)) === 'true';
const askPerson = (context: OperationContext): OperationResult => ({
  kind: 'pause',
  again: true,
  why: 'waits until somebody has cut the recording, or wants it as it is',
  variables: new Map([[asked(context), 'true']]),
});

const SOURCE_KEYS = ['source-flavor', 'source-flavors', 'source-tag', 'source-tags'];

/** Captions, and tracks with their streams and lengths, that are selected. Without a key `source-…` those of the subtype `work`. */
async function sourcesFor(needs: OperationNeeds, context: OperationContext): Promise<ElementRow[]> {
  const isNamed = SOURCE_KEYS.some((name) => context.keys.text(name));
  const named = isNamed ? sourcesOf(context) : context.elements.filter(({ flavor }) => fitsFlavor(flavor, '*/work'));
  const captions = named.filter(isCaptions);
  const tracks = await allExamined(
    needs,
    context,
    named.filter((one) => !isCaptions(one)),
  );
  const lengths = await Promise.all(tracks.map((track) => lengthOf(needs, context, track)));
  return [...tracks.map((track, at) => ({ ...track, duration_ms: lengths[at]! })), ...captions];
}

/** Tracks that are taken if nothing is cut: those of `skipped-flavors`, else the sources. */
function insteadOf(context: OperationContext, sources: readonly ElementRow[]): readonly ElementRow[] {
  const skipped = selectedBy(context, { flavors: ['skipped-flavors'] }).filter(({ kind }) => kind === 'track');
  return skipped.length > 0 ? skipped : sources;
}

/** The list alone is kept, under the flavor of lists that were applied. */
function listAlone(context: OperationContext, found: FoundCutList | undefined): OperationResult {
  const added = listUnder(context, found);
  return added.length > 0 ? { kind: 'done', added } : { kind: 'skip', why: 'the cut list is kept, nothing is cut' };
}

function listUnder({ keys }: OperationContext, found: FoundCutList | undefined): ElementRow[] {
  const flavor = keys.text('target-smil-flavor');
  if (!found || flavor === undefined || flavor === found.element.flavor) return [];
  return [{ ...found.element, flavor, tags: [], id: crypto.randomUUID() }];
}
