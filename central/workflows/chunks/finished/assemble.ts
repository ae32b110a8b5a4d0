import { open } from 'node:fs/promises';
import type { Found } from '../../../store/probe.ts';
import { writeList } from '../../../store/lists/list-file.ts';
import { fileHead, type FileChunk, type FileTrack } from '@amphi/lib/media/mp4-file.ts';
import { TICKS_PER_SECOND } from '@amphi/lib/media/packet.ts';
import { readAt } from '@amphi/lib/runtime/disk/read-at.ts';
import { writeBeside } from '@amphi/lib/runtime/disk/write-beside.ts';
import type { FileHandle } from 'node:fs/promises';
import type { ChosenSound } from './chosen-sound.ts';
import type { PlacedPiece } from './placed-piece.ts';
import { toldOf } from './told-streams.ts';

/** What a file is made of. */
export interface Parts {
  pieces: readonly PlacedPiece[];
  /** Sample entry of the pictures, and their size. */
  entry: Buffer;
  widthPx: number;
  heightPx: number;
  /** Undefined: there is none. */
  sound: ChosenSound | undefined;
}

/** What a list needs besides: the rendition of its pieces, and the path of its sound below the media folder. */
export interface ListNeeds {
  rendition: number;
  sound: string | undefined;
}

/** A file that was made. */
export interface Assembled {
  sizeBytes: number;
  pictures: number;
  durationMs: number;
  /** What ffprobe would find in it; undefined: that is not known. */
  told: Found | undefined;
}

/**
 * Puts pieces and sound together to a finished MP4 with its index at the front; nothing is encoded. The file has its
 * name only when it is complete and on the disk. Rejects if a piece or the sound has other bytes than its index says.
 */
export const assemble = (parts: Parts, to: string, signal?: AbortSignal): Promise<Assembled> =>
  laidOut(parts, async ({ head, layout, made }) => {
    await writeBeside(to, (temporary) => writeAll(temporary, head, layout, signal));
    return made;
  });

/**
 * Writes a list that stands for the finished MP4 that `assemble` makes: no picture and no sound is copied. All pieces
 * must have spans. The list has its name only when it is complete and on the disk.
 */
export const assembleList = (parts: Parts, { rendition, sound }: ListNeeds, to: string): Promise<Assembled> =>
  laidOut(parts, async ({ head, layout, made }) => {
    const spans = layout.flatMap((laid) => laid.spans?.map((span) => ({ path: sound ?? '', ...span })) ?? []);
    const list = { head, spans, renditions: [rendition], sounds: sound === undefined ? [] : [sound] };
    await writeBeside(to, (temporary) => writeList(temporary, list));
    return made;
  });

/** What is to be written: the index of the file, the order of its bytes, and what it is then. */
interface LaidOut {
  head: Buffer;
  layout: readonly Laid[];
  made: Assembled;
}

/** Lays out a file and lets `write` write it; the file of the sound is open until then. */
async function laidOut<T>(parts: Parts, write: (laid: LaidOut) => Promise<T>): Promise<T> {
  const sound = parts.sound && { ...parts.sound, file: await open(parts.sound.path, 'r') };
  try {
    const video = videoTrack(parts);
    const layout = interleaved(parts.pieces, sound);
    const tracks = sound ? [video, soundTrack(sound)] : [video];
    const head = fileHead(tracks, layout);
    const sizeBytes = layout.reduce((sum, { bytes }) => sum + bytes, head.length);
    const ticks = video.delay + video.durations.reduce((sum, duration) => sum + duration, 0);
    const durationMs = Math.round((ticks * 1000) / TICKS_PER_SECOND);
    return await write({
      head,
      layout,
      made: { sizeBytes, pictures: video.sizes.length, durationMs, told: toldOf(tracks) },
    });
  } finally {
    await sound?.file.close();
  }
}

function videoTrack({ pieces, entry, widthPx, heightPx }: Parts): FileTrack {
  const sizes: number[] = [];
  const durations: number[] = [];
  const compositions: number[] = [];
  const keys: number[] = [];
  for (const [n, { samples, atTicks, ticks }] of pieces.entries()) {
    keys.push(sizes.length);
    const next = (pieces[n + 1]?.atTicks ?? atTicks + ticks) - atTicks;
    for (const [index, { size, time, composition }] of samples.entries()) {
      sizes.push(size);
      durations.push((samples[index + 1]?.time ?? next) - time);
      compositions.push(composition);
    }
  }
  return {
    kind: 'video',
    timescale: TICKS_PER_SECOND,
    entry,
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

/** The sound of a result while its file is open. */
type OpenSound = ChosenSound & { file: FileHandle };

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

/** Samples that lie together in the file, and their bytes. */
interface Laid extends FileChunk {
  read: () => Promise<Buffer>;
  /** Where they are: those of sound in its file; undefined: in no file of the media folder. */
  spans: readonly { path?: string; at: number; bytes: number }[] | undefined;
}

/** Order of the file: each piece, and after it the sound that is heard while it is shown. */
function interleaved(pieces: readonly PlacedPiece[], sound: OpenSound | undefined): Laid[] {
  const laid: Laid[] = [];
  let from = 0;
  const soundUpTo = (ticks: number): void => {
    if (!sound) return;
    const { frames, track } = sound;
    let to = from;
    while (to < frames.numbers.length && (frames.times[to]! * TICKS_PER_SECOND) / track.timescale < ticks) to++;
    if (to > from) laid.push(laidSound(sound, frames.numbers.slice(from, to)));
    from = to;
  };
  for (const { samples, atTicks, ticks, read, span } of pieces) {
    const bytes = samples.reduce((sum, { size }) => sum + size, 0);
    laid.push({ track: 0, samples: samples.length, bytes, read, spans: span && [span] });
    soundUpTo(atTicks + ticks);
  }
  soundUpTo(Infinity);
  return laid;
}

/** Frames of sound; those that lie one after the other in their file are read at once. */
function laidSound({ file, track: { samples } }: OpenSound, numbers: readonly number[]): Laid {
  const spans: { at: number; bytes: number }[] = [];
  for (const number of numbers) {
    const [at, bytes] = [samples.offsets[number]!, samples.sizes[number]!];
    const last = spans.at(-1);
    if (last && last.at + last.bytes === at) last.bytes += bytes;
    else spans.push({ at, bytes });
  }
  return {
    track: 1,
    samples: numbers.length,
    bytes: spans.reduce((sum, { bytes }) => sum + bytes, 0),
    spans,
    read: async () => Buffer.concat(await Promise.all(spans.map(({ at, bytes }) => readAt(file, at, bytes)))),
  };
}

async function writeAll(
  path: string,
  head: Buffer,
  layout: readonly Laid[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const file = await open(path, 'w', 0o640);
  try {
    await file.writeFile(head);
    for (const laid of layout) {
      signal?.throwIfAborted();
      const data = await laid.read();
      if (data.length !== laid.bytes)
        throw new Error(`a file has ${data.length} of the ${laid.bytes} bytes that its index says: it was cut off`);
      await file.writeFile(data);
    }
  } finally {
    await file.close();
  }
}
