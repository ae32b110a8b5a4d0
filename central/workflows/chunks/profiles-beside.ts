import type { Profile } from '@amphi/lib/opencast/profiles/profile.ts';
import { listed } from '@amphi/lib/opencast/workflows/selection.ts';
import type { Database } from '../../store/connect.ts';
import type { Profiles } from '../profiles/open-profiles.ts';

/** Keys of `encode` that say what is encoded. */
const SOURCES = ['source-flavor', 'source-flavors', 'source-tag', 'source-tags'];

/** Keys and values of an operation, as a definition has them. */
type Configuration = ReadonlyMap<string, string>;

/** Profiles of an `encode` as they are named; those that a variable names are not known yet. */
export const profilesNamed = (configuration: Configuration): string[] =>
  ['encoding-profile', 'encoding-profiles']
    .flatMap((key) => listed(configuration.get(key) ?? ''))
    .filter((id) => !id.includes('${'));

/**
 * Profiles by which the runs of an event will encode the same sources in other operations: what is encoded together is
 * decoded once.
 */
export async function profilesBeside(
  database: Database,
  profiles: Pick<Profiles, 'find'>,
  event: string,
  asked: readonly Profile[],
): Promise<Profile[]> {
  const rows = await database
    .selectFrom('workflow_operations')
    .innerJoin('workflows', 'workflows.id', 'workflow_operations.workflow')
    .select('workflow_operations.configuration')
    .where('workflows.event', '=', event)
    .where('workflows.state', 'in', ['running', 'failing', 'paused'])
    .where('operation', 'in', ['encode', 'compose'])
    .where('workflow_operations.state', 'in', ['instantiated', 'running', 'retry'])
    .execute();
  const all = rows.map(({ configuration }) => new Map(Object.entries(configuration)));
  const ids = new Set(asked.map(({ id }) => id));
  const isAsked = (of: Configuration): boolean => profilesNamed(of).some((id) => ids.has(id));
  const sources = new Set(all.filter(isAsked).map(sourcesOf));
  const beside = all.filter((of) => sources.has(sourcesOf(of))).flatMap(profilesNamed);
  return [...new Set(beside)].flatMap((id) => (ids.has(id) ? [] : (profiles.find(id) ?? [])));
}

const sourcesOf = (configuration: Configuration): string =>
  SOURCES.map((key) => listed(configuration.get(key) ?? '').join(',')).join(' ');
