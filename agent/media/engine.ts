import { inspect } from 'node:util';
import { encodingOf, type RecordedStream } from '#agent/device/dual-mode.ts';
import type { EncoderWanted, InputNumber, InputSeen, StreamName, Wanted } from '#agent/device/state.ts';
import type { Channel, Layout } from '#lib/media/layout.ts';
import type { LayoutNotes } from '#lib/media/layout-notes.ts';
import { openPacketRing, type PacketRing } from '#lib/media/packet-ring.ts';
import { openEndings } from '#lib/runtime/endings.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Renderer } from '#overlays/render.ts';
import type { CanvasSeen, ComposedFrame } from './pictures/canvas.ts';
import { openConfidence, type Confidence } from './pictures/confidence.ts';
import { openDual, type Dual } from './dual.ts';
import { openLooks, type Looker, type Looks } from './looks.ts';
import { openNotedLayouts } from './noted-layouts.ts';
import { ticksOf } from './pictures/frame-clock.ts';
import { startEncoder, type Encoder, type EncoderSeen } from './encoders/encoder.ts';
import type { EncoderFamily } from '#lib/ffmpeg/encoder-choice.ts';
import { startProgram, type Program } from './pictures/program.ts';
import type { SceneValues } from './pictures/scene-renderer.ts';
import type { Levels } from './sound/sound-mixer.ts';

/** A report of the engine. */
export type EngineFact =
  | { fact: 'input'; number: InputNumber; seen: InputSeen }
  | { fact: 'encoder'; stream: StreamName; trouble: string | undefined }
  /** Something that cannot be drawn; `text` is undefined when it can be drawn again, or is no longer wanted. */
  | { fact: 'trouble'; about: string; text: string | undefined };

/** What the engine needs. */
export interface EngineSettings {
  ffmpeg: string;
  family: EncoderFamily;
  renderer: Renderer;
  /** The layout preset of a number. */
  layoutOf: (wanted: Wanted, number: number) => Pick<Layout, 'overlays'>;
  clock: Clock;
  log: Log;
  /** Who looks at the pictures of channel A. */
  looker?: Looker | undefined;
  onFact: (fact: EngineFact) => void;
}

/** Composes and encodes the picture all the time, and hands the packets to the rings, whatever the sources do. */
export interface Engine {
  rings: Record<StreamName, PacketRing>;
  /** Which layout the frames of the streams for recordings have. */
  layouts: Readonly<Record<RecordedStream, LayoutNotes>>;
  /** Applies what is wanted. What has not changed is left alone. */
  update(wanted: Wanted, values: SceneValues): void;
  /**
   * Makes the next frame of the archive stream, or of channel B's in dual mode, a key picture; gives its time stamp (90 kHz). Both
   * asked for together are the same frame, unless channel B has a lower rate.
   */
  markKey(stream?: 'archive' | 'archive-b'): number;
  /** The number of the next frame, and its time stamp. */
  now(): { frame: number; ptsTicks: number };
  snapshot(of: 'output' | Channel, widthPx: number): Promise<Buffer>;
  /** The highest peaks since the last call. */
  levels(): Record<Channel | 'output', Levels>;
  seen(): { frames: CanvasSeen; encoders: Partial<Record<StreamName, EncoderSeen>> };
  /** Ends the engine. The frames in the encoders still come to the rings; that takes three seconds at most. */
  close(): Promise<void>;
}

/** Starts the engine. */
export function startEngine(settings: EngineSettings, wanted: Wanted, values: SceneValues): Engine {
  const engine = new RunningEngine(settings, wanted);
  engine.update(wanted, values);
  return engine;
}

/**
 * Milliseconds into a frame's time at which it is drawn. A request that is made at the beginning of that time takes some
 * milliseconds to arrive, and must still be in this frame, not in the next one.
 */
const DRAWN_AFTER_MS = 10;
/**
 * Niceness of channel B's encoder (nice(2)): on a machine that is too slow for two encoders, the archive's has time
 * first.
 */
const CHANNEL_B_NICENESS = 5;

class RunningEngine implements Engine {
  readonly rings = { archive: openPacketRing(), 'archive-b': openPacketRing(), confidence: openPacketRing() };
  readonly #noted = openNotedLayouts();
  readonly layouts = this.#noted.notes;
  readonly #looks: Looks | undefined;
  readonly #settings: EngineSettings;
  readonly #epoch: { epochMs: number; epochWallMs: number };
  #program: { key: string; running: Program };
  #archive: { key: string; encoder: Encoder } | undefined;
  #confidence: { key: string; confidence: Confidence } | undefined;
  readonly #dual: Dual;
  #wanted: Wanted;
  #troubles = new Map<string, string>();
  readonly #endings = openEndings();
  #closing: Promise<void> | undefined;

  constructor(settings: EngineSettings, wanted: Wanted) {
    const { clock } = settings;
    this.#settings = settings;
    this.#wanted = wanted;
    this.#looks = settings.looker && openLooks(settings.looker);
    this.#dual = this.#openDual();
    this.#epoch = { epochMs: clock.monotonicMs(), epochWallMs: clock.nowMs() - DRAWN_AFTER_MS };
    this.#program = { key: programKey(wanted), running: this.#startProgram(wanted) };
  }

  update(wanted: Wanted, values: SceneValues): void {
    this.#wanted = wanted;
    const archive = encodingOf(wanted, 'archive');
    const confidence = { ...wanted.encoders.confidence, fps: Math.min(wanted.encoders.confidence.fps, archive.fps) };
    if (this.#program.key !== programKey(wanted)) {
      this.#endings.add(this.#program.running.close());
      this.#program = { key: programKey(wanted), running: this.#startProgram(wanted) };
    }
    this.#program.running.update(wanted, values);
    this.#updateArchive(JSON.stringify(archive), archive);
    this.#dual.update({ ...this.#program, wanted: () => this.#wanted, values });
    const key = JSON.stringify([this.#program.key, confidence]);
    if (this.#confidence?.key === key) return;
    const closed = this.#closeConfidence();
    if (confidence.enabled)
      this.#confidence = { key, confidence: this.#openConfidence(confidence, archive.fps, closed) };
  }

  markKey(stream: 'archive' | 'archive-b' = 'archive'): number {
    const { canvas } = this.#program.running;
    return stream === 'archive' ? canvas.markKey() : (this.#dual.markKey() ?? canvas.next().ptsTicks);
  }

  now(): { frame: number; ptsTicks: number } {
    return this.#program.running.canvas.next();
  }

  snapshot(of: 'output' | Channel, widthPx: number): Promise<Buffer> {
    return this.#program.running.snapshot(of, widthPx);
  }

  levels(): Record<Channel | 'output', Levels> {
    return this.#program.running.canvas.mixer.levels();
  }

  seen(): ReturnType<Engine['seen']> {
    const archive = this.#archive?.encoder.seen();
    const confidence = this.#confidence?.confidence.seen();
    const dual = this.#dual.seen();
    const frames = this.#program.running.canvas.seen();
    return {
      frames: { ...frames, dropped: frames.dropped + (archive?.dropped ?? 0) + dual.dropped },
      encoders: {
        ...(archive ? { archive } : {}),
        ...(dual.encoder ? { 'archive-b': dual.encoder } : {}),
        ...(confidence ? { confidence } : {}),
      },
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    this.#endings.add(this.#program.running.close());
    const encoders = [this.#archive?.encoder.close(), this.#dual.close(), this.#confidence?.confidence.close()];
    await Promise.all([this.#endings.all(), ...encoders]);
  }

  #startProgram(wanted: Wanted): Program {
    const { ffmpeg, renderer, clock, log } = this.#settings;
    const { widthPx, heightPx, fps } = wanted.encoders.archive;
    return startProgram(
      {
        ffmpeg,
        fps,
        renderer,
        clock,
        log,
        ...this.#epoch,
        size: { widthPx, heightPx },
        onFrame: (frame) => this.#onFrame(frame),
        onInput: (number, seen) => this.#settings.onFact({ fact: 'input', number, seen }),
        onTrouble: (about, error) => this.#onTrouble(about, error),
      },
      wanted,
    );
  }

  #onFrame(composed: ComposedFrame): void {
    const { frame, key, picture, bytes, sound, done } = composed;
    this.#confidence?.confidence.feed(frame, picture, sound);
    this.#note(composed);
    if (this.#dual.feed(composed, this.#archive?.encoder)) return;
    if (this.#archive) this.#archive.encoder.feed({ frame, key, picture: bytes, sound, done });
    else done();
  }

  /** Notes what is seen of the frame beside its pixels; a failure of that does not affect the frame. */
  #note(composed: ComposedFrame): void {
    const { frame, picture, drawing } = composed;
    const ptsTicks = ticksOf(frame, this.#wanted.encoders.archive.fps);
    try {
      this.#noted.drawn(ptsTicks, picture, drawing, this.#wanted);
      this.#looks?.drawn(composed, ptsTicks, this.#program.running.memory, this.#wanted);
    } catch (error) {
      this.#onTrouble('layouts and slides', error);
    }
  }

  #updateArchive(key: string, wanted: EncoderWanted): void {
    if (this.#archive?.key === key) return;
    const closed = this.#archive && this.#brokenOff('archive', this.#archive.encoder);
    this.#archive = { key, encoder: this.#startEncoder('archive', wanted, closed) };
  }

  /**
   * Waits until the old encoder has written its frames, then tells the break; after it come the packets of the next
   * one.
   */
  async #brokenOff(stream: StreamName, old: Pick<Encoder, 'close'>): Promise<void> {
    await old.close();
    this.rings[stream].breakOff('the encoder got other settings');
  }

  #startEncoder(stream: StreamName, wanted: EncoderWanted, after?: Promise<void>): Encoder {
    const { ffmpeg, family, clock, log } = this.#settings;
    return startEncoder({
      ffmpeg,
      wanted,
      family: wanted.hardware === 'off' ? 'software' : family,
      clock,
      ring: this.rings[stream],
      after,
      ...(stream === 'archive-b' ? { niceness: CHANNEL_B_NICENESS } : {}),
      log: log.child({ encoder: stream }),
      onTrouble: (trouble) => this.#settings.onFact({ fact: 'encoder', stream, trouble }),
    });
  }

  #openDual(): Dual {
    const { clock, layoutOf, renderer } = this.#settings;
    return openDual({
      renderer,
      layoutOf,
      nowMs: () => clock.nowMs(),
      startEncoder: (wanted, after) => this.#startEncoder('archive-b', wanted, after),
      breakOff: (old) => this.#brokenOff('archive-b', old),
      onTrouble: (about, error) => this.#onTrouble(about, error),
    });
  }

  #openConfidence(wanted: EncoderWanted, programFps: number, after?: Promise<void>): Confidence {
    const { memory, canvas } = this.#program.running;
    return openConfidence({
      memory,
      wanted,
      programFps,
      compositor: canvas.compositor,
      encoder: this.#startEncoder('confidence', wanted, after),
    });
  }

  #closeConfidence(): Promise<void> | undefined {
    const closed = this.#confidence && this.#brokenOff('confidence', this.#confidence.confidence);
    this.#confidence = undefined;
    return closed;
  }

  /** Reports a trouble once for each subject; undefined is its end. */
  #onTrouble(about: string, error: unknown): void {
    if (error === undefined) return this.#onMended(about);
    const text = error instanceof Error ? error.message : inspect(error);
    if (this.#troubles.get(about) === text) return;
    this.#troubles.set(about, text);
    this.#settings.log.warn({ about, error }, 'trouble');
    this.#settings.onFact({ fact: 'trouble', about, text });
  }

  #onMended(about: string): void {
    if (this.#troubles.delete(about)) this.#settings.onFact({ fact: 'trouble', about, text: undefined });
  }
}

const programKey = ({ encoders: { archive } }: Wanted): string =>
  JSON.stringify([archive.widthPx, archive.heightPx, archive.fps]);
