import type { ReadonlySignal } from '@preact/signals';
import { useEditor } from '../editor-context.ts';
import { clockTime } from '../model/frames.ts';
import { frameAtPlace } from '../model/zoom.ts';
import { Tile, wideOf } from './tile.tsx';

/** Height of the small picture in pixels, and width of the time without one. */
const TALL_PX = 90;
const TIME_PX = 90;

/** Small pictures that are in view, at least, for one of them to be shown. */
const LEAST_TILES = 5;

/** What is at the mouse on the timeline (`at`, in pixels of it): its time, and a small picture where there is one. */
export function Hover({ at, width }: { at: ReadonlySignal<number | undefined>; width: number }) {
  const { store } = useEditor();
  const x = at.value;
  if (x === undefined || width === 0) return null;
  const { frames, rate } = store.pictures;
  const { from, to } = store.view.value;
  const known = store.shown.sprite;
  // Where few of the pictures are in view, the nearest one shows another moment.
  const sprite = known && (to - from) * known.count >= LEAST_TILES * frames ? known : undefined;
  const frame = Math.max(0, Math.min(frames - 1, frameAtPlace(store.view.value, x / width)));
  const half = (sprite ? wideOf(sprite, TALL_PX) : TIME_PX) / 2;
  const left = Math.max(half, Math.min(width - half, x));
  return (
    <div class="hover" aria-hidden="true" style={{ left: `${left}px` }}>
      {sprite && <Tile sprite={sprite} frame={frame} frames={frames} tallPx={TALL_PX} />}
      <span>{clockTime(frame, rate)}</span>
    </div>
  );
}
