import type { Roster } from '../agents/roster.ts';
import { eventsInHalls } from '../catalogue/events.ts';
import type { Database } from '../store/connect.ts';

/** Reason why a hall that an import made stays when the import is undone. */
export type HallStays =
  /** Other lectures are planned in the hall. */
  | 'used'
  /** The hall's box has called since. */
  | 'called'
  /** A person named the hall, or made an account for its box. */
  | 'settled';

/** The halls that an import made: those that go, and those that stay. */
export interface UndoneHalls {
  removed: string[];
  left: { hall: string; why: HallStays }[];
}

/**
 * Decides which of the halls that an import made go: those that are not used in another way. `events` are removed with
 * them; `slots` are times and halls that other events return to. Halls that no longer exist are not listed.
 */
export async function hallsToRemove(
  database: Database,
  roster: Pick<Roster, 'get'>,
  halls: readonly string[],
  { events, slots }: { events: readonly string[]; slots: readonly { agentId: string }[] },
): Promise<UndoneHalls> {
  if (halls.length === 0) return { removed: [], left: [] };
  const [lectures, accounts] = await Promise.all([
    eventsInHalls(database, halls),
    database.selectFrom('accounts').select('agent').where('agent', 'in', halls).execute(),
  ]);
  const gone = new Set(events);
  const used = new Set([
    ...lectures.filter(({ id }) => !gone.has(id)).map(({ agent }) => agent),
    ...slots.map(({ agentId }) => agentId),
  ]);
  const named = new Set(accounts.map(({ agent }) => agent));
  const whyStays = (hall: string): HallStays | undefined => {
    if (used.has(hall)) return 'used';
    if (hasCalled(roster, hall)) return 'called';
    return named.has(hall) || roster.get(hall)?.hall != null ? 'settled' : undefined;
  };
  const told = halls.filter((hall) => roster.get(hall) !== undefined).map((hall) => ({ hall, why: whyStays(hall) }));
  return {
    removed: told.flatMap(({ hall, why }) => (why === undefined ? [hall] : [])),
    left: told.flatMap(({ hall, why }) => (why === undefined ? [] : [{ hall, why }])),
  };
}

/** Removes halls, except one whose box has called just now. */
export async function removeHalls(roster: Pick<Roster, 'get' | 'remove'>, halls: readonly string[]): Promise<void> {
  for (const hall of halls) if (!hasCalled(roster, hall)) await roster.remove(hall);
}

const hasCalled = (roster: Pick<Roster, 'get'>, hall: string): boolean => {
  const agent = roster.get(hall);
  return agent !== undefined && (agent.seenMs !== undefined || agent.state !== 'unknown');
};
