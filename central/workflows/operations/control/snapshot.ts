import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { formatMediaPackage } from '@amphi/lib/opencast/media-package.ts';
import { lockEvent } from '../../../catalogue/events.ts';
import { filesOf } from '../../../catalogue/files.ts';
import { recordedPackage } from '../../../catalogue/media-package.ts';
import { seriesNamed } from '../../../catalogue/series.ts';
import { newestVersion, nextVersion } from '../../../catalogue/versions.ts';
import { tellAudit } from '../../../identity/audit.ts';
import type { Database } from '../../../store/connect.ts';
import { json, type ElementRow, type FileRow } from '../../../store/tables.ts';
import { OperationFailed, type Operation, type OperationContext, type OperationNeeds } from '../../run/operation.ts';
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

/** Whether a version has just these elements. */
function isSame(chosen: readonly ElementRow[], files: readonly FileRow[]): boolean {
  const told = (rows: readonly ElementRow[]): string =>
    rows
      .map(({ kind, flavor, tags, md5, size_bytes: bytes, file_name: name }) =>
        JSON.stringify([kind, flavor, tags.toSorted(), md5, bytes, name]),
      )
      .toSorted()
      .join('\n');
  return told(chosen) === told(files);
}

/** An element, and where its file is if it has to be moved to its path. */
interface Placed {
  row: ElementRow;
  temporary?: string;
}

/** Elements with the paths that they have in the version. A link to each file of the run waits in the folder of the attempt. */
async function placedOf(
  { database, store }: Needs,
  { workflow, folder, pathOf }: OperationContext,
  { chosen, folder: ofEvent }: { chosen: readonly ElementRow[]; folder: string },
): Promise<Placed[]> {
  const kept = new Set((await filesOf(database, workflow.event)).map(({ path }) => path));
  const placed: Placed[] = [];
  for (const element of chosen) {
    if (kept.has(element.path)) {
      placed.push({ row: element });
      continue;
    }
    const name = crypto.randomUUID();
    const temporary = join(await folder(), name);
    await rename(await store.copyOf(pathOf(element)), temporary);
    placed.push({ row: { ...element, path: `${ofEvent}/${name}/${element.file_name}` }, temporary });
  }
  return placed;
}

/** Writes the version, and moves the links to their places. It may be called again if the transaction fails. */
async function keep(
  { store }: Needs,
  within: Database,
  { workflow, placed }: { workflow: OperationContext['workflow']; placed: Placed[] },
): Promise<void> {
  const event = await lockEvent(within, workflow.event);
  const newest = event && (await newestVersion(within, event.id));
  if (!event || !newest) throw new Error(`the event ${workflow.event} was deleted meanwhile`);
  for (const one of placed) {
    if (one.temporary === undefined) continue;
    await store.keep(one.temporary, one.row.path);
    delete one.temporary;
  }
  const version = await nextVersion(within, event.id);
  const files = placed.map(({ row }) => ({ ...row, event: event.id, version }));
  const series = event.series ? await seriesNamed(within, event.series) : undefined;
  await within
    .insertInto('event_versions')
    .values({
      event: event.id,
      version,
      package: newest.package,
      agent: newest.agent,
      // Only what agents bring is compared by its content.
      content: '',
      manifest: formatMediaPackage(recordedPackage(event, series, files, '')),
    })
    .execute();
  await within
    .insertInto('files')
    .values(files.map(({ streams, ...file }) => ({ ...file, streams: streams === null ? null : json(streams) })))
    .execute();
  const change = { version, workflow: workflow.id, files: files.map(({ file_name: name }) => name) };
  await tellAudit(within, undefined, { action: 'snapshot', kind: 'event', object: event.id, change });
}
