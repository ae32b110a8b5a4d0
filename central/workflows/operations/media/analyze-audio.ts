import type { ElementRow } from '../../../store/tables.ts';
import type { Operation, OperationContext, OperationNeeds } from '../../run/operation.ts';
import { hasSound, sourcesOf, targetOf } from '../selecting.ts';
import { allExamined, named, type Track } from './commands/examined.ts';
import { loudnessOf, meanLevelOf } from './commands/loudness.ts';

/** `analyze-audio`: measures how loud tracks are, and keeps it with them. */
export const analyzeAudio = (needs: OperationNeeds): Operation => ({
  id: 'analyze-audio',
  weight: 'heavy',
  async run(context) {
    const tracks = (await allExamined(needs, context, sourcesOf(context))).filter(hasSound);
    if (tracks.length === 0) return { kind: 'skip', why: 'no track with sound has these flavors or tags' };
    const changed: ElementRow[] = [];
    for (const [n, track] of tracks.entries()) {
      changed.push({
        ...track,
        ...targetOf(context, track, track.tags),
        streams: await measuredStreams(needs, context, track),
      });
      context.progress((n + 1) / tracks.length);
    }
    return { kind: 'done', changed };
  },
});

/** Streams with the levels of the first sound. */
async function measuredStreams(
  needs: OperationNeeds,
  context: OperationContext,
  track: Track,
): Promise<Track['streams']> {
  const { integratedLufs, truePeakDb } = await loudnessOf(needs, context, track);
  const { rmsDb, peakDb } = await meanLevelOf(needs, context, track);
  context.log(
    rmsDb === Number.NEGATIVE_INFINITY
      ? `${named(track)} is silent`
      : `${named(track)}: ${integratedLufs.toFixed(1)} LUFS, mean ${rmsDb.toFixed(1)} dB, peak ${truePeakDb.toFixed(1)} dB`,
  );
  const levels = {
    loudnessLufs: integratedLufs,
    truePeakDb: storable(truePeakDb),
    rmsLevelDb: storable(rmsDb),
    peakLevelDb: storable(peakDb),
  };
  const first = track.streams.findIndex(({ kind }) => kind === 'audio');
  return track.streams.map((stream, n) => (n === first ? { ...stream, ...levels } : stream));
}

/** A level that JSON can hold: silence has none. */
const storable = (db: number): number | undefined => (Number.isFinite(db) ? db : undefined);
