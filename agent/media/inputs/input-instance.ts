import { readLines, startChild, type Child, type Death } from '#lib/runtime/processes/child.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { withoutPasswords } from '#lib/runtime/redact.ts';
import { openSocketPair, type Landing, type SocketPair } from '#lib/runtime/processes/socket-pair.ts';
import type { InputSource } from '#agent/device/state.ts';
import { FRAMES_FD, inputArgv, MOMENTS_FD, SOUND_FD, type InputFormat } from './input-argv.ts';
import { KEEPS_MEMORY } from '../pictures/i420.ts';
import { frameMoment, inputFact, isComplaint, isOutput, lacksSound, type InputFact } from './input-facts.ts';

/** What an instance needs from its input. */
export interface InputInstanceEvents {
  /** Memory for its frames and its sound, until `died`. */
  frames: Landing;
  sound: Landing;
  onFact(fact: InputFact): void;
  /** Called with the moment of a frame (milliseconds of the source), before the frame comes or after. */
  onMoment(index: number, sourceMs: number): void;
  /** Called if the source has no sound though it was asked for; the instance ends then. */
  onNoSound(): void;
}

/** An ffmpeg on one source. It runs once. */
export interface InputInstance {
  /** Resolves when it has ended and nothing of it is read any more. */
  died: Promise<Death>;
  stop(): Promise<Death>;
}

/** Time for which the pipes of a dead ffmpeg are still read. */
const LAST_WORDS_MS = 200;

/** Starts an ffmpeg on a source. */
export function startInputInstance(
  ffmpeg: string,
  source: Exclude<InputSource, { driver: 'off' }>,
  format: InputFormat,
  events: InputInstanceEvents,
): InputInstance {
  const landings: [number, Landing][] = [[FRAMES_FD, events.frames]];
  if (format.withSound) landings.push([SOUND_FD, events.sound]);
  const running = openPairs(landings).then((pairs) => run(ffmpeg, inputArgv(source, format), pairs, events));
  const died = running.then(
    ({ died }) => died,
    (error: Error): Death => ({ code: undefined, signal: undefined, reason: error.message }),
  );
  return {
    died,
    async stop() {
      // A decoder has nothing to save, so it is killed at once, also if it hangs.
      await running.then(({ child }) => child.stop(0, 'SIGKILL')).catch(() => undefined);
      return died;
    },
  };
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

function run(
  ffmpeg: string,
  argv: readonly string[],
  pairs: Pairs,
  events: InputInstanceEvents,
): { child: Child; died: Promise<Death> } {
  let outputs = false;
  let complaint: string | undefined;
  const child = startChild({
    command: ffmpeg,
    argv,
    takes: [MOMENTS_FD],
    env: KEEPS_MEMORY,
    sockets: Object.fromEntries(pairs.map(([fd, { far }]) => [fd, far])),
    onStderrLine(line) {
      if (lacksSound(line)) events.onNoSound();
      outputs ||= isOutput(line);
      if (isComplaint(line)) complaint = withoutPasswords(line);
      const fact = inputFact(line);
      if (fact && (!outputs || fact.fact === 'picture')) events.onFact(fact);
    },
  });
  readLines(child.take(MOMENTS_FD), (line) => {
    const moment = frameMoment(line);
    if (moment) events.onMoment(moment.index, moment.sourceMs);
  });
  const emptied = Promise.all(pairs.map(([, { near }]) => new Promise((resolve) => near.once('close', resolve))));
  const died = child.died.then(async (death) => {
    await Promise.race([emptied, sleep(LAST_WORDS_MS)]);
    for (const [, { near }] of pairs) near.destroy();
    return { ...death, reason: complaint ?? 'the source ended' };
  });
  return { child, died };
}
