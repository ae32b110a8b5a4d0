import { createHash } from 'node:crypto';
import { z } from 'zod';
import { languagesOf, readText, wordList, type ReadText, type TextAsked } from './read-text.ts';
import type { Tesseract } from './tesseract.ts';

/** Texts of pictures that were read before, by a digest of all that decides what is read. */
export interface KeptTexts {
  /** The text with this key (hexadecimal); undefined: it is not kept. */
  find(key: string): Promise<ReadText | undefined>;
  keep(key: string, text: ReadText): Promise<void>;
}

/** The text of a picture (its bytes), as `readText` gives it; it is read only if it is not kept. */
export async function readOnce(
  tesseract: Tesseract,
  picture: Buffer,
  { texts, ...asked }: TextAsked & { texts?: KeptTexts | undefined },
): Promise<ReadText> {
  if (!texts) return readText(tesseract, picture, asked);
  const key = keyOf(tesseract, picture, asked);
  const kept = await texts.find(key);
  if (kept) return kept;
  const read = await readText(tesseract, picture, asked);
  await texts.keep(key, read);
  return read;
}

const digestOf = (of: string | Buffer): string => createHash('sha256').update(of).digest('hex');

/** The key of a text: picture, languages, words and part of the picture; not the time at which the picture is shown. */
function keyOf(tesseract: Tesseract, picture: Buffer, { languages, words, rect }: TextAsked): string {
  const told = [languagesOf(tesseract, languages), digestOf(wordList(words) ?? ''), rect ?? null];
  return digestOf(JSON.stringify([digestOf(picture), ...told]));
}

const px = z.number();
const box = z.object({ x: px, y: px, width: px, height: px });
const word = z.object({ text: z.string(), confidence: z.number(), box });
const schema = z.object({
  lines: z.array(z.object({ text: z.string(), words: z.array(word), box })),
  title: z.string().optional(),
  size: z.object({ widthPx: px, heightPx: px }),
});

/** A text as it is kept (JSON). */
export const formatReadText = (text: ReadText): string => JSON.stringify(text);

/** The text that was kept so; undefined for anything else. */
export function parseReadText(kept: string): ReadText | undefined {
  try {
    const { title, ...read } = schema.parse(JSON.parse(kept));
    return { ...read, title };
  } catch {
    return undefined;
  }
}
