import { readFile, stat } from 'node:fs/promises';
import { textOfBytes } from '@amphi/lib/runtime/texts/bytes-text.ts';
import { parseMpeg7, type Mpeg7Segment } from '@amphi/lib/opencast/mpeg7.ts';
import { parseCutList } from '@amphi/lib/opencast/smil/read-cut-list.ts';
import { keptWithin } from '@amphi/lib/opencast/smil/kept.ts';
import { complement, type Interval } from '@amphi/lib/media/intervals.ts';
import { XmlError } from '@amphi/lib/opencast/xml/xml.ts';
import { textLanguageOf } from '../catalogue/files.ts';
import { wordsOf } from '../catalogue/event-rows.ts';
import type { MediaStore } from '../store/media-store.ts';
import type { ElementRow, EventRow } from '../store/tables.ts';
import { MOST_CAPTION_BYTES, readCues } from './edit-captions.ts';
import { segmentsOf, type Edit, type EditCaptions, type EditSegment, type EditWords } from './edit.ts';
import { CUT_FLAVOR, subtypeOf, typeOf, type Measure, type Recording } from './recording.ts';

/** Bytes of a catalog that is read; a larger one counts as none. */
const MOST_CATALOG_BYTES = 4 << 20;

/** Text of a file; '' where it is too large, or gone. */
async function textAt(store: MediaStore, { path }: ElementRow, mostBytes = MOST_CATALOG_BYTES): Promise<string> {
  const bytes = await bytesAt(store, path, mostBytes);
  return bytes ? textOfBytes(bytes) : '';
}

async function bytesAt(store: MediaStore, path: string, mostBytes: number): Promise<Buffer | undefined> {
  const known = await stat(store.at(path)).catch(() => undefined);
  if (!known || known.size > mostBytes) return undefined;
  return readFile(store.at(path)).catch(() => undefined);
}

/** What a cut list keeps of a recording; undefined: it cannot be read, or keeps nothing. */
async function keptIn(
  store: MediaStore,
  file: ElementRow,
  durationMs: number,
): Promise<readonly Interval[] | undefined> {
  try {
    const { kept } = keptWithin(parseCutList(await textAt(store, file)).segments, durationMs);
    return kept.length > 0 ? kept : undefined;
  } catch (error) {
    if (error instanceof XmlError) return undefined;
    throw error;
  }
}

/** The cut that was saved, as segments; a whole recording where none was. */
export async function savedSegments(
  store: MediaStore,
  { files }: Recording,
  { durationMs }: Measure,
): Promise<EditSegment[]> {
  const file = files.find(({ flavor }) => flavor === CUT_FLAVOR);
  const kept = file && (await keptIn(store, file, durationMs));
  return segmentsOf(kept ?? [{ fromMs: 0, toMs: durationMs }], durationMs);
}

/** Silences of a recording, as a workflow found them (`…/silence` keeps what is not silent); undefined: none looked. */
export async function silencesOf(
  store: MediaStore,
  { elements }: Recording,
  { durationMs }: Measure,
): Promise<Interval[] | undefined> {
  for (const file of elements.filter((one) => one.kind === 'catalog' && subtypeOf(one) === 'silence')) {
    const kept = await keptIn(store, file, durationMs);
    if (kept) return complement(kept, durationMs);
  }
  return undefined;
}

/** A slide of a recording: times in milliseconds, and the first line of its text. */
export interface Slide {
  start: number;
  end: number;
  title: string;
}

/** Slides that are shown; further ones of a catalog are left out. */
const MOST_SLIDES = 5000;
/** Characters of a title; the rest is left out. */
const MOST_TITLE_CHARS = 120;

/** The slides of an MPEG-7 catalog; none where it cannot be read. */
function slidesIn(text: string): Slide[] {
  try {
    return parseMpeg7(text).segments.slice(0, MOST_SLIDES).map(slideOf);
  } catch (error) {
    if (error instanceof XmlError) return [];
    throw error;
  }
}

const slideOf = ({ fromMs, toMs, texts }: Mpeg7Segment): Slide => ({
  start: Math.round(fromMs),
  end: Math.round(toMs),
  title: texts[0]?.text.split('\n')[0]?.trim().slice(0, MOST_TITLE_CHARS) ?? '',
});

/** Difference in milliseconds between a recording and what was made of the same recording, such as a catalog of slides. */
export const SAME_LENGTH_MS = 1500;

/**
 * Slides of a recording, with titles where texts were read; undefined: none looked for them. A catalog that was made of
 * another length, such as that of a cut recording, has other times, and is left out.
 */
export async function slidesOf(
  store: MediaStore,
  { elements }: Recording,
  { durationMs }: Measure,
): Promise<Slide[] | undefined> {
  const catalogs = elements.filter((one) => typeOf(one) === 'mpeg-7');
  const byUse = catalogs.toSorted(
    (one, other) => Number(subtypeOf(other) === 'text') - Number(subtypeOf(one) === 'text'),
  );
  for (const file of byUse) {
    const slides = slidesIn(await textAt(store, file));
    const end = Math.max(0, ...slides.map((one) => one.end));
    if (slides.length > 0 && Math.abs(end - durationMs) <= SAME_LENGTH_MS) return slides;
  }
  return undefined;
}

/** Tracks of captions of the version that can be edited, with their files. Others stay as they are when an edit is saved. */
export async function savedCaptions(
  store: MediaStore,
  { files }: Recording,
): Promise<{ file: ElementRow; captions: EditCaptions }[]> {
  const found: { file: ElementRow; captions: EditCaptions }[] = [];
  for (const file of files.filter((one) => typeOf(one) === 'captions')) {
    const read = await readCues((await bytesAt(store, file.path, MOST_CAPTION_BYTES)) ?? Buffer.alloc(0));
    if ('cues' in read) found.push({ file, captions: { id: file.id, language: languageOf(file), cues: read.cues } });
  }
  return found;
}

/** Language of a file of captions; '': not told, or no language. */
function languageOf(file: ElementRow): string {
  const told = textLanguageOf(file) ?? '';
  return /^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/.test(told) ? told : '';
}

/** Chapters that were saved. */
export async function savedChapters(store: MediaStore, { files }: Recording): Promise<Edit['chapters']> {
  const file = files.find((one) => typeOf(one) === 'chapters');
  const read = file && (await readCues((await bytesAt(store, file.path, MOST_CAPTION_BYTES)) ?? Buffer.alloc(0)));
  if (!read || !('cues' in read)) return [];
  return read.cues.map(({ start, text }) => ({ start, title: text.replaceAll('\n', ' ').slice(0, 200) }));
}

/** Descriptions of an event that the editor shows. */
export function shownWords(event: EventRow): EditWords {
  const { title, creators, contributors, subjects, description, language, license, rightsHolder } = wordsOf(event);
  return {
    title,
    creators,
    contributors,
    subjects,
    description: description ?? '',
    language: language ?? '',
    license: license ?? '',
    rightsHolder: rightsHolder ?? '',
  };
}

/** The edit that is saved: that of a recording that nobody has edited keeps everything. */
export async function savedEdit(
  store: MediaStore,
  event: EventRow,
  recording: Recording,
  measure: Measure,
): Promise<Edit> {
  const captions = await savedCaptions(store, recording);
  return {
    segments: await savedSegments(store, recording, measure),
    chapters: await savedChapters(store, recording),
    captions: captions.map((one) => one.captions),
    cover: null,
    words: shownWords(event),
  };
}
