import { open } from 'node:fs/promises';
import { isImpossible, type Impossible } from '@amphi/lib/media/groups/byte-source.ts';
import { sizeOfSps } from '@amphi/lib/media/h264.ts';
import { TICKS_PER_SECOND } from '@amphi/lib/media/packet.ts';
import type { CutByChunks, CutLength } from '../run/cut.ts';
import { onAllProcessors } from '@amphi/lib/runtime/processes/on-all-processors.ts';
import { assemble } from './finished/assemble.ts';
import type { ChunkOutput } from './plan/chunk-output.ts';
import { encodeRun, type Encoded } from './encode-run.ts';
import { filmGroup } from './film/film-piece.ts';
import { chosenSound } from './finished/chosen-sound.ts';
import { fragmentTable } from './finished/fragment-table.ts';
import { openFilm, type Film } from './film/film.ts';
import type { PlacedPiece } from './finished/placed-piece.ts';
import { recordingCoding } from './plan/recording-coding.ts';
import { cutTimeline, type TimedPiece } from './plan/timeline.ts';

/**
 * Cuts a recording by its groups: those that are kept whole are taken as bytes, of those at a border the pictures that
 * are kept are encoded so that the parameter sets stay the same. Sound is cut at its own frames.
 */
export const cutByChunks =
  (ffmpeg: string): CutByChunks =>
  async ({ source, kept, to }, { signal, log, progress }) => {
    if (!source.picture) return { whyNot: 'it has no pictures' };
    const film = await openFilm(source.path, true);
    if (isImpossible(film)) return { whyNot: film.why };
    const file = await open(source.path, 'r');
    try {
      const { pieces, sound } = cutTimeline(film.groups, undefined, kept);
      const borders = await encodeBorders(ffmpeg, film, pieces, { signal, progress });
      if (isImpossible(borders)) return { whyNot: borders.why };
      log(`${pieces.length - borders.size} groups are taken as they are, ${borders.size} at borders are encoded`);
      const placed = pieces.map((piece) => borders.get(piece) ?? filmGroup(film, file, piece));
      const [size, path] = [sizeOfSps(film.config.sps[0]!), source.path];
      const ofSound = film.sound && source.sound ? await chosenSound({ path, spans: sound }) : undefined;
      await assemble({ pieces: placed, entry: film.video.entry, ...size, sound: ofSound }, to, signal);
      return undefined;
    } finally {
      await file.close();
      await film.close();
    }
  };

/** Whether a recording can be cut so, and how long it is then. Nothing is encoded. */
export const cutLengthByChunks: CutLength = async ({ source, kept }) => {
  if (!source.picture) return { whyNot: 'it has no pictures' };
  const film = await openFilm(source.path, true);
  if (isImpossible(film)) return { whyNot: film.why };
  try {
    const { pieces } = cutTimeline(film.groups, undefined, kept);
    const last = pieces.at(-1);
    return { durationMs: last ? Math.round(((last.atTicks + last.ticks) * 1000) / TICKS_PER_SECOND) : 0 };
  } finally {
    await film.close();
  }
};

interface Follows {
  signal: AbortSignal;
  progress: (part: number) => void;
}

/** Encodes the pieces at borders, one on each processor. In words why they would not fit to the film's own groups. */
async function encodeBorders(
  ffmpeg: string,
  film: Film,
  pieces: readonly TimedPiece[],
  { signal, progress }: Follows,
): Promise<Map<TimedPiece, PlacedPiece> | Impossible> {
  const borders = pieces.filter(({ part }) => part !== undefined);
  const made = new Map<TimedPiece, PlacedPiece>();
  if (borders.length === 0) return made;
  if (film.config.lengthBytes !== 4) return { why: 'its NAL units have short lengths' };
  const coding = recordingCoding(film);
  if (isImpossible(coding)) return coding;
  const why = await onAllProcessors(borders, async (piece) => {
    const one = await encodeBorder(ffmpeg, film, piece, coding, signal);
    if (isImpossible(one)) return one.why;
    made.set(piece, one);
    progress((0.9 * made.size) / borders.length);
    return undefined;
  });
  return why === undefined ? made : { why };
}

async function encodeBorder(
  ffmpeg: string,
  film: Film,
  piece: TimedPiece,
  coding: ChunkOutput,
  signal: AbortSignal,
): Promise<PlacedPiece | Impossible> {
  const run = { first: piece.group, count: 1, outputs: [coding], parts: [piece.part!] };
  const made = await encodeRun(ffmpeg, film, run, signal);
  if (isImpossible(made)) return made;
  const [encoded] = made;
  if (!encoded || !fits(film, encoded))
    return { why: 'its parameter sets are of another encoder than this server has' };
  return await placed(piece, encoded);
}

const fits = ({ config }: Film, { parameters: { sps, pps } }: Encoded): boolean =>
  config.sps[0]!.equals(sps) && config.pps[0]!.equals(pps);

async function placed({ atTicks, ticks }: TimedPiece, { pieces: [piece] }: Encoded): Promise<PlacedPiece> {
  const { fragment, pictures } = piece!;
  const whole = { path: '', offset: 0, size: fragment.length, pictures, ticks };
  const { samples, dataAt, dataBytes } = (await fragmentTable(fragment, whole))!;
  return { atTicks, ticks, samples, read: async () => fragment.subarray(dataAt, dataAt + dataBytes) };
}
