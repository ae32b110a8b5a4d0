import { startChild, type Child, type Death } from '#lib/runtime/child.ts';
import { withoutPasswords } from '#lib/runtime/redact.ts';
import type { InputSource } from '#agent/device/state.ts';
import { FRAMES_FD, inputArgv, SOUND_FD, type InputFormat } from './input-argv.ts';
import { inputFact, isComplaint, isOutput, lacksSound, type InputFact } from './input-facts.ts';

export interface InputInstanceEvents {
  onFrames(chunk: Buffer): void;
  onSound(chunk: Buffer): void;
  onFact(fact: InputFact): void;
  /** The source has no sound, though it was asked for; the instance dies of it. */
  onNoSound(): void;
}

/** One ffmpeg on one source: it lives once and dies once. */
export interface InputInstance {
  died: Promise<Death>;
  stop(): Promise<Death>;
}

export function startInputInstance(
  ffmpeg: string,
  source: Exclude<InputSource, { driver: 'off' }>,
  format: InputFormat,
  events: InputInstanceEvents,
): InputInstance {
  let outputs = false;
  let complaint: string | undefined;
  const child: Child = startChild({
    command: ffmpeg,
    argv: inputArgv(source, format),
    takes: format.withSound ? [FRAMES_FD, SOUND_FD] : [FRAMES_FD],
    onStderrLine(line) {
      if (lacksSound(line)) events.onNoSound();
      outputs ||= isOutput(line);
      if (isComplaint(line)) complaint = withoutPasswords(line);
      const fact = inputFact(line);
      if (fact && (!outputs || fact.fact === 'picture' || fact.fact === 'frame')) events.onFact(fact);
    },
  });
  child.take(FRAMES_FD).on('data', (chunk: Buffer) => events.onFrames(chunk));
  if (format.withSound) child.take(SOUND_FD).on('data', (chunk: Buffer) => events.onSound(chunk));
  return {
    died: child.died.then((death) => ({ ...death, reason: complaint ?? 'the source ended' })),
    // A decoder has nothing to save: it is killed at once, so that a stalled one cannot linger.
    stop: () => child.stop(0, 'SIGKILL'),
  };
}
