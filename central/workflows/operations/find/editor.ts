import { fitsFlavor, selected, sidesOf } from '@amphi/lib/opencast/workflows/selection.ts';
import type { ElementRow } from '../../../store/tables.ts';
import type { ElementChanges } from '../../run/elements.ts';
import type { Operation, OperationContext, OperationNeeds, OperationResult } from '../../run/operation.ts';
import { allExamined, lengthOf } from '../media/commands/examined.ts';
import { isTimedText } from '../../../catalogue/files.ts';
import { selectedBy, selectsSources, sourcesOf } from '../selecting.ts';
import { tellWrong, type WrongCaptions } from './captions/wrong-captions.ts';
import { cutListOf, type FoundCutList } from './cut/cut-list-of.ts';
import { cutOne, resultOf } from './cut/cut-one.ts';
import { editedMeanwhile, type EditedMeanwhile } from './cut/edited-meanwhile.ts';
import { keptOf, longestMs } from './cut/kept-of.ts';

/**
 * `editor`: cuts recordings and captions as a cut list says. What is not cut is taken as it is. With `interactive` the run waits for
 * a person first.
 */
export const editor = (needs: OperationNeeds): Operation => ({
  id: 'editor',
  weight: 'heavy',
  async run(context) {
    if (!context.keys.flag('interactive')) return applied(needs, context);
    if (!wasAsked(context)) return askPerson(context);
    const edited = await editedMeanwhile(needs.database, context);
    const result = await applied(needs, { ...context, elements: edited.elements });
    if (result.kind === 'skip' && edited.added.length + edited.removed.length === 0) return result;
    if (result.kind === 'skip') context.log(result.why);
    return { kind: 'done', ...together(edited, result.kind === 'skip' ? {} : result) };
  },
});

/** Applies the cut list that there is. */
async function applied(needs: OperationNeeds, context: OperationContext): Promise<OperationResult> {
  const { keys } = context;
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
  const wrong: WrongCaptions[] = [];
  for (const [at, source] of taken.entries()) {
    const progress = (done: number): void => context.progress((at + done) / taken.length);
    const one = await cutOne(needs, { ...context, progress }, { source, kept, at, recordingMs });
    if ('why' in one) wrong.push(one);
    else added.push(...one.made);
  }
  return {
    kind: 'done',
    added: kept ? [...added, ...listUnder(context, found)] : added,
    ...withoutOriginals(context, taken.filter(isTimedText)),
    ...(wrong.length > 0 ? { settle: (within) => tellWrong(within, context.workflow.event, wrong) } : {}),
  };
}

/**
 * Captions are cut and published under the tags of the result; those that they were made of lose these tags, so that nobody sees
 * them beside the others, or go if they would have the same flavor.
 */
function withoutOriginals(context: OperationContext, captions: readonly ElementRow[]): ElementChanges {
  const tags = new Set(resultOf(context, { flavor: '*/*' }).tags);
  const isReplaced = (one: ElementRow): boolean => resultOf(context, one).flavor === one.flavor;
  const changed = captions
    .filter((one) => !isReplaced(one) && one.tags.some((tag) => tags.has(tag)))
    .map((one) => ({ ...one, tags: one.tags.filter((tag) => !tags.has(tag)) }));
  return { changed, removed: captions.filter(isReplaced).map(({ id }) => id) };
}

/** Changes to elements, some of which the operation itself has brought into the run. */
function together(
  { added: brought, removed: gone }: EditedMeanwhile,
  { added = [], changed = [], removed = [], ...rest }: ElementChanges,
): ElementChanges {
  const isBrought = (id: string): boolean => brought.some((one) => one.id === id);
  const left = brought.filter(({ id }) => !removed.includes(id));
  return {
    ...rest,
    added: [...left.map((one) => changed.find(({ id }) => id === one.id) ?? one), ...added],
    changed: changed.filter(({ id }) => !isBrought(id)),
    removed: [...gone, ...removed.filter((id) => !isBrought(id))],
  };
}

/** The run goes on when a person resumes it; then the operation is done once more, with the list as it is then. */
const asked = ({ position }: Pick<OperationContext, 'position'>): string => `editor_${position}_asked`;
const wasAsked = (context: OperationContext): boolean => context.variables.get(asked(context)) === 'true';
const askPerson = (context: OperationContext): OperationResult => ({
  kind: 'pause',
  again: true,
  why: 'waits until somebody has cut the recording, or wants it as it is',
  variables: new Map([[asked(context), 'true']]),
});

/**
 * Tracks that are selected, with their streams and lengths, and captions whose type is named (`captions/*`): the pattern of all
 * sources means recordings. Without a key `source-…` tracks of the subtype `work`.
 */
async function sourcesFor(needs: OperationNeeds, context: OperationContext): Promise<ElementRow[]> {
  const { keys, elements } = context;
  const selectedAll = selectsSources(context)
    ? sourcesOf(context)
    : elements.filter(({ flavor }) => fitsFlavor(flavor, '*/work'));
  const flavors = ['source-flavor', 'source-flavors'].flatMap((name) => keys.list(name));
  const named = flavors.filter((flavor) => sidesOf(flavor)[0] !== '*');
  const tags = ['source-tag', 'source-tags'].flatMap((name) => keys.list(name));
  const captions = selected(selectedAll.filter(isTimedText), { flavors: named, tags, mode: 'or' });
  const tracks = await allExamined(needs, context, selectedAll);
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
