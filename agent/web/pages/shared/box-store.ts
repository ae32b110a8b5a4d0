import { batch, computed, signal, type ReadonlySignal } from '@preact/signals';
import { API } from './api.ts';
import type { Alarm, DeviceState, Disk, InputNumber, Meters, RecordingNow, Seen, Wanted } from './api-types.ts';

/** `away`: the box is not heard; it goes on with what it does, and we go on trying. */
export type Link = 'first' | 'here' | 'away';

/** What is so at the box, as it tells it. */
export interface BoxStore {
  link: ReadonlySignal<Link>;
  /** Undefined until the box was heard once. */
  state: ReadonlySignal<DeviceState | undefined>;
  recording: ReadonlySignal<RecordingNow | undefined>;
  disk: ReadonlySignal<readonly Disk[]>;
  /** Apart from the rest: they change five times a second. */
  meters: ReadonlySignal<Meters | undefined>;
  /** How long the recording runs, counted on between what the box says; look when a second passes. */
  elapsedMs(): number;
  close(): void;
}

/** The part of an EventSource that is used. */
export interface Ear {
  readyState: number;
  addEventListener(type: string, listener: (event: { data: string }) => void): void;
  close(): void;
}

export interface StoreSettings {
  listen(url: string): Ear;
  /** The server ended the connection for good: it may not know us any more. */
  onRefused(): void;
  nowMs(): number;
  every(ms: number, act: () => void): () => void;
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
  meters: Meters;
}
const TYPES = [
  'state',
  'wanted',
  'recording',
  'input',
  'alarm',
  'streams',
  'push',
  'disk',
  'frames',
  'meters',
] as const;

/** Meters come five times a second: a box that says nothing for so long is away, whatever the socket thinks. */
const SILENT_MS = 4000;
const CLOSED = 2;

/** Listens to the box until it is closed, and listens anew whenever it was lost. */
export function openBoxStore(settings: StoreSettings): BoxStore {
  const link = signal<Link>('first');
  const state = signal<DeviceState | undefined>(undefined);
  const recording = signal<RecordingNow | undefined>(undefined);
  const disk = signal<readonly Disk[]>([]);
  const meters = signal<Meters | undefined>(undefined);
  const heardOf = { recordingMs: 0 };
  let heardAtMs = settings.nowMs();
  let ear: Ear | undefined;

  const take = <Type extends keyof Told>(type: Type, data: Told[Type]): void =>
    batch(() => {
      link.value = 'here';
      if (type === 'meters') meters.value = data as Told['meters'];
      else if (type === 'recording') {
        recording.value = data as Told['recording'];
        heardOf.recordingMs = settings.nowMs();
      } else if (type === 'disk') disk.value = (data as Told['disk']).disk;
      else state.value = stateAfter(state.peek(), type, data);
    });
  const listen = (): void => {
    ear?.close();
    heardAtMs = settings.nowMs();
    const mine = (ear = settings.listen(`${API}/events?meters=1`));
    for (const type of TYPES) {
      mine.addEventListener(type, ({ data }) => {
        if (mine !== ear) return;
        heardAtMs = settings.nowMs();
        take(type, JSON.parse(data) as never);
      });
    }
    mine.addEventListener('error', () => {
      if (mine !== ear) return;
      if (link.peek() === 'here') link.value = 'away';
      if (mine.readyState === CLOSED) settings.onRefused();
    });
  };
  const stop = settings.every(1000, () => {
    if (settings.nowMs() - heardAtMs < SILENT_MS) return;
    if (link.peek() === 'here') link.value = 'away';
    listen();
  });
  listen();
  return {
    ...{ link, state, recording, disk, meters },
    elapsedMs() {
      const now = recording.value;
      if (!now) return 0;
      return now.elapsedMs + (now.state === 'recording' ? settings.nowMs() - heardOf.recordingMs : 0);
    },
    close() {
      stop();
      ear?.close();
      ear = undefined;
    },
  };
}

/** What is so after the box told something. Pure; before the whole state was told, nothing else counts. */
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
  if (told.push) {
    const { [told.push.id]: _, ...others } = before.seen.pushes;
    return seen({ pushes: told.push.seen ? { ...others, [told.push.id]: told.push.seen } : others });
  }
  return before;
}

/** The usual store of a page. */
export const openBrowserStore = (onRefused: () => void): BoxStore =>
  openBoxStore({
    listen: (url) => new EventSource(url),
    onRefused,
    nowMs: () => performance.now(),
    every(ms, act) {
      const timer = setInterval(act, ms);
      return () => clearInterval(timer);
    },
  });

/** A value of the state that changes only when it does. */
export const part = <Value>(store: BoxStore, read: (state: DeviceState) => Value): ReadonlySignal<Value | undefined> =>
  computed(() => (store.state.value ? read(store.state.value) : undefined));
