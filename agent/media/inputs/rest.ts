import type { Doing } from '#lib/runtime/processes/vital-signs.ts';
import type { Clock } from '#lib/runtime/clock.ts';

/**
 * Tells whether an ffmpeg that gives nothing is dead, or only lacks processor time: a new one would have no more of it.
 */
export interface Rest {
  /** Called when the ffmpeg gives what it should. */
  awake(): void;
  /** Asked again and again while it gives nothing. */
  isDead(): boolean;
}

/**
 * Last looks at the process that are compared, and how many of them must show that it is stopped, or wants to compute,
 * for it not to count as dead.
 */
const LOOKS = 4;
const STARVED_LOOKS = 3;
/** Time after which a silent process counts as dead even if it is stopped or lacks processor time. */
const LONGEST_MS = 15_000;

/** Opens the rest of a process. It looks at the process each time that `isDead` is asked. */
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
