import { readLines, startChild, type Child, type Death } from '#lib/runtime/processes/child.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { openSocketPair, type Landing, type SocketPair } from '#lib/runtime/processes/socket-pair.ts';
import { openVitalSigns, type Doing, type VitalSigns } from '#lib/runtime/processes/vital-signs.ts';
import type { RtspRelaySeen } from '#lib/rtsp/relay/relay.ts';
import type { RelayTrouble } from '#lib/rtsp/relay/trouble.ts';
import {
  FRAMES_FD,
  inputArgv,
  MOMENTS_FD,
  SOUND_FD,
  SOUND_MOMENTS_FD,
  type InputFormat,
  type LiveSource,
} from './input-argv.ts';
import { KEEPS_MEMORY } from '../pictures/i420.ts';
import { openSourceLink, type SourceLink } from './source-link.ts';
import { frameMoment, inputFact, isComplaint, isOutput, lacksSound, type InputFact } from './input-facts.ts';

/** What an instance needs from its input. */
export interface InputInstanceEvents {
  /** Memory for its frames and its sound, until `died`. */
  frames: Landing;
  sound: Landing;
  onFact(fact: InputFact): void;
  /** Called with the moment of a frame (milliseconds of the source), before the frame comes or after. */
  onMoment(index: number, sourceMs: number): void;
  /** Called with the moment of the next piece of sound, of `PIECE_SAMPLES`. */
  onPiece(sourceMs: number): void;
  /** Called if the source has no sound though it was asked for; the instance ends then. */
  onNoSound(): void;
}

/** How an instance ended. */
export interface InputDeath {
  /** The reason in words, without secrets. */
  reason: string;
  /** What its relay met, if there is one. */
  trouble: RelayTrouble['kind'] | undefined;
}

/** An ffmpeg on one source. It runs once. */
export interface InputInstance {
  /** Resolves when it has ended, nothing of it is read any more, and no connection to the source is left. */
  died: Promise<InputDeath>;
  /** What its relay has seen; undefined without one. */
  seen(): RtspRelaySeen | undefined;
  /** What its ffmpeg does. */
  look(): Promise<Doing>;
  /** Ends it; with a reason, that is told. */
  stop(reason?: string): Promise<InputDeath>;
}

/** Time for which the pipes of a dead ffmpeg are still read. */
const LAST_WORDS_MS = 200;

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
  #link: SourceLink | undefined;
  #child: Child | undefined;
  #signs: VitalSigns | undefined;
  #stopped: string | undefined;
  #isStopped = false;
  #complaint: string | undefined;

  constructor(ffmpeg: string, source: LiveSource, format: InputFormat, events: InputInstanceEvents) {
    this.#events = events;
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
      const landings: [number, Landing][] = [[FRAMES_FD, this.#events.frames]];
      if (format.withSound) landings.push([SOUND_FD, this.#events.sound]);
      const pairs = await openPairs(landings);
      const death = await this.#decode(ffmpeg, inputArgv(link.source, format), pairs, format.withSound);
      const trouble = link.seen()?.trouble;
      const met = trouble?.kind === 'ended' ? undefined : trouble?.words;
      const reason = this.#stopped ?? met ?? this.#complaint ?? (death.signal ? death.reason : 'the source ended');
      return { reason: link.shown(reason), trouble: trouble?.kind };
    } finally {
      await link.close();
    }
  }

  async #decode(ffmpeg: string, argv: readonly string[], pairs: Pairs, withSound: boolean): Promise<Death> {
    const child = startChild({
      command: ffmpeg,
      argv,
      takes: withSound ? [MOMENTS_FD, SOUND_MOMENTS_FD] : [MOMENTS_FD],
      env: KEEPS_MEMORY,
      sockets: Object.fromEntries(pairs.map(([fd, { far }]) => [fd, far])),
      onStderrLine: this.#lineReader(),
    });
    this.#child = child;
    this.#signs = openVitalSigns(child.pid);
    if (this.#isStopped) child.kill('SIGKILL');
    this.#readMoments(child, MOMENTS_FD, (index, ms) => this.#events.onMoment(index, ms));
    if (withSound) this.#readMoments(child, SOUND_MOMENTS_FD, (_, ms) => this.#events.onPiece(ms));
    const emptied = Promise.all(pairs.map(([, { near }]) => new Promise((resolve) => near.once('close', resolve))));
    const death = await child.died;
    await Promise.race([emptied, sleep(LAST_WORDS_MS)]);
    for (const [, { near }] of pairs) near.destroy();
    return death;
  }

  #readMoments(child: Child, fd: number, take: (index: number, sourceMs: number) => void): void {
    readLines(child.take(fd), (line) => {
      const moment = frameMoment(line);
      if (moment) take(moment.index, moment.sourceMs);
    });
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
