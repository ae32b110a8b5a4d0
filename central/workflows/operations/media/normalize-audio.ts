import { extname, join } from 'node:path';
import { gainOf, loudnessFilter, TARGET_LUFS, type Loudness } from '@amphi/lib/analysis/sound/loudness.ts';
import { FOREIGN_FILE_ARGV } from '@amphi/lib/ffmpeg/argv.ts';
import type { ElementRow } from '../../../store/tables.ts';
import { OperationFailed, type Operation, type OperationContext, type OperationNeeds } from '../../run/operation.ts';
import { runFfmpeg } from '../run-ffmpeg.ts';
import { hasPicture, hasSound, sourcesOf, targetOf } from '../selecting.ts';
import { allExamined, named, type Track } from './commands/examined.ts';
import { loudnessOf, meanLevelOf, type MeanLevel } from './commands/loudness.ts';
import { sameFile } from './commands/mux.ts';
import { stemOf } from './commands/run-profile.ts';

/**
 * `normalize-audio`: makes tracks equally loud. The picture is copied; one that is silent, or has no sound, is taken as it is. A result with the flavor of
 * its source takes the place of it.
 */
export const normalizeAudio = (needs: OperationNeeds): Operation => ({
  id: 'normalize-audio',
  weight: 'heavy',
  async run(context) {
    const tracks = await allExamined(needs, context, sourcesOf(context));
    if (tracks.length === 0) return { kind: 'skip', why: 'no track has these flavors or tags' };
    const goal = goalOf(context);
    const added: ElementRow[] = [];
    for (const [n, track] of tracks.entries()) {
      const progress = (part: number): void => context.progress((n + part) / tracks.length);
      added.push(await normalized(needs, { ...context, progress }, track, goal));
    }
    const replaced = tracks.filter((track) => isReplaced(context, track));
    return { kind: 'done', added, removed: replaced.map(({ id }) => id) };
  },
});

const isReplaced = (context: OperationContext, track: Track): boolean =>
  targetOf(context, track).flavor === track.flavor;

/** Level that is wanted: loudness by EBU R128 in LUFS, or the mean in dB. */
interface Goal {
  what: 'loudness' | 'mean';
  value: number;
}

/** Levels that can be wanted. */
const LEVELS = { least: -60, most: -5 } as const;

function goalOf({ keys }: OperationContext): Goal {
  const mean = keys.number('target-decibel');
  const key = mean === undefined ? 'target-lufs' : 'target-decibel';
  const value = mean ?? keys.number('target-lufs') ?? TARGET_LUFS;
  if (!(value >= LEVELS.least && value <= LEVELS.most))
    throw new OperationFailed(
      `normalize-audio: ${key} is ${value}; from ${LEVELS.least} to ${LEVELS.most} is possible`,
    );
  return { what: mean === undefined ? 'loudness' : 'mean', value: value };
}

/** Difference in dB that nobody hears: the file stays as it is. */
const UNHEARD_DB = 0.1;

async function normalized(
  needs: OperationNeeds,
  context: OperationContext,
  track: Track,
  { what, value }: Goal,
): Promise<ElementRow> {
  if (!hasSound(track)) {
    context.log(`${named(track)} has no sound: it is taken as it is`);
    return sameFile(context, track);
  }
  const level =
    what === 'mean' ? await asLoudness(meanLevelOf(needs, context, track)) : await loudnessOf(needs, context, track);
  const gainDb = gainOf(level, value);
  const words = `${named(track)}: ${level.integratedLufs.toFixed(1)} ${what === 'mean' ? 'dB' : 'LUFS'}`;
  if (Math.abs(gainDb) < UNHEARD_DB) {
    context.log(`${words}, it is taken as it is`);
    return sameFile(context, track);
  }
  context.log(`${words}, changed by ${gainDb.toFixed(1)} dB`);
  return withGain(needs, context, track, loudnessFilter(level, value));
}

/** The mean level stands for the loudness: the same filters bring it to another value. */
async function asLoudness(level: Promise<MeanLevel>): Promise<Loudness> {
  const { rmsDb, peakDb } = await level;
  return { integratedLufs: rmsDb, rangeLu: 0, truePeakDb: peakDb };
}

/** Encoders of sound by the ending of a file; AAC for others. */
const ENCODERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['.mp3', ['libmp3lame', '-b:a', '192k']],
  ['.wav', ['pcm_s16le']],
  ['.flac', ['flac']],
  ['.ogg', ['libvorbis', '-b:a', '160k']],
  ['.opus', ['libopus', '-b:a', '128k']],
  ['.webm', ['libopus', '-b:a', '128k']],
]);
const AAC = ['aac', '-b:a', '160k', '-ar', '48000'] as const;
/** Endings of containers for AAC; a file with another one becomes Matroska. */
const OF_AAC: ReadonlySet<string> = new Set(['.mp4', '.m4a', '.m4v', '.mov', '.mkv', '.mka', '.ts']);

async function withGain(
  { ffmpeg }: OperationNeeds,
  context: OperationContext,
  track: Track,
  filter: string,
): Promise<ElementRow> {
  const own = extname(track.file_name).toLowerCase();
  const ending = ENCODERS.has(own) || OF_AAC.has(own) ? own : '.mkv';
  const file = `${crypto.randomUUID().slice(0, 8)}-${stemOf(track.file_name)}-normalized${ending}`;
  const picture = hasPicture(track) ? ['-map', '0:v', '-c:v', 'copy'] : [];
  const sound = ['-map', '0:a:0', '-af', filter, '-c:a', ...(ENCODERS.get(own) ?? AAC)];
  const isMp4 = /^\.(mp4|m4a|m4v|mov)$/.test(ending);
  const output = [...(isMp4 ? ['-movflags', '+faststart'] : []), join(await context.folder(), file)];
  await runFfmpeg(ffmpeg, [...FOREIGN_FILE_ARGV, '-i', await context.pathOf(track), ...picture, ...sound, ...output], {
    ...context,
    durationMs: track.duration_ms,
  });
  const fileName = `${stemOf(track.file_name)}-normalized${ending}`;
  const target = targetOf(context, track, isReplaced(context, track) ? track.tags : []);
  return context.take({ ...target, kind: 'track', file, fileName });
}
