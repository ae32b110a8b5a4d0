import { sql } from 'kysely';
import type { Database } from '../store/connect.ts';
import type { EventRow } from '../store/tables.ts';

/** Stands between the name of a lecture and its second hall, where it is shown in several. */
export const IN = ' in ';

/**
 * What an import has to know: everything that ends later, and what its file names, whenever it was, so that what it moves from the
 * past is found too. A key may stand behind its series: `UE3#12`, and before a number where two calendars have it: `12~2`.
 */
export async function eventsForImport(
  database: Database,
  { endsAfterMs, source, keys }: { endsAfterMs: number; source: string; keys: readonly string[] },
): Promise<(EventRow & { ingested: boolean })[]> {
  const name = sql`regexp_replace(split_part(source_key, ${IN}, 1), '~[0-9]+$', '')`;
  const isNamed = sql<boolean>`source = ${source} and (${name} = any(${keys}::text[]) or regexp_replace(${name}, '^.*?#', '') = any(${keys}::text[]))`;
  const rows = await database
    .selectFrom('events')
    .selectAll('events')
    .select((of) =>
      of
        .exists(of.selectFrom('event_versions').select('version').whereRef('event_versions.event', '=', 'events.id'))
        .as('ingested'),
    )
    .where((of) => of.or([of('ends_at', '>', new Date(endsAfterMs)), isNamed]))
    .execute();
  return rows.map((row) => ({ ...row, ingested: Boolean(row.ingested) }));
}
