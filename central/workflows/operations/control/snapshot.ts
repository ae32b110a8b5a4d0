import { lockEvent } from '../../../catalogue/events.ts';
import { filesOf } from '../../../catalogue/files.ts';
import { newestVersion, nextVersion } from '../../../catalogue/versions.ts';
import { tellAudit } from '../../../identity/audit.ts';
import type { Database } from '../../../store/connect.ts';
import type { ElementRow, FileRow } from '../../../store/tables.ts';
import { OperationFailed, type Operation, type OperationContext, type OperationNeeds } from '../../run/operation.ts';
import { linked, writeVersion, type Placed } from './new-version.ts';
import { sourcesOrAll } from '../selecting.ts';

type Needs = Pick<OperationNeeds, 'database' | 'store'>;

/**
 * `snapshot`: keeps elements as a new version of the event. No file is there twice: what is of an earlier version is named again,
 * what the run made gets a hard link in the folder of the event. Without keys it keeps all elements.
 */
export const snapshot = (needs: Needs): Operation => ({
  id: 'snapshot',
  weight: 'light',
  async run(context) {
    const { workflow } = context;
    const chosen = sourcesOrAll(context);
    if (chosen.length === 0) return { kind: 'skip', why: 'nothing has these flavors or tags' };
    const newest = await newestVersion(needs.database, workflow.event);
    if (!newest) throw new OperationFailed(`the event ${workflow.event} has no version any more`);
    if (isSame(chosen, await filesOf(needs.database, workflow.event, newest.version)))
      return { kind: 'skip', why: `version ${newest.version} is all of this already` };
    const placed = await placedOf(needs, context, { chosen, folder: newest.package });
    const settle = (within: Database): Promise<void> => keep(needs, within, { workflow, placed });
    return { kind: 'done', settle };
  },
});

/** Whether a version has just these elements. Films that are not written as files have no checksum, and are no such. */
function isSame(chosen: readonly ElementRow[], files: readonly FileRow[]): boolean {
  if (chosen.some(({ md5 }) => md5 === '')) return false;
  const told = (rows: readonly ElementRow[]): string =>
    rows
      .map(({ kind, flavor, tags, md5, size_bytes: bytes, file_name: name }) =>
        JSON.stringify([kind, flavor, tags.toSorted(), md5, bytes, name]),
      )
      .toSorted()
      .join('\n');
  return told(chosen) === told(files);
}

/** Elements with the paths that they have in the version. A link to each file of the run waits in the folder of the attempt. */
async function placedOf(
  { database, store }: Needs,
  context: OperationContext,
  { chosen, folder }: { chosen: readonly ElementRow[]; folder: string },
): Promise<Placed[]> {
  const kept = new Set((await filesOf(database, context.workflow.event)).map(({ path }) => path));
  const placed: Placed[] = [];
  for (const row of chosen) placed.push(kept.has(row.path) ? { row } : await linked(store, context, row, folder));
  return placed;
}

/** Writes the version. It may be called again if the transaction fails. */
async function keep(
  { store }: Needs,
  within: Database,
  { workflow, placed }: { workflow: OperationContext['workflow']; placed: readonly Placed[] },
): Promise<void> {
  const event = await lockEvent(within, workflow.event);
  const newest = event && (await newestVersion(within, event.id));
  if (!event || !newest) throw new Error(`the event ${workflow.event} was deleted meanwhile`);
  const version = await nextVersion(within, event.id);
  await writeVersion(store, within, { event, version, package: newest.package, agent: newest.agent }, placed);
  const change = { version, workflow: workflow.id, files: placed.map(({ row }) => row.file_name) };
  await tellAudit(within, undefined, { action: 'snapshot', kind: 'event', object: event.id, change });
}
