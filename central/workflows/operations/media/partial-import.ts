import { rm } from 'node:fs/promises';
import { extname } from 'node:path';
import { fitsFlavor, listed, targetTags } from '@amphi/lib/opencast/workflows/selection.ts';
import type { ElementRow } from '../../../store/tables.ts';
import { OperationFailed, type Operation, type OperationContext, type OperationNeeds } from '../../run/operation.ts';
import { readText } from '../read-text.ts';
import { hasPicture, hasSound } from '../selecting.ts';
import { examined, lengthOf, named, type Track } from './commands/examined.ts';
import { readPartialList, type PartialPiece } from './commands/partial-smil.ts';
import { piecesArgv, wholeBy, type Piece, type PiecedTrack } from './commands/pieced-track.ts';
import { profileNamed, runProfile } from './commands/run-profile.ts';

/** `partial-import`: makes one track of the pieces of a recording, by the times at which they lie in it. */
export const partialImport = (needs: OperationNeeds): Operation => ({
  id: 'partial-import',
  weight: 'heavy',
  async run(context) {
    const tracks = await piecedTracks(needs, context);
    if (tracks.length === 0) return { kind: 'skip', why: 'there are no pieces of recordings' };
    const added: ElementRow[] = [];
    for (const [n, { side, pieces }] of tracks.entries()) {
      const progress = (part: number): void => context.progress((n + part) / tracks.length);
      added.push(await joined(needs, { ...context, progress }, side, pieces));
    }
    return { kind: 'done', added };
  },
});

type Side = 'presenter' | 'presentation';
const SIDES: readonly Side[] = ['presenter', 'presentation'];

interface TrackOfSide {
  side: Side;
  pieces: PiecedTrack;
}

/** Pieces by the list of the event, else by the times that came with the files. */
async function piecedTracks(needs: OperationNeeds, context: OperationContext): Promise<TrackOfSide[]> {
  const { keys, elements } = context;
  const pattern = keys.needed('source-smil-flavor');
  const list = elements.find(({ kind, flavor }) => kind !== 'track' && fitsFlavor(flavor, pattern));
  const sources = elements.filter(({ kind }) => kind === 'track');
  const { lengthMs, sequences } = list ? readPartialList(await readText(context, list)) : byTimes(context, sources);
  const found: { side: Side; pieces: (Piece & { kind: PartialPiece['kind'] })[] }[] = [];
  for (const sequence of sequences) {
    const pieces = [];
    for (const piece of sequence) pieces.push(await filePiece(needs, context, sources, piece));
    const [first] = pieces;
    const side = first && sideOf(context, first.track);
    if (side) found.push({ side, pieces });
  }
  const all = found.flatMap(({ pieces }) => pieces);
  const whole = lengthMs ?? Math.max(0, ...all.map(({ beginMs, durationMs }) => beginMs + durationMs));
  return found.map(({ side, pieces }) => ({ side, pieces: piecedTrack(pieces, whole) }));
}

/** Sequences by the times of files: those of each side are one. */
function byTimes(context: OperationContext, sources: readonly ElementRow[]): ReturnType<typeof readPartialList> {
  const sequences = SIDES.map((side) =>
    sources
      .filter((source) => sideOf(context, source) === side)
      .map((source): PartialPiece => {
        const kind = source.streams && !hasPicture(source) ? 'audio' : 'video';
        return { kind, source: source.id, beginMs: source.start_ms ?? 0, durationMs: undefined };
      }),
  );
  return { lengthMs: undefined, sequences: sequences.filter(({ length }) => length > 0) };
}

const sideOf = ({ keys }: OperationContext, { flavor }: Pick<ElementRow, 'flavor'>): Side | undefined =>
  SIDES.find((side) => keys.list(`source-${side}-flavor`).some((pattern) => fitsFlavor(flavor, pattern)));

/** The file of a piece: its address has the id of an element, or its name. */
async function filePiece(
  needs: OperationNeeds,
  context: OperationContext,
  sources: readonly ElementRow[],
  { kind, source, beginMs, durationMs }: PartialPiece,
): Promise<Piece & { kind: PartialPiece['kind'] }> {
  const words = new Set(source.split('/'));
  const byId = sources.find(({ id }) => words.has(id));
  const byName = sources.filter(({ file_name: name }) => words.has(name) || words.has(encodeURIComponent(name)));
  const element = byId ?? (byName.length === 1 ? byName[0] : undefined);
  if (!element)
    throw new OperationFailed(
      `the list of pieces names ${source.slice(0, 200)}, and the event has ${byName.length > 1 ? 'several tracks of this name' : 'no such track'}`,
    );
  const track = await examined(needs, context, element);
  const ownMs = await lengthOf(needs, context, track);
  return { kind, track, path: await context.pathOf(track), beginMs, durationMs: Math.min(durationMs ?? ownMs, ownMs) };
}

/** Sound is that of pieces of sound, where there are some; else that of the films. */
function piecedTrack(pieces: readonly (Piece & { kind: PartialPiece['kind'] })[], lengthMs: number): PiecedTrack {
  const pictures = pieces.filter(({ kind, track }) => kind === 'video' && hasPicture(track));
  const alone = pieces.filter(({ kind, track }) => kind === 'audio' && hasSound(track));
  const sounds = alone.length > 0 ? alone : pieces.filter(({ track }) => hasSound(track));
  return { pictures, sounds, lengthMs };
}

async function joined(
  needs: OperationNeeds,
  context: OperationContext,
  side: Side,
  pieces: PiecedTrack,
): Promise<ElementRow> {
  const { keys } = context;
  const target = { flavor: keys.needed(`target-${side}-flavor`), tags: targetTags([], keys.list('target-tags')) };
  const whole = wholeBy(pieces);
  const first = whole ?? [...pieces.pictures, ...pieces.sounds][0]?.track;
  if (!first) throw new OperationFailed(`the pieces of ${side} have neither picture nor sound`);
  if (whole && !isForced(context, whole.file_name)) {
    context.log(`${named(whole)} is the whole recording: it is taken as it is`);
    return { ...whole, ...target, id: crypto.randomUUID() };
  }
  const made = whole ?? (await inOne(needs, context, first, pieces));
  const isEncoded = !isForced(context, made.file_name);
  if (isEncoded) return { ...made, ...target };
  const id = keys.text('force-encoding-profile');
  if (id === undefined)
    throw new OperationFailed(
      'partial-import: the key force-encoding-profile is missing, and the result has to be encoded by it',
    );
  const [file] = await runProfile(needs, context, { profile: profileNamed(needs, id), source: made });
  if (!whole) await rm(await context.pathOf(made), { force: true });
  return context.take({ ...target, kind: 'track', file: file!.file, fileName: file!.fileName });
}

/** Whether a file has to be encoded by `force-encoding-profile`: always, or because of its ending. */
function isForced({ keys }: OperationContext, fileName: string): boolean {
  const wanted = listed(keys.text('required-extensions') ?? 'mp4').map((one) => one.toLowerCase().replace(/^\./, ''));
  return keys.flag('force-encoding') || !wanted.includes(extname(fileName).slice(1).toLowerCase());
}

/** One track of pieces, by the profile that joins. */
async function inOne(
  needs: OperationNeeds,
  context: OperationContext,
  first: Track,
  pieces: PiecedTrack,
): Promise<ElementRow> {
  const { keys } = context;
  const rate = Number(keys.text('concat-output-framerate') ?? -1);
  const [made] = await runProfile(needs, context, {
    profile: profileNamed(needs, keys.needed('concat-encoding-profile')),
    source: first,
    values: { concatCommand: piecesArgv(pieces, rate > 0 ? rate : undefined) },
    inputs: [...pieces.pictures, ...pieces.sounds].map(({ path }) => path),
    durationMs: pieces.lengthMs,
    progress: context.progress,
  });
  const { file, fileName } = made!;
  return context.take({ file, fileName, kind: 'track', flavor: first.flavor, tags: [] });
}
