import { basename, extname, join } from 'node:path';
import type { Interval } from '@amphi/lib/opencast/smil/cut-list.ts';
import { isWhole, keptWithin, lengthOf } from '@amphi/lib/opencast/smil/kept.ts';
import { fitsFlavor, targetFlavor, targetTags } from '@amphi/lib/opencast/workflows/selection.ts';
import type { ElementRow } from '../../../store/tables.ts';
import {
  OperationFailed,
  type Operation,
  type OperationContext,
  type OperationNeeds,
  type OperationResult,
} from '../../run/operation.ts';
import { selectedBy, sourcesOf } from '../selecting.ts';
import { allExamined, lengthOf as lengthOfTrack } from '../media/commands/examined.ts';
import { cutSourceOf, onPictures, rateOf } from './cut/cut-argv.ts';
import { cutListOf, type FoundCutList } from './cut/cut-list-of.ts';
import { cutMedia } from './cut/cut-media.ts';

/**
 * `editor`: cuts recordings, and captions, as a cut list says. What is not cut is taken as it is. With `interactive` the run waits
 * for a person first.
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
    const kept = found && keptOf(context, found, sources);
    if (!kept) return takenAsTheyAre(context, sources);
    const added: ElementRow[] = [];
    for (const [at, source] of sources.entries()) {
      const progress = (done: number): void => context.progress((at + done) / sources.length);
      added.push(...(await cutOne(needs, { ...context, progress }, { source, kept, at })));
    }
    return { kind: 'done', added: [...added, ...listUnder(context, found)] };
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

/** Tracks that are selected, with their streams and lengths. Without a key `source-…` those of the subtype `work`. */
async function sourcesFor(needs: OperationNeeds, context: OperationContext): Promise<ElementRow[]> {
  const isNamed = SOURCE_KEYS.some((name) => context.keys.text(name));
  const named = isNamed ? sourcesOf(context) : context.elements.filter(({ flavor }) => fitsFlavor(flavor, '*/work'));
  const tracks = await allExamined(needs, context, named);
  const lengths = await Promise.all(tracks.map((track) => lengthOfTrack(needs, context, track)));
  return tracks.map((track, at) => ({ ...track, duration_ms: lengths[at]! }));
}

const SOURCE_KEYS = ['source-flavor', 'source-flavors', 'source-tag', 'source-tags'];

/**
 * Stretches that are kept of all sources, with whole pictures of the first one that has some; undefined: all is kept. Throws
 * `OperationFailed` if nothing is.
 */
function keptOf(
  context: OperationContext,
  { element, list }: FoundCutList,
  sources: readonly ElementRow[],
): readonly Interval[] | undefined {
  const durationMs = recordingMs(sources) ?? list.durationMs ?? Number.POSITIVE_INFINITY;
  const { kept, remarks } = keptWithin(list.segments, durationMs);
  for (const remark of remarks) context.log(`the cut list: ${remark}`, 'warning');
  if (isWhole(kept, durationMs)) return undefined;
  const whole = onPictures(
    kept,
    sources.map(rateOf).find((rate) => rate !== undefined),
  );
  if (whole.length > 0) return whole;
  throw new OperationFailed(
    `the cut list ${element.file_name} keeps nothing of the recording (${clock(durationMs)}): keep at least one stretch, or take the list away`,
  );
}

/** Length of the longest track; undefined: none has a length. */
function recordingMs(tracks: readonly ElementRow[]): number | undefined {
  const known = tracks.flatMap(({ duration_ms: ms }) => (ms === null ? [] : [ms]));
  return known.length === 0 ? undefined : Math.max(...known);
}

interface One {
  source: ElementRow;
  kept: readonly Interval[];
  /** Number of the source: names its file. */
  at: number;
}

/** What is kept of one source; nothing of a track that ended before. */
async function cutOne(
  needs: OperationNeeds,
  context: OperationContext,
  { source, kept, at }: One,
): Promise<ElementRow[]> {
  const own = keptWithin(kept, source.duration_ms ?? Number.POSITIVE_INFINITY).kept;
  if (own.length === 0) {
    context.log(`${source.file_name} is left out: it has nothing of what is kept`, 'warning');
    return [];
  }
  const from = cutSourceOf(source, context.pathOf(source));
  if (!from.picture && !from.sound) throw new OperationFailed(`${source.file_name} has neither picture nor sound`);
  const file = `${at}.${from.picture ? 'mp4' : 'm4a'}`;
  await cutMedia(needs, { source: from, kept: own, to: join(await context.folder(), file) }, context);
  context.log(`${source.file_name}: ${own.length} stretches are kept, ${clock(lengthOf(own))} in all`);
  const fileName = `${basename(source.file_name, extname(source.file_name))}${extname(file)}`;
  return [await context.take({ file, kind: 'track', fileName, ...resultOf(context, source) })];
}

/** Flavor and tags of what is left of a source. */
const resultOf = (
  { keys }: Pick<OperationContext, 'keys'>,
  { flavor }: ElementRow,
): { flavor: string; tags: string[] } => ({
  flavor: targetFlavor(flavor, `*/${keys.needed('target-flavor-subtype')}`),
  tags: targetTags([], keys.list('target-tags')),
});

/** Nothing is cut: the files are those of the sources, or of `skipped-flavors`. */
function takenAsTheyAre(context: OperationContext, sources: readonly ElementRow[]): OperationResult {
  if (context.keys.flag('skip-if-not-trimmed')) return { kind: 'skip', why: 'nothing is cut' };
  const skipped = selectedBy(context, { flavors: ['skipped-flavors'] }).filter(({ kind }) => kind === 'track');
  context.log('nothing is cut: the recording is taken as it is');
  const taken = skipped.length > 0 ? skipped : sources;
  return { kind: 'done', added: taken.map((one) => ({ ...one, ...resultOf(context, one), id: crypto.randomUUID() })) };
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

/** A length in words, such as 1:04:09. */
function clock(ms: number): string {
  if (!Number.isFinite(ms)) return 'of unknown length';
  const [hours, minutes, seconds] = [
    Math.floor(ms / 3_600_000),
    Math.floor(ms / 60_000) % 60,
    Math.floor(ms / 1000) % 60,
  ];
  return `${hours}:${String(minutes).padStart(2, '0')}:${String(seconds).padStart(2, '0')}`;
}
