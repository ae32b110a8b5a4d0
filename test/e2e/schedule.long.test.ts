// Runs alone: it measures when lectures begin, and how long they are.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startBox, type Box } from '../support/box.ts';
import { lecture, startOpencast } from '../support/opencast/server.ts';
import { until } from '../support/until.ts';

/** Kills and outages around a lecture, on a whole box. */

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amphi-e2e-schedule-'));
  await writeFile(join(folder, 'password'), 'secret\n', { mode: 0o600 });
});
after(() => rm(folder, { recursive: true, force: true }));

const inSeconds = (seconds: number): number => Math.ceil(Date.now() / 1000) * 1000 + seconds * 1000;
type HandOver = { step: string; sentBytes?: number; deliveredAtMs?: number };
const handOverOf = async (box: Box): Promise<HandOver | undefined> =>
  (await box.get<{ handOvers: HandOver[] }>('/schedule')).handOvers[0];

test('killed before the lecture, and in the midst of the upload, the server away at both: all is there, once', async () => {
  await using server = await startOpencast();
  const opencast = {
    url: server.url,
    user: 'capture',
    passwordFile: join(folder, 'password'),
    pollSeconds: 2,
    stateSeconds: 2,
  };
  let box = await startBox({
    device: {
      inputs: {
        1: { source: { driver: 'test', pattern: 'bars' } },
        3: { source: { driver: 'test', pattern: 'motion' } },
      },
    },
    config: {
      hall: 'Amphi_D',
      schedule: { opencast, handOver: { firstRetrySeconds: 1, mostRetrySeconds: 2, maxKbps: 500 } },
    },
  });
  try {
    const startsAtMs = inSeconds(45);
    server.events = [
      lecture('lecture-1', startsAtMs, startsAtMs + 10_000),
      lecture('lecture-2', startsAtMs + 10_000, startsAtMs + 15_000),
    ];
    await until(
      'the calendar is known',
      async () => (await box.get<{ events: unknown[] }>('/schedule')).events.length === 2,
    );
    await box.kill9();
    await server.stop();
    box = await startBox({ folder: box.folder });
    await until('both are over', () => Date.now() > startsAtMs + 15_000);
    await server.start();
    await until('it is sent', async () => ((await handOverOf(box))?.sentBytes ?? 0) > 0);
    await box.kill9();
    box = await startBox({ folder: box.folder });
    await until('all is handed over', () => server.ingested.length >= 2);
    await until('and known to be', async () => {
      const { handOvers } = await box.get<{ handOvers: HandOver[] }>('/schedule');
      return handOvers.length === 2 && handOvers.every(({ deliveredAtMs }) => deliveredAtMs !== undefined);
    });
    assert.deepEqual(server.ingested.map(({ mediaPackage }) => mediaPackage.id).toSorted(), ['lecture-1', 'lecture-2']);
    for (const { mediaPackage } of server.ingested)
      assert.equal(mediaPackage.tracks.length, 1, 'nothing of it was interrupted');
    await assertTimes(box, startsAtMs);
  } finally {
    await box.remove();
  }
});

/** Each began at its second, and is as long as it was to be. */
async function assertTimes(box: Box, startsAtMs: number): Promise<void> {
  const { recordings } = await box.get<{ recordings: { startedAtMs: number; durationMs: number }[] }>('/recordings');
  const [second, first] = recordings;
  assert.deepEqual([first?.startedAtMs, second?.startedAtMs], [startsAtMs, startsAtMs + 10_000]);
  const [ten, five] = [first?.durationMs ?? 0, second?.durationMs ?? 0];
  assert.ok(Math.abs(ten - 10_000) < 150 && Math.abs(five - 5000) < 150, `${ten} and ${five} ms`);
}
