import { text } from 'node:stream/consumers';
import sharp from 'sharp';
import type { Size } from '#lib/media/geometry.ts';
import { startChild } from '#lib/runtime/processes/child.ts';

/** A grey picture of one byte a pixel. */
export interface GreyPicture {
  size: Size;
  luma: Buffer;
}

/** Reads text in pictures. */
export interface TextReader {
  /** The words in their order, with single spaces; empty if there are none. */
  read(picture: GreyPicture): Promise<string>;
}

/** Opens a reader; undefined if tesseract, or its French and English, is not installed. */
export async function openTextReader(tesseract = 'tesseract'): Promise<TextReader | undefined> {
  const language = await languageOf(tesseract);
  return language ? { read: (picture) => recognise(tesseract, language, picture) } : undefined;
}

async function languageOf(tesseract: string): Promise<string | undefined> {
  const child = startChild({ command: tesseract, argv: ['--list-langs'], takes: [1] });
  const out = await text(child.take(1)).catch(() => '');
  if ((await child.died).code !== 0) return undefined;
  const known = out.split('\n').filter((line) => line === 'fra' || line === 'eng');
  // Only one language is used: with both, accents are read worse.
  return known.includes('fra') ? 'fra' : known[0];
}

async function recognise(tesseract: string, language: string, { size, luma }: GreyPicture): Promise<string> {
  const { widthPx, heightPx } = size;
  const png = await sharp(luma, { raw: { width: widthPx, height: heightPx, channels: 1 } })
    .resize({ width: widthPx * 2, kernel: 'cubic' })
    .normalise()
    .png()
    .toBuffer();
  // Mode 11: text at any place, in no special order.
  const argv = ['stdin', 'stdout', '-l', language, '--psm', '11'];
  const child = startChild({ command: tesseract, argv, feeds: [0], takes: [1], env: { OMP_THREAD_LIMIT: '1' } });
  child.feed(0).end(png);
  const out = await text(child.take(1));
  await child.died;
  return out.split(/\s+/).filter(Boolean).join(' ');
}
