import type { Roster } from '../agents/roster.ts';
import { eventsInHalls } from '../catalogue/events.ts';
import type { Database } from '../store/connect.ts';

/** Why a hall that an import made stays when the import is undone. */
export type HallStays =
  /** Other lectures are in it. */
  | 'used'
  /** Its box called since. */
  | 'called'
  /** Somebody named it, or made an account for its box. */
  | 'settled';

/** What becomes of the halls that an import made. */
export interface UndoneHalls {
  removed: string[];
  left: { hall: string; why: HallStays }[];
}

/**
 * Which halls go: those that nobody has used otherwise. `events` are those that go, and where others are to be again, `slots`.
 * Halls that are gone already are not told.
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

/** Removes them, but for one whose box called in this moment. */
export async function removeHalls(roster: Pick<Roster, 'get' | 'remove'>, halls: readonly string[]): Promise<void> {
  for (const hall of halls) if (!hasCalled(roster, hall)) await roster.remove(hall);
}

const hasCalled = (roster: Pick<Roster, 'get'>, hall: string): boolean => {
  const agent = roster.get(hall);
  return agent !== undefined && (agent.seenMs !== undefined || agent.state !== 'unknown');
};
