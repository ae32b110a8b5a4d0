import assert from 'node:assert/strict';

/**
 * Number of measurements; the test fails only if all fail. A core that others use is slow now and then, work that grows
 * too fast always.
 */
const ROUNDS = 4;

interface Growth {
  /** Number of parts of the smaller input. */
  parts: number;
  /** Number of parts of the larger input, as a multiple of `parts` (2). */
  more?: number;
  /** Cost that is allowed for it, as a multiple of the smaller one's cost (3). */
  times?: number;
  /** Cost in milliseconds below which a measurement proves nothing about growth. */
  leastMs: number;
}

/** Processor time of `work` in milliseconds, of all threads of this process. */
export async function costOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/**
 * Fails if `more` times as many parts cost more than `times` as much, in each of four rounds. `of` gives what a number
 * of parts costs, in milliseconds.
 */
export async function growsAsItsInput(of: (parts: number) => Promise<number>, growth: Growth): Promise<void> {
  const { parts, more = 2, times = 3, leastMs } = growth;
  const seen: string[] = [];
  await of(Math.ceil(parts / 8));
  for (let round = 0; round < ROUNDS; round += 1) {
    const [small, large] = [await of(parts), await of(more * parts)];
    if (large < Math.max(leastMs, times * small)) return;
    seen.push(`${parts}: ${small.toFixed(1)} ms, ${more * parts}: ${large.toFixed(1)} ms`);
  }
  assert.fail(`grows faster than its input: ${seen.join('; ')}`);
}

/** A reader of foreign input, and a function that makes such an input of so many parts. */
export type GrowthRow<Input = string> = readonly [
  name: string,
  parts: number,
  make: (parts: number) => Input,
  read: (input: Input) => unknown,
];

/** A row as it is, without the type of its input: rows of a table differ in it. */
export const growthRow = <Input>(...row: GrowthRow<Input>): GrowthRow<never> => row as unknown as GrowthRow<never>;

/**
 * Fails if four times as many parts take much more than four times as long: garbage collection may cost as much again; work
 * that grows by the square costs sixteen times as much. The best of three counts. A refusal is as good as a reading, if it
 * comes as fast.
 */
export async function growsEvenly(
  prepare: (parts: number) => () => unknown,
  parts: number,
  leastMs = 20,
): Promise<void> {
  const cost = async (count: number): Promise<number> => {
    const work = prepare(count);
    const costs: number[] = [];
    for (let run = 0; run < 3; run += 1) {
      const once = async (): Promise<void> => {
        try {
          await work();
        } catch (error) {
          assert.ok(error instanceof Error);
          assert.ok(!(error instanceof RangeError), 'no stack is deep enough, or no memory large enough');
        }
      };
      costs.push(await costOf(once));
    }
    return Math.min(...costs);
  };
  await growsAsItsInput(cost, { parts, more: 4, times: 10, leastMs });
}

/** Judges one row as `growsEvenly` does. */
export const judgeGrowth = ([, parts, make, read]: GrowthRow<never>, leastMs = 20): Promise<void> =>
  growsEvenly(
    (count) => {
      const input = make(count);
      return () => read(input);
    },
    parts,
    leastMs,
  );
