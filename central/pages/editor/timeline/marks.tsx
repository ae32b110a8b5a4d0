import { useEditor } from '../editor-context.ts';
import { markedRange } from '../editor-store.ts';
import { placeOf } from '../model/zoom.ts';

/** The marked interval; what is marked at one side only reaches to the end of the recording. */
export function Marks() {
  const { store } = useEditor();
  const range = markedRange(store.marks.value, store.pictures.frames);
  if (!range) return null;
  const view = store.view.value;
  const [start, end] = [Math.max(0, placeOf(view, range.from)), Math.min(1, placeOf(view, range.to))];
  if (start >= end) return null;
  return (
    <div class="marked" aria-hidden="true" style={{ left: `${start * 100}%`, width: `${(end - start) * 100}%` }} />
  );
}
