import { isTimedText } from '../../../../catalogue/files.ts';
import { writeFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import { cutCues } from '@amphi/lib/analysis/captions/cues.ts';
import { formatWebVtt } from '@amphi/lib/analysis/captions/write-captions.ts';
import { lengthOf, type Interval } from '@amphi/lib/media/intervals.ts';
import { keptWithin } from '@amphi/lib/opencast/smil/kept.ts';
import { targetFlavor, targetTags } from '@amphi/lib/opencast/workflows/selection.ts';
import type { ElementRow } from '../../../../store/tables.ts';
import { OperationFailed, type OperationContext, type OperationNeeds } from '../../../run/operation.ts';
import { named } from '../../media/commands/examined.ts';
import { withoutLevels } from '../../media/commands/recording-of.ts';
import { stemOf } from '../../media/commands/run-profile.ts';
import { captionsOf, captionTags, withOwnTags } from '../captions/caption-file.ts';
import type { WrongCaptions } from '../captions/wrong-captions.ts';
import { clock } from '../clock.ts';
import { CUT_SUFFIX, isCut, writeCut } from '../../../../store/lists/cut-file.ts';
import { isList } from '../../../../store/lists/list-file.ts';
import { mimeTypeOf } from '../../../../store/mime.ts';
import type { CutSource } from '../../../run/cut.ts';
import { cutSourceOf } from './cut-argv.ts';
import { cutMedia } from './cut-media.ts';

/** A source that is cut. */
export interface One {
  source: ElementRow;
  /** Stretches that are kept; undefined: all. */
  kept: readonly Interval[] | undefined;
  /** Number of the source: names its file. */
  at: number;
  recordingMs: number;
}

/** Flavor and tags of what is left of a source. */
export const resultOf = (
  { keys }: Pick<OperationContext, 'keys'>,
  source: Pick<ElementRow, 'flavor'>,
): { flavor: string; tags: string[] } => ({
  flavor: targetFlavor(source.flavor, `*/${keys.needed('target-flavor-subtype')}`),
  tags: targetTags([], keys.list('target-tags')),
});

/** What is kept of one source: nothing of a track that ended before; or captions that are left out. */
export async function cutOne(
  needs: OperationNeeds,
  context: OperationContext,
  one: One,
): Promise<{ made: ElementRow[] } | WrongCaptions> {
  if (!isTimedText(one.source)) return { made: await cutTrack(needs, context, one) };
  try {
    return { made: [await cutCaptions(context, one)] };
  } catch (error) {
    if (!(error instanceof OperationFailed && context.keys.flag('leave-out-wrong-captions'))) throw error;
    context.log(`these captions are left out: ${error.message}`, 'error');
    return { fileName: one.source.file_name, why: error.message };
  }
}

async function cutTrack(needs: OperationNeeds, context: OperationContext, one: One): Promise<ElementRow[]> {
  const { source, kept } = one;
  if (!kept) return [{ ...source, ...resultOf(context, source), id: crypto.randomUUID() }];
  const own = keptWithin(kept, source.duration_ms ?? Number.POSITIVE_INFINITY).kept;
  if (own.length === 0) {
    context.log(`${named(source)} is left out: it has nothing of what is kept`, 'warning');
    return [];
  }
  const from = cutSourceOf(source, await context.pathOf(source));
  if (!from.picture && !from.sound) throw new OperationFailed(`${named(source)} has neither picture nor sound`);
  context.log(`${named(source)}: ${own.length} stretches are kept, ${clock(lengthOf(own))} in all`);
  const file = `${one.at}.${from.picture ? 'mp4' : 'm4a'}`;
  const fileName = `${stemOf(source.file_name)}${extname(file)}`;
  const later = await cutLater(needs, context, { source, from, kept: own, file });
  if (later) return [{ ...later, file_name: fileName, ...resultOf(context, source) }];
  await cutMedia(needs, { source: from, kept: own, to: join(await context.folder(), file) }, context);
  return [await context.take({ file, kind: 'track', fileName, ...resultOf(context, source) })];
}

/**
 * A cut film that is written only if a program needs it: qualities are made of the recording and of what is kept of it.
 * Undefined: this recording is not cut by its groups, so its cut is written now.
 */
async function cutLater(
  { cutLength, store }: OperationNeeds,
  context: OperationContext,
  { source, from, kept, file }: { source: ElementRow; from: CutSource; kept: readonly Interval[]; file: string },
): Promise<ElementRow | undefined> {
  if (!cutLength || isList(source.path) || isCut(source.path)) return undefined;
  const length = await cutLength({ source: from, kept });
  if ('whyNot' in length) return undefined;
  const { path: _path, ...is } = from;
  const to = `${join(await context.folder(), file)}${CUT_SUFFIX}`;
  await writeCut(to, { ...is, source: source.path, kept });
  const { streams } = source;
  const path = relative(store.folder, to);
  const mime_type = mimeTypeOf(file);
  const measures = { size_bytes: 0, md5: '', duration_ms: length.durationMs };
  return {
    ...source,
    ...measures,
    id: crypto.randomUUID(),
    path,
    mime_type,
    streams: streams && streams.map(withoutLevels),
  };
}

/** Captions are moved with what they belong to, as WebVTT. What is WebVTT already, and not cut, is taken as it is. */
async function cutCaptions(context: OperationContext, { source, kept, at, recordingMs }: One): Promise<ElementRow> {
  const captions = await captionsOf(context, source, recordingMs);
  const { flavor, tags } = resultOf(context, source);
  const result = { flavor, tags: withOwnTags(captionTags(source, captions.language), tags) };
  if (!kept && captions.format === 'WebVTT') return { ...source, ...result, id: crypto.randomUUID() };
  const file = `${at}.vtt`;
  const cues = kept ? cutCues(captions.cues, kept) : captions.cues;
  await writeFile(join(await context.folder(), file), formatWebVtt(cues, captions.language));
  return context.take({ file, kind: source.kind, fileName: `${stemOf(source.file_name)}.vtt`, ...result });
}
