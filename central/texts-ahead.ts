import { findTesseract, type Tesseract } from '@amphi/lib/analysis/texts/tesseract.ts';
import { openBelievedWall } from '@amphi/lib/runtime/believed-wall.ts';
import type { Clock } from '@amphi/lib/runtime/clock.ts';
import { knownOf, watchGrowing, type GrowingNeeds } from './growing-looks.ts';
import { leaseSlides, readTracks, returnSlides, toldSlides } from './intake/growing/growing-tracks.ts';
import type { GrowingNotice } from './intake/growing/notices.ts';
import type { MediaStore } from './store/media-store.ts';
import { dropOldTexts } from './workflows/texts/kept-texts.ts';
import { nextOf, readNextSlide } from './workflows/texts/read-ahead.ts';
import { wantsTexts } from './workflows/wanted-ahead.ts';

/** What slides are read ahead with. */
interface TextsAheadNeeds extends GrowingNeeds {
  store: Pick<MediaStore, 'at'>;
  programs: { ffmpeg: string; ffprobe: string };
  /** Path of the program tesseract; without it, it is looked for in the folders of PATH. */
  tesseract?: string | undefined;
  clock: Clock;
}

/** Days for which texts are kept that nobody has wanted: to publish again within this time reads nothing anew. */
const KEPT_DAYS = 60;
const DAY_MS = 24 * 3600_000;
/** Milliseconds between two looks for texts that nobody wants. */
const EVERY_MS = 6 * 3600_000;

/**
 * Reads the words on slides while recordings are sent, one slide at a time in this process, so that a run finds them at the
 * end. Forgets texts that nobody has wanted for long. The result ends that, and what is being read.
 */
export function startTextsAhead(needs: TextsAheadNeeds): { close(): Promise<void> } {
  const closing = new AbortController();
  let tesseract: Promise<Tesseract | undefined> | undefined;
  const reader = async (): Promise<Tesseract | undefined> => {
    const found = await (tesseract ??= findTesseract(needs.tesseract));
    // It may be installed meanwhile.
    if (!found) tesseract = undefined;
    return found;
  };
  const watch = watchGrowing(needs, 'the slides of a recording that grows are not read ahead', async (notice) => {
    if (notice.state !== 'grows') return false;
    return readOne(needs, reader, notice, closing.signal).catch((error: unknown) => {
      if (!closing.signal.aborted) throw error;
      return false;
    });
  });
  const wallMs = openBelievedWall(needs.clock);
  const drop = (): void =>
    void dropOldTexts(needs.database, new Date(wallMs() - KEPT_DAYS * DAY_MS)).catch((error: unknown) =>
      needs.log.warn({ err: error }, 'texts that nobody wants could not be removed'),
    );
  const timer = setInterval(drop, EVERY_MS);
  return {
    async close() {
      clearInterval(timer);
      closing.abort();
      await watch.close();
    },
  };
}

/** Reads the next slide of a recording. Gives whether it was one, so that there may be another one. */
async function readOne(
  needs: TextsAheadNeeds,
  reader: () => Promise<Tesseract | undefined>,
  notice: GrowingNotice,
  signal: AbortSignal,
): Promise<boolean> {
  const { database, store, programs, log } = needs;
  if (!(await isUnread(needs, notice.upload))) return false;
  const known = await knownOf(needs, notice);
  if (!known || !wantsTexts(known, needs.catalogue)) return false;
  const tesseract = await reader();
  const leased = tesseract && (await leaseSlides(database, notice.upload));
  if (!leased) return false;
  let read = leased.slides_read;
  try {
    const tracks = readTracks(leased);
    if ('why' in tracks) return false;
    const growing = { ...tracks, event: known.event, path: store.at(notice.path), read };
    read = await readNextSlide({ ...programs, database, tesseract, signal }, growing);
  } catch (error) {
    signal.throwIfAborted();
    // The run will say what is wrong with it.
    read += 1;
    log.debug({ err: error, event: known.event }, 'a slide is not read ahead');
  } finally {
    await returnSlides(database, notice.upload, read);
  }
  return read > leased.slides_read;
}

/** Whether slides of a recording have ended and were not read. */
async function isUnread({ database }: TextsAheadNeeds, upload: string): Promise<boolean> {
  const told = await toldSlides(database, upload);
  const tracks = told && readTracks(told);
  return tracks !== undefined && 'slides' in tracks && nextOf(tracks.slides, told!.slides_read) !== undefined;
}
