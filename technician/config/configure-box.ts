import { readConfiguration, keep, planOf, storeOnTrial, type Configuration, type Plan } from './box-configuration.ts';
import type { BoxDocument } from '#firmware-config/document/document.ts';
import type { GivenDocument } from '#firmware-config/schema/config.ts';
import type { BoxFiles } from '#technician/dial/box-files.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { DialError, WrongPassword } from '#technician/dial/dial-error.ts';
import { changedOverlays, putOverlays } from './overlay-files.ts';

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

/** What became of one box. */
export interface Configured {
  result: Result;
  /** What is different now, or would be, or was asked for, in words. */
  changes: string[];
  /** Why not. */
  mistakes: string[];
}

export interface ConfigureOptions {
  dial: () => Promise<BoxFiles>;
  given: GivenDocument;
  /** Files of the overlays folder, by name. */
  overlays?: ReadonlyMap<string, Buffer>;
  dryRun?: boolean;
  /** Time for which a box waits to be told that it can still be reached, seconds. */
  trialSeconds: number;
  onStep?: (words: string) => void;
}

const GOOD: readonly Result[] = ['unchanged', 'would change', 'done'];
/** Whether a box has what it was to get, or would get it. */
export const isGood = ({ result }: Configured): boolean => GOOD.includes(result);

/** Gives a box a configuration, looks whether it has it, and lets it go back if it does not. Never rejects. */
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

/** The line broke before the box answered: whether it has it is seen when it is read back. */
const unknown = (): { outcome: 'unknown' } => ({ outcome: 'unknown' });

const AGAIN_MS = 1000;
/** A box that begins anew is gone by then. */
const RESTART_MS = 3000;
const LAST_MOMENT_MS = 2000;
/** The box needs a moment to go back. */
const GRACE_MS = 15_000;

/** Whether the box can still be reached and has what it was given; else whether it went back by itself. */
async function confirm(options: ConfigureOptions, plan: Plan, before: Configuration): Promise<[Result, ...string[]]> {
  const { dial, trialSeconds, onStep = () => undefined } = options;
  const endsAtMs = performance.now() + trialSeconds * 1000;
  if (plan.isRestart) {
    onStep('the box begins anew');
    await sleep(RESTART_MS);
  }
  onStep('reading back');
  // Not in the last moment: what is kept must not have gone back already.
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

/** Dials until a look finds nothing wrong; else what was wrong last. */
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
