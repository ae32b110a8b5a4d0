import { sql } from 'kysely';
import { z } from 'zod';
import { parseLayoutTrack } from '@amphi/lib/analysis/slides/layout-track.ts';
import type { Slide } from '@amphi/lib/analysis/slides/slide-detector.ts';
import { parseSlideList } from '@amphi/lib/analysis/slides/slide-list.ts';
import { windowsOf, type Window } from '@amphi/lib/analysis/slides/windows.ts';
import { isOfNothing, type Database } from '../../store/connect.ts';

/** Characters of a track of a growing file, some thousand slides; a longer one is refused, and read with the whole recording. */
const MOST_TEXT = 128 << 10;

const text = z.string().max(MOST_TEXT);

/** What an agent tells of a file while it grows: texts, as it hands them over at the end. */
export const tracksSchema = z.strictObject({ layout: text, slides: text });

export type GrowingTracks = z.output<typeof tracksSchema>;

/** What the texts say: slides so far, and where they are in the picture. In words why they say nothing. */
export function readTracks({
  layout,
  slides,
}: GrowingTracks): { slides: readonly Slide[]; windows: readonly Window[] } | { why: string } {
  const list = parseSlideList(slides);
  if (!list) return { why: 'slides: must be a list of slides, in the order of time' };
  const track = parseLayoutTrack(layout);
  if (!track) return { why: 'layout: must be a track of layouts' };
  return { slides: list.slides, windows: windowsOf(track.layouts, 'A', track.durationMs) };
}

/** Keeps what was told last. Gives whether it is new; false also if the upload is gone. */
export async function keepTracks(database: Database, upload: string, tracks: GrowingTracks): Promise<boolean> {
  try {
    const { numInsertedOrUpdatedRows = 0n } = await database
      .insertInto('growing_tracks')
      .values({ upload, ...tracks })
      .onConflict((conflict) =>
        conflict
          .column('upload')
          .doUpdateSet(tracks)
          .where((row) =>
            row.or([
              row('growing_tracks.slides', '!=', tracks.slides),
              row('growing_tracks.layout', '!=', tracks.layout),
            ]),
          ),
      )
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows > 0n;
  } catch (error) {
    if (isOfNothing(error)) return false;
    throw error;
  }
}

/** Seconds for which a worker has the slides of a file for itself: more than the reading of one takes. */
const LEASE_SECONDS = 300;

/** Slides of a file, as they were told. */
export interface ToldSlides extends GrowingTracks {
  /** Slides from the first one on that were read. */
  slides_read: number;
}

const COLUMNS = ['layout', 'slides', 'slides_read'] as const;

/** What was told of a file; undefined: nothing. */
export const toldSlides = (database: Database, upload: string): Promise<ToldSlides | undefined> =>
  database.selectFrom('growing_tracks').select(COLUMNS).where('upload', '=', upload).executeTakeFirst();

/** Takes the slides of a file, so that no other worker reads them; undefined: another one does, or there are none. */
export const leaseSlides = (database: Database, upload: string): Promise<ToldSlides | undefined> =>
  database
    .updateTable('growing_tracks')
    .set({ leased_until: sql<Date>`now() + ${LEASE_SECONDS} * interval '1 second'` })
    .where('upload', '=', upload)
    .where((row) => row.or([row('leased_until', 'is', null), row('leased_until', '<', sql<Date>`now()`)]))
    .returning(COLUMNS)
    .executeTakeFirst();

/** Gives them back, with the number of those that were read by now. */
export const returnSlides = async (database: Database, upload: string, read: number): Promise<void> =>
  void (await database
    .updateTable('growing_tracks')
    .set({ leased_until: null, slides_read: read })
    .where('upload', '=', upload)
    .execute());
