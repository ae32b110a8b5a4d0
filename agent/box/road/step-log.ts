import { stepInWords, type Step } from './step.ts';

/** A step that was carried out, as people read it. */
export interface LoggedStep {
  atMs: number;
  what: string;
  because: string;
  /** Why it failed. */
  error?: string;
}

/** Steps that are kept; of more, the oldest are forgotten. */
const MOST_STEPS = 100;

/** The last steps that the box took, the newest last. */
export interface StepLog {
  add(step: Step, error?: Error): LoggedStep;
  last(): readonly LoggedStep[];
}

/** Opens the log of steps; moments are those of the wall clock. */
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
