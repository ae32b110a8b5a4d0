import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { FEW_PIXELS, startBox, type Box } from '../support/box.ts';
import { lecture, startOpencast } from '../support/opencast/server.ts';
import { until } from '../support/until.ts';
import { inSeconds, isDelivered, openAgentDesk, recordingOf, type AgentDesk } from './agent-desk.ts';

/** A whole box as a capture agent, which is killed. */

/** A box that is killed must be back before it is over, on a busy machine as well. */
const LECTURE_MS = 45_000;

let desk: AgentDesk;
before(async () => void (desk = await openAgentDesk()));
after(() => desk?.remove());

test('killed in the midst of a lecture, with the server away: it goes on, and all of it is handed over', async () => {
  await using server = await startOpencast();
  const box = await desk.boxFor(server, {}, { encoders: FEW_PIXELS });
  let again: Box | undefined;
  try {
    const startsAtMs = inSeconds(3);
    server.events = [lecture('lecture-1', startsAtMs, startsAtMs + LECTURE_MS)];
    await until('it is recorded', async () => (await recordingOf(box).catch(() => undefined))?.status === 'recording');
    await until('some of it', () => Date.now() > startsAtMs + 4000);
    await box.kill9();
    await server.stop();
    again = await startBox({ folder: box.folder });
    const second = again;
    await until('it is over', () => Date.now() > startsAtMs + LECTURE_MS);
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
});
