import { momentIn } from '@amphi/lib/media/intervals.ts';
import type { Profile } from '@amphi/lib/opencast/profiles/profile.ts';
import type { ElementRow } from '../../../store/tables.ts';
import { OperationFailed, type Operation, type OperationContext, type OperationNeeds } from '../../run/operation.ts';
import { hasPicture, sourcesOf, targetOf } from '../selecting.ts';
import { allExamined, lengthOf, named } from './commands/examined.ts';
import { profileNamed, runProfile, stemOf, type ProfileRun } from './commands/run-profile.ts';
import { recordingOf } from './commands/recording-of.ts';
import { momentsOf, nameOfStill, readMoments, secondsText, type Moment } from './commands/stills.ts';

/** `image`: takes stills of tracks, at moments, by encoding profiles. */
export const image = (needs: OperationNeeds): Operation => ({
  id: 'image',
  weight: 'light',
  async run(context) {
    const { keys } = context;
    const profiles = keys.list('encoding-profile').map((id) => profileNamed(needs, id));
    if (profiles.length === 0) throw new OperationFailed('image: the key encoding-profile is missing');
    const moments = readMoments(keys.list('time'));
    if (moments.length === 0) throw new OperationFailed('image: the key time is missing');
    const formats = { second: formatOf(context, 'second'), percent: formatOf(context, 'percent') };
    const tracks = await allExamined(needs, context, sourcesOf(context));
    const all = tracks.filter((track) => hasPicture(track));
    const sources = keys.flag('process-first-match-only') ? all.slice(0, 1) : all;
    if (sources.length === 0) return { kind: 'skip', why: 'no track with a picture has these flavors or tags' };
    const added: ElementRow[] = [];
    for (const source of sources) {
      const lengthMs = await lengthOf(needs, context, source);
      for (const at of momentsOf(moments, lengthMs, keys.number('end-margin') ?? 0))
        for (const profile of profiles) added.push(await still(needs, context, { source, profile, formats, ...at }));
    }
    return { kind: 'done', added };
  },
});

/** Format of the names, checked before anything is made. */
function formatOf({ keys }: OperationContext, what: 'second' | 'percent'): string | undefined {
  const format = keys.text(`target-base-name-format-${what}`);
  if (format !== undefined) nameOfStill(format, 15.11, '.png');
  return format;
}

interface Still {
  source: ElementRow;
  profile: Profile;
  moment: Moment;
  seconds: number;
  formats: { second: string | undefined; percent: string | undefined };
}

/** Seconds before a moment without a picture where another one is looked for; the beginning is the last resort. */
const EARLIER_S = [0, 1, 10, Number.POSITIVE_INFINITY] as const;

async function still(needs: OperationNeeds, context: OperationContext, wanted: Still): Promise<ElementRow> {
  const { source, profile, moment, seconds, formats } = wanted;
  const { recording, kept } = await recordingOf(needs, source);
  const run: ProfileRun = { profile, source: recording, durationMs: null };
  for (const earlier of EARLIER_S) {
    const at = momentIn(kept, Math.max(0, seconds - earlier) * 1000) / 1000;
    const [made] = await runProfile(needs, context, { ...run, values: { time: secondsText(at) }, mayBeNone: true });
    if (!made) continue;
    const format = moment.isPercent ? (formats.percent ?? '_%.1fp%s') : (formats.second ?? '_%.3fs%s');
    const isOwn = (moment.isPercent ? formats.percent : formats.second) !== undefined;
    const fileName = `${isOwn ? '' : stemOf(source.file_name)}${nameOfStill(format, moment.value, made.suffix)}`;
    return context.take({ ...targetOf(context, source), file: made.file, fileName, kind: 'attachment' });
  }
  throw new OperationFailed(`${named(source)} has no picture that can be shown`);
}
