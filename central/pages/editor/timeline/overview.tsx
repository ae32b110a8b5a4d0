import { useRef } from 'preact/hooks';
import { useEditor } from '../editor-context.ts';
import type { View } from '../model/zoom.ts';
import { moved } from '../model/zoom.ts';

/** The whole recording as a bar, with the visible part, which can be dragged. The buttons and keys do the same. */
export function Overview() {
  const { store } = useEditor();
  const held = useRef<{ x: number; view: View } | undefined>(undefined);
  const { frames } = store.pictures;
  const { from, to } = store.view.value;
  const percent = (frame: number): string => `${(frame / frames) * 100}%`;
  return (
    <div class="overview" aria-hidden="true" data-whole={from <= 0 && to >= frames}>
      {store.document.value.segments
        .filter(({ deleted }) => deleted)
        .map((one) => (
          <i key={one.from} style={{ left: percent(one.from), width: percent(one.to - one.from) }} />
        ))}
      <div
        class="window"
        style={{ left: percent(from), width: percent(to - from) }}
        onPointerDown={(event) => {
          held.current = { x: event.clientX, view: store.view.value };
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={(event) => {
          const bar = event.currentTarget.parentElement;
          if (!held.current || !bar) return;
          const { x, view } = held.current;
          const byFrames = ((event.clientX - x) / Math.max(1, bar.clientWidth)) * frames;
          store.view.value = moved(view, frames, byFrames / (view.to - view.from));
        }}
        onPointerUp={() => void (held.current = undefined)}
        onPointerCancel={() => void (held.current = undefined)}
      />
      <b style={{ left: percent(store.playhead.value) }} />
    </div>
  );
}
