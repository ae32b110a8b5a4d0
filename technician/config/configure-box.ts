import { readConfiguration, keep, planOf, storeOnTrial, type Configuration, type Plan } from './box-configuration.ts';
import type { BoxDocument } from '#firmware-config/document/document.ts';
import type { GivenDocument } from '#firmware-config/schema/config.ts';
import type { BoxFiles } from '#technician/dial/box-files.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { DialError, WrongPassword } from '#technician/dial/dial-error.ts';
import { changedOverlays, putOverlays } from './overlay-files.ts';

/** Result of configuring a box. */
export type Result =
  | 'unchanged'
  | 'would change'
  | 'done'
  | 'refused'
  | 'recording'
  | 'unreachable'
  | 'wrong password'
  | 'rolled back'
  | 'lost'
  | 'failed';

/** Result of configuring a box, with details. */
export interface Configured {
  result: Result;
  /** Changes in words: those that were made, would be made, or were asked for. */
  changes: string[];
  /** Reasons why it failed. */
  mistakes: string[];
}

/** Configuration of one box, and how it is stored. */
export interface ConfigureOptions {
  dial: () => Promise<BoxFiles>;
  given: GivenDocument;
  /** Files of the overlays folder, by name. */
  overlays?: ReadonlyMap<string, Buffer>;
  dryRun?: boolean;
  /**
   * Time in seconds for which the box waits to be told that it can still be reached; then it undoes the configuration.
   */
  trialSeconds: number;
  onStep?: (words: string) => void;
}

const GOOD: readonly Result[] = ['unchanged', 'would change', 'done'];
/** Whether a box has the configuration that it was given, or would take it. */
export const isGood = ({ result }: Configured): boolean => GOOD.includes(result);

/**
 * Gives a box a configuration on trial, reads it back, and keeps it; if it is not as it should be, the box undoes it.
 * Never rejects.
 */
export async function configureBox(options: ConfigureOptions): Promise<Configured> {
  try {
    return await configure(options);
  } catch (error) {
    const result =
      error instanceof WrongPassword ? 'wrong password' : error instanceof DialError ? 'unreachable' : 'failed';
    return { result, changes: [], mistakes: [(error as Error).message] };
  }
}

async function configure(options: ConfigureOptions): Promise<Configured> {
  const { dial, dryRun, trialSeconds, onStep = () => undefined } = options;
  onStep('dialling');
  const files = await dial();
  try {
    onStep('reading');
    const now = await readConfiguration(files);
    const plan = planOf(now.document, options.given);
    const overlays = await changedOverlays(files, options.overlays ?? new Map());
    const changes = [...overlays.map(({ words }) => words), ...plan.changes];
    const say = (result: Result, ...mistakes: string[]): Configured => ({ result, changes, mistakes });
    if (plan.mistakes.length > 0) return say('refused', ...plan.mistakes);
    if (changes.length === 0) return say('unchanged');
    if (dryRun) return say('would change');
    if (now.isRecording && overlays.length > 0)
      return say('recording', 'E22: it records, and its picture may show these files');
    onStep(`sending ${changes.length} changes`);
    await putOverlays(files, overlays, 'after');
    if (plan.changes.length === 0) return say('done');
    const stored = await storeOnTrial(files, plan.given, trialSeconds).catch(unknown);
    if (stored.outcome === 'refused') {
      await putOverlays(files, overlays, 'before');
      const mistakes = stored.mistakes.map((one) => `${stored.code}: ${one}`);
      return say(stored.code === 'E22' ? 'recording' : 'refused', ...mistakes);
    }
    files.close();
    const [result, ...mistakes] = await confirm(options, plan, now);
    if (result !== 'done')
      await withFiles(dial, (again) => putOverlays(again, overlays, 'before')).catch(() => undefined);
    return say(result, ...mistakes);
  } finally {
    files.close();
  }
}

/**
 * Result if the connection broke before the box answered: reading back will show whether the box took the
 * configuration.
 */
const unknown = (): { outcome: 'unknown' } => ({ outcome: 'unknown' });

/** Pause in ms between two tries to reach a box. */
const AGAIN_MS = 1000;
/** Wait in ms after which a box that restarts no longer answers with its old state. */
const RESTART_MS = 3000;
/** Time in ms before the end of a trial in which nothing is kept any more, see `confirm`. */
const LAST_MOMENT_MS = 2000;
/**
 * Time in ms that a box gets, after the end of the trial, to undo the configuration; after it the box counts as lost.
 */
const GRACE_MS = 15_000;

/**
 * Waits until the box can be reached and has what it was given, and keeps it; otherwise waits until the box has undone
 * it.
 */
async function confirm(options: ConfigureOptions, plan: Plan, before: Configuration): Promise<[Result, ...string[]]> {
  const { dial, trialSeconds, onStep = () => undefined } = options;
  const endsAtMs = performance.now() + trialSeconds * 1000;
  if (plan.isRestart) {
    onStep('the box begins anew');
    await sleep(RESTART_MS);
  }
  onStep('reading back');
  // The last moment is left out, so that the box has not already undone what is kept.
  const why = await until(dial, endsAtMs - LAST_MOMENT_MS, async (files) => {
    const left = planOf((await readConfiguration(files)).document, plan.given).changes;
    if (left.length > 0) return `read back, it is not what was sent: ${left.join('; ')}`;
    await keep(files, trialSeconds);
    return undefined;
  });
  if (why === undefined) return ['done'];
  onStep('waiting until it goes back');
  const notBack = await until(dial, endsAtMs + GRACE_MS, async (files) =>
    isBack((await readConfiguration(files)).document, before.document, plan) ? undefined : 'it did not go back',
  );
  return notBack === undefined ? ['rolled back', why] : ['lost', `${why}; ${notBack}`];
}

const isBack = (now: BoxDocument, before: BoxDocument, { given }: Plan): boolean =>
  planOf(now, before as GivenDocument).changes.length === 0 && planOf(now, given).changes.length > 0;

/**
 * Connects and looks, again and again, until nothing is wrong; gives what was wrong at the last try before `endsAtMs`.
 */
async function until(
  dial: () => Promise<BoxFiles>,
  endsAtMs: number,
  look: (files: BoxFiles) => Promise<string | undefined>,
): Promise<string | undefined> {
  for (;;) {
    const why = await withFiles(dial, look).catch((error: Error) => error.message);
    if (why === undefined || performance.now() + AGAIN_MS > endsAtMs) return why;
    await sleep(AGAIN_MS);
  }
}

async function withFiles<T>(dial: () => Promise<BoxFiles>, act: (files: BoxFiles) => Promise<T>): Promise<T> {
  const files = await dial();
  try {
    return await act(files);
  } finally {
    files.close();
  }
}
