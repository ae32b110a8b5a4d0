import { isLeveled, LEVELED_AS_IT_COMES } from '@amphi/lib/analysis/sound/leveled-as-it-comes.ts';
import { loudnessFilter, type Loudness } from '@amphi/lib/analysis/sound/loudness.ts';
import type { Profile } from '@amphi/lib/opencast/profiles/profile.ts';
import { sql } from 'kysely';
import type { OperationContext, OperationNeeds } from '../../../run/operation.ts';
import { hasSound } from '../../selecting.ts';
import { named, type Track } from './examined.ts';
import { loudnessOf } from './loudness.ts';
import { recordingOf } from './recording-of.ts';

type Needs = Pick<OperationNeeds, 'ffmpeg' | 'store' | 'leveledSound'> & Partial<Pick<OperationNeeds, 'database'>>;
type Asking = Pick<OperationContext, 'workflow' | 'pathOf' | 'signal' | 'log'>;

/** Variable of the commands of our profiles: filters that bring the sound to -16 LUFS. */
const VARIABLE = '#{loudness}';

/**
 * Gives profiles with the filters for a track in the place of `#{loudness}`. A sound that was leveled as it came, and is as
 * loud as is wanted, is taken; else the recording is measured, and leveled by that. Rejects with `OperationFailed`.
 */
export async function leveled(
  needs: Needs,
  context: Asking,
  profiles: readonly Profile[],
  track: Track,
): Promise<Profile[]> {
  const isAsked = ({ command, pieces }: Profile): boolean =>
    [command, ...pieces.values()].some((text) => text.includes(VARIABLE));
  const asked = profiles.filter(isAsked);
  if (asked.length === 0) return [...profiles];
  const filter = hasSound(track) ? await filterFor(needs, context, asked, track) : 'anull';
  const filled = (text: string): string => text.replaceAll(VARIABLE, filter);
  return profiles.map((profile) => ({
    ...profile,
    command: filled(profile.command),
    pieces: new Map([...profile.pieces].map(([name, text]) => [name, filled(text)])),
  }));
}

async function filterFor(needs: Needs, context: Asking, profiles: readonly Profile[], track: Track): Promise<string> {
  // The sound of a recording is encoded once, and is as loud in all its cuts.
  const { recording } = await recordingOf(needs, track);
  const { event } = context.workflow;
  const source = await context.pathOf(recording);
  const lufs = await needs.leveledSound?.({ event, source, profiles, signal: context.signal });
  if (lufs !== undefined) {
    context.log(`${named(track)} was leveled as it came, to ${lufs.toFixed(1)} LUFS`);
    if (isLeveled(lufs)) return LEVELED_AS_IT_COMES;
  }
  const loudness = await measured(needs, context, recording);
  context.log(`${named(track)} has ${loudness.integratedLufs.toFixed(1)} LUFS`);
  return loudnessFilter(loudness);
}

/** Loudness of a recording: measured once, whoever asks for it. */
async function measured({ database, ...needs }: Needs, context: Asking, recording: Track): Promise<Loudness> {
  const { event } = context.workflow;
  const { path, size_bytes } = recording;
  const known = await database
    ?.selectFrom('loudness')
    .selectAll()
    .where('event', '=', event)
    .where('path', '=', path)
    .where('size_bytes', '=', size_bytes)
    .executeTakeFirst();
  if (known)
    return {
      integratedLufs: known.integrated_lufs,
      rangeLu: known.range_lu,
      truePeakDb: known.true_peak_db,
    };
  const own = await loudnessOf(needs, context, recording);
  const { integratedLufs, rangeLu, truePeakDb } = own;
  // The event may have been deleted meanwhile.
  if (database)
    await sql`insert into loudness (event, path, size_bytes, integrated_lufs, range_lu, true_peak_db)
      select id, ${path}, ${size_bytes}, ${integratedLufs}, ${rangeLu}, ${truePeakDb} from events where id = ${event}
      on conflict (event, path) do update set size_bytes = excluded.size_bytes,
        integrated_lufs = excluded.integrated_lufs, range_lu = excluded.range_lu, true_peak_db = excluded.true_peak_db`.execute(
      database,
    );
  return own;
}
