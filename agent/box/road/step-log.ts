import { stepInWords, type Step } from './step.ts';

/** A step that was carried out, in words for people; `atMs` is the wall clock's time. */
export interface LoggedStep {
  atMs: number;
  what: string;
  because: string;
  /** Reason why the step failed; undefined if it did not. */
  error?: string;
}

/** Number of steps that are kept; older ones are forgotten. */
const MOST_STEPS = 100;

/** Keeps the last steps that were carried out; the newest is the last of `last()`. */
export interface StepLog {
  add(step: Step, error?: Error): LoggedStep;
  last(): readonly LoggedStep[];
}

/** Opens the log of steps, which is empty; `nowMs` gives the wall clock's time. */
export function openStepLog(nowMs: () => number): StepLog {
  const steps: LoggedStep[] = [];
  return {
    add(step, error) {
      const failed = error ? { error: error.message } : {};
      const logged: LoggedStep = { atMs: nowMs(), what: stepInWords(step), because: step.because, ...failed };
      steps.push(logged);
      if (steps.length > MOST_STEPS) steps.shift();
      return logged;
    },
    last: () => [...steps],
  };
}
