import type { Change, DeviceClient } from '#agent/device/device.ts';
import { INPUTS, type DeviceState, type RecordingSeen, type Wanted } from '#agent/device/state.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import { hideInWanted } from '#agent/device/secrets.ts';
import { diskView, recordingView, seenView, stateView } from '../views/views.ts';

/** The types of events. */
export const EVENT_TYPES = [
  'state',
  'wanted',
  'recording',
  'input',
  'alarm',
  'streams',
  'push',
  'disk',
  'meters',
  'frames',
  'mark',
  'recordings',
] as const;
/** The type of an event. */
export type EventType = (typeof EVENT_TYPES)[number];

/** A change; `data` is the new value. */
export interface WebEvent {
  type: EventType;
  data: unknown;
}

/** Distributes the device's changes to browsers. */
export interface EventHub {
  /** Gives the whole state, the recording and the disks, then each change. The result ends that. */
  join(listener: (event: WebEvent) => void): () => void;
  close(): void;
}

/** A change to send. After an event with the same key, `everyMs` must pass; then the latest value is sent. */
interface News {
  key: string;
  type: EventType;
  everyMs: number;
  data: (state: DeviceState) => unknown;
}

/**
 * Opens the distribution: one listener at the device for all browsers. No browser gets events faster than a page can
 * show them.
 */
export function openEventHub(device: DeviceClient, clock: Clock): EventHub {
  const listeners = new Set<(event: WebEvent) => void>();
  const lastMs = new Map<string, number>();
  const waiting = new Map<string, () => void>();

  const tell = ({ key, type, data }: News): void => {
    waiting.get(key)?.();
    waiting.delete(key);
    lastMs.set(key, clock.monotonicMs());
    const event = { type, data: data(device.state()) };
    for (const listener of listeners) listener(event);
  };
  const offer = (news: News): void => {
    const dueMs = (lastMs.get(news.key) ?? Number.NEGATIVE_INFINITY) + news.everyMs;
    if (news.everyMs === 0 || dueMs <= clock.monotonicMs()) return tell(news);
    if (!waiting.has(news.key))
      waiting.set(
        news.key,
        clock.at(dueMs, () => tell(news)),
      );
  };
  const leave = device.subscribe((change) => {
    if (listeners.size > 0) for (const news of newsOf(change)) offer(news);
  });

  return {
    join(listener) {
      const state = device.state();
      listener({ type: 'state', data: stateView(state) });
      // Recording and disks have events with forms of their own, which the state does not contain.
      listener({ type: 'recording', data: recordingView(state) });
      listener({ type: 'disk', data: { disk: diskView(state) } });
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      leave();
      listeners.clear();
      for (const cancel of waiting.values()) cancel();
    },
  };
}

/** The events for a change. Pure. */
export function newsOf({ before, state, events }: Pick<Change, 'before' | 'state' | 'events'>): News[] {
  const news: News[] = events.map(({ event, ...rest }) => ({ key: event, type: event, everyMs: 0, data: () => rest }));
  const add = (key: string, type: EventType, everyMs: number, data: News['data']): void =>
    void news.push({ key, type, everyMs, data });
  const [old, now] = [before.seen, state.seen];

  if (before.wanted !== state.wanted) {
    const keys = changedKeys(before.wanted, state.wanted);
    if (keys.length > 0) add('wanted', 'wanted', 0, () => pick(hideInWanted(state.wanted), keys));
  }
  if (before.wanted.recording !== state.wanted.recording || old.recording !== now.recording) {
    const counting = before.wanted.recording === state.wanted.recording && sameBut(old.recording, now.recording);
    add('recording', 'recording', counting ? 1000 : 0, recordingView);
  }
  for (const number of INPUTS) {
    if (old.inputs[number] === now.inputs[number]) continue;
    add(`input ${number}`, 'input', 0, ({ seen, wanted }) => ({
      number,
      seen: seenView(seen, wanted).inputs[number],
    }));
  }
  for (const id of new Set([...Object.keys(old.pushes), ...Object.keys(now.pushes)])) {
    if (old.pushes[id] === now.pushes[id]) continue;
    add(`push ${id}`, 'push', 0, ({ seen, wanted }) => ({ id, seen: seenView(seen, wanted).pushes[id] ?? null }));
  }
  if (old.alarms !== now.alarms) {
    add('alarm', 'alarm', 0, ({ seen, wanted }) => ({ alarms: seenView(seen, wanted).alarms }));
  }
  if (old.recordingsRevision !== now.recordingsRevision) {
    add('recordings', 'recordings', 500, ({ seen }) => ({ revision: seen.recordingsRevision }));
  }
  if (old.streams !== now.streams) add('streams', 'streams', 500, ({ seen }) => seen.streams);
  if (old.disk !== now.disk) add('disk', 'disk', 1000, (state) => ({ disk: diskView(state) }));
  if (old.meters !== now.meters) add('meters', 'meters', 200, ({ seen }) => seen.meters);
  if (old.frames !== now.frames) add('frames', 'frames', 1000, ({ seen }) => seen.frames);
  return news;
}

const changedKeys = (before: Wanted, now: Wanted): (keyof Wanted)[] =>
  (Object.keys(now) as (keyof Wanted)[]).filter((key) => before[key] !== now[key]);

const pick = (wanted: Wanted, keys: readonly (keyof Wanted)[]): Partial<Wanted> =>
  Object.fromEntries(keys.map((key) => [key, wanted[key]]));

/** Whether only the counters changed. */
const sameBut = (before: RecordingSeen, now: RecordingSeen): boolean =>
  before.state === now.state &&
  before.take === now.take &&
  before.file === now.file &&
  before.destination === now.destination;
