import { startChild, type Child, type Death } from '#lib/runtime/processes/child.ts';
import { realClock, sleep } from '#lib/runtime/clock.ts';
import { openNutReader, type NutReader } from '#lib/media/nut.ts';
import { openSocketPair, type Landing, type SocketPair } from '#lib/runtime/processes/socket-pair.ts';
import { openVitalSigns, type Doing, type VitalSigns } from '#lib/runtime/processes/vital-signs.ts';
import type { RtspRelaySeen } from '#lib/rtsp/relay/relay.ts';
import type { RelayTrouble } from '#lib/rtsp/relay/trouble.ts';
import {
  COMMANDS_FD,
  FRAME_TICKS,
  FRAMES_FD,
  inputArgv,
  PIECE_SAMPLES,
  SOUND_FD,
  type InputFormat,
  type LiveSource,
} from './input-argv.ts';
import { openFrameFit, type FrameFit } from './frame-fit.ts';
import { momentOf } from './moments.ts';
import type { FrameRing } from '../pictures/frame-ring.ts';
import { CHANNELS, SAMPLE_RATE, type SoundRing } from '../sound/sound-ring.ts';
import { KEEPS_MEMORY } from '../pictures/i420.ts';
import { openSourceLink, type SourceLink } from './source-link.ts';
import { inputFact, isComplaint, isOutput, lacksSound, type InputFact } from './input-facts.ts';

/** What an instance needs from its input. */
export interface InputInstanceEvents {
  /** Memory for its frames and its sound, until `died`. */
  frames: FrameRing;
  sound: SoundRing;
  onFact(fact: InputFact): void;
  /** Called with the moment of the next frame (milliseconds of the source). */
  onMoment(sourceMs: number): void;
  /** Called with the moment of the next piece of sound. */
  onPiece(sourceMs: number): void;
  /** Called if the source has no sound though it was asked for; the instance ends then. */
  onNoSound(): void;
}

/** How an instance ended. */
export interface InputDeath {
  /** The reason in words, without secrets. */
  reason: string;
  /** The trouble that its relay met, if there is one. */
  trouble: RelayTrouble['kind'] | undefined;
}

/** An ffmpeg on one source. It runs once. */
export interface InputInstance {
  /** Resolves when the ffmpeg has ended, nothing of it is read any more, and no connection to the source is left. */
  died: Promise<InputDeath>;
  /** What its relay has seen; undefined without one. */
  seen(): RtspRelaySeen | undefined;
  /** What the ffmpeg does now. */
  look(): Promise<Doing>;
  /** Asks for frames of another width, even and at most the canvas's; they come a little later. */
  fit(widthPx: number): void;
  /** Ends the instance; a `reason` that is given becomes the reason of its death. */
  stop(reason?: string): Promise<InputDeath>;
}

/** Time for which the pipes of a dead ffmpeg are still read. */
const LAST_WORDS_MS = 200;
/** Bytes of a piece of sound, of 16 bits. */
const PIECE_BYTES = PIECE_SAMPLES * CHANNELS * 2;

/** Starts an ffmpeg on a source. */
export function startInputInstance(
  ffmpeg: string,
  source: LiveSource,
  format: InputFormat,
  events: InputInstanceEvents,
): InputInstance {
  return new RunningInputInstance(ffmpeg, source, format, events);
}

class RunningInputInstance implements InputInstance {
  readonly died: Promise<InputDeath>;
  readonly #events: InputInstanceEvents;
  readonly #fit: FrameFit;
  #link: SourceLink | undefined;
  #child: Child | undefined;
  #signs: VitalSigns | undefined;
  #stopped: string | undefined;
  #isStopped = false;
  #complaint: string | undefined;

  constructor(ffmpeg: string, source: LiveSource, format: InputFormat, events: InputInstanceEvents) {
    this.#events = events;
    this.#fit = openFrameFit(format.widthPx, (line) => void this.#child?.feed(COMMANDS_FD).write(line));
    this.died = this.#run(ffmpeg, source, format).catch((error: Error): InputDeath => ({
      reason: error.message,
      trouble: undefined,
    }));
  }

  seen(): RtspRelaySeen | undefined {
    return this.#link?.seen();
  }

  async look(): Promise<Doing> {
    return this.#signs ? this.#signs.look() : 'waits';
  }

  fit(widthPx: number): void {
    this.#fit.want(widthPx);
  }

  stop(reason?: string): Promise<InputDeath> {
    this.#isStopped = true;
    this.#stopped ??= reason;
    // A decoder has nothing to save, so it is killed at once, also if it hangs.
    this.#child?.kill('SIGKILL');
    return this.died;
  }

  async #run(ffmpeg: string, source: LiveSource, format: InputFormat): Promise<InputDeath> {
    const link = (this.#link = await openSourceLink(source));
    try {
      const landings: [number, Landing][] = [[FRAMES_FD, this.#frameReader()]];
      if (format.withSound) landings.push([SOUND_FD, this.#soundReader()]);
      const pairs = await openPairs(landings);
      const death = await this.#decode(ffmpeg, inputArgv(link.source, format), { pairs, files: link.files });
      const trouble = link.seen()?.trouble;
      const met = trouble?.kind === 'ended' ? undefined : (trouble?.words ?? link.trouble());
      const reason = this.#stopped ?? met ?? this.#complaint ?? (death.signal ? death.reason : 'the source ended');
      return { reason: link.shown(reason), trouble: trouble?.kind };
    } finally {
      await link.close();
    }
  }

  async #decode(
    ffmpeg: string,
    argv: readonly string[],
    { pairs, files }: { pairs: Pairs; files: SourceLink['files'] },
  ): Promise<Death> {
    const child = startChild({
      command: ffmpeg,
      argv,
      feeds: [COMMANDS_FD],
      env: KEEPS_MEMORY,
      files,
      sockets: Object.fromEntries(pairs.map(([fd, { far }]) => [fd, far])),
      onStderrLine: this.#lineReader(),
    });
    this.#child = child;
    this.#signs = openVitalSigns(child.pid);
    if (this.#isStopped) child.kill('SIGKILL');
    const emptied = Promise.all(pairs.map(([, { near }]) => new Promise((resolve) => near.once('close', resolve))));
    const death = await child.died;
    await Promise.race([emptied, sleep(LAST_WORDS_MS)]);
    for (const [, { near }] of pairs) near.destroy();
    return death;
  }

  #frameReader(): NutReader {
    const events = this.#events;
    const { frames } = events;
    return openNutReader({
      begins: (bytes, ticks) => {
        this.#fit.came(frames.begins(bytes), realClock.monotonicMs());
        events.onMoment(momentOf(ticks, FRAME_TICKS));
      },
      room: () => frames.room(),
      landed: (bytes) => frames.landed(bytes),
      torn: (reason) => this.#torn('frames', reason),
    });
  }

  #soundReader(): NutReader {
    const events = this.#events;
    const { sound } = events;
    return openNutReader({
      begins(bytes, ticks) {
        if (bytes !== PIECE_BYTES) throw new Error(`a piece of sound has ${bytes} bytes`);
        events.onPiece(momentOf(ticks, SAMPLE_RATE));
      },
      room: () => sound.room(),
      landed: (bytes) => sound.landed(bytes),
      torn: (reason) => this.#torn('sound', reason),
    });
  }

  /** Ends the instance after bytes that cannot be read: what follows them could be mistaken for anything. */
  #torn(what: string, reason: string): void {
    void this.stop(`ffmpeg's ${what} cannot be read: ${reason}`);
  }

  #lineReader(): (line: string) => void {
    let outputs = false;
    return (line) => {
      if (lacksSound(line)) this.#events.onNoSound();
      outputs ||= isOutput(line);
      if (isComplaint(line)) this.#complaint = line;
      const fact = inputFact(line);
      if (fact && (!outputs || fact.fact === 'picture')) this.#events.onFact(fact);
    };
  }
}

type Pairs = [fd: number, pair: SocketPair][];

async function openPairs(landings: readonly [fd: number, landing: Landing][]): Promise<Pairs> {
  const opening = landings.map(async ([fd, landing]): Promise<Pairs[number]> => [fd, await openSocketPair(landing)]);
  const opened = await Promise.allSettled(opening);
  const pairs = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = opened.find((one) => one.status === 'rejected');
  if (!failed) return pairs;
  for (const [, { near, far }] of pairs) [near, far].forEach((socket) => socket.destroy());
  throw failed.reason;
}
