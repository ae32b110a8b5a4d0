import { sleep } from '#lib/runtime/clock.ts';
import { openProgressLine } from '#technician/output/progress-line.ts';
import type { ToldOperation, ToldRun } from './told-run.ts';

/** Milliseconds between two looks. */
const LOOK_MS = 500;
/** Signs of a bar. */
const BAR = 20;

/** Ends of a workflow: states after which nothing follows by itself. */
const ENDS: readonly string[] = ['succeeded', 'failed', 'stopped', 'paused'];

/**
 * Follows a workflow to its end, or until it waits for a person: a line for each operation that ends, and a bar for what is
 * at work. Gives the exit code: 0 if it succeeded.
 */
export async function followRun(look: () => Promise<ToldRun>, print: (line: string) => void): Promise<number> {
  const line = openProgressLine();
  const told = new Set<number>();
  try {
    for (;;) {
      const run = await look();
      for (const operation of run.operations) {
        if (told.has(operation.position) || !isOver(operation)) continue;
        told.add(operation.position);
        const { position, state, reason, description, operation: name } = operation;
        print(`${position} ${name}: ${state}${reason === null ? '' : `, ${reason}`} (${description})`);
      }
      if (ENDS.includes(run.state)) {
        print(`${run.id} ${run.state}`);
        return run.state === 'succeeded' ? 0 : 1;
      }
      line.show(barsOf(run));
      await sleep(LOOK_MS);
    }
  } finally {
    line.close();
  }
}

const isOver = ({ state }: ToldOperation): boolean => ['succeeded', 'failed', 'skipped'].includes(state);

function barsOf({ operations }: ToldRun): string {
  const atWork = operations.filter(({ state }) => state === 'running');
  const done = operations.filter(isOver).length;
  const bars = atWork.map(({ operation, progress }) => `${operation} ${progress === null ? '…' : barOf(progress)}`);
  return [`${done}/${operations.length}`, ...bars].join('  ');
}

/** A part as a bar: `[#####               ] 25 %`. */
export const barOf = (part: number): string => {
  const signs = Math.round(Math.max(0, Math.min(1, part)) * BAR);
  return `[${'#'.repeat(signs)}${' '.repeat(BAR - signs)}] ${Math.floor(part * 100)} %`;
};
