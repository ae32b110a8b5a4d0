import { signal, type ReadonlySignal } from '@preact/signals';
import type { LecternView } from '../../lectern/shown.ts';
import { shownZone } from '#lib/pages/format.ts';
import { API } from '../shared/api.ts';
import type { Meters } from '../shared/api-types.ts';
import { listenTo, type Link, type ListeningSettings } from '../shared/listening.ts';

/** What is so at the box, as far as a lectern shows it. */
export interface LecternStore {
  link: ReadonlySignal<Link>;
  /** Undefined until the box was heard once. */
  view: ReadonlySignal<LecternView | undefined>;
  sound: ReadonlySignal<Meters['output'] | undefined>;
  /** What the box answered to a tap is so at once. */
  take(view: LecternView): void;
  /** How long the recording runs, counted on between what the box says; look when a second passes. */
  elapsedMs(): number;
  close(): void;
}

/** Listens to the box until it is closed. */
export function openLecternStore(settings: ListeningSettings): LecternStore {
  const view = signal<LecternView | undefined>(undefined);
  const sound = signal<Meters['output'] | undefined>(undefined);
  let viewAtMs = 0;
  const take = (now: LecternView): void => {
    // An answer may arrive after newer events.
    if (now.nowMs < (view.peek()?.nowMs ?? 0)) return;
    view.value = now;
    shownZone.value = now.timeZone;
    viewAtMs = settings.nowMs();
  };
  const { link, close } = listenTo(
    `${API}/lectern/events`,
    ['view', 'sound'],
    (type, data) => (type === 'view' ? take(data as LecternView) : void (sound.value = data as Meters['output'])),
    settings,
  );
  return {
    link,
    view,
    sound,
    take,
    close,
    elapsedMs() {
      const recording = view.value?.recording;
      if (!recording) return 0;
      return recording.elapsedMs + (recording.state === 'recording' ? settings.nowMs() - viewAtMs : 0);
    },
  };
}
