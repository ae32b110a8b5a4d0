import sharp from 'sharp';
import { isDual } from '#agent/device/dual-mode.ts';
import type { InputNumber, InputSeen, Wanted } from '#agent/device/state.ts';
import type { Size } from '#lib/media/geometry.ts';
import type { Channel } from '#lib/media/layout.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Renderer } from '#overlays/render.ts';
import { renderSlate } from '#overlays/slate.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { startCanvas, type Canvas, type ComposedFrame } from './canvas.ts';
import { neededWidth, openFittedWidth, type FittedWidth } from './fitted-width.ts';
import { bytesOf, planesOf, type Picture } from './i420.ts';
import { MOST_DELAY_MS } from '../inputs/input-argv.ts';
import { ringSlots, startInput } from '../inputs/input.ts';
import { openInputSelector, type InputSelector } from '../inputs/input-selector.ts';
import { drawOpaque } from './overlay-planes.ts';
import { openPictureMemory, type PictureMemory } from './picture-memory.ts';
import { sceneOf } from './scene.ts';
import { openSceneRenderer, type SceneValues } from './scene-renderer.ts';
import { openSceneSwitcher, type SceneSwitcher } from './scene-switcher.ts';

/** What the programme needs. */
export interface ProgramSettings {
  ffmpeg: string;
  size: Size;
  fps: number;
  renderer: Renderer;
  clock: Clock;
  log: Log;
  epochMs: number;
  epochWallMs: number;
  onFrame: (frame: ComposedFrame) => void;
  onInput: (number: InputNumber, seen: InputSeen) => void;
  /** Called with an error, or undefined when the trouble about this subject is over. */
  onTrouble: (about: string, error: unknown) => void;
}

/**
 * The composed picture and sound of one size and frame rate: inputs, drawing and canvas. Another size or rate needs
 * another programme.
 */
export interface Program {
  canvas: Canvas;
  memory: PictureMemory;
  update(wanted: Wanted, values: SceneValues): void;
  /** A JPEG of the last picture, or of what a channel shows. */
  snapshot(of: 'output' | Channel, widthPx: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** Time for which a picture of one channel waits for wider frames, and between looks for them. */
const WIDER_MS = 1000;
const WIDER_LOOK_MS = 30;

const CHANNELS: readonly Channel[] = ['A', 'B'];
const OFF: InputSeen = { status: 'off', sinceMs: 0, reconnects: 0 };

/** Starts the programme. */
export function startProgram(settings: ProgramSettings, first: Wanted): Program {
  return new RunningProgram(settings, first);
}

class RunningProgram implements Program {
  readonly memory: PictureMemory;
  readonly canvas: Canvas;
  readonly #settings: ProgramSettings;
  readonly #selectors: Record<Channel, InputSelector>;
  readonly #switcher: SceneSwitcher;
  readonly #widths: Record<Channel, FittedWidth>;
  readonly #slates: Record<Channel, Picture>;
  readonly #slateTexts: Record<Channel, string> = { A: '', B: '' };
  #wanted: Wanted;

  constructor(settings: ProgramSettings, first: Wanted) {
    const { size, fps, renderer, clock, onTrouble } = settings;
    this.#settings = settings;
    this.#wanted = first;
    this.memory = openPictureMemory(reserveFor(size, fps));
    const sceneRenderer = openSceneRenderer({ memory: this.memory, renderer, onTrouble });
    this.#switcher = openSceneSwitcher(sceneRenderer, () => clock.nowMs());
    const isWhole = (): boolean => isDual(this.#wanted);
    this.#widths = { A: openFittedWidth(size, isWhole), B: openFittedWidth(size, isWhole) };
    this.#selectors = { A: this.#openSelector('A'), B: this.#openSelector('B') };
    this.#slates = { A: this.#blank(), B: this.#blank() };
    this.canvas = startCanvas({
      size,
      fps,
      clock,
      memory: this.memory,
      selectors: this.#selectors,
      slates: this.#slates,
      widths: this.#widths,
      epochMs: settings.epochMs,
      epochWallMs: settings.epochWallMs,
      onFrame: settings.onFrame,
      wanted: () => this.#wanted,
      drawingAt: (wallMs) => this.#switcher.drawingAt(wallMs),
      onTrouble: (error) => onTrouble('canvas', error),
    });
  }

  update(wanted: Wanted, values: SceneValues): void {
    this.#wanted = wanted;
    const { size, clock } = this.#settings;
    const scene = sceneOf(wanted, size);
    for (const channel of CHANNELS) {
      const number = wanted.routing[channel];
      const { aspect, crop } = wanted.inputs[number];
      const widthPx = neededWidth(size, scene.windows, channel, { native: size, aspect, crop });
      this.#widths[channel].shown(widthPx, clock.monotonicMs());
      this.#selectors[channel].select(number, wanted.inputs[number].source);
      void this.#drawSlate(channel, `${channel} · ${wanted.inputs[number].name}`);
    }
    this.#switcher.show(scene, values);
  }

  async snapshot(of: 'output' | Channel, widthPx: number): Promise<Buffer> {
    if (of !== 'output') await this.#untilWide(of, widthPx);
    const source = (of === 'output' ? this.canvas.last() : this.canvas.shown(of)) ?? this.#slates.A;
    const width = Math.max(32, Math.min(source.widthPx, Math.round(widthPx / 2) * 2));
    const height = Math.max(18, Math.round((source.heightPx * width) / source.widthPx / 2) * 2);
    return sharp(this.#rgbOf(source, { widthPx: width, heightPx: height }), { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 80 })
      .toBuffer();
  }

  async close(): Promise<void> {
    this.canvas.close();
    await Promise.all(CHANNELS.map((channel) => this.#selectors[channel].close()));
  }

  /** Asks for frames of this width, and waits for the first one, a second at most. If none comes, smaller frames do. */
  async #untilWide(channel: Channel, widthPx: number): Promise<void> {
    const { size, clock } = this.#settings;
    const wide = Math.min(size.widthPx, widthPx);
    const endMs = clock.monotonicMs() + WIDER_MS;
    while (this.canvas.shown(channel).widthPx < wide && clock.monotonicMs() < endMs) {
      this.#widths[channel].looked(wide, clock.monotonicMs());
      if (this.#selectors[channel].wanted()?.seen().status !== 'live') return;
      await sleep(WIDER_LOOK_MS);
    }
    this.#widths[channel].looked(wide, clock.monotonicMs());
  }

  #openSelector(channel: Channel): InputSelector {
    const { ffmpeg, size, fps, clock, log, onInput } = this.#settings;
    return openInputSelector(
      (number, source) =>
        startInput({
          ffmpeg,
          source,
          size,
          widthPx: this.#widths[channel].widthPx,
          fps,
          memory: this.memory,
          clock,
          log: log.child({ input: number }),
          onSeen: (seen) => onInput(number, seen),
        }),
      (number) => onInput(number, OFF),
    );
  }

  #blank(): Picture {
    const { size } = this.#settings;
    const picture = { address: this.memory.allocate(bytesOf(size)), ...size };
    const [y, u] = planesOf(picture);
    this.memory.bytes.fill(16, y.address, u.address);
    this.memory.bytes.fill(128, u.address, picture.address + bytesOf(size));
    return picture;
  }

  async #drawSlate(channel: Channel, detail: string): Promise<void> {
    if (this.#slateTexts[channel] === detail) return;
    this.#slateTexts[channel] = detail;
    try {
      const slate = await renderSlate({ ...this.#settings.size, detail });
      drawOpaque(this.memory, slate, this.#slates[channel]);
      this.#settings.onTrouble('slate', undefined);
    } catch (error) {
      this.#settings.onTrouble('slate', error);
    }
  }

  #rgbOf(source: Picture, size: Size): Buffer {
    const { memory } = this;
    const pixels = size.widthPx * size.heightPx * 3;
    const small = { address: memory.allocate(bytesOf(size)), ...size };
    const rgb = memory.allocate(pixels);
    try {
      this.canvas.compositor.resize(source, small);
      const [y, u, v] = planesOf(small);
      memory.kernels.toRgb(y.address, u.address, v.address, size.widthPx, size.heightPx, rgb);
      return Buffer.from(memory.bytes.subarray(rgb, rgb + pixels));
    } finally {
      memory.release(small.address, bytesOf(size));
      memory.release(rgb, pixels);
    }
  }
}

/**
 * Picture memory to reserve: rings of both channels' inputs, twice for switching and returning; pictures being written;
 * overlays and the rest.
 */
function reserveFor(size: Size, fps: number): number {
  return bytesOf(size) * (8 * ringSlots(fps, MOST_DELAY_MS) + 60) + (96 << 20);
}
