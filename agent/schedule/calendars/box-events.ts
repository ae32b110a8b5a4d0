import { join } from 'node:path';
import { asList, openJsonFile } from '#lib/runtime/json-file.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { OnChange, Source } from '../timetable/source.ts';
import type { Planned } from '../timetable/timetable.ts';

/** An event that was entered on the box. */
export interface BoxEvent {
  title: string;
  presenter?: string;
  series?: string;
  description?: string;
  startsAtMs: number;
  endsAtMs: number;
}

/** The events that were entered on the box. */
export interface BoxEvents extends Source {
  /** Adds an event; resolves when it is on disk. */
  add(event: BoxEvent): Promise<Planned>;
  /** Changes an event; undefined if no event has this id. */
  change(id: string, event: Partial<BoxEvent>): Promise<Planned | undefined>;
  remove(id: string): Promise<boolean>;
  /** Removes all events. */
  clear(): Promise<void>;
}

/** Time in ms for which an event is still shown after its end. */
const SHOWN_MS = 7 * 86_400_000;
/**
 * Number of events that are kept; beyond it those that ended longest ago are removed. The limit is a number and no age,
 * since a wrong clock would remove events that are still to come.
 */
const MOST_KEPT = 5000;

/** Opens the events in `events.json` of the folder. Those that ended more than a week ago are kept, but not shown. */
export async function openBoxEvents({
  folder,
  nowMs,
  newId,
  log,
  onChange,
}: {
  folder: string;
  nowMs: () => number;
  newId: () => string;
  log: Log;
  onChange: OnChange;
}): Promise<BoxEvents> {
  const file = join(folder, 'events.json');
  const kept = openJsonFile<Planned[]>({
    path: file,
    check: asList,
    otherwise: [],
    what: 'the events of the box',
    log,
  });
  let events = await kept.read();
  const save = async (changed: Planned[]): Promise<void> => {
    events = changed.toSorted((one, other) => one.endsAtMs - other.endsAtMs).slice(-MOST_KEPT);
    await kept.write(events);
    onChange();
  };
  return {
    name: 'box',
    get polls() {
      return Number.MAX_SAFE_INTEGER;
    },
    bookings: () => events.filter(({ endsAtMs }) => endsAtMs > nowMs() - SHOWN_MS),
    status: () => ({ place: 'this box', goodAtMs: nowMs(), complaints: [] }),
    refresh: async () => undefined,
    close: () => undefined,
    async add(event) {
      const made = plannedOf(newId(), event);
      await save([...events, made]);
      return made;
    },
    async change(id, change) {
      const known = events.find((one) => one.id === id);
      if (!known) return undefined;
      const made = plannedOf(id, { ...eventOf(known), ...change });
      await save(events.map((one) => (one.id === id ? made : one)));
      return made;
    },
    async remove(id) {
      const isThere = events.some((one) => one.id === id);
      if (isThere) await save(events.filter((one) => one.id !== id));
      return isThere;
    },
    clear: () => save([]),
  };
}

function plannedOf(id: string, event: BoxEvent): Planned {
  const { title, presenter, series, description, startsAtMs, endsAtMs } = event;
  return {
    id,
    uid: id,
    startsAtMs,
    endsAtMs,
    title,
    source: 'box',
    workflowConfiguration: {},
    devices: [],
    presenters: presenter ? [presenter] : [],
    ...(series ? { series } : {}),
    ...(description ? { description } : {}),
  };
}

const eventOf = ({ title, presenters, series, description, startsAtMs, endsAtMs }: Planned): BoxEvent => ({
  title,
  startsAtMs,
  endsAtMs,
  ...(presenters[0] ? { presenter: presenters[0] } : {}),
  ...(series ? { series } : {}),
  ...(description ? { description } : {}),
});
