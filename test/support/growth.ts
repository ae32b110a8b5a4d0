import assert from 'node:assert/strict';

/** A measurement is made so many times at most: a core that others use is slower at times, work that grows too fast always. */
const ROUNDS = 4;

interface Growth {
  /** Parts of the smaller input. */
  parts: number;
  /** The larger one has so many times as many: 2. */
  more?: number;
  /** It may cost so many times as much: 3. */
  times?: number;
  /** What costs less says nothing about growth, and blocks nobody. */
  leastMs: number;
}

/** Processor time of `work` in ms, of all threads of this process. */
export async function costOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/**
 * Fails if what `of` makes from `n` parts costs much more than `more` times as much for `more` times as many parts, in each of four rounds.
 * `of` gives what that many parts cost, in ms.
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

/** What strangers send, made of so many parts, and what reads it. */
export type GrowthRow<Input = string> = readonly [
  name: string,
  parts: number,
  make: (parts: number) => Input,
  read: (input: Input) => unknown,
];

/** Each row as it is: rows of a table differ in what they read. */
export const growthRow = <Input>(...row: GrowthRow<Input>): GrowthRow<never> => row as unknown as GrowthRow<never>;

/**
 * Of one row: four times as much to read takes four times as long. What is collected meanwhile may cost as much again; work that grows by
 * the square costs sixteen times as much. A refusal is as good as a reading, if it comes as soon.
 */
export async function judgeGrowth([, parts, make, read]: GrowthRow<never>, leastMs = 20): Promise<void> {
  const cost = async (count: number): Promise<number> => {
    const input = make(count);
    const costs: number[] = [];
    for (let run = 0; run < 3; run += 1) {
      const once = async (): Promise<void> => {
        try {
          await read(input);
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
