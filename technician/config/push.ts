import { openProgressTable, type ProgressTable } from '#technician/output/progress-table.ts';
import { tableOf } from '#technician/output/columns.ts';
import type { BoxFiles } from '#technician/dial/box-files.ts';
import type { Target } from './config-files.ts';
import { configureBox, isGood, type Configured, type Result } from './configure-box.ts';

/** Settings of configuring many boxes. */
export interface PushOptions {
  dial: (target: Target, say: (words: string) => void) => Promise<BoxFiles>;
  parallel: number;
  dryRun: boolean;
  trialSeconds: number;
}

/** Result of one of many boxes. */
export interface Pushed extends Configured {
  box: string;
  host: string;
  seconds: number;
}

/** Configures all boxes, some at a time, each with its line of progress. */
export async function pushAll(targets: readonly Target[], options: PushOptions): Promise<Pushed[]> {
  const progress = openProgressTable(targets.map(({ row }) => row.label));
  const results: Pushed[] = [];
  const waiting = [...targets.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift())
      results[next[0]] = await pushOne(next, options, progress);
  };
  try {
    await Promise.all(Array.from({ length: Math.min(options.parallel, targets.length) }, work));
  } finally {
    progress.close();
  }
  return results;
}

async function pushOne(
  [index, target]: [number, Target],
  options: PushOptions,
  progress: ProgressTable,
): Promise<Pushed> {
  const { dial, dryRun, trialSeconds } = options;
  const { row, given, overlays } = target;
  const beganMs = performance.now();
  const done = await configureBox({
    dial: () => dial(target, (words) => progress.note(words)),
    given,
    overlays,
    dryRun,
    trialSeconds,
    onStep: (words) => progress.step(index, words),
  });
  progress.step(index, lastWords(done));
  return { ...done, box: row.label, host: row.host, seconds: (performance.now() - beganMs) / 1000 };
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** Result of a box in one line. */
export function lastWords({ result, changes, mistakes }: Configured): string {
  const words = result === 'unchanged' ? 'unchanged: it has all of this already' : result;
  if (mistakes.length > 0)
    return `${words}: ${mistakes[0]}${mistakes.length > 1 ? ` (and ${mistakes.length - 1} more)` : ''}`;
  return changes.length > 0 ? `${words}: ${counted(changes.length, 'change')}` : words;
}

/** Table of all boxes, with what went wrong and a count. */
export function summary(all: readonly Pushed[], withChanges: boolean): string {
  const rows = all.map(({ box, host, result, changes, seconds }) => [
    box,
    host,
    result,
    String(changes.length),
    `${seconds.toFixed(1)} s`,
  ]);
  const details = all.flatMap((one) => {
    const lines = [...one.mistakes, ...(withChanges || one.result === 'would change' ? one.changes : [])];
    return lines.length > 0 ? [`\n${one.box}: ${one.result}`, ...lines.map((line) => `  ${line}`)] : [];
  });
  const kinds = [...new Set(all.map(({ result }) => result))];
  const counts = kinds.map((kind: Result) => `${all.filter(({ result }) => result === kind).length} ${kind}`);
  const table = tableOf([['box', 'address', 'result', 'changes', 'time'], ...rows]);
  return [...table, ...details, `\n${all.length} ${all.length === 1 ? 'box' : 'boxes'}: ${counts.join(', ')}`].join(
    '\n',
  );
}

/** Whether all boxes have the configuration that they were given. */
export const areAllGood = (all: readonly Configured[]): boolean => all.every(isGood);
