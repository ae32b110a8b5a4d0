import { createHash } from 'node:crypto';
import { newestVersion } from '../catalogue/versions.ts';
import type { Database } from '../store/connect.ts';
import type { WorkflowRow } from '../store/tables.ts';
import { workflowsOf } from '../workflows/workflows.ts';
import type { StoredElement } from './elements.ts';

/** Says what the files are, whatever their ids and their order: two versions of the same files have the same. */
export function contentOf(
  rows: readonly Pick<StoredElement, 'kind' | 'flavor' | 'md5' | 'size_bytes' | 'file_name'>[],
): string {
  const lines = rows.map(({ kind, flavor, md5, size_bytes: bytes, file_name: name }) =>
    [kind, flavor, md5, bytes, name].join(' '),
  );
  return createHash('sha256').update(lines.toSorted().join('\n')).digest('hex');
}

/** The workflow that began when this content came the first time, if it is still the newest. */
export async function repeated(
  database: Database,
  event: string,
  rows: readonly StoredElement[],
): Promise<WorkflowRow | undefined> {
  const newest = await newestVersion(database, event);
  if (newest?.content !== contentOf(rows)) return undefined;
  return (await workflowsOf(database, event, newest.version))[0];
}
