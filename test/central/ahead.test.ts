import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { startAhead } from '#central/ahead.ts';
import { tellGrowing, type GrowingNotice } from '#central/intake/growing/notices.ts';
import { openJobs, type Jobs } from '#central/store/jobs.ts';
import { aheadOfTime } from '#central/workflows/chunks/ahead-of-time.ts';
import { CHUNKS_QUEUE } from '#central/workflows/chunks/chunk-tasks.ts';
import { envelopeOf } from '#central/workflows/chunks/envelope-of.ts';
import { startSoundWorker } from '#central/workflows/chunks/follow-sound.ts';
import { openDefinitions } from '#central/workflows/definitions.ts';
import { openProfiles } from '#central/workflows/profiles/open-profiles.ts';
import { blocksOf } from '#lib/analysis/sound/envelope.ts';
import { openCatalogue } from '#lib/opencast/workflows/catalogue/catalogue.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { until } from '#test/support/until.ts';
import { BOX_CODING, film, openChunkRig, type ChunkRig } from './workflows/chunks/film-rig.ts';

let rig: ChunkRig;
let needs: ChunkRig['needs'] & { jobs: Jobs };
before(async () => {
  rig = await openChunkRig(({ connection }) => openJobs(connection, silentLog));
  needs = { ...rig.needs, jobs: rig.needs.jobs as Jobs };
  await needs.jobs.makeQueues([CHUNKS_QUEUE]);
});
after(() => rig.close());

/** A definition of an administrator that encodes nothing. */
const DRAWS = `
id: draws
title: Draws
operations:
  - id: waveform
    configurations:
      - source-flavor: '*/source'
      - target-flavor: '*/waveform'
`;

test('of a recording that grows, whose workflow only draws its sound, the envelope is there when it ends', async (t) => {
  const [event, upload, path] = [await rig.event(), crypto.randomUUID(), '.growing/lecture.mp4'];
  await rig.database.updateTable('events').set({ workflow: 'draws' }).where('id', '=', event).execute();
  await rig.database
    .insertInto('growing_uploads')
    .values({ id: upload, event, account: 'a', recording: 'r', flavor: 'presenter/source', file_name: 'r.mp4' })
    .execute();
  const own = join(rig.folder, 'workflows');
  await mkdir(own);
  await writeFile(join(own, 'draws.yaml'), DRAWS);
  const catalogue = openCatalogue();
  const definitions = await openDefinitions({ shipped: undefined, own, catalogue, has: () => true, log: silentLog });
  t.after(() => definitions.close());
  t.after(await startSoundWorker(needs));
  const chunks = { aheadOfTime: (order: Parameters<typeof aheadOfTime>[1]) => aheadOfTime(needs, order) };
  const { connection } = rig;
  const known = { definitions, catalogue, profiles: openProfiles(), standard: 'draws' };
  const ahead = startAhead({ ...needs, chunks, connection, ...known });
  t.after(() => ahead.close());

  const container = '-movflags +frag_keyframe+empty_moov+default_base_moof';
  const bytes = await readFile(await film({ seconds: 20, fps: 15, coding: BOX_CODING, container }));
  const growing = rig.store.at(path);
  await mkdir(dirname(growing), { recursive: true });
  await writeFile(growing, bytes.subarray(0, bytes.length / 2));
  const tell = (state: GrowingNotice['state'], sizeBytes: number) =>
    tellGrowing(rig.database, { upload, event, path, bytes: sizeBytes, state });
  await until('it is followed', async () => {
    // Whoever listens may not have begun yet.
    await tell('grows', bytes.length / 2);
    const rows = await rig.database.selectFrom('sound_tasks').select('id').where('event', '=', event).execute();
    return rows.length > 0;
  });
  await appendFile(growing, bytes.subarray(bytes.length / 2));
  await tell('ended', bytes.length);
  await until('the envelope is kept', async () => {
    const rows = await rig.database.selectFrom('film_sounds').select('path').where('event', '=', event).execute();
    return rows.length > 0;
  });
  const { signal } = new AbortController();
  const kept = await envelopeOf({ ...needs, ffmpeg: '/bin/false' })({ event, source: growing, signal });
  assert.ok(kept && blocksOf(kept) >= 2000);
});
