import { encodingOf, isDual, type RecordedStream } from '#agent/device/dual-mode.ts';
import type { Wanted } from '#agent/device/state.ts';
import type { Size } from '#lib/media/geometry.ts';
import type { Channel } from '#lib/media/layout.ts';
import { openLayoutNotes, type LayoutNotes, type ShownLayout } from '#lib/media/layout-notes.ts';
import type { SceneDrawing } from './pictures/compositor.ts';
import type { SceneWindow } from './pictures/scene.ts';

/** Notes where the channels are in each frame of the streams that can be recorded. */
export interface NotedLayouts {
  notes: Readonly<Record<RecordedStream, LayoutNotes>>;
  /** Takes the drawing of the frame with this time stamp; `size` is that of the composed frame. */
  drawn(ptsTicks: number, size: Size, drawing: Pick<SceneDrawing, 'name' | 'windows'>, wanted: Wanted): void;
}

/** Opens the notes. A frame whose layout is that of the frame before costs a comparison. */
export function openNotedLayouts(): NotedLayouts {
  const notes = { archive: openLayoutNotes(), 'archive-b': openLayoutNotes() };
  const noteWhole = (ptsTicks: number, stream: RecordedStream, channel: Channel, wanted: Wanted): void => {
    const { widthPx, heightPx } = encodingOf(wanted, stream);
    const shown = !wanted.muted[channel];
    notes[stream].saw(ptsTicks, `${widthPx}x${heightPx} ${shown}`, () =>
      wholeOf(channel, { widthPx, heightPx }, shown),
    );
  };
  return {
    notes,
    drawn(ptsTicks, { widthPx, heightPx }, { name, windows }, wanted) {
      // A test pattern is in the place of both channels in dual mode too.
      if (isDual(wanted) && wanted.sis.pattern === 'off') {
        noteWhole(ptsTicks, 'archive', 'A', wanted);
        return noteWhole(ptsTicks, 'archive-b', 'B', wanted);
      }
      const make = (): ShownLayout => ({ name, sizePx: { widthPx, heightPx }, windows: windows.map(shownOf) });
      notes.archive.saw(ptsTicks, windows, make);
      if (isDual(wanted)) notes['archive-b'].saw(ptsTicks, windows, make);
    },
  };
}

const shownOf = ({ channel, rect, muted }: SceneWindow): ShownLayout['windows'][number] => ({
  channel,
  rect,
  shown: !muted,
});

const wholeOf = (channel: Channel, sizePx: Size, shown: boolean): ShownLayout => ({
  sizePx,
  windows: [{ channel, rect: { x: 0, y: 0, width: sizePx.widthPx, height: sizePx.heightPx }, shown }],
});
