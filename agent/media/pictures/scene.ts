import type { Wanted } from '#agent/device/state.ts';
import type { Rect, Size } from '#lib/media/geometry.ts';
import type { Channel, Overlay } from '#lib/media/layout.ts';
import { pixelRect } from '#overlays/draw.ts';

/** The parts of a frame besides the moving pictures, in pixels of the canvas, with even edges. */
export interface Scene {
  /** Name of the layout. */
  name?: string;
  sizePx: Size;
  /** The background; absent in a scene of overlays alone. */
  background?: { colour: string; image?: string };
  windows: SceneWindow[];
  overlays: SceneOverlay[];
}

/** A window of a scene. */
export interface SceneWindow {
  /** The channel whose picture is shown, after a swap. */
  channel: Channel;
  rect: Rect;
  z: number;
  muted: boolean;
}

/** An overlay of a scene. */
export interface SceneOverlay {
  /** The overlay as the layout has it. */
  overlay: Overlay;
  rect: Rect;
  z: number;
}

const OTHER: Record<Channel, Channel> = { A: 'B', B: 'A' };

/** The scene for what is wanted, on a canvas of this size. */
export function sceneOf(wanted: Wanted, sizePx: Size): Scene {
  const { layout, swapped, muted } = wanted;
  return {
    name: layout.name,
    sizePx,
    background: layout.background,
    windows: layout.windows
      .map((window) => {
        const channel = swapped ? OTHER[window.channel] : window.channel;
        return { channel, rect: pixelsOf(window.rect, sizePx), z: window.z, muted: muted[channel] };
      })
      .toSorted((one, other) => one.z - other.z),
    overlays: placed(layout.overlays, sizePx),
  };
}

/** A scene of overlays alone, to be drawn over a picture of this size. */
export const overlayScene = (overlays: readonly Overlay[], sizePx: Size): Scene => ({
  sizePx,
  windows: [],
  overlays: placed(overlays, sizePx),
});

const placed = (overlays: readonly Overlay[], sizePx: Size): SceneOverlay[] =>
  overlays
    .map((overlay) => ({ overlay, rect: pixelsOf(overlay.rect, sizePx), z: overlay.z }))
    .toSorted((one, other) => one.z - other.z);

function pixelsOf(parts: Rect, canvas: Size): Rect {
  const { xPx: x, yPx: y, widthPx: width, heightPx: height } = pixelRect(parts, canvas);
  return { x, y, width, height };
}
