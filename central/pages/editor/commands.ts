import { markedRange, type EditorStore } from './editor-store.ts';
import { withChapter } from './model/chapters.ts';
import { withCue, withTrack, changedTrack } from './model/captions.ts';
import { msOfFrame } from './model/frames.ts';
import type { Command } from './model/keys.ts';
import { borderFrom, joined, splitAt, withDeleted, withRange } from './model/segments.ts';
import { wholeView, zoomed } from './model/zoom.ts';

/** Speeds of playing, by repeated presses of L or J. */
const SPEEDS = [1, 1.5, 2, 4];
/** Factor of one step of the zoom. */
export const ZOOM_STEP = 2;

/** Speed after a press of L (`direction` 1) or J (-1): the same direction again is faster. */
export function nextSpeed(speed: number, direction: 1 | -1): number {
  if (Math.sign(speed) !== direction) return direction;
  return direction * (SPEEDS[Math.min(SPEEDS.length - 1, SPEEDS.indexOf(Math.abs(speed)) + 1)] ?? 1);
}

/** Actions of the page that are not about the store. */
export interface PageActions {
  save(): void;
  help(): void;
}

/** Makes the function that carries commands out. `language` is that of new captions. */
export function commandsOf(store: EditorStore, page: PageActions, language: () => string): (command: Command) => void {
  const { frames, rate } = store.pictures;
  const at = (): number => store.playhead.value;
  const go = (frame: number): void => {
    store.speed.value = 0;
    store.goTo(frame);
  };
  const second = Math.round(rate);
  const zoom = (factor: number): void => void (store.view.value = zoomed(store.view.value, frames, factor, at()));
  const border = (direction: 1 | -1): void => go(borderFrom(store.document.value.segments, at(), direction));
  const actions: Record<Command, () => void> = {
    play: () => void (store.speed.value = store.speed.value === 0 ? 1 : 0),
    forward: () => void (store.speed.value = nextSpeed(store.speed.value, 1)),
    backward: () => void (store.speed.value = nextSpeed(store.speed.value, -1)),
    stop: () => void (store.speed.value = 0),
    'next picture': () => go(at() + 1),
    'previous picture': () => go(at() - 1),
    'next second': () => go(at() + second),
    'previous second': () => go(at() - second),
    'next border': () => border(1),
    'previous border': () => border(-1),
    'to the begin': () => go(0),
    'to the end': () => go(frames - 1),
    'mark in': () => void (store.marks.value = { ...store.marks.value, from: at() }),
    'mark out': () => void (store.marks.value = { ...store.marks.value, to: at() + 1 }),
    'no marks': () => void (store.marks.value = { from: undefined, to: undefined }),
    split: () => store.change(({ segments }) => ({ segments: splitAt(segments, at()) })),
    join: () => store.change(({ segments }) => ({ segments: joined(segments, store.selected.value) })),
    'cut away': () => cutAway(store),
    chapter() {
      store.change(({ chapters }) => ({ chapters: withChapter(chapters, at()) }));
      store.panel.value = 'chapters';
    },
    caption: () => addCaption(store, language()),
    cover() {
      store.change(() => ({ cover: at() }));
      store.panel.value = 'cover';
    },
    undo: () => store.undo(),
    redo: () => store.redo(),
    save: () => page.save(),
    'zoom in': () => zoom(ZOOM_STEP),
    'zoom out': () => zoom(1 / ZOOM_STEP),
    'zoom whole': () => void (store.view.value = wholeView(frames)),
    help: () => page.help(),
  };
  return (command) => actions[command]();
}

/** Cuts away what is marked; where nothing is, the segment at the playhead, or keeps it again. */
function cutAway(store: EditorStore): void {
  const { segments } = store.document.value;
  const range = markedRange(store.marks.value, store.pictures.frames);
  if (range) {
    store.change(() => ({ segments: withRange(segments, range, true) }));
    store.marks.value = { from: undefined, to: undefined };
    return;
  }
  const index = store.selected.value;
  store.change(() => ({ segments: withDeleted(segments, index, !segments[index]?.deleted) }));
}

/** Adds a caption at the playhead, in the first language; where there are no captions, in a new one. */
function addCaption(store: EditorStore, language: string): void {
  const { rate } = store.pictures;
  const atMs = msOfFrame(store.playhead.value, rate);
  store.change(({ captions }) => {
    const tracks = captions.length > 0 ? captions : withTrack([], language, []);
    const key = tracks[0]?.key ?? 1;
    return {
      captions: changedTrack(tracks, key, ({ cues }) => ({ cues: withCue(cues, atMs, store.shown.durationMs) })),
    };
  });
  store.panel.value = 'captions';
}
