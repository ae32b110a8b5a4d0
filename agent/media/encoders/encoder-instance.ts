import { setPriority } from 'node:os';
import type { EncoderWanted } from '#agent/device/state.ts';
import { ivfFrameHeader, ivfHeader } from '#lib/media/ivf.ts';
import { type Packet, type StreamParameters, TICKS_PER_SECOND } from '#lib/media/packet.ts';
import { openTsDemux } from '#lib/media/ts-demux.ts';
import { startChild, type Death } from '#lib/runtime/processes/child.ts';
import { openVitalSigns, type Doing } from '#lib/runtime/processes/vital-signs.ts';
import { KEEPS_MEMORY } from '../pictures/i420.ts';
import type { EncoderFamily } from '#lib/ffmpeg/encoder-choice.ts';
import { encoderArgv, PICTURES_FD, SOUND_FD } from './encoder-argv.ts';
import { ticksOf } from '../pictures/frame-clock.ts';

/** A raw frame for the encoder. */
export interface RawFrame {
  frame: number;
  key: boolean;
  /** The planes; they must not change until `done` is called. */
  picture: Buffer;
  sound: Buffer;
  /** Called when the picture's memory may be used again. */
  done: () => void;
}

/** A running ffmpeg that encodes. It runs once. */
export interface EncoderInstance {
  feed(raw: RawFrame): void;
  /**
   * Feeds the sound of a frame whose picture was left out: sound has no time stamps, so no part of it may be missing.
   */
  feedSound(sound: Buffer): void;
  /** Frames in the pipe that the encoder has not taken yet, and those that it has taken. */
  readonly queued: number;
  readonly taken: number;
  /** What its ffmpeg does. */
  look(): Promise<Doing>;
  died: Promise<Death>;
  stop(): Promise<Death>;
  kill(): void;
}

/** What an encoder needs. */
export interface EncoderInstanceSettings {
  ffmpeg: string;
  wanted: EncoderWanted;
  family: EncoderFamily;
  /** Number of the first frame that it will get. */
  firstFrame: number;
  /** Niceness of its ffmpeg (nice(2)), by which it gives way to others. */
  niceness?: number;
  onPacket(packet: Packet): void;
  onParameters(parameters: StreamParameters): void;
}

/** Starts an ffmpeg that encodes. */
export function startEncoderInstance(settings: EncoderInstanceSettings): EncoderInstance {
  const { wanted, firstFrame } = settings;
  const { fps } = wanted;
  const firstTicks = ticksOf(firstFrame, fps);
  const child = startChild({
    command: settings.ffmpeg,
    argv: encoderArgv(wanted, settings.family, firstTicks / TICKS_PER_SECOND),
    feeds: [PICTURES_FD, SOUND_FD],
    takes: [1],
    env: KEEPS_MEMORY,
  });
  if (settings.niceness !== undefined) giveWay(child.pid, settings.niceness);
  const pictures = child.feed(PICTURES_FD);
  const sound = child.feed(SOUND_FD);
  const signs = openVitalSigns(child.pid);
  let queued = 0;
  let taken = 0;

  // FFmpeg counts from the first time stamp. If that were odd, all others would be; the first picture is a key picture
  // anyway.
  const marked = ({ key, frame }: RawFrame): number => (key && frame !== firstFrame ? 1 : 0);
  // Time stamps are counted in frames: the rounding of the container and our mark for key pictures are taken off.
  const onGrid = (ticks: number): number =>
    ticksOf(Math.round(((ticks - ticksOf(0, fps)) * fps) / TICKS_PER_SECOND), fps);
  const demux = openTsDemux(
    {
      onPacket: (packet) =>
        settings.onPacket(
          packet.track === 'audio'
            ? packet
            : { ...packet, ptsTicks: onGrid(packet.ptsTicks), dtsTicks: onGrid(packet.dtsTicks) },
        ),
      onParameters: (parameters) => settings.onParameters(parameters),
    },
    firstTicks,
  );
  child.take(1).on('data', (chunk: Buffer) => demux.write(chunk));
  pictures.write(ivfHeader(wanted));

  return {
    feed(raw) {
      queued++;
      pictures.cork();
      pictures.write(ivfFrameHeader(raw.picture.length, ticksOf(raw.frame, fps) - firstTicks + marked(raw)));
      pictures.write(raw.picture, () => {
        queued--;
        taken++;
        raw.done();
      });
      pictures.uncork();
      sound.write(raw.sound);
    },
    feedSound: (more) => void sound.write(more),
    get queued() {
      return queued;
    },
    get taken() {
      return taken;
    },
    look: () => signs.look(),
    died: child.died.finally(() => demux.flush()),
    stop() {
      // The end of its input makes ffmpeg write out the frames that it holds.
      pictures.end();
      sound.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
      return child.died.finally(() => clearTimeout(timer));
    },
    kill: () => child.kill('SIGKILL'),
  };
}

function giveWay(pid: number | undefined, niceness: number): void {
  try {
    if (pid !== undefined) setPriority(pid, niceness);
  } catch {
    // The process has ended already.
  }
}
