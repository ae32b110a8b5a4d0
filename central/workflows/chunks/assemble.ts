import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileHead, type FileChunk, type FileTrack } from '@amphi/lib/media/mp4-file.ts';
import type { IndexedTrack } from '@amphi/lib/media/groups/mp4-index.ts';
import { avcEntry } from '@amphi/lib/media/mp4-sample-entries.ts';
import { sizeOfSps } from '@amphi/lib/media/h264.ts';
import { TICKS_PER_SECOND } from '@amphi/lib/media/packet.ts';
import { syncFile, syncFolder } from '@amphi/lib/runtime/files.ts';
import { fragmentTable, type FragmentTable } from './fragment-table.ts';
import type { FoundRendition, Fragment } from './rendition-store.ts';
import { soundFrames, type SoundFrames } from './sound-cut.ts';
import { soundTrackOf } from './sound-file.ts';
import type { SoundSpan, TimedPiece } from './timeline.ts';

/** A piece with the fragment that it is made of. */
export interface PlacedPiece extends TimedPiece {
  fragment: Fragment;
}

/** What a file is made of. */
export interface Parts {
  pieces: readonly PlacedPiece[];
  parameters: FoundRendition['parameters'];
  /** Sound of a file, and which parts of it; undefined: there is none. */
  sound: { path: string; spans: readonly SoundSpan[] } | undefined;
}

/** Frames of sound that were chosen, and the track in whose file they are. */
interface ChosenSound {
  path: string;
  track: IndexedTrack;
  frames: SoundFrames;
}

/** A file that was made. */
export interface Assembled {
  sizeBytes: number;
  pictures: number;
  durationMs: number;
}

/** Bytes at the beginning of a fragment that are read for its table: 200 pictures have some 3 KB. */
const HEAD_BYTES = 8192;
/** Most bytes of a fragment's table: that of the largest group. */
const MOST_HEAD_BYTES = 1 << 20;

/**
 * Puts pieces and sound together to a finished MP4 with its index at the front; nothing is encoded. `at` gives the
 * absolute path of a fragment's file. The file has its name only when it is complete and on the disk.
 */
export async function assemble(
  parts: Parts,
  to: string,
  at: (path: string) => string,
  signal?: AbortSignal,
): Promise<Assembled> {
  const files = openFiles(at);
  const temporary = `${to}.tmp`;
  try {
    const tables = await readTables(parts.pieces, files);
    const sound = await chosenSound(parts.sound);
    const video = videoTrack(parts, tables);
    const tracks = sound ? [video, soundTrack(sound)] : [video];
    const layout = interleaved(parts.pieces, tables, sound);
    const head = fileHead(tracks, layout.map(chunkOf));
    const readLaid = (laid: Laid): Promise<Buffer> => dataOf(laid, sound, files);
    const sizeBytes = await writeAll(temporary, head, layout, readLaid, signal);
    await rename(temporary, to);
    await syncFolder(dirname(to));
    const ticks = video.delay + video.durations.reduce((sum, duration) => sum + duration, 0);
    return { sizeBytes, pictures: video.sizes.length, durationMs: Math.round((ticks * 1000) / TICKS_PER_SECOND) };
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await files.close();
  }
}

/** Files that are read, each opened once. */
interface Files {
  of(path: string): Promise<FileHandle>;
  sound(path: string): Promise<FileHandle>;
  close(): Promise<void>;
}

/** Files that are open at the same time: a film of two hours has 120 for each quality. The oldest is closed. */
const MOST_OPEN = 64;

function openFiles(at: (path: string) => string): Files {
  const handles = new Map<string, Promise<FileHandle>>();
  const get = async (path: string): Promise<FileHandle> => {
    const known = handles.get(path);
    if (known) return known;
    const [oldest] = handles.keys();
    if (handles.size >= MOST_OPEN && oldest !== undefined) {
      const closing = handles.get(oldest);
      handles.delete(oldest);
      await (await closing)?.close();
    }
    const handle = open(path, 'r');
    handles.set(path, handle);
    return handle;
  };
  return {
    of: (path) => get(at(path)),
    sound: get,
    async close() {
      for (const handle of handles.values()) await handle.then((one) => one.close()).catch(() => undefined);
    },
  };
}

async function readTables(pieces: readonly PlacedPiece[], files: Files): Promise<FragmentTable[]> {
  const tables: FragmentTable[] = [];
  for (const { fragment } of pieces) {
    const file = await files.of(fragment.path);
    const table =
      fragmentTable(await readAt(file, fragment.offset, Math.min(HEAD_BYTES, fragment.size)), fragment) ??
      fragmentTable(await readAt(file, fragment.offset, Math.min(MOST_HEAD_BYTES, fragment.size)), fragment);
    if (!table) throw new Error(`a fragment of ${fragment.path} is not what the database says of it`);
    tables.push(table);
  }
  return tables;
}

async function readAt(file: FileHandle, at: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(bytes);
  const { bytesRead } = await file.read(buffer, 0, bytes, at);
  if (bytesRead < bytes) throw new Error('a file is shorter than its index says');
  return buffer;
}

function videoTrack({ pieces, parameters }: Parts, tables: readonly FragmentTable[]): FileTrack {
  const { widthPx, heightPx } = sizeOfSps(parameters.sps);
  const sizes: number[] = [];
  const durations: number[] = [];
  const compositions: number[] = [];
  const keys: number[] = [];
  for (const [n, { samples }] of tables.entries()) {
    keys.push(sizes.length);
    const { atTicks, ticks } = pieces[n]!;
    const next = pieces[n + 1]?.atTicks ?? atTicks + ticks;
    for (const [index, sample] of samples.entries()) {
      const after = samples[index + 1]?.time ?? next - atTicks;
      sizes.push(sample.size);
      durations.push(after - sample.time);
      compositions.push(sample.composition);
    }
  }
  return {
    kind: 'video',
    timescale: TICKS_PER_SECOND,
    entry: avcEntry({ codec: 'h264', ...parameters, widthPx, heightPx }),
    widthPx,
    heightPx,
    sizes,
    durations,
    compositions,
    keys,
    delay: pieces[0]?.atTicks ?? 0,
    skipped: 0,
  };
}

async function chosenSound(sound: Parts['sound']): Promise<ChosenSound | undefined> {
  if (!sound) return undefined;
  const track = await soundTrackOf(sound.path);
  const frames = soundFrames(track, sound.spans);
  return frames.numbers.length > 0 ? { path: sound.path, track, frames } : undefined;
}

const soundTrack = ({ track: { timescale, entry, samples }, frames }: ChosenSound): FileTrack => ({
  kind: 'audio',
  timescale,
  entry,
  widthPx: 0,
  heightPx: 0,
  sizes: frames.numbers.map((number) => samples.sizes[number]!),
  durations: frames.durations,
  compositions: [],
  keys: undefined,
  delay: frames.delay,
  skipped: frames.skipped,
});

/** Samples that lie together in the file: of one piece, or frames of sound from `from` up to, not including, `to`. */
type Laid =
  | { kind: 'piece'; table: FragmentTable; fragment: Fragment }
  | { kind: 'sound'; sizes: number[]; from: number; to: number };

const chunkOf = (laid: Laid): FileChunk =>
  laid.kind === 'piece'
    ? { track: 0, samples: laid.table.samples.length, bytes: laid.table.dataBytes }
    : { track: 1, samples: laid.to - laid.from, bytes: laid.sizes.reduce((sum, size) => sum + size, 0) };

/** Order of the file: each piece, and after it the sound that is heard while it is shown. */
function interleaved(
  pieces: readonly PlacedPiece[],
  tables: readonly FragmentTable[],
  sound: ChosenSound | undefined,
): Laid[] {
  const laid: Laid[] = [];
  let from = 0;
  const soundUpTo = (ticks: number): void => {
    if (!sound) return;
    const { frames, track } = sound;
    const { timescale, samples } = track;
    let to = from;
    while (to < frames.numbers.length && (frames.times[to]! * TICKS_PER_SECOND) / timescale < ticks) to++;
    if (to > from) {
      const sizes = frames.numbers.slice(from, to).map((number) => samples.sizes[number]!);
      laid.push({ kind: 'sound', sizes, from, to });
    }
    from = to;
  };
  for (const [n, { fragment, atTicks, ticks }] of pieces.entries()) {
    laid.push({ kind: 'piece', table: tables[n]!, fragment });
    soundUpTo(atTicks + ticks);
  }
  soundUpTo(Infinity);
  return laid;
}

async function dataOf(laid: Laid, sound: ChosenSound | undefined, files: Files): Promise<Buffer> {
  if (laid.kind === 'piece') return readAt(await files.of(laid.fragment.path), laid.table.dataAt, laid.table.dataBytes);
  const { path, track, frames } = sound!;
  return readFrames(await files.sound(path), track, frames.numbers.slice(laid.from, laid.to));
}

async function writeAll(
  path: string,
  head: Buffer,
  layout: readonly Laid[],
  read: (laid: Laid) => Promise<Buffer>,
  signal: AbortSignal | undefined,
): Promise<number> {
  const file = await open(path, 'w', 0o640);
  let bytes = head.length;
  try {
    await file.writeFile(head);
    for (const laid of layout) {
      signal?.throwIfAborted();
      const data = await read(laid);
      await file.writeFile(data);
      bytes += data.length;
    }
    await syncFile(file, path);
  } finally {
    await file.close();
  }
  return bytes;
}

/** Frames of sound; those that lie one after the other in the file are read at once. */
async function readFrames(file: FileHandle, { samples }: IndexedTrack, numbers: readonly number[]): Promise<Buffer> {
  const spans: { at: number; bytes: number }[] = [];
  for (const number of numbers) {
    const [at, bytes] = [samples.offsets[number]!, samples.sizes[number]!];
    const last = spans.at(-1);
    if (last && last.at + last.bytes === at) last.bytes += bytes;
    else spans.push({ at, bytes });
  }
  return Buffer.concat(await Promise.all(spans.map(({ at, bytes }) => readAt(file, at, bytes))));
}
