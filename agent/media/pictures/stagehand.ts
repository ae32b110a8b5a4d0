import type { Stage } from './compositor.ts';
import type { Scene } from './scene.ts';
import { isLive, type Scenery, type SceneValues } from './scenery.ts';

/** Has the right stage ready for each frame. A change appears as a whole, at one frame, when all of it is drawn. */
export interface Stagehand {
  /** Shows another scene as soon as it is drawn. Of several within one frame, the last is shown. */
  show(scene: Scene, values: SceneValues): void;
  /** The stage for a frame at this wall clock time. */
  stageAt(wallMs: number): Stage;
}

const EMPTY: Stage = { windows: [], background: undefined, overlays: [], timecodes: [] };

/** A stage with windows and time codes alone, which need no drawing. */
const bareStage = ({ windows, overlays }: Scene): Stage => ({
  ...EMPTY,
  windows,
  timecodes: overlays.filter(({ overlay }) => overlay.kind === 'timecode').map(({ rect }) => rect),
});

/** Makes it, for one programme. */
export function openStagehand(scenery: Scenery, nowMs: () => number): Stagehand {
  return new ReadyStagehand(scenery, nowMs);
}

class ReadyStagehand implements Stagehand {
  readonly #scenery: Scenery;
  readonly #nowMs: () => number;
  #asked: { scene: Scene; values: SceneValues } | undefined;
  #stage: Stage = EMPTY;
  #second = 0;
  /** The same scene one second later, for clocks. */
  #next: { stage: Stage; second: number } | undefined;
  #building = false;
  #changed = false;
  /** Whether a frame was made since the last drawing; further drawings before it would not be seen. */
  #isDue = true;

  constructor(scenery: Scenery, nowMs: () => number) {
    this.#scenery = scenery;
    this.#nowMs = nowMs;
  }

  show(scene: Scene, values: SceneValues): void {
    this.#asked = { scene, values };
    // The first pictures of a box that goes on with a recording must not be black.
    if (this.#stage === EMPTY) this.#stage = bareStage(scene);
    this.#changed = true;
    void this.#work();
  }

  stageAt(wallMs: number): Stage {
    const second = Math.floor(wallMs / 1000);
    this.#isDue = true;
    if (second === this.#second) {
      if (this.#changed) void this.#work();
      return this.#stage;
    }
    if (this.#next?.second === second) this.#set(this.#next.stage, second);
    else if (this.#asked && isLive(this.#asked.scene)) this.#changed = true;
    else this.#second = second;
    void this.#work();
    return this.#stage;
  }

  /** Builds stages one after the other: first the one that was asked for, then the one of the next second. */
  async #work(): Promise<void> {
    if (this.#building) return;
    this.#building = true;
    try {
      while (await this.#buildOne());
    } finally {
      this.#building = false;
    }
    // This happens only between builds, since a new drawing belongs to no stage yet.
    this.#scenery.keep(this.#next ? [this.#stage, this.#next.stage] : [this.#stage]);
  }

  async #buildOne(): Promise<boolean> {
    const asked = this.#asked;
    if (!asked) return false;
    if (this.#changed && !this.#isDue) return false;
    if (this.#changed) {
      this.#changed = false;
      this.#isDue = false;
      const atMs = this.#nowMs();
      this.#set(await this.#scenery.build(asked.scene, asked.values, atMs), Math.floor(atMs / 1000));
      return true;
    }
    const second = this.#second + 1;
    if (!isLive(asked.scene) || this.#next?.second === second) return false;
    const stage = await this.#scenery.build(asked.scene, asked.values, second * 1000);
    if (!this.#changed && this.#asked === asked) this.#next = { stage, second };
    return true;
  }

  #set(stage: Stage, second: number): void {
    this.#stage = stage;
    this.#second = second;
    this.#next = undefined;
  }
}
