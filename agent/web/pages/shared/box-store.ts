import { computed, signal, type ReadonlySignal } from '@preact/signals';
import { API } from './api.ts';
import { browserListening, listenTo, type Link, type ListeningSettings } from './listening.ts';
import type { Alarm, DeviceState, Disk, InputNumber, Meters, RecordingNow, Seen, Wanted } from './api-types.ts';

/** The state of the box, kept up to date by its events. */
export interface BoxStore {
  link: ReadonlySignal<Link>;
  /** The state; undefined until the box was heard once. */
  state: ReadonlySignal<DeviceState | undefined>;
  recording: ReadonlySignal<RecordingNow | undefined>;
  disk: ReadonlySignal<readonly Disk[]>;
  /** The sound levels, apart from the state since they change five times a second. */
  meters: ReadonlySignal<Meters | undefined>;
  /**
   * The time that the recording runs, in milliseconds, counted on between the messages of the box. It is no signal:
   * read it when a second has passed.
   */
  elapsedMs(): number;
  close(): void;
}

interface Told {
  state: DeviceState;
  wanted: Partial<Wanted>;
  recording: RecordingNow;
  input: { number: InputNumber; seen: Seen['inputs'][1] };
  alarm: { alarms: Alarm[] };
  streams: Seen['streams'];
  push: { id: string; seen: Seen['pushes'][string] | null };
  disk: { disk: Disk[] };
  frames: Seen['frames'];
  recordings: { revision: number };
  meters: Meters;
}
const TYPES = [
  ...(['state', 'wanted', 'recording', 'input', 'alarm', 'streams', 'push', 'disk', 'frames'] as const),
  ...(['recordings', 'meters'] as const),
];

/** Listens to the box until it is closed; a connection that was lost is opened again. */
export function openBoxStore(settings: ListeningSettings): BoxStore {
  const state = signal<DeviceState | undefined>(undefined);
  const recording = signal<RecordingNow | undefined>(undefined);
  const disk = signal<readonly Disk[]>([]);
  const meters = signal<Meters | undefined>(undefined);
  const heardOf = { recordingMs: 0 };

  const take = (type: keyof Told, data: unknown): void => {
    if (type === 'meters') meters.value = data as Told['meters'];
    else if (type === 'recording') {
      recording.value = data as Told['recording'];
      heardOf.recordingMs = settings.nowMs();
    } else if (type === 'disk') disk.value = (data as Told['disk']).disk;
    else state.value = stateAfter(state.peek(), type, data as Told[typeof type]);
  };
  const { link, close } = listenTo(`${API}/events?meters=1`, TYPES, take, settings);
  return {
    link,
    state,
    recording,
    disk,
    meters,
    close,
    elapsedMs() {
      const now = recording.value;
      if (!now) return 0;
      return now.elapsedMs + (now.state === 'recording' ? settings.nowMs() - heardOf.recordingMs : 0);
    },
  };
}

/** The state after an event. Undefined until the whole state was told, whatever else comes. Pure. */
export function stateAfter<Type extends keyof Told>(
  before: DeviceState | undefined,
  type: Type,
  data: Told[Type],
): DeviceState | undefined {
  if (type === 'state') return data as Told['state'];
  if (!before) return undefined;
  const seen = (change: Partial<Seen>): DeviceState => ({ ...before, seen: { ...before.seen, ...change } });
  const told = { [type]: data } as Partial<Told>;
  if (told.wanted) return { ...before, wanted: { ...before.wanted, ...told.wanted } };
  if (told.input) return seen({ inputs: { ...before.seen.inputs, [told.input.number]: told.input.seen } });
  if (told.alarm) return seen({ alarms: told.alarm.alarms });
  if (told.streams) return seen({ streams: told.streams });
  if (told.frames) return seen({ frames: told.frames });
  if (told.recordings) return seen({ recordingsRevision: told.recordings.revision });
  if (told.push) {
    const { [told.push.id]: _, ...others } = before.seen.pushes;
    return seen({ pushes: told.push.seen ? { ...others, [told.push.id]: told.push.seen } : others });
  }
  return before;
}

/** The store as pages use it, over an EventSource. */
export const openBrowserStore = (onRefused: () => void): BoxStore => openBoxStore(browserListening(onRefused));

/** A value of the state that changes only when it does. */
export const part = <Value>(store: BoxStore, read: (state: DeviceState) => Value): ReadonlySignal<Value | undefined> =>
  computed(() => (store.state.value ? read(store.state.value) : undefined));
