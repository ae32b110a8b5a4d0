import { useEffect, useMemo } from 'preact/hooks';
import { useEditor } from '../editor-context.ts';
import { frameAtPlace, placeOf } from '../model/zoom.ts';
import { openPictures } from './film-pictures.ts';

/** Height of a small picture in pixels. */
const TALL_PX = 54;

/** Small pictures of the first film along the timeline, as far as they are there. */
export function Thumbnails({ width }: { width: number }) {
  const { store } = useEditor();
  const source = store.shown.sources.find(({ hasVideo }) => hasVideo);
  const pictures = useMemo(() => source && openPictures(source.url, store.pictures.rate), []);
  const wide = Math.max(40, (TALL_PX * (source?.widthPx ?? 16)) / (source?.heightPx ?? 9));
  const view = store.view.value;
  const count = Math.ceil(width / wide);
  // Places are counted from the beginning of the recording: scrolling needs few new pictures.
  const step = Math.max(1, ((view.to - view.from) * wide) / Math.max(1, width));
  const first = Math.floor(view.from / step);
  const wanted = Array.from({ length: count + 1 }, (_none, n) => Math.round((first + n) * step)).filter(
    (frame) => frame < store.pictures.frames,
  );
  useEffect(
    () => pictures?.want(wanted.map((frame) => middle(frame, step, store.pictures.frames))),
    [wanted.join(), width],
  );
  useEffect(() => () => pictures?.close(), []);
  if (!pictures || width === 0) return null;
  void pictures.count.value;
  return (
    <div class="thumbnails" aria-hidden="true" data-frames={frameAtPlace(view, 1)}>
      {wanted.map((frame) => {
        const picture = pictures.at(middle(frame, step, store.pictures.frames));
        const left = `${placeOf(view, frame) * 100}%`;
        return picture && <img key={frame} src={picture} alt="" style={{ left, width: `${wide}px` }} />;
      })}
    </div>
  );
}

const middle = (frame: number, step: number, frames: number): number =>
  Math.min(frames - 1, Math.round(frame + step / 2));
