import { keepOwnServer } from '#agent/box/settings/own-server.ts';
import type { Config } from '#agent/box/settings/config.ts';
import { openEventNumbers, scheduledEvents } from '#agent/box/schedule/events.ts';
import type { ScheduleAnswer, ScheduleSource } from '#agent/web/views/schedule-source.ts';
import type { RecordingEntry, ScheduledEvent, ScheduleShelf } from '#agent/web/views/sources.ts';
import type { Handlers, Peer } from '#lib/runtime/processes/peer.ts';
import type { ScheduleCalls, TimetableFacts, TimetableTold } from '../calls.ts';

export interface ScheduleMirror {
  /** False until the core has opened the timetable. */
  isOpen(): boolean;
  /** The timetable, as the web shows and changes it. */
  source(config: Config): ScheduleSource & ScheduleShelf;
  told: Handlers<TimetableTold>;
}

/** Programs that watch the timetable ask many times a second: what they are told is at most so old. */
const FRESH_MS = 1000;
const NOBODY: TimetableFacts = { ingest: false, publish: false };

/** The timetable of the core; `list` gives the recordings. */
export function openScheduleMirror(core: Peer<ScheduleCalls>, list: () => readonly RecordingEntry[]): ScheduleMirror {
  let facts: TimetableFacts | undefined;
  return {
    isOpen: () => facts !== undefined,
    source: (config) => sourceOf(core, config, () => facts ?? NOBODY, list),
    told: { timetable: (told) => void (facts = told) },
  };
}

function sourceOf(
  core: Peer<ScheduleCalls>,
  { schedule, data }: Config,
  services: () => TimetableFacts,
  list: () => readonly RecordingEntry[],
): ScheduleSource & ScheduleShelf {
  const numberOf = openEventNumbers();
  let last: { view: Promise<ScheduleAnswer>; askedMs: number } | undefined;
  const view = async (): Promise<ScheduleAnswer> => {
    const found = await core.call('scheduleView');
    if (!found) throw new Error('the schedule is being started');
    return found;
  };
  const recentView = (): Promise<ScheduleAnswer> => {
    const nowMs = performance.now();
    if (!last || nowMs - last.askedMs > FRESH_MS) {
      const asked = view();
      last = { view: asked, askedMs: nowMs };
      asked.catch(() => (last = undefined));
    }
    return last.view;
  };
  /** Who changed something is told of it. */
  const changing = async <T>(act: Promise<T>): Promise<T> => act.finally(() => (last = undefined));
  return {
    view,
    refresh: () => changing(core.call('scheduleRefresh')),
    add: (event) => changing(core.call('scheduleAdd', event)),
    change: (id, event) => changing(core.call('scheduleChange', id, event)),
    remove: (id) => changing(core.call('scheduleRemove', id)),
    send: (recording) => changing(core.call('scheduleSend', recording)),
    check: () => core.call('scheduleCheck'),
    isServerFixed: schedule.opencast !== undefined,
    keepServer: (server) => keepOwnServer(data, server),
    async pickup(ticket, name) {
      const found = await core.call('pickup', ticket, name);
      return found && { ...found, given: (span) => core.tell('pickupGiven', ticket, name, span) };
    },
    services,
    events: async (): Promise<ScheduledEvent[]> => scheduledEvents(await recentView(), list(), numberOf),
  };
}
