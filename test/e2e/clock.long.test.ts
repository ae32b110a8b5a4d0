// Runs alone: no frame may be missing, and sound is measured against picture.
/** The wall clock jumps while a box records. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { sleep } from '#lib/runtime/clock.ts';
import { startBox } from '#test/support/box.ts';
import { startHallProcess } from '#test/support/hall.ts';
import { assertLipSync, judgeTake, latenessOf, sourceIn } from '#test/support/judge.ts';
import { CAMERA, SLIDES } from '#simulator/signal.ts';
import { inTime } from '#test/support/pace.ts';
import { until } from '#test/support/until.ts';
import { NO_WALL_CLOCK, openWallClock } from '#test/support/wall-clock.ts';

const HOUR_MS = 3_600_000;

test(
  'the wall clock is set back an hour (and, AMPHI_LONG, on by two) during a recording: not a frame is lost, and it ends when it should',
  {
    skip: NO_WALL_CLOCK,
  },
  (t) =>
    inTime(t, async (judge) => {
      const clock = await openWallClock(t);
      const hall = await startHallProcess();
      t.after(() => hall.close());
      const box = await startBox({
        device: { inputs: hall.inputs },
        env: clock.env,
      });
      t.after(() => box.remove());
      await Promise.all([box.input(1, 'live'), box.input(3, 'live')]);
      const offHours = async (): Promise<number> => {
        const { nowMs } = await box.get<{ nowMs: number }>('/status');
        return Math.round((nowMs - Date.now()) / HOUR_MS) || 0;
      };

      const jumps = [
        { from: 0, hours: -1 },
        { from: -1, hours: 1 },
      ];
      for (const { from, hours } of process.env['AMPHI_LONG'] ? jumps : jumps.slice(0, 1)) {
        assert.equal(await offHours(), from);
        const { take } = await box.start({ metadata: { title: `Clock ${hours}` }, minutes: 0.15 });
        await sleep(3000);
        await clock.set(hours * 3600);
        assert.equal(await offHours(), hours, 'the box sees the other time');
        const wanted = async (): Promise<string> =>
          (await box.get<{ recording: { wanted: string } }>('/recording')).recording.wanted;
        await until('it ends by itself', async () => (await wanted()) === 'stopped');
        const result = await judgeTake(await box.settled(take), {}, await latenessOf(box, judge));
        assert.ok(
          Math.abs(result.container.durationMs - 9000) < 500,
          `${result.container.durationMs} ms instead of 9 s`,
        );
        for (const id of [SLIDES, CAMERA]) {
          assert.deepEqual(sourceIn(result, id).torn, []);
          assertLipSync(sourceIn(result, id), { judge }, 3000);
        }
      }
    }),
);
