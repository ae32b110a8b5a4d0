import type { EncoderWanted, Wanted } from '#agent/device/state.ts';
import type { Channel } from '#lib/media/layout.ts';
import type { RawFrame } from '../encoders/encoder-instance.ts';
import type { ComposedFrame } from './canvas.ts';
import type { ChannelOverlays } from '../channel-overlays.ts';
import type { Compositor, SceneDrawing } from './compositor.ts';
import { ticksOf } from './frame-clock.ts';
import type { PictureMemory } from './picture-memory.ts';
import { openPicturePool } from './picture-pool.ts';
import { sceneOf } from './scene.ts';

/** A channel alone, as large as its stream: what dual mode encodes. It is drawn at the ticks of the one frame clock. */
export interface FullChannel {
  /** The channel at this frame; undefined if its rate has no frame here, or as many as may be wait for its encoder. */
  draw(composed: ComposedFrame): RawFrame | undefined;
  /** Makes its next frame a key picture; gives its time stamp. `programFrame`: the next one of the clock. */
  markKey(programFrame: number): number;
  /** Frames that were left out because its encoder took no pictures. */
  readonly dropped: number;
  /** Frees its pictures: its encoder reads none any more. */
  close(): void;
}

/** What a channel that is encoded alone needs. */
export interface FullChannelSettings {
  channel: Channel;
  memory: PictureMemory;
  compositor: Compositor;
  /** The overlays over the channel. */
  overlays: Pick<ChannelOverlays, 'at'>;
  nowMs: () => number;
  /** Size and rate of its stream; the rate is at most the programme's. */
  encoder: Pick<EncoderWanted, 'widthPx' | 'heightPx' | 'fps'>;
  programFps: number;
  /** Whether its frame of this number, which is drawn at a frame of the programme, is a key picture. */
  isKey: (frame: number, composed: ComposedFrame) => boolean;
  wanted: () => Wanted;
}

/** Pictures that may wait for its encoder; beyond them frames are left out. */
const POOL = 28;

/** Opens the drawing of a channel. */
export function openFullChannel(settings: FullChannelSettings): FullChannel {
  return new DrawnFullChannel(settings);
}

class DrawnFullChannel implements FullChannel {
  readonly #settings: FullChannelSettings;
  readonly #pool;
  #last = -1;
  #keyWanted = false;
  /** Sound since the last frame that was fed: it has no time stamps, so no part of it may be missing. */
  #sounds: Buffer[] = [];
  dropped = 0;

  constructor(settings: FullChannelSettings) {
    const { widthPx, heightPx } = settings.encoder;
    this.#settings = settings;
    this.#pool = openPicturePool(settings.memory, { widthPx, heightPx }, POOL);
  }

  draw(composed: ComposedFrame): RawFrame | undefined {
    const { compositor, isKey, wanted } = this.#settings;
    this.#sounds.push(composed.sound);
    const frame = this.#frameAt(composed.frame);
    if (frame === this.#last) return undefined;
    this.#last = frame;
    this.#keyWanted ||= isKey(frame, composed);
    const target = this.#pool.take();
    if (!target) return void this.dropped++;
    // A test pattern is in the place of all inputs.
    if (wanted().sis.pattern !== 'off') compositor.resize(composed.picture, target);
    else compositor.compose(this.#drawing(), composed.shown, composed.atMs, target);
    const sound = this.#sounds.length === 1 ? this.#sounds[0]! : Buffer.concat(this.#sounds);
    const key = this.#keyWanted;
    this.#sounds = [];
    this.#keyWanted = false;
    const { bytes, done } = this.#pool.send(target);
    return { frame, key, picture: bytes, sound, done };
  }

  markKey(programFrame: number): number {
    this.#keyWanted = true;
    const next = Math.max(this.#frameAt(programFrame), this.#last + 1);
    return ticksOf(next, this.#settings.encoder.fps);
  }

  close(): void {
    this.#pool.close();
  }

  #frameAt(programFrame: number): number {
    const { encoder, programFps } = this.#settings;
    return Math.floor((programFrame * encoder.fps) / programFps + 1e-6);
  }

  /**
   * The channel over the whole picture, with overlays of its own. Of the layout only time codes are drawn: titles and
   * logos belong to its windows.
   */
  #drawing(): SceneDrawing {
    const { channel, encoder, nowMs, overlays: own, wanted } = this.#settings;
    const { overlays } = sceneOf(wanted(), encoder);
    return {
      windows: [
        {
          channel,
          rect: { x: 0, y: 0, width: encoder.widthPx, height: encoder.heightPx },
          z: 0,
          muted: wanted().muted[channel],
        },
      ],
      background: undefined,
      overlays: own.at(nowMs()),
      timecodes: overlays.filter(({ overlay }) => overlay.kind === 'timecode').map(({ rect }) => rect),
    };
  }
}
