import type { Rect, Size } from './geometry.ts';
import type { Channel } from './layout.ts';

/** A window of a frame. */
export interface ShownWindow {
  /** The channel in it, after a swap. */
  channel: Channel;
  /** Place in pixels of the frame. */
  rect: Rect;
  /** Whether the channel's picture is in it; a muted channel is black. */
  shown: boolean;
}

/** Where the channels are in a frame. */
export interface ShownLayout {
  /** Name of the layout; undefined: it has none, as in dual mode. */
  name?: string | undefined;
  /** Size of the frame. */
  sizePx: Size;
  /** Windows from the back to the front: a later one covers the earlier ones. */
  windows: readonly ShownWindow[];
}

/** A layout, and the time stamp (90 kHz) of the first frame that was drawn with it. */
export interface LayoutNote {
  ptsTicks: number;
  layout: ShownLayout;
}

/** Which layout the frames of a stream have: each change, at its frame. */
export interface LayoutNotes {
  /**
   * Tells the layout of the next frame. `key` is another value for each other layout (compared by identity); only then is
   * the layout made.
   */
  saw(ptsTicks: number, key: unknown, make: () => ShownLayout): void;
  /** The layout that was on at a time stamp, and those that came after it. */
  since(fromTicks: number): readonly LayoutNote[];
  /** Tells each later change; the result ends that. */
  subscribe(listener: (note: LayoutNote) => void): () => void;
}

/** Changes that are remembered. Recordings ask for those of the last second; of older ones only the last is told. */
const MOST_NOTES = 512;

/** Opens the notes of a stream that has shown nothing yet. */
export function openLayoutNotes(): LayoutNotes {
  const notes: LayoutNote[] = [];
  const listeners = new Set<(note: LayoutNote) => void>();
  let lastKey: unknown;
  let lastText = '';
  return {
    saw(ptsTicks, key, make) {
      if (key === lastKey && notes.length > 0) return;
      lastKey = key;
      const layout = make();
      const text = JSON.stringify(layout);
      if (text === lastText) return;
      lastText = text;
      const note = { ptsTicks, layout };
      notes.push(note);
      if (notes.length > MOST_NOTES) notes.shift();
      for (const listener of listeners) listener(note);
    },
    since(fromTicks) {
      const on = notes.findLastIndex(({ ptsTicks }) => ptsTicks <= fromTicks);
      return notes.slice(Math.max(0, on));
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
