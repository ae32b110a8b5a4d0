import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silencesIn, spokenIn } from '@amphi/lib/analysis/sound/silences.ts';
import type { CutTrack } from '@amphi/lib/opencast/smil/cut-list.ts';
import { lengthOf as lengthOfKept, type Interval } from '@amphi/lib/media/intervals.ts';
import { formatCutList } from '@amphi/lib/opencast/smil/write-cut-list.ts';
import { sidesOf } from '@amphi/lib/opencast/workflows/selection.ts';
import type { ElementRow } from '../../../../store/tables.ts';
import { OperationFailed, type Operation, type OperationContext, type OperationNeeds } from '../../../run/operation.ts';
import { envelopeOfTrack } from '../../media/commands/envelope-of-track.ts';
import { allExamined, lengthOf } from '../../media/commands/examined.ts';
import { hasPicture, hasSound, selectedBy, sourcesOf } from '../../selecting.ts';

/** `silence`: finds where somebody speaks, and proposes it as a cut list. */
export const silence = (needs: OperationNeeds): Operation => ({
  id: 'silence',
  weight: 'heavy',
  async run(context) {
    const { keys } = context;
    const sources = (await allExamined(needs, context, sourcesOf(context))).filter(hasSound);
    if (sources.length === 0) return { kind: 'skip', why: 'no track with sound has these flavors' };
    const about = selectedBy(context, { flavors: ['reference-tracks-flavor'] }).filter(({ kind }) => kind === 'track');
    if (about.length === 0)
      throw new OperationFailed('no track has a flavor of reference-tracks-flavor: the list would be about nothing');
    const added: ElementRow[] = [];
    const variables = new Map<string, string>();
    for (const [at, source] of sources.entries()) {
      const durationMs = await lengthOf(needs, context, source);
      const silences = await silencesIn(await envelopeOfTrack(needs, context, source), durationMs);
      const spoken = spokenIn(silences, durationMs);
      context.log(`${source.flavor}: ${silences.length} silences, ${spoken.length} stretches that may be kept`);
      added.push(await listOf(context, { source, at, about, spoken, durationMs }));
      if (keys.flag('export-segments-duration')) exported(source, spoken, durationMs, variables);
      context.progress((at + 1) / sources.length);
    }
    return { kind: 'done', added, variables };
  },
});

interface Spoken {
  source: ElementRow;
  at: number;
  about: readonly ElementRow[];
  spoken: readonly Interval[];
  durationMs: number;
}

async function listOf(
  context: OperationContext,
  { source, at, about, spoken, durationMs }: Spoken,
): Promise<ElementRow> {
  const { keys, workflow } = context;
  const tracks = about.map((track): CutTrack => ({
    id: track.id,
    src: track.file_name,
    flavor: track.flavor,
    kind: hasPicture(track) ? 'video' : 'audio',
  }));
  const [type] = sidesOf(source.flavor);
  const subtype = keys.needed('smil-flavor-subtype');
  const file = `silence-${at}.smil`;
  const list = { mediaPackage: workflow.event, durationMs, tracks, segments: spoken };
  await writeFile(join(await context.folder(), file), formatCutList(list));
  return context.take({ file, kind: 'catalog', flavor: `${type}/${subtype}`, tags: keys.list('target-tags') });
}

/** Sets variables with the length of what is spoken, in seconds and percent (facts/opencast 3.12). */
function exported(source: ElementRow, spoken: readonly Interval[], durationMs: number, to: Map<string, string>): void {
  const name = `${sidesOf(source.flavor).join('_')}_active_audio_duration`;
  const ms = lengthOfKept(spoken);
  to.set(name, String(Math.round(ms / 1000)));
  to.set(`${name}_percent`, String(durationMs > 0 ? Math.round((100 * ms) / durationMs) : 0));
}
