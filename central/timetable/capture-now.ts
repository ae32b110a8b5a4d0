import { randomUUID } from 'node:crypto';
import type { Roster } from '../agents/roster.ts';
import { currentOf, endingBetween, followerOf } from '../catalogue/events.ts';
import type { Who } from '../identity/who.ts';
import type { EventRow } from '../store/tables.ts';
import { addEvents, changeEvent, type Scheduled, type TimetableNeeds } from './schedule.ts';

/** Value of `source` for events that were begun by hand. */
const SOURCE = 'capture-now';
/**
 * Length of a recording that is begun by hand, and of each extension, in ms: Opencast's defaults (facts/opencast 1.8).
 */
const INITIAL_MS = 300_000;
const PROLONG_MS = 300_000;
/** Time in ms before the end of a recording begun by hand; when less is left it is lengthened by itself. */
const PROLONG_WHEN_LEFT_MS = 90_000;
/** Time in ms that stays free before the next event: an extension ends earlier if needed. */
const GAP_MS = 60_000;
const TYPE = 'org.opencastproject.registration.type';
const AD_HOC = { [TYPE]: 'ad-hoc' };

type Needs = TimetableNeeds & { roster: Roster };

/** Begins to record at once, for five minutes at first. An agent that is not known is registered. */
export async function startCapture(
  needs: Needs,
  who: Who | undefined,
  agent: string,
  workflow: string | undefined,
): Promise<Scheduled> {
  const startsAtMs = needs.clock.nowMs();
  const id = randomUUID();
  const done = await addEvents(needs, who, [
    {
      id,
      words: { title: 'Capture now event' },
      workflow,
      imported: { source: SOURCE, key: id },
      slot: { agentId: agent, startsAtMs, endsAtMs: startsAtMs + INITIAL_MS },
    },
  ]);
  if (done.kind === 'done' && !needs.roster.get(agent)) await needs.roster.tellConfiguration(agent, AD_HOC, '');
  return done;
}

/** Ends the recording of an agent that runs now; undefined: none does. */
export async function stopCapture(needs: Needs, who: Who | undefined, agent: string): Promise<Scheduled | undefined> {
  const nowMs = needs.clock.nowMs();
  const event = await currentOf(needs.database, agent, nowMs);
  if (!event?.starts_at) return undefined;
  // The event keeps a length of at least one second, so that an agent that asks in between sees its end.
  const endsAtMs = Math.max(nowMs, event.starts_at.getTime() + 1000);
  const done = await changeEvent(needs, who, event.id, { slot: { endsAtMs } });
  const { configuration } = needs.roster.get(agent) ?? {};
  if (configuration?.[TYPE] === AD_HOC[TYPE]) await needs.roster.remove(agent);
  return done;
}

/** Lengthens the recording that runs now by five minutes, or as far as the next event allows; undefined: none runs. */
export async function prolongCapture(
  needs: Needs,
  who: Who | undefined,
  agent: string,
): Promise<Scheduled | undefined> {
  const event = await currentOf(needs.database, agent, needs.clock.nowMs());
  return event && prolong(needs, who, event);
}

async function prolong(needs: Needs, who: Who | undefined, event: EventRow): Promise<Scheduled> {
  const endsAtMs = event.ends_at?.getTime() ?? 0;
  const next = await followerOf(needs.database, event);
  const latestMs = next?.starts_at ? next.starts_at.getTime() - GAP_MS : Infinity;
  const until = Math.min(endsAtMs + PROLONG_MS, latestMs);
  if (until <= endsAtMs) return { kind: 'done', ids: [event.id] };
  return changeEvent(needs, who, event.id, { slot: { endsAtMs: until } });
}

/**
 * Lengthens every recording that was begun by hand and would end soon, so that it goes on until it is stopped by hand.
 */
export async function prolongAll(needs: Needs): Promise<void> {
  const now = needs.clock.nowMs();
  const ending = await endingBetween(needs.database, SOURCE, now, now + PROLONG_WHEN_LEFT_MS);
  for (const event of ending) await prolong(needs, undefined, event);
}
