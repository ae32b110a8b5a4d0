import { sql } from 'kysely';
import type { Database } from '../../store/connect.ts';
import type { EventRow } from '../../store/tables.ts';

/** Text between the name of a lecture and its further hall, where it is shown in several. */
export const IN = ' in ';

/**
 * Events that an import needs to know: all that end after a moment, and those that its file names, at any time, so that
 * past ones which it moves are found too. In the stored name a key may follow its series (`UE3#12`), or be followed by
 * a number where two calendars have it (`12~2`).
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
