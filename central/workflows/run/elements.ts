import type { ExpressionBuilder } from 'kysely';
import { filesOf } from '../../catalogue/files.ts';
import type { Database } from '../../store/connect.ts';
import { json, type ElementRow, type Tables } from '../../store/tables.ts';

/** What an operation did to the elements of its run. */
export interface ElementChanges {
  /** New elements. */
  added?: readonly ElementRow[] | undefined;
  /** Elements with other flavors, tags or files than before, under their old ids. */
  changed?: readonly ElementRow[] | undefined;
  /** Ids of elements that the run does not have any more; their files stay. */
  removed?: readonly string[] | undefined;
}

/** Position of the files that a run began with. */
const OF_VERSION = -1;

/** Writes the files of a version as the first elements of a run. */
export async function takeVersion(
  within: Database,
  workflow: number,
  of: { event: string; version: number },
): Promise<void> {
  const files = await filesOf(within, of.event, of.version);
  const rows = files.map((file) => ({
    ...(Object.fromEntries(COLUMNS.map((column) => [column, file[column]])) as ElementRow),
    streams: file.streams === null ? null : json(file.streams),
    workflow,
    made_by: OF_VERSION,
  }));
  if (rows.length > 0) await within.insertInto('workflow_elements').values(rows).execute();
}

/** Columns of an element. */
const COLUMNS = [
  'id',
  'kind',
  'flavor',
  'tags',
  'file_name',
  'path',
  'mime_type',
  'size_bytes',
  'md5',
  'start_ms',
  'duration_ms',
  'streams',
  'problem',
] as const satisfies (keyof ElementRow)[];

/**
 * The elements that an operation of a run sees, in the order in which they were made: those of earlier operations as these left
 * them. Without a position: as the last one left them.
 */
export const elementsSeen = (database: Database, workflow: number, position?: number): Promise<ElementRow[]> =>
  database
    .selectFrom('workflow_elements')
    .select(COLUMNS)
    .where('workflow', '=', workflow)
    .where((where) => seenAt(where, position))
    .orderBy('made_by')
    .orderBy('kind', 'desc')
    .orderBy('path')
    .orderBy('id')
    .execute();

/** An element of any run of an event, as the run left it, by its id; undefined: no run has one of this id. */
export const elementOfRuns = (database: Database, event: string, id: string): Promise<ElementRow | undefined> =>
  database
    .selectFrom('workflow_elements')
    .select(COLUMNS)
    .where('id', '=', id)
    .where('until', 'is', null)
    .where('workflow', 'in', database.selectFrom('workflows').select('id').where('event', '=', event))
    .limit(1)
    .executeTakeFirst();

function seenAt(where: ExpressionBuilder<Tables, 'workflow_elements'>, position: number | undefined) {
  if (position === undefined) return where('until', 'is', null);
  return where.and([
    where('made_by', '<', position),
    where.or([where('until', 'is', null), where('until', '>=', position)]),
  ]);
}

/** Writes what an operation did to the elements of its run. */
export async function keepElements(
  within: Database,
  of: { workflow: number; position: number },
  { added = [], changed = [], removed = [] }: ElementChanges,
): Promise<void> {
  const gone = [...removed, ...changed.map(({ id }) => id)];
  if (gone.length > 0)
    await within
      .updateTable('workflow_elements')
      .set({ until: of.position })
      .where('workflow', '=', of.workflow)
      .where('id', 'in', gone)
      .where('until', 'is', null)
      .where('made_by', '<', of.position)
      .execute();
  const rows = [...added, ...changed].map((element) => ({
    ...element,
    streams: element.streams === null ? null : json(element.streams),
    workflow: of.workflow,
    made_by: of.position,
  }));
  if (rows.length > 0) await within.insertInto('workflow_elements').values(rows).execute();
}
