import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { FEW_PIXELS } from '../support/box.ts';
import { lecture, startOpencast } from '../support/opencast/server.ts';
import { until } from '../support/until.ts';
import { NO_WALL_CLOCK, openWallClock } from '../support/wall-clock.ts';
import { inSeconds, isDelivered, openAgentDesk, recordingOf, type AgentDesk } from './agent-desk.ts';

/** A box without a battery, or with a broken one, whose clock is set by the network minutes after it booted. */

let desk: AgentDesk;
before(async () => void (desk = await openAgentDesk()));
after(() => desk?.remove());

for (const year of [1970, 2069])
  test(
    `booted in ${year}, set right later: the next lecture is recorded at its second and handed over`,
    { skip: NO_WALL_CLOCK },
    async (t) => {
      await using server = await startOpencast();
      const offSeconds = Math.round((Date.UTC(year, 0, 1, 0, 5) - Date.now()) / 1000);
      const clock = await openWallClock(t, offSeconds);
      const box = await desk.boxFor(server, {}, { encoders: FEW_PIXELS }, clock.env);
      t.after(() => box.remove());
      const yearOfBox = async (): Promise<number> =>
        new Date((await box.get<{ nowMs: number }>('/status')).nowMs).getUTCFullYear();
      assert.equal(await yearOfBox(), year);
      const asked = (): number => server.asked.filter(({ path }) => path.includes('calendar')).length;
      server.events = [lecture('far-1', inSeconds(3600), inSeconds(3660))];
      const before = asked();
      await until('it has read the calendar in the wrong year', () => asked() >= before + 2);
      assert.equal((await box.get<{ recordings: unknown[] }>('/recordings')).recordings.length, 0);
      await clock.set(0);
      const startsAtMs = inSeconds(9);
      const titled = lecture('next-1', startsAtMs, startsAtMs + 4000);
      server.events = [titled, ...server.events];
      await until('it is handed over', isDelivered(box));
      const recording = await recordingOf(box);
      assert.deepEqual(
        [recording.startedAtMs, recording.status, recording.parts.length, recording.metadata.title],
        [startsAtMs, 'finished', 1, titled.title],
      );
      assert.ok(Math.abs((recording.deliveredAtMs ?? 0) - Date.now()) < 60_000, 'its hand-over has a true time');
      assert.deepEqual(server.ingested.length, 1);
      assert.equal(server.recordings.get('next-1')?.at(-1), 'upload_finished');
    },
  );
