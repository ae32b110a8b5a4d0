import type { SceneDrawing } from './compositor.ts';
import type { Scene } from './scene.ts';
import { isLive, type SceneRenderer, type SceneValues } from './scene-renderer.ts';

/** Has the right drawing ready for each frame. A change appears as a whole, at one frame, when all of it is drawn. */
export interface SceneSwitcher {
  /** Shows another scene as soon as it is drawn. Of several within one frame, the last is shown. */
  show(scene: Scene, values: SceneValues): void;
  /** The drawing for a frame at this wall clock time. */
  drawingAt(wallMs: number): SceneDrawing;
}

const EMPTY: SceneDrawing = { windows: [], background: undefined, overlays: [], timecodes: [] };

/** A drawing with windows and time codes alone, which need no renderer. */
const bareDrawing = ({ name, windows, overlays }: Scene): SceneDrawing => ({
  ...EMPTY,
  name,
  windows,
  timecodes: overlays.filter(({ overlay }) => overlay.kind === 'timecode').map(({ rect }) => rect),
});

/** Opens the switcher of one programme. */
export function openSceneSwitcher(sceneRenderer: SceneRenderer, nowMs: () => number): SceneSwitcher {
  return new ReadySceneSwitcher(sceneRenderer, nowMs);
}

class ReadySceneSwitcher implements SceneSwitcher {
  readonly #sceneRenderer: SceneRenderer;
  readonly #nowMs: () => number;
  #asked: { scene: Scene; values: SceneValues } | undefined;
  #drawing: SceneDrawing = EMPTY;
  #second = 0;
  /** The same scene one second later, for clocks. */
  #next: { drawing: SceneDrawing; second: number } | undefined;
  #building = false;
  #changed = false;
  /** Whether a frame was made since the last drawing; further drawings before it would not be seen. */
  #isDue = true;

  constructor(sceneRenderer: SceneRenderer, nowMs: () => number) {
    this.#sceneRenderer = sceneRenderer;
    this.#nowMs = nowMs;
  }

  show(scene: Scene, values: SceneValues): void {
    this.#asked = { scene, values };
    // The first pictures of a box that goes on with a recording must not be black.
    if (this.#drawing === EMPTY) this.#drawing = bareDrawing(scene);
    this.#changed = true;
    void this.#work();
  }

  drawingAt(wallMs: number): SceneDrawing {
    const second = Math.floor(wallMs / 1000);
    this.#isDue = true;
    if (second === this.#second) {
      if (this.#changed) void this.#work();
      return this.#drawing;
    }
    if (this.#next?.second === second) this.#set(this.#next.drawing, second);
    else if (this.#asked && isLive(this.#asked.scene)) this.#changed = true;
    else this.#second = second;
    void this.#work();
    return this.#drawing;
  }

  /** Builds drawings one after the other: first the one that was asked for, then the one of the next second. */
  async #work(): Promise<void> {
    if (this.#building) return;
    this.#building = true;
    try {
      while (await this.#buildOne());
    } finally {
      this.#building = false;
    }
    // Drawings are forgotten only between builds, since a new overlay belongs to no drawing yet.
    this.#sceneRenderer.keep(this.#next ? [this.#drawing, this.#next.drawing] : [this.#drawing]);
  }

  async #buildOne(): Promise<boolean> {
    const asked = this.#asked;
    if (!asked) return false;
    if (this.#changed && !this.#isDue) return false;
    if (this.#changed) {
      this.#changed = false;
      this.#isDue = false;
      const atMs = this.#nowMs();
      this.#set(await this.#sceneRenderer.build(asked.scene, asked.values, atMs), Math.floor(atMs / 1000));
      return true;
    }
    const second = this.#second + 1;
    if (!isLive(asked.scene) || this.#next?.second === second) return false;
    const drawing = await this.#sceneRenderer.build(asked.scene, asked.values, second * 1000);
    if (!this.#changed && this.#asked === asked) this.#next = { drawing, second };
    return true;
  }

  #set(drawing: SceneDrawing, second: number): void {
    this.#drawing = drawing;
    this.#second = second;
    this.#next = undefined;
  }
}
