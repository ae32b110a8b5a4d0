import { createHash } from 'node:crypto';
import { versionsOf } from '../catalogue/versions.ts';
import type { Database } from '../store/connect.ts';
import type { WorkflowRow } from '../store/workflow-tables.ts';
import { workflowsOf } from '../workflows/workflows.ts';
import type { StoredElement } from './elements.ts';

/** Hash of some files, whatever their ids and their order: two versions with the same files have the same hash. */
export function contentOf(
  rows: readonly Pick<StoredElement, 'kind' | 'flavor' | 'md5' | 'size_bytes' | 'file_name'>[],
): string {
  const lines = rows.map(({ kind, flavor, md5, size_bytes: bytes, file_name: name }) =>
    [kind, flavor, md5, bytes, name].join(' '),
  );
  return createHash('sha256').update(lines.toSorted().join('\n')).digest('hex');
}

/**
 * Workflow that began when the same content came before, if that version is the newest one that was ingested. A track
 * that was added since does not count: otherwise an agent that repeats its request would make a version without this
 * track.
 */
export async function repeated(
  database: Database,
  event: string,
  rows: readonly StoredElement[],
): Promise<WorkflowRow | undefined> {
  const workflows = await workflowsOf(database, event);
  const newest = workflows.at(-1)?.version;
  if (newest === undefined) return undefined;
  const [ingested] = await versionsOf(database, event, newest);
  return ingested?.content === contentOf(rows) ? workflows.find(({ version }) => version === newest) : undefined;
}
