import { useEditor } from '../editor-context.ts';
import { texts } from '../editor-texts.ts';
import { frameOfMs } from '../model/frames.ts';
import { stillKept, type Range } from '../model/segments.ts';
import { placeOf, type View } from '../model/zoom.ts';

/** Place of an interval in the view; undefined: it is outside. */
function placed(view: View, { from, to }: Range): { left: string; width: string } | undefined {
  const [start, end] = [Math.max(0, placeOf(view, from)), Math.min(1, placeOf(view, to))];
  return start < end ? { left: `${start * 100}%`, width: `${(end - start) * 100}%` } : undefined;
}

/** What is cut away, what is silent, slides and chapters, over the sound. The lists beside it say the same in words. */
export function Pieces() {
  const { store } = useEditor();
  const { rate } = store.pictures;
  const view = store.view.value;
  const { segments, chapters, cover } = store.document.value;
  const silent = stillKept(segments, store.silences ?? []);
  return (
    <div class="pieces" aria-hidden="true">
      {segments.map((one, n) => {
        const place = placed(view, one);
        return (
          place && (
            <div
              key={`${one.from}`}
              class="segment"
              data-deleted={one.deleted}
              data-selected={n === store.selected.value}
              style={place}
            />
          )
        );
      })}
      {silent.map((one) => {
        const place = placed(view, one);
        return place && <div key={`silence ${one.from}`} class="silence" style={place} />;
      })}
      {(store.shown.slides ?? []).map(({ start }) => (
        <Tick key={`slide ${start}`} kind="slide" frame={frameOfMs(start, rate)} />
      ))}
      {chapters.map(({ key, at, title }, n) => (
        <Tick key={`chapter ${key}`} kind="chapter" frame={at} text={title || `${n + 1}`} />
      ))}
      {cover !== null && <Tick kind="cover" frame={cover} text={texts.cover} />}
    </div>
  );
}

function Tick({ kind, frame, text }: { kind: string; frame: number; text?: string }) {
  const { store } = useEditor();
  const place = placeOf(store.view.value, frame);
  if (place < 0 || place > 1) return null;
  return (
    <div class={`tick-mark ${kind}`} style={{ left: `${place * 100}%` }}>
      {text && <span>{text}</span>}
    </div>
  );
}
