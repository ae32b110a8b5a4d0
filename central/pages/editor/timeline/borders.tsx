import { useRef } from 'preact/hooks';
import { useEditor } from '../editor-context.ts';
import { texts } from '../editor-texts.ts';
import { timeCode } from '../model/frames.ts';
import { movedBorder } from '../model/segments.ts';
import { frameAtPlace, placeOf } from '../model/zoom.ts';

/** Borders of segments, which can be dragged, or moved picture by picture with the arrows. */
export function Borders() {
  const { store } = useEditor();
  const { segments } = store.document.value;
  return <>{segments.map((one, n) => (n === 0 ? null : <Border key={n} index={n} at={one.from} />))}</>;
}

const STEPS: ReadonlyMap<string, number> = new Map([
  ['ArrowLeft', -1],
  ['ArrowRight', 1],
]);

function Border({ index, at }: { index: number; at: number }) {
  const { store } = useEditor();
  const isHeld = useRef(false);
  const { rate, frames } = store.pictures;
  const place = placeOf(store.view.value, at);
  const move = (frame: number, about: string): void => {
    store.change(({ segments }) => ({ segments: movedBorder(segments, index, frame) }), about);
    store.speed.value = 0;
    store.goTo(store.document.value.segments[index]?.from ?? frame);
  };
  if (place < 0 || place > 1) return null;
  return (
    <div
      class="border"
      role="slider"
      tabIndex={0}
      aria-label={texts.border(index)}
      aria-valuemin={0}
      aria-valuemax={frames}
      aria-valuenow={at}
      aria-valuetext={timeCode(at, rate)}
      style={{ left: `${place * 100}%` }}
      onPointerDown={(event) => {
        isHeld.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        const area = event.currentTarget.parentElement;
        if (!isHeld.current || !area) return;
        const box = area.getBoundingClientRect();
        move(frameAtPlace(store.view.value, (event.clientX - box.left) / Math.max(1, box.width)), `border ${index}`);
      }}
      onPointerUp={() => {
        isHeld.current = false;
        store.settle();
      }}
      onPointerCancel={() => void (isHeld.current = false)}
      onKeyDown={(event) => {
        const step = STEPS.get(event.key);
        if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        event.stopPropagation();
        move(at + step * (event.shiftKey ? Math.round(rate) : 1), `border ${index}`);
      }}
    />
  );
}
