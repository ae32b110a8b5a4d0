import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault } from '@amphi/lib/analysis/faults/fault.ts';
import { findFaults as faultsIn } from '@amphi/lib/analysis/faults/find-faults.ts';
import { fitsFlavor } from '@amphi/lib/opencast/workflows/selection.ts';
import { wordsOf } from '../../../../catalogue/event-rows.ts';
import { eventNamed } from '../../../../catalogue/events.ts';
import type { Database } from '../../../../store/connect.ts';
import type { ElementRow } from '../../../../store/tables.ts';
import type { Operation, OperationContext, OperationNeeds } from '../../../run/operation.ts';
import { envelopeOfTrack } from '../../media/commands/envelope-of-track.ts';
import { allExamined, lengthOf, type Track } from '../../media/commands/examined.ts';
import { recordingOf } from '../../media/commands/recording-of.ts';
import { hasPicture, hasSound, sourcesOf } from '../../selecting.ts';
import { asFailed } from '../as-failed.ts';
import { formatChapters } from '../slides/chapter-track.ts';
import { tellFaults, toldIn, type FoundFault } from './fault-comments.ts';

/**
 * `find-faults`: finds where a recording has no sound, sound that is too quiet or distorted, a black picture, or a camera that
 * stands still. Tells it as comments on the event, and makes a track of chapters in each language.
 */
export const findFaults = (needs: OperationNeeds): Operation => ({
  id: 'find-faults',
  weight: 'heavy',
  async run(context) {
    const sources = await allExamined(needs, context, sourcesOf(context));
    if (sources.length === 0) return { kind: 'skip', why: 'no track has these flavors or tags' };
    const found: FoundFault[] = [];
    for (const [at, source] of sources.entries()) {
      found.push(...(await faultsOf(needs, context, source, sources)));
      context.progress((at + 1) / sources.length);
    }
    // What one track lacks another one may have; what all lack is told once.
    const once = found.filter(({ fault }, at) => !isOfAll(fault) || found.findIndex(isSameAs(fault)) === at);
    const startsAtMs = await beginningOf(needs.database, context.workflow.event);
    for (const fault of once) context.log(toldIn('en', fault, { startsAtMs }), 'warning');
    if (once.length === 0) return { kind: 'done' };
    const isTold = context.keys.flag('comments');
    return {
      kind: 'done',
      added: await tracksOf(context, once),
      ...(isTold ? { settle: (within) => tellFaults(within, context.workflow.event, once, { startsAtMs }) } : {}),
    };
  },
});

const isSameAs =
  ({ what }: Fault) =>
  (other: FoundFault): boolean =>
    other.fault.what === what;

/** Seconds of a picture that stands still, from which on it is a fault of a camera. */
const FROZEN_AFTER_S = 120;

async function faultsOf(
  needs: OperationNeeds,
  context: OperationContext,
  source: Track,
  all: readonly Track[],
): Promise<FoundFault[]> {
  const { keys, signal } = context;
  // Of a cut its recording is looked at, so that no file is written for it.
  const { recording, kept } = await recordingOf(needs, source);
  const isCamera = keys.list('frozen-flavors').some((flavor) => fitsFlavor(source.flavor, flavor));
  const frozenMs = (keys.number('frozen-after') ?? FROZEN_AFTER_S) * 1000;
  const asked = {
    signal,
    kept,
    needs: { sound: !all.some(hasSound), picture: !all.some(hasPicture) },
    envelope: hasSound(source) ? await envelopeOfTrack(needs, context, source) : undefined,
    ...(isCamera ? { picture: { frozenMs } } : {}),
  };
  const durationMs = await lengthOf(needs, context, source);
  const faults = await asFailed(source, faultsIn(needs, await context.pathOf(recording), asked));
  return faults.map((fault) => ({
    fault,
    durationMs,
    track: isOfAll(fault) || all.length === 1 ? undefined : source.flavor,
  }));
}

const isOfAll = ({ what }: Fault): boolean => what === 'no sound track' || what === 'no picture';

/** Wall clock at the beginning of a recording, in milliseconds since 1970; undefined: not known. */
async function beginningOf(database: Database, event: string): Promise<number | undefined> {
  const row = await eventNamed(database, event);
  if (!row) return undefined;
  const { temporal } = wordsOf(row);
  return row.starts_at?.getTime() ?? temporal?.startsAtMs;
}

/** Chapters for players, whose times are those of the recording. */
async function tracksOf(context: OperationContext, faults: readonly FoundFault[]): Promise<ElementRow[]> {
  const added: ElementRow[] = [];
  for (const language of ['fr', 'en'] as const) {
    const chapters = faults.map((found) => ({ ...found.fault, title: toldIn(language, found) }));
    const file = `faults-${language}.vtt`;
    await writeFile(join(await context.folder(), file), formatChapters(chapters));
    const tags = [...context.keys.list('target-tags'), `lang:${language}`];
    added.push(await context.take({ file, kind: 'attachment', flavor: `faults/vtt+${language}`, tags }));
  }
  return added;
}
