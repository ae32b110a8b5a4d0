import { signal, type ReadonlySignal } from '@preact/signals';
import type { LecternView } from '../../lectern/shown.ts';
import { shownZone } from '#lib/pages/format.ts';
import { API } from '../shared/api.ts';
import type { Meters } from '../shared/api-types.ts';
import { listenTo, type Link, type ListeningSettings } from '../shared/listening.ts';

/** The state of the box, as far as a lectern shows it. */
export interface LecternStore {
  link: ReadonlySignal<Link>;
  /** The last view; undefined until the box was heard once. */
  view: ReadonlySignal<LecternView | undefined>;
  sound: ReadonlySignal<Meters['output'] | undefined>;
  /** Takes the answer of the box to a tap. */
  take(view: LecternView): void;
  /**
   * The time that the recording runs, in milliseconds, counted on between the messages of the box. It is no signal:
   * read it when a second has passed.
   */
  elapsedMs(): number;
  close(): void;
}

/** Listens to the box until it is closed. */
export function openLecternStore(settings: ListeningSettings): LecternStore {
  const view = signal<LecternView | undefined>(undefined);
  const sound = signal<Meters['output'] | undefined>(undefined);
  let viewAtMs = 0;
  const take = (now: LecternView): void => {
    // Older views are ignored: an answer may arrive after newer events.
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
