import type { Recording } from '#agent/device/recording.ts';
import type { ScheduledEvent, ScheduleState } from '../views/sources.ts';
import { resource, type Json, type Resource, type SwisView } from './resource.ts';

/** Events in an answer; of more, those nearest to now are given. */
const MOST = 1000;
const atText = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

/** A recording as an event, for a box without a timetable. */
const eventOf = (entry: Recording): ScheduledEvent => ({
  dbId: entry.dbId,
  id: entry.id,
  state: stateOf(entry),
  title: entry.metadata.title,
  presenter: entry.metadata.presenter,
  series: entry.metadata.series,
  startsAtMs: entry.startedAtMs,
  endsAtMs: entry.endedAtMs ?? entry.endsAtMs ?? entry.startedAtMs,
});

function stateOf({ status, deliveredAtMs }: Recording): ScheduleState {
  if (deliveredAtMs !== undefined) return 'transferred';
  if (status === 'failed') return 'failed';
  return status === 'finished' || status === 'partial' ? 'no-method' : 'recording';
}

/** The events in their order, `MOST` at most. */
function eventsOf({ schedule, recordings, nowMs }: SwisView): readonly ScheduledEvent[] {
  const all = schedule ? schedule.events() : recordings().map(eventOf);
  if (all.length <= MOST) return all;
  const distanceMs = ({ startsAtMs }: ScheduledEvent): number => Math.abs(startsAtMs - nowMs);
  const nearest = new Set(all.toSorted((one, other) => distanceMs(one) - distanceMs(other)).slice(0, MOST));
  return all.filter((event) => nearest.has(event));
}

const told = ({ personality }: SwisView, event: ScheduledEvent): Record<string, Json> => ({
  db_id: event.dbId,
  state: personality.swis.scheduleStates[event.state],
  event_id: event.id,
  title: event.title,
  creator: event.presenter,
  relation: event.series,
  start: atText(event.startsAtMs),
  end: atText(event.endsAtMs),
  reason: event.because ?? '',
});

/** Resources of the timetable, and what became of recordings. */
export const scheduleResources: readonly Resource[] = [
  resource({
    path: '/schedule/schedule',
    about:
      'Events to come, and what became of those that were; `?format=json&field=db_id,state` gives these fields alone. ' +
      'States: 0 to come, 5 handed over, 10 nobody takes recordings, 11 not to be handed over; the others are ' +
      'those of `swis.scheduleStates` in the personality. `reason` says why one waits',
    effect: 'acts',
    source: 'EXPO',
    confidence: 'B',
    get(view, { query }) {
      const fields = query.get('field')?.split(',').slice(0, 32);
      return eventsOf(view).map((event) => {
        const all = told(view, event);
        if (!fields) return all;
        const picked = fields.filter((field) => Object.hasOwn(all, field)).map((field) => [field, all[field] ?? null]);
        return Object.fromEntries(picked) as Record<string, Json>;
      });
    },
    example: [],
  }),
  resource({
    path: '/schedule_ingest/active_service',
    about: 'Whether somebody fills the timetable: 0 or 1',
    effect: 'acts',
    source: 'EXPO',
    confidence: 'B',
    get: ({ schedule }) => ({ active: schedule?.services().ingest ? 1 : 0 }),
    example: { active: 1 },
  }),
  resource({
    path: '/publish/active_service',
    about: 'Whether somebody takes what was recorded: 0 or 1',
    effect: 'acts',
    source: 'EXPO',
    confidence: 'B',
    get: ({ schedule }) => ({ active: schedule?.services().publish ? 1 : 0 }),
    example: { active: 1 },
  }),
];
