import { tellAudit } from '../identity/audit.ts';
import type { Who } from '../identity/who.ts';
import type { Database } from '../store/connect.ts';
import { BadRequest } from './bad-request.ts';

/**
 * Elements that other programs keep with a series besides its Dublin Core: extended catalogs, presets. Their bytes are
 * given back as they came.
 */

/** Elements of one series; one more is refused. */
const MOST_ELEMENTS = 100;

/** Types of the elements of a series. */
export async function elementTypes(database: Database, series: string): Promise<string[]> {
  const rows = await database
    .selectFrom('series_elements')
    .select('type')
    .where('series', '=', series)
    .orderBy('type')
    .execute();
  return rows.map(({ type }) => type);
}

/** The element of a series and a type; undefined: there is none. */
export const seriesElement = (
  database: Database,
  series: string,
  type: string,
): Promise<{ content: Buffer; mime_type: string } | undefined> =>
  database
    .selectFrom('series_elements')
    .select(['content', 'mime_type'])
    .where('series', '=', series)
    .where('type', '=', type)
    .executeTakeFirst();

/** Stores an element; one of the same type is replaced. Gives whether it is new. Throws BadRequest for one too many. */
export async function storeElement(
  database: Database,
  who: Who | undefined,
  { series, type, ...kept }: { series: string; type: string; content: Buffer; mime_type: string },
): Promise<boolean> {
  return database.transaction().execute(async (within) => {
    const types = await elementTypes(within, series);
    const isNew = !types.includes(type);
    if (isNew && types.length >= MOST_ELEMENTS) throw new BadRequest(`a series has ${MOST_ELEMENTS} elements at most`);
    await within
      .insertInto('series_elements')
      .values({ series, type, ...kept })
      .onConflict((at) => at.columns(['series', 'type']).doUpdateSet({ ...kept, modified_at: new Date() }))
      .execute();
    await tellAudit(within, who, { action: 'update', kind: 'series', object: series, change: { element: type } });
    return isNew;
  });
}

/** Removes an element. False: there was none. */
export async function removeElement(
  database: Database,
  who: Who | undefined,
  series: string,
  type: string,
): Promise<boolean> {
  return database.transaction().execute(async (within) => {
    const gone = await within
      .deleteFrom('series_elements')
      .where('series', '=', series)
      .where('type', '=', type)
      .returning('type')
      .executeTakeFirst();
    const change = { elementRemoved: type };
    if (gone) await tellAudit(within, who, { action: 'update', kind: 'series', object: series, change });
    return gone !== undefined;
  });
}
