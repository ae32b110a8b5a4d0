import { readFile, stat } from 'node:fs/promises';
import { sql } from 'kysely';
import { readCaptions } from '@amphi/lib/analysis/captions/read-captions.ts';
import { parseMpeg7 } from '@amphi/lib/opencast/mpeg7.ts';
import { XmlError } from '@amphi/lib/opencast/xml/xml.ts';
import { textOfBytes } from '@amphi/lib/runtime/texts/bytes-text.ts';
import { isCaptions, isTimedText } from '../catalogue/files.ts';
import type { Database } from '../store/connect.ts';
import type { ElementRow } from '../store/tables.ts';
import type { OperationContext } from '../workflows/run/operation.ts';

/** Texts of slides, captions and chapters that are published, by which lectures are found. */

/** What a piece of text is of: `chapter` is the title of one. */
export type TextKind = 'slide' | 'caption' | 'chapter';

/** A piece of text with its time. */
export interface PublishedText {
  kind: TextKind;
  /** Element that it is from. */
  element: string;
  startMs: number;
  durationMs: number;
  text: string;
}

/** Bytes of a catalog or of captions that are read; longer ones are published, but not found by their words. */
const MOST_BYTES = 8 << 20;
/** Pieces of one publication; further ones are not found. */
const MOST_PIECES = 5000;
/** Length in ms of a piece of captions: cues are joined up to this, so that few rows hold a lecture. */
const PIECE_MS = 20_000;
/** Letters of a piece; the others are not kept. */
const MOST_LETTERS = 20_000;

/** Reads the texts of what is published. A text that cannot be read is told in the log, and does not hinder publishing. */
export async function textsOf(
  elements: readonly ElementRow[],
  at: (path: string) => string,
  { log, signal }: Pick<OperationContext, 'log' | 'signal'>,
): Promise<PublishedText[]> {
  const found: PublishedText[] = [];
  for (const element of [...slidesIn(elements), ...elements.filter((one) => isCaptions(one) || isTitles(one))]) {
    signal.throwIfAborted();
    const path = at(element.path);
    if ((await stat(path)).size > MOST_BYTES) log(`${element.file_name} is too long to be searched`, 'warning');
    else found.push(...(await read(element, await readFile(path), log)));
  }
  return found.slice(0, MOST_PIECES);
}

/** Catalogs of slides: those with texts, or those with times alone if there are no others. */
function slidesIn(elements: readonly ElementRow[]): ElementRow[] {
  const texts = elements.filter(({ flavor }) => flavor === 'mpeg-7/text');
  return texts.length > 0 ? texts : elements.filter(({ flavor }) => flavor === 'mpeg-7/segments');
}

/** Whether chapters are such as a person wrote; the titles of those of slides are words of the slides. */
const isTitles = (one: ElementRow): boolean => one.flavor.startsWith('chapters/') && isTimedText(one);

async function read(element: ElementRow, bytes: Buffer, log: OperationContext['log']): Promise<PublishedText[]> {
  return isCaptions(element) || isTitles(element) ? captionsIn(element, bytes, log) : slideTextsIn(element, bytes, log);
}

async function captionsIn(element: ElementRow, bytes: Buffer, log: OperationContext['log']): Promise<PublishedText[]> {
  const { id, file_name } = element;
  const kind = isTitles(element) ? 'chapter' : 'caption';
  const captions = await readCaptions(bytes);
  if ('mistake' in captions) {
    log(`${file_name} cannot be read as captions, and its words cannot be found: ${captions.mistake}`, 'warning');
    return [];
  }
  const pieces: PublishedText[] = [];
  for (const { fromMs, toMs, text } of captions.cues) {
    const last = pieces.at(-1);
    const [startMs, endMs] = [whole(fromMs), whole(toMs)];
    if (kind === 'caption' && last && startMs >= last.startMs && endMs - last.startMs <= PIECE_MS) {
      last.text = `${last.text} ${kept(text)}`;
      last.durationMs = Math.max(last.durationMs, endMs - last.startMs);
    } else pieces.push({ kind, element: id, startMs, durationMs: endMs - startMs, text: kept(text) });
  }
  return pieces;
}

function slideTextsIn({ id, file_name }: ElementRow, bytes: Buffer, log: OperationContext['log']): PublishedText[] {
  try {
    return parseMpeg7(textOfBytes(bytes)).segments.map(({ fromMs, toMs, texts, notes }) => ({
      kind: 'slide',
      element: id,
      startMs: whole(fromMs),
      durationMs: whole(toMs - fromMs),
      text: kept([...texts.map(({ text }) => text), ...notes].join(' ')),
    }));
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    log(`${file_name} is no catalog of slides, and its words cannot be found: ${error.message}`, 'warning');
    return [];
  }
}

/** Milliseconds as the database has them. */
const whole = (ms: number): number => Math.min(2 ** 31 - 1, Math.max(0, Math.round(ms)));

/** Text on one line, without signs that PostgreSQL refuses. */
const kept = (text: string): string =>
  text.replaceAll('\u0000', ' ').replaceAll(/\s+/g, ' ').trim().slice(0, MOST_LETTERS).toWellFormed();

/** Rows of one insert; a statement of PostgreSQL has at most 65 535 parameters. */
const ROWS_AT_ONCE = 1000;

/** Writes the texts of a publication. */
export async function keepTexts(within: Database, publication: string, texts: readonly PublishedText[]): Promise<void> {
  for (let from = 0; from < texts.length; from += ROWS_AT_ONCE) {
    const rows = texts.slice(from, from + ROWS_AT_ONCE).map(({ startMs, durationMs, ...text }, n) => ({
      ...text,
      publication,
      position: from + n,
      start_ms: startMs,
      duration_ms: durationMs,
      words: sql<string>`amphi_words(${text.text})`,
    }));
    await within.insertInto('publication_texts').values(rows).execute();
  }
}

/** Gives texts of elements that are kept to the publication that keeps them. */
export async function moveTexts(
  within: Database,
  { from, to, elements }: { from: string; to: string; elements: readonly string[] },
): Promise<void> {
  await within
    .updateTable('publication_texts')
    .set((of) => ({
      publication: to,
      position: sql<number>`${of.ref('position')} + (select coalesce(max(position) + 1, 0) from publication_texts where publication = ${to})`,
    }))
    .where('publication', '=', from)
    .where('element', 'in', elements)
    .execute();
}
