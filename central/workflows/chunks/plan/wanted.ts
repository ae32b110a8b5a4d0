import type { Film } from '../film/film.ts';
import type { ChunkOutput } from './chunk-output.ts';
import { outputPictures, partOf, pieceDigest, usualRate, type Part } from './output-pictures.ts';
import { outputKey } from '../rendition-store.ts';
import type { TimedPiece, Timeline } from './timeline.ts';

/** An output that is wanted of a film, with the pieces that it is made of. */
export interface WantedOutput {
  output: ChunkOutput;
  /** What its encoder is told, as a digest. */
  key: string;
  pieces: readonly (TimedPiece & { name: Buffer })[];
  sound: Timeline['sound'];
}

/** Names the pieces of a timeline; `digests` are those of the film's groups. */
export function wantedOutput(
  film: Film,
  digests: readonly Buffer[],
  output: ChunkOutput,
  { pieces, sound }: Timeline,
): WantedOutput {
  const rate = output.rate ?? usualRate(film.groups);
  const named = pieces.map((piece) => {
    const group = film.groups[piece.group]!;
    const pictures = partOf(outputPictures(group, output.rate), piece.part);
    return { ...piece, name: pieceDigest(digests[piece.group]!, group, rate, pictures, piece.part) };
  });
  return { output, key: outputKey(film, output), pieces: named, sound };
}

/** Groups that follow each other, with what is missing of them: one job. */
export interface MissingRun {
  first: number;
  count: number;
  /** The outputs, and for each the part of the one group; undefined: whole groups. */
  outputs: readonly WantedOutput[];
  parts: readonly Part[] | undefined;
  /** Names of the pieces that come of it. */
  names: readonly Buffer[];
  /** Time of the film that it takes, in ticks of 90 kHz. */
  ticks: number;
}

/** Pieces that are missing of an output. */
export interface Missing {
  wanted: WantedOutput;
  pieces: WantedOutput['pieces'];
}

/** Pieces that a rendition lacks, each once: a picture that stands still gives the same group again and again. */
export function missingPieces(
  pieces: WantedOutput['pieces'],
  found: { fragments: ReadonlyMap<string, unknown> } | undefined,
): WantedOutput['pieces'] {
  const seen = new Set<string>();
  return pieces.filter(({ name }) => {
    const key = name.toString('hex');
    if (seen.has(key) || found?.fragments.has(key)) return false;
    seen.add(key);
    return true;
  });
}

const MINUTE_TICKS = 60 * 90_000;

/**
 * Divides what is missing into runs of about a minute at most (or one group), each for all outputs that miss the same
 * groups: a run is decoded once. Parts of groups, at the borders of a cut, are runs of their own. `sideBySide`: a stretch of
 * groups is divided into as many runs at least, if it has so many groups, so that as many processors do it.
 */
export function missingRuns(film: Pick<Film, 'groups'>, missing: readonly Missing[], sideBySide = 1): MissingRun[] {
  return [...wholeRuns(film, missing, sideBySide), ...partRuns(film, missing)];
}

function wholeRuns(film: Pick<Film, 'groups'>, missing: readonly Missing[], sideBySide: number): MissingRun[] {
  const byGroup = new Map<number, Here[]>();
  for (const { wanted, pieces } of missing) {
    for (const { group, part, name } of pieces) {
      if (part) continue;
      const list = byGroup.get(group);
      if (list) list.push({ wanted, name });
      else byGroup.set(group, [{ wanted, name }]);
    }
  }
  const stretches: { group: number; here: Here[] }[][] = [];
  for (const group of [...byGroup.keys()].toSorted((a, b) => a - b)) {
    const here = byGroup.get(group)!;
    const last = stretches.at(-1)?.at(-1);
    if (last && last.group + 1 === group && sameOutputs(last.here, here)) stretches.at(-1)!.push({ group, here });
    else stretches.push([{ group, here }]);
  }
  return stretches.flatMap((stretch) => dividedStretch(film, stretch, sideBySide));
}

/** An output that misses a group, and the name of the piece. */
interface Here {
  wanted: WantedOutput;
  name: Buffer;
}

const sameOutputs = (one: readonly Here[], other: readonly Here[]): boolean =>
  one.length === other.length && one.every(({ wanted }, n) => wanted === other[n]!.wanted);

/** Divides groups that follow each other into runs of about the same length. */
function dividedStretch(
  film: Pick<Film, 'groups'>,
  stretch: readonly { group: number; here: Here[] }[],
  sideBySide: number,
): MissingRun[] {
  const all = stretch.reduce((sum, { group }) => sum + lengthOf(film, group), 0);
  const aim = all / Math.max(Math.ceil(all / MINUTE_TICKS), Math.min(sideBySide, stretch.length));
  const runs: (MissingRun & { names: Buffer[] })[] = [];
  for (const { group, here } of stretch) {
    const ticks = lengthOf(film, group);
    const names = here.map(({ name }) => name);
    const last = runs.at(-1);
    // A run may be longer than its share by less than half a group.
    if (last && last.ticks + ticks / 2 <= aim) {
      last.count += 1;
      last.ticks += ticks;
      last.names.push(...names);
    } else
      runs.push({ first: group, count: 1, outputs: here.map(({ wanted }) => wanted), parts: undefined, names, ticks });
  }
  return runs;
}

const lengthOf = ({ groups }: Pick<Film, 'groups'>, group: number): number =>
  groups[group]!.endTicks - groups[group]!.pictures[0]!;

function partRuns(film: Pick<Film, 'groups'>, missing: readonly Missing[]): MissingRun[] {
  const byPlace = new Map<string, { wanted: WantedOutput; piece: WantedOutput['pieces'][number] }[]>();
  for (const { wanted, pieces } of missing) {
    for (const piece of pieces) {
      if (!piece.part) continue;
      const place = `${piece.group} ${piece.span}`;
      byPlace.set(place, [...(byPlace.get(place) ?? []), { wanted, piece }]);
    }
  }
  return [...byPlace.values()].map((here) => ({
    first: here[0]!.piece.group,
    count: 1,
    outputs: here.map(({ wanted }) => wanted),
    parts: here.map(({ piece }) => piece.part!),
    names: here.map(({ piece }) => piece.name),
    ticks: lengthOf(film, here[0]!.piece.group),
  }));
}
