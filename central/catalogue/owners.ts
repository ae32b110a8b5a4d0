import type { Owners } from '../identity/permissions.ts';
import type { Database } from '../store/connect.ts';
import { eventOfFile } from './files.ts';

/** Owners of events, packages and files: the agents that they belong to, and the accounts that brought them. */

/**
 * Owners of an event: the agent that is to record it or did, and who brought its recordings. Undefined: there is and
 * was no such event.
 */
export async function ownersOfEvent(database: Database, id: string): Promise<Owners | undefined> {
  const [event, versions, deleted] = await Promise.all([
    database.selectFrom('events').select(['agent', 'recorded_by']).where('id', '=', id).executeTakeFirst(),
    database.selectFrom('event_versions').select(['agent', 'account']).where('event', '=', id).execute(),
    database.selectFrom('deleted_events').select('agents').where('id', '=', id).executeTakeFirst(),
  ]);
  if (!event && !deleted) return undefined;
  return {
    agents: [event?.agent, event?.recorded_by, ...versions.map(({ agent }) => agent), ...(deleted?.agents ?? [])],
    accounts: versions.map(({ account }) => account),
  };
}

/**
 * Owners of a media package: those of its event, those of the events that it became, and who began to send it.
 * Undefined: the package is not known.
 */
export async function ownersOfPackage(database: Database, id: string): Promise<Owners | undefined> {
  const [begun, versions, event] = await Promise.all([
    database
      .selectFrom('media_packages')
      .leftJoin('accounts', 'accounts.name', 'media_packages.account')
      .select(['media_packages.account', 'accounts.agent'])
      .where('media_packages.id', '=', id)
      .executeTakeFirst(),
    database.selectFrom('event_versions').select(['agent', 'account']).where('package', '=', id).execute(),
    ownersOfEvent(database, id),
  ]);
  if (event) return event;
  if (!begun && versions.length === 0) return undefined;
  return {
    agents: [begun?.agent, ...versions.map(({ agent }) => agent)],
    accounts: [begun?.account, ...versions.map(({ account }) => account)],
  };
}

/** Owners of a file of the media folder, by its path. Undefined: the file is not known. */
export async function ownersOfFile(database: Database, path: string): Promise<Owners | undefined> {
  const event = await eventOfFile(database, path);
  if (event !== undefined) return ownersOfEvent(database, event);
  const element = await database
    .selectFrom('package_elements')
    .select('package')
    .where('path', '=', path)
    .executeTakeFirst();
  return element && ownersOfPackage(database, element.package);
}
