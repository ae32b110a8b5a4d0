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
 * Workflow that began when the same content came before, if that version is the newest one that was ingested. What
 * people changed since does not count: otherwise an agent that repeats its request would make a version without it.
 */
export async function repeated(
  database: Database,
  event: string,
  rows: readonly StoredElement[],
): Promise<WorkflowRow | undefined> {
  const newest = (await versionsOf(database, event)).findLast(({ kind }) => kind === 'ingest');
  if (!newest || newest.content !== contentOf(rows)) return undefined;
  const [workflow] = await workflowsOf(database, event, newest.version);
  return workflow;
}
