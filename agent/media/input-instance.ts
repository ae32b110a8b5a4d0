import { startChild, type Child, type Death } from '#lib/runtime/child.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { withoutPasswords } from '#lib/runtime/redact.ts';
import { openSocketPair, type Landing, type SocketPair } from '#lib/runtime/socket-pair.ts';
import type { InputSource } from '#agent/device/state.ts';
import { FRAMES_FD, inputArgv, SOUND_FD, type InputFormat } from './input-argv.ts';
import { inputFact, isComplaint, isOutput, lacksSound, type InputFact } from './input-facts.ts';

export interface InputInstanceEvents {
  /** Where its frames go, until `died`. */
  frames: Landing;
  onSound(chunk: Buffer): void;
  onFact(fact: InputFact): void;
  /** The source has no sound, though it was asked for; the instance dies of it. */
  onNoSound(): void;
}

/** One ffmpeg on one source: it lives once and dies once. */
export interface InputInstance {
  /** It is dead, and nothing of it is read any more. */
  died: Promise<Death>;
  stop(): Promise<Death>;
}

/** What a dead ffmpeg left in its pipe is read for so long. */
const LAST_WORDS_MS = 200;

export function startInputInstance(
  ffmpeg: string,
  source: Exclude<InputSource, { driver: 'off' }>,
  format: InputFormat,
  events: InputInstanceEvents,
): InputInstance {
  const running = openSocketPair(events.frames).then((pair) =>
    run(ffmpeg, inputArgv(source, format), pair, format, events),
  );
  const died = running.then(
    ({ died }) => died,
    (error: Error): Death => ({ code: undefined, signal: undefined, reason: error.message }),
  );
  return {
    died,
    async stop() {
      // A decoder has nothing to save: it is killed at once, so that a stalled one cannot linger.
      await running.then(({ child }) => child.stop(0, 'SIGKILL')).catch(() => undefined);
      return died;
    },
  };
}

function run(
  ffmpeg: string,
  argv: readonly string[],
  { near, far }: SocketPair,
  { withSound }: InputFormat,
  events: InputInstanceEvents,
): { child: Child; died: Promise<Death> } {
  let outputs = false;
  let complaint: string | undefined;
  const child = startChild({
    command: ffmpeg,
    argv,
    sockets: { [FRAMES_FD]: far },
    takes: withSound ? [SOUND_FD] : [],
    onStderrLine(line) {
      if (lacksSound(line)) events.onNoSound();
      outputs ||= isOutput(line);
      if (isComplaint(line)) complaint = withoutPasswords(line);
      const fact = inputFact(line);
      if (fact && (!outputs || fact.fact === 'picture' || fact.fact === 'frame')) events.onFact(fact);
    },
  });
  if (withSound) child.take(SOUND_FD).on('data', (chunk: Buffer) => events.onSound(chunk));
  const emptied = new Promise((resolve) => near.once('close', resolve));
  const died = child.died.then(async (death) => {
    await Promise.race([emptied, sleep(LAST_WORDS_MS)]);
    near.destroy();
    return { ...death, reason: complaint ?? 'the source ended' };
  });
  return { child, died };
}
