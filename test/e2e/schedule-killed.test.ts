import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { FEW_PIXELS, startBox, type Box } from '../support/box.ts';
import { lecture, startOpencast } from '../support/opencast/server.ts';
import { inTime, type InTime } from '../support/pace.ts';
import { until } from '../support/until.ts';
import { inSeconds, isDelivered, openAgentDesk, recordingOf, type AgentDesk } from './agent-desk.ts';

/** A whole box as a capture agent, which is killed. */

/** Recorded before the box is killed. */
const BEFORE_MS = 4000;
/** A box that is killed must be back before the lecture is over: so many times as long as it took to start before, and this. */
const PATIENCE = { times: 2.5, moreMs: 6000 };

let desk: AgentDesk;
before(async () => void (desk = await openAgentDesk()));
after(() => desk?.remove());

test('killed in the midst of a lecture, with the server away: it goes on, and all of it is handed over', (t) =>
  inTime(t, goesOn));

async function goesOn(judge: InTime): Promise<void> {
  await using server = await startOpencast();
  const beganMs = performance.now();
  const box = await desk.boxFor(server, {}, { encoders: FEW_PIXELS });
  const lectureMs = Math.ceil(BEFORE_MS + (performance.now() - beganMs) * PATIENCE.times + PATIENCE.moreMs);
  let again: Box | undefined;
  try {
    const startsAtMs = inSeconds(3);
    server.events = [lecture('lecture-1', startsAtMs, startsAtMs + lectureMs)];
    await until('it is recorded', async () => (await recordingOf(box).catch(() => undefined))?.status === 'recording');
    await until(
      'some of it',
      async () =>
        Date.now() > startsAtMs + BEFORE_MS && ((await recordingOf(box)).parts[0]?.durationMs ?? 0) > BEFORE_MS / 4,
    );
    await box.kill9();
    await server.stop();
    again = await startBox({ folder: box.folder });
    const backMs = Date.now();
    const second = again;
    // One that is back after the lecture has nothing to go on with.
    const endsAtMs = startsAtMs + lectureMs;
    const goesOnAgain = async (): Promise<boolean> => ((await recordingOf(second)).parts[1]?.durationMs ?? 0) > 0;
    await until('it goes on, or the lecture is over', async () => (await goesOnAgain()) || Date.now() > endsAtMs);
    const isBack = await goesOnAgain();
    judge('the killed box was back later than the end by', isBack ? 0 : backMs - (endsAtMs - 4000), 0);
    if (!isBack && backMs > endsAtMs - 4000) return;
    await until('it is over', () => Date.now() > startsAtMs + lectureMs);
    await until('it is finished', async () => ['finished', 'partial'].includes((await recordingOf(second)).status));
    const { parts } = await recordingOf(second);
    assert.deepEqual(
      parts.map(({ number, name }) => [number, /_S1R(\d)\.mp4$/.exec(name)?.[1]]),
      [
        [1, '1'],
        [2, '2'],
      ],
    );
    await until('it says why it waits', async () =>
      JSON.stringify(await second.get('/schedule')).includes('nobody listens there'),
    );
    await server.start();
    await until('it is handed over', isDelivered(second));
    const [{ mediaPackage, fields } = assert.fail()] = server.ingested;
    assert.deepEqual(
      mediaPackage.tracks.map(({ flavor }) => flavor),
      ['presenter/source', 'presenter/source-1'],
    );
    assert.equal(fields['2Files'], 'true');
  } finally {
    await again?.remove();
    await box.remove();
  }
}
