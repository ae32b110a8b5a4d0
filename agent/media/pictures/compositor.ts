import type { Picture as PictureControlValues } from '#agent/device/state.ts';
import type { Aspect, Rect, Size } from '#lib/media/geometry.ts';
import type { Channel } from '#lib/media/layout.ts';
import { drawTimecode } from '#lib/media/timecode.ts';
import { at, planesOf, type Picture } from './i420.ts';
import type { OverlayPlanes } from './overlay-planes.ts';
import { isNeutral, openPictureControls } from './picture-controls.ts';
import type { PictureMemory } from './picture-memory.ts';
import { openScaler } from './scaler.ts';
import type { SceneWindow } from './scene.ts';
import { fitWindow, type Crop } from './window-fit.ts';

/** A moving picture on its way into a window. */
export interface Shown {
  picture: Picture;
  native: Size;
  aspect: Aspect;
  crop: Crop;
  controls: PictureControlValues;
  /** Whether it is a picture of the source now, not its last one or a slate. */
  isLive?: boolean;
}

/** A scene whose overlays and background are pictures already. */
export interface SceneDrawing {
  /** Name of the layout. */
  name?: string | undefined;
  windows: readonly SceneWindow[];
  /** A whole canvas, or undefined for black. */
  background: Picture | undefined;
  overlays: readonly OverlayPlanes[];
  /** Places where the time code of the box is drawn. */
  timecodes: readonly Rect[];
}

/** Draws frames from scenes and moving pictures. */
export interface Compositor {
  /** Draws one frame into `target`. A channel that has nothing to show leaves its window black. */
  compose(drawing: SceneDrawing, shown: Partial<Record<Channel, Shown>>, atMs: number, target: Picture): void;
  /** Draws a whole picture smaller or larger into another. */
  resize(source: Picture, target: Picture): void;
}

const BLACK = [16, 128, 128] as const;
/** Source number 0 of a time code is the box itself. */
const BOX = 0;

/** Opens a compositor that draws into this memory. */
export function openCompositor(memory: PictureMemory): Compositor {
  const { kernels } = memory;
  const scale = openScaler(memory);
  const adjust = openPictureControls(memory);

  const fill = (target: Picture, rect: Rect): void =>
    planesOf(target).forEach((plane, index) =>
      kernels.fillPlane(
        at(plane, rect),
        plane.stride,
        rect.width >> plane.shift,
        rect.height >> plane.shift,
        BLACK[index]!,
      ),
    );

  const drawWindow = (target: Picture, window: SceneWindow, shown: Shown | undefined): void => {
    if (!shown || window.muted) return fill(target, window.rect);
    const { from, to } = fitWindow(window.rect, shown.picture, shown.native, shown.aspect, shown.crop);
    if (to.width < window.rect.width || to.height < window.rect.height) fill(target, window.rect);
    scale(shown.picture, from, target, to);
    if (!isNeutral(shown.controls)) adjust(target, to, shown.controls);
  };

  const blend = (target: Picture, { rect, colour, keep }: OverlayPlanes): void =>
    planesOf(target).forEach((plane, index) => {
      const width = rect.width >> plane.shift;
      kernels.blendPlane(
        colour[index]!,
        keep[index]!,
        width,
        at(plane, rect),
        plane.stride,
        width,
        rect.height >> plane.shift,
      );
    });

  const drawCode = (target: Picture, rect: Rect, ms: number): void => {
    const [y, u, v] = planesOf(target);
    const luma = memory.bytes.subarray(y.address, u.address);
    drawTimecode(luma, y.stride, target.widthPx, target.heightPx, rect, { source: BOX, ms });
    for (const plane of [u, v])
      kernels.fillPlane(at(plane, rect), plane.stride, rect.width / 2, rect.height / 2, BLACK[1]);
  };

  return {
    compose(drawing, shown, atMs, target) {
      const whole = { x: 0, y: 0, width: target.widthPx, height: target.heightPx };
      const covered = drawing.windows.some(({ rect }) => rect.width === whole.width && rect.height === whole.height);
      if (!covered && drawing.background) scale(drawing.background, whole, target, whole);
      else if (!covered) fill(target, whole);
      for (const window of drawing.windows) drawWindow(target, window, shown[window.channel]);
      for (const overlay of drawing.overlays) blend(target, overlay);
      for (const rect of drawing.timecodes) drawCode(target, rect, Math.max(0, Math.round(atMs)));
    },
    resize: (source, target) => scale(source, wholeOf(source), target, wholeOf(target)),
  };
}

const wholeOf = ({ widthPx, heightPx }: Size): Rect => ({ x: 0, y: 0, width: widthPx, height: heightPx });
