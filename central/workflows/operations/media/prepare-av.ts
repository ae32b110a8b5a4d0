import { fitsFlavor, sidesOf } from '@amphi/lib/opencast/workflows/selection.ts';
import type { ElementRow } from '../../../store/tables.ts';
import type { Operation, OperationContext, OperationNeeds } from '../../run/operation.ts';
import { hasPicture, hasSound, sourcesOf } from '../selecting.ts';
import { allExamined, type Track } from './commands/examined.ts';
import { rewritten, sameFile, type Rewritten } from './commands/mux.ts';

/** `prepare-av`: joins picture and sound that lie in two tracks of one flavor, and writes other tracks anew. */
export const prepareAv = (needs: OperationNeeds): Operation => ({
  id: 'prepare-av',
  weight: 'light',
  async run(context) {
    const tracks = await allExamined(needs, context, sourcesOf(context));
    if (tracks.length === 0) return { kind: 'skip', why: 'no track has these flavors or tags' };
    const work = preparations(context, tracks);
    const added: ElementRow[] = [];
    for (const [n, one] of work.entries()) {
      added.push('profile' in one ? await rewritten(needs, context, one) : sameFile(context, one.track));
      context.progress((n + 1) / work.length);
    }
    return { kind: 'done', added };
  },
});

type Preparation = Rewritten | { track: Track };

/** What is made of the tracks of each flavor. */
function preparations(context: OperationContext, tracks: readonly Track[]): Preparation[] {
  const byFlavor = Map.groupBy(tracks, ({ flavor }) => flavor);
  return [...byFlavor.values()].flatMap((group): Preparation[] => {
    const pictures = group.filter((track) => hasPicture(track) && !hasSound(track));
    const sounds = group.filter((track) => hasSound(track) && !hasPicture(track));
    const [picture] = pictures;
    const [sound] = sounds;
    if (group.length === 2 && picture && sound) return [muxed(context, picture, sound)];
    return group.map((track) => preparation(context, track));
  });
}

const muxed = ({ keys }: OperationContext, track: Track, audio: Track): Rewritten => ({
  profile: keys.text('mux-encoding-profile') ?? 'mux-av.work',
  track,
  audio,
});

function preparation(context: OperationContext, track: Track): Preparation {
  const { keys } = context;
  const audio = hasSound(track) ? undefined : soundFor(context, track);
  if (audio) return muxed(context, track, audio);
  if (!keys.flag('rewrite')) return { track };
  const [key, profile] = !hasSound(track)
    ? ['video-encoding-profile', 'video-only.work']
    : hasPicture(track)
      ? ['audio-video-encoding-profile', 'av.work']
      : ['audio-encoding-profile', 'audio-only.work'];
  return { profile: keys.text(key) ?? profile, track };
}

/** Track whose sound a picture gets: by the flavors of `audio-muxing-source-flavors`, else any if the definition allows. */
function soundFor({ keys, elements }: OperationContext, { flavor }: Track): Track | undefined {
  const [type, subtype] = sidesOf(flavor);
  const listed = keys.list('audio-muxing-source-flavors').map((pattern) => {
    const [wantedType, wantedSubtype] = sidesOf(pattern);
    return `${wantedType === '?' ? type : wantedType}/${wantedSubtype === '?' ? subtype : wantedSubtype}`;
  });
  const patterns = keys.flag('promiscuous-audio-muxing') ? [...listed, '*/*'] : listed;
  const heard = elements.filter((element): element is Track => element.streams !== null && hasSound(element));
  return patterns.map((pattern) => heard.find((track) => fitsFlavor(track.flavor, pattern))).find(Boolean);
}
