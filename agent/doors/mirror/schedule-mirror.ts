import { keepOwnServer, keptPassword } from '#agent/box/settings/own-server.ts';
import type { Config } from '#firmware-config/schema/config.ts';
import { openEventNumbers, scheduledEvents } from '#agent/box/schedule/events.ts';
import type { ScheduleView } from '#agent/device/schedule-view.ts';
import type { ScheduleSource } from '#agent/web/views/schedule-source.ts';
import type { Recording } from '#agent/device/recording.ts';
import type { ScheduledEvent, ScheduledEventSource } from '#agent/web/views/sources.ts';
import type { Peer } from '#lib/runtime/processes/peer.ts';
import type { ScheduleCalls } from '../calls.ts';

/** Age in ms up to which a view of the timetable is used again, since programs ask for events many times a second. */
const FRESH_MS = 1000;

/** Opens the timetable of the core, as the web shows and changes it; `list` gives the recordings. */
export async function openScheduleMirror(
  core: Peer<ScheduleCalls>,
  { schedule, data }: Config,
  list: () => readonly Recording[],
): Promise<ScheduleSource & ScheduledEventSource> {
  const services = await core.call('timetable');
  const numberOf = openEventNumbers();
  let last: { view: Promise<ScheduleView>; askedMs: number } | undefined;
  const view = (): Promise<ScheduleView> => core.call('scheduleView');
  const recentView = (): Promise<ScheduleView> => {
    const nowMs = performance.now();
    if (!last || nowMs - last.askedMs > FRESH_MS) {
      const asked = view();
      last = { view: asked, askedMs: nowMs };
      asked.catch(() => (last = undefined));
    }
    return last.view;
  };
  /** Forgets the last view when a change was carried out, so that the client who made the change sees it. */
  const changing = async <T>(act: Promise<T>): Promise<T> => act.finally(() => (last = undefined));
  return {
    view,
    refresh: () => changing(core.call('scheduleRefresh')),
    add: (event) => changing(core.call('scheduleAdd', event)),
    change: (id, event) => changing(core.call('scheduleChange', id, event)),
    remove: (id) => changing(core.call('scheduleRemove', id)),
    send: (recording) => changing(core.call('scheduleSend', recording)),
    check: async (other) =>
      core.call('scheduleCheck', other && { ...other, password: other.password ?? (await keptPassword(data)) }),
    isServerFixed: schedule.opencast !== undefined,
    keepServer: (server) => keepOwnServer(data, server),
    async pickup(ticket, name) {
      const found = await core.call('pickup', ticket, name);
      return found && { ...found, given: (span) => core.tell('pickupGiven', ticket, name, span) };
    },
    services: () => services,
    events: async (): Promise<ScheduledEvent[]> => scheduledEvents(await recentView(), list(), numberOf),
  };
}
