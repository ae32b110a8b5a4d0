import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Rect, Size } from '#lib/media/geometry.ts';
import { runProgram } from '#lib/runtime/processes/run-program.ts';
import { NICENESS } from '#lib/ffmpeg/run-ffmpeg.ts';
import type { Asked } from '../asked.ts';
import type { Tesseract } from './tesseract.ts';
import { titleOf } from './title.ts';
import { readTsv, type ReadLine } from './tsv.ts';

/** How a picture is read. */
export interface TextAsked extends Asked {
  /** Languages of the text, the most likely one first; those that the program does not have are left out. */
  languages?: readonly string[];
  /** Words that are known to occur: names, terms of the series. */
  words?: readonly string[];
  /** Part of the picture, in parts (0 to 1) of it; without it the whole. */
  rect?: Rect | undefined;
  /** Folder for files that exist while it is read. */
  folder: string;
}

/** The text of a picture. Boxes are in pixels of `size`, the part of the picture that was read. */
export interface ReadText {
  lines: readonly ReadLine[];
  title: string | undefined;
  size: Size;
}

/** Languages without other wishes. French reads English too; both together cost twice as much, and lose accents of capitals. */
const LANGUAGES: readonly string[] = ['fra'];
/** The picture is enlarged, since letters of a video are small; beyond this width it would cost more and give nothing. */
const ENLARGED = 2;
const WIDEST_PX = 2600;
/** Milliseconds for one picture; after that it counts as one without text. */
const TIMEOUT_MS = 120_000;
/** Known words that are given to the program; further ones are left out. */
const MOST_WORDS = 20_000;

/**
 * Reads the text of a picture (a file or its bytes): crops it, makes it gray and twice as large, and lets tesseract read
 * it. Rejects if the picture cannot be read, or the program fails.
 */
export async function readText(tesseract: Tesseract, picture: string | Buffer, asked: TextAsked): Promise<ReadText> {
  asked.signal?.throwIfAborted();
  const { png, enlarged, size } = await prepared(picture, asked.rect);
  const stem = join(asked.folder, randomUUID());
  const [image, list] = [`${stem}.png`, `${stem}.words`];
  try {
    await writeFile(image, png);
    const words = wordList(asked.words);
    if (words) await writeFile(list, words);
    const argv = [image, 'stdout', '-l', languagesOf(tesseract, asked.languages).join('+')];
    const { code, stdout, reason } = await runProgram(
      tesseract.path,
      [...argv, ...(words ? ['--user-words', list] : []), 'tsv'],
      {
        timeoutMs: TIMEOUT_MS,
        niceness: NICENESS,
        env: { OMP_THREAD_LIMIT: '1' },
        ...(asked.signal ? { signal: asked.signal } : {}),
      },
    );
    asked.signal?.throwIfAborted();
    if (code !== 0) throw new Error(`tesseract could not read a picture: ${reason}`);
    const lines = readTsv(stdout).map((line) => scaled(line, 1 / enlarged));
    return { lines, title: titleOf(lines, size.heightPx), size };
  } finally {
    await Promise.all([image, list].map((file) => rm(file, { force: true })));
  }
}

interface Prepared {
  png: Buffer;
  /** How many times larger than in the picture it is. */
  enlarged: number;
  /** Size in the picture. */
  size: Size;
}

async function prepared(picture: string | Buffer, rect: Rect | undefined): Promise<Prepared> {
  const { width, height } = await sharp(picture).metadata();
  const part = {
    left: Math.round((rect?.x ?? 0) * width),
    top: Math.round((rect?.y ?? 0) * height),
    width: Math.max(1, Math.min(width, Math.round((rect?.width ?? 1) * width))),
    height: Math.max(1, Math.min(height, Math.round((rect?.height ?? 1) * height))),
  };
  const enlarged = Math.min(ENLARGED, Math.max(1, WIDEST_PX / part.width));
  const png = await sharp(picture)
    .extract({ ...part, left: Math.min(part.left, width - part.width), top: Math.min(part.top, height - part.height) })
    .resize({
      width: Math.round(part.width * enlarged),
      height: Math.round(part.height * enlarged),
      kernel: 'lanczos3',
      fit: 'fill',
    })
    .grayscale()
    .png({ compressionLevel: 1 })
    .toBuffer();
  return { png, enlarged, size: { widthPx: part.width, heightPx: part.height } };
}

/** The languages that are asked for and there; if none is, all that are there. */
export function languagesOf({ languages }: Tesseract, asked: readonly string[] = LANGUAGES): readonly string[] {
  const there = asked.filter((language) => languages.includes(language));
  return there.length > 0 ? there : languages;
}

/** The list of words that the program is given, one a line; undefined without any. */
export function wordList(words: readonly string[] = []): string | undefined {
  const good = words.flatMap((word) => word.split(/\s+/)).filter((word) => /^[\p{L}\p{N}’'-]{2,60}$/u.test(word));
  return good.length === 0 ? undefined : `${[...new Set(good)].slice(0, MOST_WORDS).join('\n')}\n`;
}

function scaled(line: ReadLine, by: number): ReadLine {
  const box = ({ x, y, width, height }: Rect): Rect => ({
    x: x * by,
    y: y * by,
    width: width * by,
    height: height * by,
  });
  return { ...line, box: box(line.box), words: line.words.map((word) => ({ ...word, box: box(word.box) })) };
}
