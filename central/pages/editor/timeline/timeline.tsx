import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Button } from '@amphi/lib/pages/button.tsx';
import { useEditor } from '../editor-context.ts';
import { markedRange } from '../editor-store.ts';
import { texts } from '../editor-texts.ts';
import { clockTime, timeCode } from '../model/frames.ts';
import { placeOf } from '../model/zoom.ts';
import { Borders } from './borders.tsx';
import { gesturesOn } from './gestures.ts';
import { Hover } from './hover.tsx';
import { Marks } from './marks.tsx';
import { Overview } from './overview.tsx';
import { Pieces } from './pieces.tsx';
import { Ruler } from './ruler.tsx';
import { Thumbnails } from './thumbnails.tsx';
import { Waveform } from './waveform.tsx';

/** The timeline: one picture of the whole recording, or of a part of it, with all that is known of it. */
export function Timeline() {
  const { store } = useEditor();
  const area = useRef<HTMLDivElement>(null);
  const width = useSignal(0);
  const hover = useSignal<number | undefined>(undefined);
  useEffect(() => {
    const { current } = area;
    if (!current) return undefined;
    const observer = new ResizeObserver(() => void (width.value = current.clientWidth));
    observer.observe(current);
    const stop = gesturesOn(current, store);
    return () => {
      observer.disconnect();
      stop();
    };
  }, []);
  return (
    <section class="timeline" id="timeline" tabIndex={-1} aria-label={texts.timeline}>
      <Tools />
      <div class="strip">
        <Hover at={hover} width={width.value} />
        <div
          class="area"
          ref={area}
          onPointerMove={(event) => {
            if (event.pointerType !== 'touch')
              hover.value = event.clientX - event.currentTarget.getBoundingClientRect().left;
          }}
          onPointerLeave={() => void (hover.value = undefined)}
        >
          <Ruler width={width.value} />
          <Thumbnails width={width.value} />
          <div class="sound">
            <Waveform width={width.value} />
            <Pieces />
          </div>
          <Marks />
          <Borders />
          <Playhead />
        </div>
      </div>
      <Overview />
    </section>
  );
}

function Tools() {
  const { store, run } = useEditor();
  const { frames, rate } = store.pictures;
  const range = markedRange(store.marks.value, frames);
  const isDeleted = store.document.value.segments[store.selected.value]?.deleted ?? false;
  const cutWords = range ? texts.cutMarked : isDeleted ? texts.keepAgain : texts.cutAway;
  return (
    <div class="tools">
      <div class="choices">
        <Button onPress={() => run('mark in')} title={`${texts.markIn} (I)`}>
          {texts.markIn}
        </Button>
        <Button onPress={() => run('mark out')} title={`${texts.markOut} (O)`}>
          {texts.markOut}
        </Button>
        <Button kind="main" onPress={() => run('cut away')} title={`${cutWords} (X)`}>
          {cutWords}
        </Button>
        <Button onPress={() => run('split')} title={`${texts.split} (S)`}>
          {texts.split}
        </Button>
        {range && (
          <Button kind="quiet" onPress={() => run('no marks')}>
            {texts.noMarks}
          </Button>
        )}
      </div>
      <p class="soft" role="status">
        {range ? texts.marked(timeCode(range.from, rate), timeCode(range.to, rate)) : ''}
      </p>
      <div class="choices zoom">
        <Button onPress={() => run('zoom out')} label={texts.zoomOut} title={texts.zoomOut}>
          −
        </Button>
        <Button onPress={() => run('zoom in')} label={texts.zoomIn} title={texts.zoomIn}>
          +
        </Button>
        <Button onPress={() => run('zoom whole')}>{texts.zoomWhole}</Button>
      </div>
    </div>
  );
}

function Playhead() {
  const { store } = useEditor();
  const { rate, frames } = store.pictures;
  const at = store.playhead.value;
  const place = placeOf(store.view.value, at);
  // The keys of the page move it; the slider tells where it is.
  return (
    <div
      class="playhead"
      role="slider"
      tabIndex={0}
      aria-label={texts.playhead}
      aria-valuemin={0}
      aria-valuemax={frames - 1}
      aria-valuenow={at}
      aria-valuetext={clockTime(at, rate)}
      hidden={place < 0 || place > 1}
      style={{ left: `${place * 100}%` }}
    />
  );
}
