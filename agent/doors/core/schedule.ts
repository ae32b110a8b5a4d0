import type { OpenedSchedule } from '#agent/box/schedule/schedule.ts';
import type { Offer } from '#lib/runtime/processes/supervised.ts';
import type { ScheduleCalls } from '../calls.ts';

/** Offers the timetable to a door, which shows and changes it. */
export function offerSchedule({ schedule, facts }: OpenedSchedule): Offer<ScheduleCalls> {
  const { events, pickups } = schedule;
  return {
    handlers: {
      timetable: () => facts,
      scheduleView: () => schedule.view(),
      scheduleRefresh: () => schedule.refresh(),
      scheduleAdd: async (event) => (await events.add(event)).id,
      scheduleChange: async (id, event) => (await events.change(id, event)) !== undefined,
      scheduleRemove: (id) => events.remove(id),
      scheduleSend: (recording) => schedule.send(recording),
      scheduleCheck: (other) => schedule.check(other),
      pickup(ticket, name) {
        const found = pickups.find(ticket, name);
        return found && { name: found.name, path: found.path, size: found.size };
      },
      pickupGiven: (ticket, name, span) => pickups.find(ticket, name)?.given(span),
    },
    end: () => undefined,
  };
}
