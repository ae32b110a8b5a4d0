import type { Wanted } from '#agent/device/state.ts';
import type { Size } from '#lib/media/geometry.ts';
import type { Channel } from '#lib/media/layout.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import { openChannelView, type ChannelFrame, type ChannelView } from './channel-view.ts';
import { openCompositor, type Compositor, type Shown, type SceneDrawing } from './compositor.ts';
import { sampleOf, startFrameClock, ticksOf, type FrameClock, type FrameTick } from './frame-clock.ts';
import type { Picture } from './i420.ts';
import type { InputFrame } from '../inputs/input.ts';
import type { InputSelector } from '../inputs/input-selector.ts';
import { neededWidth, type FittedWidth } from './fitted-width.ts';
import type { SceneWindow } from './scene.ts';
import type { PictureMemory } from './picture-memory.ts';
import { openPicturePool, type PicturePool } from './picture-pool.ts';
import { openSoundMixer, type SoundMixer } from '../sound/sound-mixer.ts';

/** A composed frame with its sound, for the encoders. */
export interface ComposedFrame {
  frame: number;
  key: boolean;
  picture: Picture;
  /** The picture of each channel in the frame; valid until the caller waits for something. */
  shown: Record<Channel, Shown>;
  /** What was drawn besides them. */
  drawing: SceneDrawing;
  /** Wall clock of the frame, as the box's time code has it. */
  atMs: number;
  bytes: Buffer;
  sound: Buffer;
  done: () => void;
}

/** What a canvas needs. */
export interface CanvasSettings {
  size: Size;
  fps: number;
  memory: PictureMemory;
  clock: Clock;
  /** Monotonic time of frame 0: all canvases of one box count from the same moment. */
  epochMs: number;
  /** Wall clock at frame 0, for the box's time code. */
  epochWallMs: number;
  selectors: Record<Channel, InputSelector>;
  slates: Record<Channel, Picture>;
  /** Widths of the channels' inputs, which follow what the frames show. */
  widths: Record<Channel, FittedWidth>;
  wanted: () => Wanted;
  drawingAt: (wallMs: number) => SceneDrawing;
  onFrame: (frame: ComposedFrame) => void;
  onTrouble: (error: unknown) => void;
}

/** Draws a frame at each tick of its clock, whatever the inputs do. */
export interface Canvas {
  /** Makes the next frame a key picture; gives its time stamp. */
  markKey(): number;
  /** The number of the next frame, and its time stamp. */
  next(): { frame: number; ptsTicks: number };
  mixer: SoundMixer;
  compositor: Compositor;
  seen(): CanvasSeen;
  /** The picture of the last frame; valid until the caller waits for something. */
  last(): Picture | undefined;
  /** The picture that a channel showed last. */
  shown(channel: Channel): Picture;
  close(): void;
}

/** Counts of frames. */
export interface CanvasSeen {
  composed: number;
  /** Frames drawn more than half a frame after they were due. */
  late: number;
  /** Frames left out because the box stood still, or no encoder took pictures. */
  dropped: number;
}

/** Pictures that may be on their way to encoders at the same time; beyond them frames are left out. */
const POOL = 28;

/** Starts a canvas. */
export function startCanvas(settings: CanvasSettings): Canvas {
  return new ClockedCanvas(settings);
}

class ClockedCanvas implements Canvas {
  readonly mixer = openSoundMixer();
  readonly compositor: Compositor;
  readonly #settings: CanvasSettings;
  readonly #pool: PicturePool;
  readonly #views: Record<Channel, ChannelView>;
  readonly #clock: FrameClock;
  readonly #firstFrame: number;
  #keyWanted = true;
  #next: number;
  #last: Picture | undefined;
  #shown: Partial<Record<Channel, Picture>> = {};
  /**
   * Sound of this frame and of frames left out before it: sound has no time stamps, so no part of it may be missing.
   */
  #sounds: Buffer[] = [];
  #composed = 0;
  #late = 0;
  #dropped = 0;

  constructor(settings: CanvasSettings) {
    const { memory, size, fps, clock, epochMs } = settings;
    this.#settings = settings;
    this.compositor = openCompositor(memory);
    this.#pool = openPicturePool(memory, size, POOL);
    this.#views = { A: openChannelView(memory, size), B: openChannelView(memory, size) };
    this.#firstFrame = Math.ceil(((clock.monotonicMs() - epochMs) * fps) / 1000);
    this.#next = this.#firstFrame;
    this.#clock = startFrameClock(clock, fps, epochMs, this.#firstFrame, (tick) => this.#onTick(tick));
  }

  markKey(): number {
    this.#keyWanted = true;
    return this.next().ptsTicks;
  }

  next(): { frame: number; ptsTicks: number } {
    return { frame: this.#next, ptsTicks: ticksOf(this.#next, this.#settings.fps) };
  }

  seen(): CanvasSeen {
    return { composed: this.#composed, late: this.#late, dropped: this.#dropped };
  }

  last(): Picture | undefined {
    return this.#last;
  }

  shown(channel: Channel): Picture {
    return this.#shown[channel] ?? this.#settings.slates[channel];
  }

  close(): void {
    this.#clock.close();
    for (const view of Object.values(this.#views)) view.close();
    // Encoders still read from these pictures, so their memory is freed later.
    setTimeout(() => this.#pool.close(), 5000).unref();
  }

  #onTick({ frame, dueMs, skipped }: FrameTick): void {
    this.#next = frame + 1;
    this.#dropped += skipped;
    const { clock, fps, onTrouble } = this.#settings;
    if (clock.monotonicMs() - dueMs > 500 / fps) this.#late++;
    try {
      this.#draw(frame, dueMs, skipped);
    } catch (error) {
      // A bug in one frame must not end the clock.
      this.#dropped++;
      onTrouble(error);
    }
  }

  #draw(frame: number, dueMs: number, skipped: number): void {
    const { fps, epochWallMs, wanted, onFrame } = this.#settings;
    const { noSignal, audio } = wanted();
    const frames = {
      A: this.#channelFrame('A', dueMs, noSignal.holdMs),
      B: this.#channelFrame('B', dueMs, noSignal.holdMs),
    };
    const samples = sampleOf(frame + 1, fps) - sampleOf(frame - skipped, fps);
    this.#sounds.push(this.mixer.mix(audio, { ...liveOf('A', frames.A), ...liveOf('B', frames.B) }, samples));
    const picture = this.#pool.take();
    if (!picture) return void this.#dropped++;
    const sound = this.#sounds.length === 1 ? this.#sounds[0]! : Buffer.concat(this.#sounds);
    this.#sounds = [];
    const atMs = epochWallMs + (frame * 1000) / fps;
    const shown = { A: this.#shownIn('A', frames.A), B: this.#shownIn('B', frames.B) };
    const drawing = this.#settings.drawingAt(this.#settings.clock.nowMs());
    this.compositor.compose(drawing, shown, atMs, picture);
    this.#fit('A', drawing.windows, shown.A);
    this.#fit('B', drawing.windows, shown.B);
    this.#composed++;
    this.#last = picture;
    const { gopFrames } = wanted().encoders.archive;
    const key = this.#keyWanted || frame % gopFrames === 0;
    this.#keyWanted = false;
    onFrame({ frame, key, picture, shown, drawing, atMs, sound, ...this.#pool.send(picture) });
  }

  /** Asks the channel's input for frames of the size that this frame would need. */
  #fit(channel: Channel, windows: readonly SceneWindow[], shown: Shown): void {
    const { widths, selectors, size, clock } = this.#settings;
    widths[channel].shown(neededWidth(size, windows, channel, shown), clock.monotonicMs());
    selectors[channel].wanted()?.fit(widths[channel].widthPx);
  }

  #channelFrame(channel: Channel, nowMs: number, holdMs: number): ChannelFrame {
    const selector = this.#settings.selectors[channel];
    return this.#views[channel].next(selector.wanted(), selector.before(), nowMs, holdMs);
  }

  #shownIn(channel: Channel, seen: ChannelFrame): Shown {
    const { wanted, selectors, slates } = this.#settings;
    const slate = slates[channel];
    const { inputs, routing } = wanted();
    const { crop, aspect, picture: controls } = inputs[selectors[channel].number() ?? routing[channel]];
    if (seen.kind === 'slate') {
      this.#shown[channel] = slate;
      return { picture: slate, native: slate, aspect: 'follow', crop: NO_CROP, controls: NEUTRAL };
    }
    const { picture, native } = seen.kind === 'live' ? seen.frame : seen;
    this.#shown[channel] = picture;
    return { picture, native, aspect, crop, controls, isLive: seen.kind === 'live' };
  }
}

const NO_CROP = { left: 0, top: 0, right: 0, bottom: 0 };
const NEUTRAL = { brightness: 64, contrast: 64, colour: 64, tint: 64 };

const liveOf = (channel: Channel, seen: ChannelFrame): Partial<Record<Channel, InputFrame>> =>
  seen.kind === 'live' ? { [channel]: seen.frame } : {};
