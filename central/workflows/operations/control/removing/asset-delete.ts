import { deleteEvents, lockEvent } from '../../../../catalogue/events.ts';
import { publicationsOf } from '../../../../catalogue/published/publications.ts';
import { deleteOldVersions, versionsOf } from '../../../../catalogue/versions.ts';
import { tellAudit } from '../../../../identity/audit.ts';
import type { Database } from '../../../../store/connect.ts';
import { OperationFailed, type Operation, type OperationContext, type OperationNeeds } from '../../../run/operation.ts';

/** Channel that only the editor sees. */
const INTERNAL = 'internal';

/**
 * `asset-delete`: deletes the event with all its versions, and this run with it; with `keep-last-snapshot` only the versions before
 * the newest one (`deleteOldVersions`). Nothing is deleted that viewers still see, and no recording that came while it ran or is
 * still being sent. Files stay as long as after a person's deleting, and longer where
 * another version or a publication names them.
 */
export const assetDelete = ({ database }: Pick<OperationNeeds, 'database'>): Operation => ({
  id: 'asset-delete',
  weight: 'light',
  async run({ keys, workflow, log }) {
    if (keys.flag('keep-last-snapshot')) return { kind: 'done', settle: (within) => deleteVersions(within, workflow) };
    await checkNotNeeded(database, workflow);
    log(`the event ${workflow.event} is deleted, with this run`, 'warning');
    return {
      kind: 'done',
      async settle(within) {
        await lockEvent(within, workflow.event);
        await checkNotNeeded(within, workflow);
        const [row] = await deleteEvents(within, [workflow.event], { name: nameOf(workflow) });
        if (!row) return;
        const change = { title: row.title, workflow: workflow.id };
        await tellAudit(within, undefined, { action: 'delete', kind: 'event', object: row.id, change });
      },
    };
  },
});

/** Who is noted to have deleted something. */
const nameOf = ({ id, definition }: OperationContext['workflow']): string => `workflow ${id} (${definition})`;

/** Throws if something of the event is still needed. */
async function checkNotNeeded(database: Database, { event, version }: OperationContext['workflow']): Promise<void> {
  await checkNotPublic(database, event);
  await checkNothingCame(database, event, version);
}

/** Throws if anything but workflows made versions of the event since the one of the run, or a recording of it is being sent. */
async function checkNothingCame(database: Database, event: string, since: number): Promise<void> {
  const later = (await versionsOf(database, event)).filter(({ version }) => version > since);
  const brought = later.findLast(({ kind, account }) => kind === 'ingest' || account !== null);
  if (brought)
    throw new OperationFailed(
      `asset-delete: version ${brought.version} of the event ${event} came after this run began with version ${since}: nothing is deleted`,
    );
  const sent = await database
    .selectFrom('growing_uploads')
    .select('file_name')
    .where('event', '=', event)
    .where('taken_at', 'is', null)
    .executeTakeFirst();
  if (sent)
    throw new OperationFailed(
      `asset-delete: ${sent.file_name} of the event ${event} is still being sent: nothing is deleted`,
    );
}

async function checkNotPublic(database: Database, event: string): Promise<void> {
  const channels = (await publicationsOf(database, [event])).map(({ channel }) => channel);
  const shown = channels.filter((channel) => channel !== INTERNAL);
  if (shown.length > 0)
    throw new OperationFailed(
      `asset-delete: viewers still see the event ${event} (${shown.join(', ')}): it has to be taken back first`,
    );
}

async function deleteVersions(within: Database, workflow: OperationContext['workflow']): Promise<void> {
  const { event, id } = workflow;
  await lockEvent(within, event);
  const { deleted: versions, recorded } = await deleteOldVersions(within, {
    event,
    by: nameOf(workflow),
    keeps: workflow.version,
  });
  const lines = [
    versions.length > 0 ? `versions ${versions.join(', ')} are deleted` : 'there are no older versions to delete',
    ...(recorded.length > 0
      ? [`versions ${recorded.join(', ')} stay: they have recordings that the newest version does not name`]
      : []),
  ];
  for (const text of lines)
    await within.insertInto('workflow_log').values({ workflow: id, level: 'info', text }).execute();
  if (versions.length === 0) return;
  const change = { versions, workflow: id };
  await tellAudit(within, undefined, { action: 'delete', kind: 'version', object: event, change });
}
