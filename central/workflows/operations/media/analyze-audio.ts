import { targetFlavor, targetTags } from '@amphi/lib/opencast/workflows/selection.ts';
import type { ElementRow } from '../../../store/tables.ts';
import type { Operation, OperationNeeds } from '../../run/operation.ts';
import { hasSound, sourcesOf } from '../selecting.ts';
import { allExamined, named } from './commands/examined.ts';
import { measureLoudness, type Loudness } from './commands/loudness.ts';

/** `analyze-audio`: measures how loud tracks are, and keeps it with them. */
export const analyzeAudio = (needs: OperationNeeds): Operation => ({
  id: 'analyze-audio',
  weight: 'heavy',
  async run(context) {
    const { keys } = context;
    const tracks = (await allExamined(needs, context, sourcesOf(context))).filter(hasSound);
    if (tracks.length === 0) return { kind: 'skip', why: 'no track with sound has these flavors or tags' };
    const changed: ElementRow[] = [];
    for (const [n, track] of tracks.entries()) {
      const progress = (part: number): void => context.progress((n + part) / tracks.length);
      const loudness = await measureLoudness(needs, { ...context, progress }, track);
      context.log(`${named(track)}: ${loudnessWords(loudness)}`);
      changed.push({
        ...track,
        flavor: targetFlavor(track.flavor, keys.text('target-flavor') ?? '*/*'),
        tags: targetTags(track.tags, keys.list('target-tags')),
        streams: withLoudness(track.streams, loudness),
      });
    }
    return { kind: 'done', changed };
  },
});

/** Streams whose first sound has these levels. */
export function withLoudness(streams: NonNullable<ElementRow['streams']>, loudness: Loudness): ElementRow['streams'] {
  const first = streams.findIndex(({ kind }) => kind === 'audio');
  return streams.map((stream, n) => (n === first ? { ...stream, ...loudness } : stream));
}

const loudnessWords = ({ loudnessLufs, rmsLevelDb, peakLevelDb }: Loudness): string =>
  loudnessLufs === undefined
    ? 'it is silent'
    : `${loudnessLufs} LUFS, mean ${rmsLevelDb?.toFixed(1)} dB, peak ${peakLevelDb?.toFixed(1)} dB`;
