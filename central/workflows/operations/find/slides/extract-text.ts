import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Slide } from '@amphi/lib/analysis/slides/slide-detector.ts';
import type { ReadText } from '@amphi/lib/analysis/texts/read-text.ts';
import { titledParts, type TitledPart } from '@amphi/lib/analysis/texts/added-titles.ts';
import { readSlideTexts, type SlideTextsAsked } from '@amphi/lib/analysis/texts/slide-texts.ts';
import { writeSlidesPdf, type SlidePage } from '@amphi/lib/analysis/texts/slides-pdf.ts';
import { findTesseract, type Tesseract } from '@amphi/lib/analysis/texts/tesseract.ts';
import { formatMpeg7 } from '@amphi/lib/opencast/mpeg7.ts';
import { sidesOf } from '@amphi/lib/opencast/workflows/selection.ts';
import sharp from 'sharp';
import type { ElementRow } from '../../../../store/tables.ts';
import type { Operation, OperationContext, OperationNeeds } from '../../../run/operation.ts';
import { keptTexts } from '../../../texts/kept-texts.ts';
import { asFailed } from '../as-failed.ts';
import { recordingOf } from '../../media/commands/recording-of.ts';
import { boxTracks } from './box-tracks.ts';
import { chaptersOfSlides, formatChapters } from './chapter-track.ts';
import { foundSlides } from './found-slides.ts';
import { knownWords, type KnownWords } from './known-words.ts';
import { slideSource } from './slide-source.ts';

/**
 * `extract-text`: reads the words on the slides that `segment-video` found. Makes the catalog of texts, chapters with titles, and
 * the slides as a PDF that can be searched. Only the part of the picture is read in which the slides are, if the box says where. Without tesseract there are no words.
 */
export function extractText(needs: OperationNeeds): Operation {
  let tesseract: Promise<Tesseract | undefined> | undefined;
  return {
    id: 'extract-text',
    weight: 'heavy',
    async run(context) {
      const source = await slideSource(needs, context, 'or');
      if (!source) return { kind: 'skip', why: 'no track with a picture has these flavors or tags' };
      const slides = await foundSlides(context, source);
      if (!slides || slides.length === 0)
        return { kind: 'skip', why: 'no slides are known: segment-video has to come before' };
      tesseract ??= findTesseract(needs.tesseract);
      const reader = await tesseract;
      if (!reader) {
        // It may be installed meanwhile.
        tesseract = undefined;
        context.log('no words are read: this server has no tesseract', 'warning');
      }
      const known = await knownWords(needs.database, context.workflow.event);
      const read = await readSlides(needs, context, { source, slides, reader, known });
      return { kind: 'done', added: await results(needs, context, { source, slides, known, ...read }) };
    },
  };
}

interface Reading {
  source: ElementRow;
  slides: readonly Slide[];
  reader: Tesseract | undefined;
  known: KnownWords;
}

interface Read {
  texts: readonly (ReadText | undefined)[];
  /** Slides, and parts of those that got another title while something was added. */
  titled: readonly TitledPart[];
  /** Names of the stills in the folder of the operation, by slide; none of a slide that is shown again. */
  stills: ReadonlyMap<number, string>;
}

async function readSlides(
  needs: OperationNeeds,
  context: OperationContext,
  { source, slides, reader, known }: Reading,
): Promise<Read> {
  const folder = await context.folder();
  const stills = new Map<number, string>();
  const { windows } = await boxTracks(context, source);
  const { recording, kept } = await recordingOf(needs, source);
  const path = await context.pathOf(recording);
  const asked = {
    folder,
    kept,
    ...(windows ? { windows } : {}),
    languages: known.language.recognised,
    texts: keptTexts(needs, context.workflow.event),
    words: known.words,
    signal: context.signal,
    onStill: async (still: Buffer, slide: number): Promise<void> => {
      const name = `slide-${slide}.jpg`;
      stills.set(slide, name);
      await writeFile(join(folder, name), still);
    },
    onProgress: (part: number): void => context.progress(part * TEXTS_SHARE),
  };
  const texts = await asFailed(source, readSlideTexts(needs, reader, path, slides, asked));
  const titled = reader
    ? await asFailed(source, titledParts(needs, reader, path, { slides, texts }, titlesAsked(asked, context)))
    : slides.map(({ fromMs, toMs }) => ({ fromMs, toMs, title: undefined }));
  return { texts, titled, stills };
}

const titlesAsked = (asked: SlideTextsAsked, { progress }: OperationContext): SlideTextsAsked => ({
  ...asked,
  onProgress: (part) => progress(TEXTS_SHARE + (1 - TEXTS_SHARE) * part),
});

/** Share of the progress that reading the slides has; the rest is looking for titles that came with additions. */
const TEXTS_SHARE = 0.8;

type Found = Omit<Reading, 'reader'> & Read;

async function results(needs: OperationNeeds, context: OperationContext, found: Found): Promise<ElementRow[]> {
  const { source, titled, texts, stills, known } = found;
  const [type] = sidesOf(source.flavor);
  const folder = await context.folder();
  const tags = context.keys.list('target-tags');
  const isRead = texts.some((text) => text !== undefined);
  if (isRead) await writeFile(join(folder, 'text.xml'), formatMpeg7(catalogOf(found)));
  await writeFile(join(folder, 'chapters.vtt'), formatChapters(chaptersOfSlides(titled)));
  await asFailed(source, writePdf(needs, context, join(folder, 'slides.pdf'), found));
  for (const still of stills.values()) await rm(join(folder, still), { force: true });
  const attachment = { kind: 'attachment' as const, tags };
  const language = `lang:${known.language.bcp}`;
  return [
    ...(isRead ? [await context.take({ file: 'text.xml', kind: 'catalog', flavor: 'mpeg-7/text', tags })] : []),
    await context.take({
      ...attachment,
      file: 'chapters.vtt',
      flavor: `${type}/chapters+vtt`,
      tags: [...tags, language],
    }),
    await context.take({ ...attachment, file: 'slides.pdf', flavor: `${type}/slides+pdf` }),
  ];
}

function catalogOf({ source, slides, texts, known }: Found): Parameters<typeof formatMpeg7>[0] {
  const language = known.language.bcp;
  const segments = slides.map(({ fromMs, toMs }, at) => ({
    fromMs,
    toMs,
    texts: (texts[at]?.lines ?? []).map(({ text }) => ({ text, language })),
    notes: [],
  }));
  return { uri: source.file_name, durationMs: source.duration_ms ?? slides.at(-1)?.toMs ?? 0, segments };
}

/** A page for each slide; one that is shown again has its page already. */
async function writePdf(
  { addressAt }: OperationNeeds,
  context: OperationContext,
  to: string,
  { slides, texts, stills, known }: Found,
): Promise<void> {
  const folder = await context.folder();
  const { event } = context.workflow;
  async function* pages(): AsyncGenerator<SlidePage> {
    for (const [at, { fromMs, sameAs }] of slides.entries()) {
      const still = stills.get(at);
      if (sameAs !== undefined || still === undefined) continue;
      const picture = await readFile(join(folder, still));
      const { width: widthPx, height: heightPx } = await sharp(picture).metadata();
      const { lines = [], title, size = { widthPx, heightPx } } = texts[at] ?? {};
      yield { picture, size, lines, title, fromMs };
    }
  }
  const linkOf = addressAt && ((fromMs: number): string => addressAt(event, fromMs));
  await writeSlidesPdf(to, pages(), {
    title: known.title,
    language: known.language.bcp,
    signal: context.signal,
    ...(linkOf ? { linkOf } : {}),
  });
}
