import type { Overlay } from '#lib/media/layout.ts';
import type { Size } from '#lib/media/geometry.ts';
import type { Renderer } from '#overlays/render.ts';
import type { OverlayPlanes } from './pictures/overlay-planes.ts';
import type { PictureMemory } from './pictures/picture-memory.ts';
import { overlayScene } from './pictures/scene.ts';
import { openSceneRenderer, type SceneValues } from './pictures/scene-renderer.ts';
import { openSceneSwitcher, type SceneSwitcher } from './pictures/scene-switcher.ts';

/** Overlays over a channel that is encoded alone. Without overlays nothing is drawn, and a frame costs nothing. */
export interface ChannelOverlays {
  /** Shows these overlays over a picture of this size as soon as they are drawn; time codes among them are left out. */
  show(overlays: readonly Overlay[], sizePx: Size, values: SceneValues): void;
  /** The overlays of a frame at this wall clock time. */
  at(wallMs: number): readonly OverlayPlanes[];
}

/** What drawing the overlays of a channel needs. */
export interface ChannelOverlaysSettings {
  memory: PictureMemory;
  renderer: Renderer;
  nowMs: () => number;
  /** Called with an error, or undefined when this can be drawn again or is no longer wanted. */
  onTrouble: (about: string, error: unknown) => void;
}

/** Opens the overlays of a channel, with none shown. */
export function openChannelOverlays(settings: ChannelOverlaysSettings): ChannelOverlays {
  let switcher: SceneSwitcher | undefined;
  return {
    show(overlays, sizePx, values) {
      const drawn = overlays.filter(({ kind }) => kind !== 'timecode');
      if (!switcher && drawn.length === 0) return;
      switcher ??= openSceneSwitcher(openSceneRenderer(settings), settings.nowMs);
      switcher.show(overlayScene(drawn, sizePx), values);
    },
    at: (wallMs) => switcher?.drawingAt(wallMs).overlays ?? NONE,
  };
}

const NONE: readonly OverlayPlanes[] = [];
