import type { Schedule } from '#agent/schedule/schedule.ts';
import type { Peer } from '#lib/runtime/processes/peer.ts';
import type { Offer } from '#lib/runtime/processes/supervised.ts';
import type { ScheduleCalls, TimetableFacts, TimetableTold } from '../calls.ts';

/** The timetable once it has been opened. */
export interface OpenedSchedule {
  schedule: Pick<Schedule, 'view' | 'refresh' | 'events' | 'send' | 'check' | 'pickups'>;
  facts: TimetableFacts;
}

/** The timetable, as a door shows and changes it. Until it is open there is none. */
export function offerSchedule(opened: Promise<OpenedSchedule>, peer: Peer<TimetableTold>): Offer<ScheduleCalls> {
  let known: OpenedSchedule['schedule'] | undefined;
  let isOver = false;
  opened.then(
    ({ schedule, facts }) => {
      known = schedule;
      if (!isOver) peer.tell('timetable', facts);
    },
    () => undefined,
  );
  const now = (): OpenedSchedule['schedule'] => {
    if (!known) throw new Error('the schedule is being started');
    return known;
  };
  return {
    handlers: {
      scheduleView: () => known?.view(),
      scheduleRefresh: () => now().refresh(),
      scheduleAdd: async (event) => (await now().events.add(event)).id,
      scheduleChange: async (id, event) => (await now().events.change(id, event)) !== undefined,
      scheduleRemove: (id) => now().events.remove(id),
      scheduleSend: (recording) => now().send(recording),
      scheduleCheck: () => now().check(),
      pickup(ticket, name) {
        const found = known?.pickups.find(ticket, name);
        return found && { name: found.name, path: found.path, size: found.size };
      },
      pickupGiven: (ticket, name, span) => known?.pickups.find(ticket, name)?.given(span),
    },
    end: () => void (isOver = true),
  };
}
