import { drawOverlay } from '#overlays/draw.ts';
import { changesEverySecond, fillTemplate, type TemplateValues } from '#overlays/template.ts';
import type { Renderer } from '#overlays/render.ts';
import type { Rect, Size } from '#lib/media/geometry.ts';
import type { Overlay } from '#lib/media/layout.ts';
import { bytesOf, type Picture } from './i420.ts';
import { drawOpaque, overlayPlanes, type OverlayPlanes } from './overlay-planes.ts';
import type { PictureMemory } from './picture-memory.ts';
import type { SceneDrawing } from './compositor.ts';
import type { Scene } from './scene.ts';

/** The values for templates; the drawing adds the time. */
export type SceneValues = Omit<TemplateValues, 'nowMs' | 'elapsedMs'> & {
  startedAtMs?: number;
  /** Changes whenever a file of the overlays folder does. */
  filesRevision?: number;
};

/** Makes drawings from scenes: all that does not move is drawn once, before it is shown. */
export interface SceneRenderer {
  /**
   * The drawing of a scene for the second of `atMs` (wall clock). An overlay that cannot be drawn is left out and
   * reported.
   */
  build(scene: Scene, values: SceneValues, atMs: number): Promise<SceneDrawing>;
  /** Forgets what none of these drawings shows, except for a few. */
  keep(drawings: readonly SceneDrawing[]): void;
}

/** What the drawing of scenes needs. */
export interface SceneRendererSettings {
  memory: PictureMemory;
  renderer: Renderer;
  /** Called with an error, or undefined when this can be drawn again or is no longer wanted. */
  onTrouble: (about: string, error: unknown) => void;
}

/** Whether a scene changes from one second to the next. */
export const isLive = ({ overlays }: Scene): boolean =>
  overlays.some(
    ({ overlay }) => overlay.kind === 'clock' || (overlay.kind === 'text' && changesEverySecond(overlay.template)),
  );

/** Opens a renderer of scenes in one picture memory. */
export function openSceneRenderer(all: SceneRendererSettings): SceneRenderer {
  const { memory, renderer } = all;
  const troubled = new Set<string>();
  const onTrouble = (about: string, error: unknown): void => {
    if (error !== undefined) troubled.add(about);
    else if (!troubled.delete(about)) return;
    all.onTrouble(about, error);
  };
  const settings = { ...all, onTrouble };
  const drawn = openStore<OverlayPlanes>(settings, SPARE.overlays, (planes) => planes.release());
  const grounds = openStore<Picture>(settings, SPARE.grounds, (picture) =>
    memory.release(picture.address, bytesOf(picture)),
  );

  const drawGround = async (background: NonNullable<Scene['background']>, sizePx: Size): Promise<Picture> => {
    const rgba = await renderer.renderBackground({ ...background, ...sizePx });
    const picture = { address: memory.allocate(bytesOf(sizePx)), ...sizePx };
    drawOpaque(memory, rgba, picture);
    return picture;
  };

  return {
    async build(scene, values, atMs) {
      const codes = scene.overlays.filter(({ overlay }) => overlay.kind === 'timecode');
      const pictures = scene.overlays.filter(({ overlay }) => overlay.kind !== 'timecode');
      const planes = pictures.map(({ overlay, rect }) =>
        drawn.get(keyOf(overlay, rect, values, atMs), aboutOf(overlay), async () => {
          const placed = await drawOverlay(renderer, overlay, scene.sizePx, valuesAt(values, atMs));
          return placed && overlayPlanes(memory, placed.image, placed.xPx, placed.yPx);
        }),
      );
      const asked = new Set([...pictures.map(({ overlay }) => aboutOf(overlay)), 'background']);
      for (const about of troubled) if (!asked.has(about)) onTrouble(about, undefined);
      const { background, sizePx } = scene;
      const ground =
        background &&
        grounds.get(JSON.stringify([background, sizePx, values.filesRevision]), 'background', () =>
          drawGround(background, sizePx),
        );
      return {
        name: scene.name,
        windows: scene.windows,
        background: await ground,
        overlays: (await Promise.all(planes)).filter((one) => one !== undefined),
        timecodes: codes.map(({ rect }) => rect),
      };
    },
    keep(drawings) {
      drawn.keep(new Set(drawings.flatMap(({ overlays }) => overlays)));
      grounds.keep(new Set(drawings.flatMap(({ background }) => background ?? [])));
    },
  };
}

/**
 * Drawings that are kept though they are not shown, since layouts are often changed back; older ones are freed.
 * Backgrounds are large, so one is kept.
 */
const SPARE = { overlays: 6, grounds: 1 };

/** Drawings that are made once and shared, until they were not shown for a while. */
interface Store<T> {
  get(key: string, about: string, make: () => Promise<T | undefined>): Promise<T | undefined>;
  keep(shown: ReadonlySet<T>): void;
}

function openStore<T>(
  { onTrouble }: Pick<SceneRendererSettings, 'onTrouble'>,
  spareCount: number,
  release: (thing: T) => void,
): Store<T> {
  const entries = new Map<string, { promise: Promise<T | undefined>; thing?: T; done: boolean }>();
  return {
    get(key, about, make) {
      const known = entries.get(key);
      if (known) {
        // The last entry of the map is the last one that was asked for.
        entries.delete(key);
        entries.set(key, known);
        return known.promise;
      }
      const entry: { promise: Promise<T | undefined>; thing?: T; done: boolean } = {
        done: false,
        promise: make().then(
          (thing) => {
            entry.done = true;
            if (thing) entry.thing = thing;
            onTrouble(about, undefined);
            return thing;
          },
          (error: unknown) => {
            // A drawing that failed is tried again at the next request.
            entry.done = true;
            onTrouble(about, error);
            return undefined;
          },
        ),
      };
      entries.set(key, entry);
      return entry.promise;
    },
    keep(shown) {
      const unshown = [...entries].filter(([, { done, thing }]) => done && !(thing && shown.has(thing)));
      const spare = unshown.filter(([, { thing }]) => thing).slice(-spareCount);
      for (const [key, { thing }] of unshown.filter((one) => !spare.includes(one))) {
        entries.delete(key);
        if (thing) release(thing);
      }
    },
  };
}

const aboutOf = ({ name }: Overlay): string => `overlay/${name}`;

/** The key of an overlay; equal keys have equal pictures. */
function keyOf(overlay: Overlay, rect: Rect, values: SceneValues, atMs: number): string {
  const second = Math.floor(atMs / 1000);
  if (overlay.kind === 'clock') return JSON.stringify([overlay, rect, values.timeZone, second]);
  if (overlay.kind !== 'text') return JSON.stringify([overlay, rect, values.filesRevision]);
  return JSON.stringify([overlay.style, rect, textOf(overlay.template, values, atMs)]);
}

const textOf = (template: string, values: SceneValues, atMs: number): string =>
  fillTemplate(template, valuesAt(values, atMs));

function valuesAt(values: SceneValues, atMs: number): TemplateValues & { nowMs: number } {
  const { startedAtMs } = values;
  const elapsed = startedAtMs === undefined ? {} : { elapsedMs: Math.max(0, atMs - startedAtMs) };
  return { ...values, nowMs: atMs, ...elapsed };
}
