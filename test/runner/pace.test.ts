import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { sleep } from '#lib/runtime/clock.ts';
import { inTime, wasLate, watchPace, type Pace } from '#test/support/pace.ts';
import { until } from '#test/support/until.ts';

const QUICK: Pace = { spanMs: 1000, waitedMs: 5, latestMs: 2 };
const SLOW: Pace = { spanMs: 1000, waitedMs: 300, latestMs: 40 };

/** Judges `took` of each round on machines of these paces. Gives what was noted, and the error. */
async function judged(
  took: readonly number[],
  paces: readonly Pace[],
): Promise<{ rounds: number; notes: string[]; error?: string }> {
  const notes: string[] = [];
  let rounds = 0;
  const watch = () => Promise.resolve(() => Promise.resolve(paces[rounds - 1]!));
  const measure = async (judge: (what: string, tookMs: number, limitMs: number) => void): Promise<void> => {
    judge('sound', took[rounds++]!, 45);
  };
  const run = inTime({ diagnostic: (text) => void notes.push(text) }, measure, watch);
  const error = await run.then(
    () => undefined,
    (reason: Error) => reason.message,
  );
  return { rounds, notes, ...(error === undefined ? {} : { error }) };
}

test('what is in time is judged once; what is late on a machine that kept up fails at once', async () => {
  assert.deepEqual(await judged([45], [SLOW]), { rounds: 1, notes: [] });
  const { rounds, error } = await judged([46], [QUICK]);
  assert.equal(rounds, 1);
  assert.match(error ?? '', /^sound: 46 ms, more than 45 \(the machine kept up/);
});

test('what is late on a late machine is judged again, and told; a machine that recovers leaves no excuse', async () => {
  const once = await judged([60, 30], [SLOW, SLOW]);
  assert.deepEqual([once.rounds, once.error], [2, undefined]);
  assert.match(once.notes.join(), /^note: repeated: the machine was late .*sound: 60 ms, more than 45$/);
  assert.match((await judged([60, 60], [SLOW, QUICK])).error ?? '', /the machine kept up/);
});

test('the last time what the machine withheld is allowed, and no more', async () => {
  const excused = await judged([90, 90, 90], [SLOW, SLOW, SLOW]);
  assert.deepEqual([excused.rounds, excused.notes.length, excused.error], [3, 3, undefined]);
  assert.match((await judged([900, 900, 900], [SLOW, SLOW, SLOW])).error ?? '', /later than the machine, three times/);
  assert.match((await judged([Number.NaN, Number.NaN, Number.NaN], [SLOW, SLOW, SLOW])).error ?? '', /three times/);
});

test('what must never happen fails whatever the machine does', async () => {
  let rounds = 0;
  const lost = inTime(
    { diagnostic: () => undefined },
    async () => {
      rounds++;
      assert.fail('a frame is lost');
    },
    () => Promise.resolve(() => Promise.resolve(SLOW)),
  );
  await assert.rejects(lost, /a frame is lost/);
  assert.equal(rounds, 1);
});

test('a machine whose cores have other work to do is seen to be late', async () => {
  const busy = Array.from({ length: availableParallelism() * 3 }, () => spawn(process.execPath, ['-e', 'for (;;);']));
  try {
    await until('the machine is late', async () => {
      const stop = await watchPace();
      await sleep(300);
      return wasLate(await stop());
    });
  } finally {
    for (const child of busy) child.kill('SIGKILL');
  }
});
