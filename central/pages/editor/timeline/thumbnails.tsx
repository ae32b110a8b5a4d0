import { useEffect, useMemo } from 'preact/hooks';
import { useEditor } from '../editor-context.ts';
import { frameAtPlace, placeOf } from '../model/zoom.ts';
import { openPictures } from './film-pictures.ts';
import { Tile } from './tile.tsx';

/** Height of a small picture in pixels. */
const TALL_PX = 54;

/** Small pictures of the first film along the timeline: those that a workflow made, and closer ones as far as they are there. */
export function Thumbnails({ width }: { width: number }) {
  const { store } = useEditor();
  const { sprite } = store.shown;
  const { frames } = store.pictures;
  const source = store.shown.sources.find(({ hasVideo }) => hasVideo);
  const pictures = useMemo(() => source && openPictures(source.url, store.pictures.rate), []);
  const wide = Math.max(40, (TALL_PX * (source?.widthPx ?? 16)) / (source?.heightPx ?? 9));
  const view = store.view.value;
  const count = Math.ceil(width / wide);
  // Places are counted from the beginning of the recording: scrolling needs few new pictures.
  const step = Math.max(1, ((view.to - view.from) * wide) / Math.max(1, width));
  const first = Math.floor(view.from / step);
  const wanted = Array.from({ length: count + 1 }, (_none, n) => Math.round((first + n) * step)).filter(
    (frame) => frame < frames,
  );
  // Where the pictures that are there already are close enough, the film is not asked.
  const isCloser = !sprite || step < frames / sprite.count / 2;
  useEffect(
    () => pictures?.want(isCloser ? wanted.map((frame) => middle(frame, step, frames)) : []),
    [wanted.join(), width, isCloser],
  );
  useEffect(() => () => pictures?.close(), []);
  if (!pictures || width === 0) return null;
  void pictures.count.value;
  return (
    <div class="thumbnails" aria-hidden="true" data-frames={frameAtPlace(view, 1)}>
      {wanted.map((frame) => {
        const shown = middle(frame, step, frames);
        const picture = pictures.at(shown);
        const left = `${placeOf(view, frame) * 100}%`;
        if (picture) return <img key={frame} src={picture} alt="" style={{ left, width: `${wide}px` }} />;
        return (
          sprite && <Tile key={frame} sprite={sprite} frame={shown} frames={frames} tallPx={TALL_PX} left={left} />
        );
      })}
    </div>
  );
}

const middle = (frame: number, step: number, frames: number): number =>
  Math.min(frames - 1, Math.round(frame + step / 2));
