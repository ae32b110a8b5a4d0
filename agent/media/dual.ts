import type { EncoderWanted, Wanted } from '#agent/device/state.ts';
import type { Encoder, EncoderSeen } from './encoders/encoder.ts';
import type { ComposedFrame } from './pictures/canvas.ts';
import { openFullChannel, type FullChannel } from './pictures/full-channel.ts';
import { isDual, type Program } from './pictures/program.ts';

/** The programme as it runs, and what is wanted of it; `key` is another one for another programme. */
export interface Programme {
  key: string;
  running: Program;
  wanted: () => Wanted;
}

/** What dual mode needs of the engine. */
export interface DualSettings {
  /** Starts the encoder of channel B; it begins when `after` resolves. */
  startEncoder(wanted: EncoderWanted, after: Promise<void> | undefined): Encoder;
  /** Waits until an encoder of channel B has written its frames, then tells the break. */
  breakOff(old: Pick<Encoder, 'close'>): Promise<void>;
  /** Called with an error, or undefined when channel B is drawn again. */
  onTrouble(error: unknown): void;
}

/**
 * Dual mode: the archive's picture is channel A alone, and channel B alone has an encoder of its own. Outside of it nothing runs.
 * Whatever becomes of channel B, the archive gets its frame first.
 */
export interface Dual {
  update(programme: Programme): void;
  /** Feeds both encoders from a frame; false outside of dual mode: the composed picture is for the archive then. */
  feed(composed: ComposedFrame, archive: Encoder | undefined): boolean;
  /** Makes the next frame of channel B a key picture; gives its time stamp. Undefined outside of dual mode. */
  markKey(): number | undefined;
  /** Frames of channel A that were left out, and how channel B's encoder fares. */
  seen(): { dropped: number; encoder: EncoderSeen | undefined };
  close(): Promise<void>;
}

/** Opens dual mode, switched off. */
export function openDual(settings: DualSettings): Dual {
  return new SwitchedDual(settings);
}

interface ChannelB {
  key: string;
  programme: Programme;
  full: FullChannel;
  encoder: Encoder;
}

class SwitchedDual implements Dual {
  readonly #settings: DualSettings;
  /** Channel A as it is drawn in this programme; kept until there is another, since the archive's encoder goes on. */
  #a: { key: string; full: FullChannel } | undefined;
  #b: ChannelB | undefined;
  /** The ends of earlier encoders of channel B: the next one on the same ring waits for them. */
  #ended: Promise<void> | undefined;

  constructor(settings: DualSettings) {
    this.#settings = settings;
  }

  update(programme: Programme): void {
    const wanted = programme.wanted();
    if (!isDual(wanted)) return this.#endB();
    const { fps } = wanted.encoders.archive;
    const encoder = { ...wanted.encoders['archive-b'], fps: Math.min(wanted.encoders['archive-b'].fps, fps) };
    if (this.#a?.key !== programme.key) this.#a = { key: programme.key, full: this.#openA(programme) };
    const { recorded: _, ...made } = encoder;
    const key = JSON.stringify([programme.key, made]);
    if (this.#b?.key === key) return;
    this.#endB();
    this.#b = {
      key,
      programme,
      full: this.#openB(programme, encoder),
      encoder: this.#settings.startEncoder(encoder, this.#ended),
    };
  }

  feed(composed: ComposedFrame, archive: Encoder | undefined): boolean {
    if (!this.#b || !this.#a) return false;
    const frame = this.#a.full.draw(composed);
    if (frame && archive) archive.feed(frame);
    else frame?.done();
    this.#feedB(this.#b, composed);
    composed.done();
    return true;
  }

  markKey(): number | undefined {
    return this.#b?.full.markKey(this.#b.programme.running.canvas.next().frame);
  }

  seen(): ReturnType<Dual['seen']> {
    const encoder = this.#b?.encoder.seen();
    return {
      dropped: this.#a?.full.dropped ?? 0,
      encoder: encoder && { ...encoder, dropped: encoder.dropped + (this.#b?.full.dropped ?? 0) },
    };
  }

  async close(): Promise<void> {
    const last = this.#b;
    this.#b = undefined;
    await Promise.all([this.#ended, last?.encoder.close()]);
    last?.full.close();
  }

  #feedB({ full, encoder }: ChannelB, composed: ComposedFrame): void {
    try {
      const frame = full.draw(composed);
      if (frame) encoder.feed(frame);
      this.#settings.onTrouble(undefined);
    } catch (error) {
      // What goes wrong with the second picture is no matter of the first.
      this.#settings.onTrouble(error);
    }
  }

  #endB(): void {
    const old = this.#b;
    if (!old) return;
    this.#b = undefined;
    this.#ended = this.#settings.breakOff(old.encoder).then(() => old.full.close());
  }

  #openA({ running, wanted }: Programme): FullChannel {
    const { archive } = wanted().encoders;
    return openFullChannel({
      channel: 'A',
      memory: running.memory,
      compositor: running.canvas.compositor,
      encoder: archive,
      programFps: archive.fps,
      isKey: (_, { key }) => key,
      wanted,
    });
  }

  #openB({ running, wanted }: Programme, encoder: EncoderWanted): FullChannel {
    return openFullChannel({
      channel: 'B',
      memory: running.memory,
      compositor: running.canvas.compositor,
      encoder,
      programFps: wanted().encoders.archive.fps,
      isKey: (frame) => frame % encoder.gopFrames === 0,
      wanted,
    });
  }
}
