import { useEditor } from '../editor-context.ts';
import { clockTime, timeCode } from '../model/frames.ts';
import { placeOf, rulerMarks } from '../model/zoom.ts';

/** Room in pixels that the time of a mark needs. */
const MARK_PX = 96;

/** Times above the timeline; closer than a second with pictures. */
export function Ruler({ width }: { width: number }) {
  const { store } = useEditor();
  const { rate, frames } = store.pictures;
  const view = store.view.value;
  const marks = rulerMarks(view, rate, Math.max(2, width / MARK_PX)).filter((frame) => frame < frames);
  const isClose = (marks[1] ?? Infinity) - (marks[0] ?? 0) < rate;
  return (
    <div class="ruler" aria-hidden="true">
      {marks.map((frame) => (
        <span key={frame} style={{ left: `${placeOf(view, frame) * 100}%` }}>
          {isClose ? timeCode(frame, rate) : clockTime(frame, rate)}
        </span>
      ))}
    </div>
  );
}
