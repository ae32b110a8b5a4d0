import type { EditorStore } from '../editor-store.ts';
import { frameAtPlace, moved, zoomed } from '../model/zoom.ts';

/** Way in pixels from which a press counts as a drag. */
const DRAG_PX = 5;
/** Factor of the zoom for one pixel of the wheel. */
const WHEEL_ZOOM = 1.003;

interface Press {
  x: number;
  startX: number;
  /** Picture where the press began. */
  frame: number;
  isTouch: boolean;
  isRuler: boolean;
  isDrag: boolean;
}

/**
 * Mouse and touch on the timeline. A press places the playhead; a drag on the ruler moves it. Elsewhere a drag of the
 * mouse marks an interval, one of a finger scrolls, two fingers zoom; the wheel scrolls sideways, with Ctrl it zooms.
 */
export function gesturesOn(area: HTMLElement, store: EditorStore): () => void {
  const { frames } = store.pictures;
  const presses = new Map<number, Press>();
  const width = (): number => Math.max(1, area.clientWidth);
  const placeAt = (x: number): number => (x - area.getBoundingClientRect().left) / width();
  const frameAt = (x: number): number => Math.max(0, Math.min(frames, frameAtPlace(store.view.value, placeAt(x))));
  const seek = (x: number): void => {
    store.speed.value = 0;
    store.goTo(Math.min(frames - 1, frameAt(x)));
  };

  const down = (event: PointerEvent): void => {
    if (event.button !== 0 || (event.target instanceof Element && event.target.closest('button, .border'))) return;
    const isRuler = event.target instanceof Element && event.target.closest('.ruler') !== null;
    const press = {
      x: event.clientX,
      startX: event.clientX,
      frame: frameAt(event.clientX),
      isTouch: event.pointerType === 'touch',
      isRuler,
      isDrag: false,
    };
    presses.set(event.pointerId, press);
    area.setPointerCapture(event.pointerId);
    if (isRuler) seek(event.clientX);
  };

  const move = (event: PointerEvent): void => {
    const press = presses.get(event.pointerId);
    if (!press) return;
    const byPx = event.clientX - press.x;
    if (presses.size === 2) pinch(press, event.clientX);
    press.x = event.clientX;
    press.isDrag ||= Math.abs(press.x - press.startX) >= DRAG_PX;
    if (!press.isDrag || presses.size > 1) return;
    if (press.isRuler) seek(press.x);
    else if (press.isTouch) store.view.value = moved(store.view.value, frames, -byPx / width());
    else {
      const at = frameAt(press.x);
      store.marks.value = { from: Math.min(press.frame, at), to: Math.max(press.frame, at) };
    }
  };

  const pinch = (press: Press, x: number): void => {
    const other = [...presses.values()].find((one) => one !== press);
    if (!other) return;
    const [before, after] = [Math.abs(press.x - other.x), Math.abs(x - other.x)];
    press.isDrag = other.isDrag = true;
    if (before < DRAG_PX || after < DRAG_PX) return;
    store.view.value = zoomed(store.view.value, frames, after / before, frameAt((x + other.x) / 2));
  };

  const up = (event: PointerEvent): void => {
    const press = presses.get(event.pointerId);
    presses.delete(event.pointerId);
    if (press && !press.isDrag && !press.isRuler && event.type === 'pointerup') seek(event.clientX);
  };

  const wheel = (event: WheelEvent): void => {
    const { view } = store;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      view.value = zoomed(view.value, frames, WHEEL_ZOOM ** -event.deltaY, frameAt(event.clientX));
      return;
    }
    const by = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
    if (Math.abs(by) < 1) return;
    event.preventDefault();
    view.value = moved(view.value, frames, by / width());
  };

  area.addEventListener('pointerdown', down);
  area.addEventListener('pointermove', move);
  area.addEventListener('pointerup', up);
  area.addEventListener('pointercancel', up);
  area.addEventListener('wheel', wheel, { passive: false });
  return () => {
    area.removeEventListener('pointerdown', down);
    area.removeEventListener('pointermove', move);
    area.removeEventListener('pointerup', up);
    area.removeEventListener('pointercancel', up);
    area.removeEventListener('wheel', wheel);
  };
}
