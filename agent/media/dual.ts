import { encodingOf, isDual } from '#agent/device/dual-mode.ts';
import type { EncoderWanted, Wanted } from '#agent/device/state.ts';
import type { Channel, Layout } from '#lib/media/layout.ts';
import type { Renderer } from '#overlays/render.ts';
import type { Encoder, EncoderSeen } from './encoders/encoder.ts';
import type { ComposedFrame } from './pictures/canvas.ts';
import { openFullChannel, type FullChannel } from './pictures/full-channel.ts';
import { openChannelOverlays, type ChannelOverlays } from './channel-overlays.ts';
import type { Program } from './pictures/program.ts';
import type { SceneValues } from './pictures/scene-renderer.ts';

/** The running programme, what is wanted of it, and the values for its titles; another programme has another `key`. */
export interface Programme {
  key: string;
  running: Program;
  wanted: () => Wanted;
  values: SceneValues;
}

/** What dual mode needs of the engine. */
export interface DualSettings {
  renderer: Renderer;
  nowMs: () => number;
  /** The layout preset of a number. */
  layoutOf(wanted: Wanted, number: number): Pick<Layout, 'overlays'>;
  /** Starts the encoder of channel B; it begins when `after` resolves. */
  startEncoder(wanted: EncoderWanted, after: Promise<void> | undefined): Encoder;
  /** Waits until an encoder of channel B has written its frames, then tells the break. */
  breakOff(old: Pick<Encoder, 'close'>): Promise<void>;
  /** Called with an error, or undefined when channel B, or an overlay of a channel, is drawn again. */
  onTrouble: (about: string, error: unknown) => void;
}

/**
 * Dual mode: the archive stream shows channel A alone, and channel B alone has an encoder of its own. Over each may be
 * the overlays of a layout preset. Outside of dual mode nothing runs. The archive gets its frame first, whatever
 * happens to channel B.
 */
export interface Dual {
  update(programme: Programme): void;
  /** Feeds both encoders from a frame; false outside of dual mode: the composed picture is for the archive then. */
  feed(composed: ComposedFrame, archive: Encoder | undefined): boolean;
  /** Makes the next frame of channel B a key picture; gives its time stamp. Undefined outside of dual mode. */
  markKey(): number | undefined;
  /** Frames of channel A that were left out, and the state of channel B's encoder. */
  seen(): { dropped: number; encoder: EncoderSeen | undefined };
  close(): Promise<void>;
}

const CHANNELS: readonly Channel[] = ['A', 'B'];
const STREAM_OF = { A: 'archive', B: 'archive-b' } as const;

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
  /** The overlays of both channels, whatever the sizes of the channels, in the memory of one programme. */
  #overlays: ({ key: string } & Record<Channel, ChannelOverlays>) | undefined;
  /** The ends of earlier encoders of channel B: the next one on the same ring waits for them. */
  #ended: Promise<void> | undefined;

  constructor(settings: DualSettings) {
    this.#settings = settings;
  }

  update(programme: Programme): void {
    const wanted = programme.wanted();
    if (!isDual(wanted)) {
      for (const channel of CHANNELS) this.#overlays?.[channel].show([], wanted.encoders.archive, programme.values);
      return this.#endB();
    }
    const { fps } = wanted.encoders.archive;
    const made = encodingOf(wanted, 'archive-b');
    const encoder = { ...made, fps: Math.min(made.fps, fps) };
    if (this.#overlays?.key !== programme.key) this.#overlays = this.#openOverlays(programme);
    this.#show(programme, this.#overlays);
    if (this.#a?.key !== programme.key) this.#a = { key: programme.key, full: this.#openA(programme, this.#overlays) };
    const key = JSON.stringify([programme.key, encoder]);
    if (this.#b?.key === key) return;
    this.#endB();
    this.#b = {
      key,
      programme,
      full: this.#openB(programme, encoder, this.#overlays),
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
      this.#settings.onTrouble('channel B', undefined);
    } catch (error) {
      // A failure of channel B's picture must not affect the archive.
      this.#settings.onTrouble('channel B', error);
    }
  }

  #endB(): void {
    const old = this.#b;
    if (!old) return;
    this.#b = undefined;
    this.#ended = this.#settings.breakOff(old.encoder).then(() => old.full.close());
  }

  #openOverlays({ key, running: { memory } }: Programme): { key: string } & Record<Channel, ChannelOverlays> {
    const { renderer, nowMs, onTrouble } = this.#settings;
    const overlaysOf = (channel: Channel): ChannelOverlays =>
      openChannelOverlays({
        memory,
        renderer,
        nowMs,
        onTrouble: (about, error) => onTrouble(`channel ${channel}/${about}`, error),
      });
    return { key, A: overlaysOf('A'), B: overlaysOf('B') };
  }

  #show({ wanted, values }: Programme, overlays: Record<Channel, ChannelOverlays>): void {
    const { encoders } = wanted();
    for (const channel of CHANNELS) {
      const { overlaysOf, widthPx, heightPx } = encoders[STREAM_OF[channel]];
      const shown = overlaysOf === 0 ? [] : this.#settings.layoutOf(wanted(), overlaysOf).overlays;
      overlays[channel].show(shown, { widthPx, heightPx }, values);
    }
  }

  #openA({ running, wanted }: Programme, overlays: Record<Channel, ChannelOverlays>): FullChannel {
    const { archive } = wanted().encoders;
    return openFullChannel({
      channel: 'A',
      overlays: overlays.A,
      nowMs: this.#settings.nowMs,
      memory: running.memory,
      compositor: running.canvas.compositor,
      encoder: archive,
      programFps: archive.fps,
      isKey: (_, { key }) => key,
      wanted,
    });
  }

  #openB(
    { running, wanted }: Programme,
    encoder: EncoderWanted,
    overlays: Record<Channel, ChannelOverlays>,
  ): FullChannel {
    return openFullChannel({
      channel: 'B',
      overlays: overlays.B,
      nowMs: this.#settings.nowMs,
      memory: running.memory,
      compositor: running.canvas.compositor,
      encoder,
      programFps: wanted().encoders.archive.fps,
      isKey: (frame) => frame % encoder.gopFrames === 0,
      wanted,
    });
  }
}
