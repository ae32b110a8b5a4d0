import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { ShownEdit } from '../../editing/shown-edit.ts';
import { editOf, type EditDocument, type Pictures } from './model/document.ts';
import { changed, redone, settled, startHistory, undone, type History } from './model/history.ts';
import { indexAt, nextKept, type Range } from './model/segments.ts';
import { proposedCuts } from './model/silences.ts';
import { frameOfMs } from './model/frames.ts';
import { showing, wholeView, type View } from './model/zoom.ts';
import type { Edit } from '../../editing/edit.ts';

export type Panel = 'cut' | 'chapters' | 'captions' | 'cover' | 'details';

/** Marks of an interval on the timeline: first and last are set one by one. */
export interface Marks {
  from: number | undefined;
  to: number | undefined;
}

/** The state of the editor: what is edited, and what is seen of it. */
export interface EditorStore {
  shown: ShownEdit;
  pictures: Pictures;
  history: Signal<History<EditDocument>>;
  document: ReadonlySignal<EditDocument>;
  /** The document as the server takes it. */
  edit: ReadonlySignal<Edit>;
  /** Picture at which the playhead is. */
  playhead: Signal<number>;
  /** Speed of playing: 0 stands, below 0 plays backward. */
  speed: Signal<number>;
  skipsCuts: Signal<boolean>;
  marks: Signal<Marks>;
  view: Signal<View>;
  panel: Signal<Panel>;
  /** Index of the segment at the playhead. */
  selected: ReadonlySignal<number>;
  /** Cuts that are proposed for silences; undefined: nobody looked for silences. */
  silences: readonly Range[] | undefined;
  /** Changes the document. `about` names what is typed or dragged: further changes about it are one step. */
  change(change: (document: EditDocument) => Partial<EditDocument>, about?: string): void;
  undo(): void;
  redo(): void;
  /** Ends a step: the next change is one of its own. */
  settle(): void;
  /** Moves the playhead, and makes it visible. */
  goTo(frame: number): void;
}

/** The interval that is marked, in order; undefined: there is none. */
export function markedRange({ from, to }: Marks, frames: number): Range | undefined {
  if (from === undefined && to === undefined) return undefined;
  const range = { from: from ?? 0, to: to ?? frames };
  return range.from < range.to ? range : undefined;
}

/** Makes the state of an editor. */
export function openEditorStore(shown: ShownEdit, document: EditDocument): EditorStore {
  const pictures = { frames: shown.frames, rate: shown.rate };
  const { frames, rate } = pictures;
  const history = signal(startHistory(document));
  const now = computed(() => history.value.now);
  const playhead = signal(nextKept(document.segments, 0) ?? 0);
  const view = signal(wholeView(frames));
  const ranges = shown.silences?.map(({ start, end }) => ({ from: frameOfMs(start, rate), to: frameOfMs(end, rate) }));
  const change = (step: (document: EditDocument) => Partial<EditDocument>, about?: string): void => {
    history.value = changed(history.value, { ...history.value.now, ...step(history.value.now) }, about);
  };
  return {
    shown,
    pictures,
    history,
    document: now,
    edit: computed(() => editOf(now.value, pictures)),
    playhead,
    speed: signal(0),
    skipsCuts: signal(true),
    marks: signal({ from: undefined, to: undefined }),
    view,
    panel: signal('cut'),
    selected: computed(() => indexAt(now.value.segments, playhead.value)),
    silences: ranges && proposedCuts(ranges, frames, rate),
    change,
    undo: () => void (history.value = undone(history.value)),
    redo: () => void (history.value = redone(history.value)),
    settle: () => void (history.value = settled(history.value)),
    goTo(frame) {
      playhead.value = Math.max(0, Math.min(frame, frames - 1));
      view.value = showing(view.value, frames, playhead.value);
    },
  };
}
