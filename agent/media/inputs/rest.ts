import type { Doing } from '#lib/runtime/processes/vital-signs.ts';
import type { Clock } from '#lib/runtime/clock.ts';

/** Whether an ffmpeg that gives nothing is dead, or has no processor time: to end it would not give it more. */
export interface Rest {
  /** Called when the ffmpeg gives what it should. */
  awake(): void;
  /** Asked again and again while it gives nothing. */
  isDead(): boolean;
}

/** Looks that are compared, and how many of them show that it could compute and may not. */
const LOOKS = 4;
const STARVED_LOOKS = 3;
/** One that was stopped, or starves, longer than this counts as dead. */
const LONGEST_MS = 15_000;

/** Makes the rest of a process. The looks are taken when it is asked. */
export function openRest(process: { look(): Promise<Doing> }, clock: Clock): Rest {
  let looks: Doing[] = [];
  let sinceMs: number | undefined;
  return {
    awake() {
      looks = [];
      sinceMs = undefined;
    },
    isDead() {
      sinceMs ??= clock.monotonicMs();
      void process.look().then((doing) => looks.push(doing));
      if (clock.monotonicMs() - sinceMs > LONGEST_MS) return true;
      const last = looks.slice(-LOOKS);
      const starved = last.filter((doing) => doing === 'works' || doing === 'stopped').length >= STARVED_LOOKS;
      return (
        !starved &&
        last.length > 0 &&
        (last.length >= LOOKS || last.every((doing) => doing === 'waits' || doing === 'gone'))
      );
    },
  };
}
