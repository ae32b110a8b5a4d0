import assert from 'node:assert/strict';
import { appendFile, chmod, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openJobs, type Jobs } from '#central/store/jobs.ts';
import { aheadOfTime } from '#central/workflows/chunks/ahead-of-time.ts';
import { CHUNKS_QUEUE } from '#central/workflows/chunks/chunk-tasks.ts';
import { dropOldChunks } from '#central/workflows/chunks/drop-chunks.ts';
import { envelopeOf } from '#central/workflows/chunks/envelope-of.ts';
import { startSoundWorker } from '#central/workflows/chunks/follow-sound.ts';
import { blocksOf, MEAN, PEAK, PER_BLOCK, type Envelope } from '#lib/analysis/sound/envelope.ts';
import { readEnvelope } from '#lib/analysis/sound/read-envelope.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { runProgram } from '#lib/runtime/processes/run-program.ts';
import { until } from '#test/support/until.ts';
import { BOX_CODING, film, openChunkRig, profile, type ChunkRig } from './film-rig.ts';

let rig: ChunkRig;
let needs: ChunkRig['needs'] & { jobs: Jobs };
before(async () => {
  rig = await openChunkRig(({ connection }) => openJobs(connection, silentLog));
  const jobs = rig.needs.jobs as Jobs;
  await jobs.makeQueues([CHUNKS_QUEUE]);
  needs = { ...rig.needs, jobs };
});
after(() => rig.close());

const FRAGMENTED = '-movflags +frag_keyframe+empty_moov+default_base_moof';
const { signal } = new AbortController();
/** What is asked without a program that could read the sound. */
const askKept = (event: string, source: string) =>
  envelopeOf({ ...needs, ffmpeg: '/bin/false' })({ event, source, signal });

const soundsOf = (event: string) =>
  rig.database.selectFrom('film_sounds').select('path').where('event', '=', event).execute();

/** Lets a film grow in two steps while its envelope is made; gives its path. */
async function grown(event: string, path: string): Promise<string> {
  const bytes = await readFile(path);
  const growing = rig.store.at(`${event}-growing.mp4`);
  await writeFile(growing, bytes.subarray(0, Math.round(bytes.length * 0.4)));
  const ahead = (isWhole: boolean) =>
    aheadOfTime(needs, { event, source: growing, profiles: [], envelope: true, isWhole });
  assert.deepEqual(await ahead(false), { jobs: 0, filmMs: 0, leftOut: [] });
  await appendFile(growing, bytes.subarray(Math.round(bytes.length * 0.4)));
  await ahead(true);
  await until('the envelope is made', async () => (await soundsOf(event)).length === 1);
  return growing;
}

/** Blocks of two envelopes that differ by more than rounding. */
const differences = (one: Envelope, other: Envelope): number[] =>
  Array.from({ length: Math.max(blocksOf(one), blocksOf(other)) }, (_, at) => at).filter((at) =>
    [PEAK, MEAN].some(
      (what) => !(Math.abs(one.values[at * PER_BLOCK + what]! - other.values[at * PER_BLOCK + what]!) < 1e-4),
    ),
  );

test('the envelope of a film that grows is there when it is whole, though nothing of it is encoded: that of the file', async (t) => {
  t.after(await startSoundWorker(needs));
  const event = await rig.event();
  const growing = await grown(event, await film({ seconds: 20, fps: 15, coding: BOX_CODING, container: FRAGMENTED }));
  // The finished file, as the server makes it of the fragments.
  const source = rig.store.at('finished.mp4');
  const remux = ['-v', 'error', '-i', growing, '-c', 'copy', '-movflags', '+faststart', '-y', source];
  assert.equal((await runProgram('ffmpeg', remux)).code, 0);
  await rm(growing);
  const kept = await askKept(event, source);
  assert.ok(kept && blocksOf(kept) >= 2000, `${kept && blocksOf(kept)}`);
  assert.deepEqual(differences(kept, await readEnvelope(needs, source)), []);
  // Each second begins with a beep.
  const loudest = (fromMs: number, toMs: number): number =>
    Math.max(...kept.values.subarray((fromMs / 10) * PER_BLOCK, (toMs / 10) * PER_BLOCK));
  assert.ok(loudest(5000, 5060) > 0.4 && loudest(5100, 5900) < 0.01, `${loudest(5000, 5060)}`);
  // Of another event it is not known.
  await assert.rejects(askKept(await rig.event(), source));
});

test('its times are those of the file, also if sound or film begin late', async (t) => {
  t.after(await startSoundWorker(needs));
  const whole = await film({ seconds: 20, fps: 15, coding: BOX_CODING });
  for (const [name, picture, sound] of [
    ['sound', [], ['-itsoffset', '3.5']],
    ['film', ['-itsoffset', '2'], ['-itsoffset', '4']],
  ] as const) {
    const event = await rig.event();
    const late = join(rig.folder, `late-${name}.mp4`);
    const argv = ['-v', 'error', ...picture, '-i', whole, ...sound, '-i', whole, '-map', '0:v', '-map', '1:a'];
    const container = ['-movflags', '+frag_keyframe+delay_moov+default_base_moof', '-avoid_negative_ts', 'disabled'];
    assert.equal((await runProgram('ffmpeg', [...argv, '-c', 'copy', ...container, '-y', late])).code, 0);
    const source = await grown(event, late);
    const kept = await askKept(event, source);
    const due = await readEnvelope(needs, source);
    assert.ok(kept);
    const loud = (envelope: Envelope): number =>
      Array.from({ length: blocksOf(envelope) }, (_, at) => at).findIndex(
        (at) => envelope.values[at * PER_BLOCK + PEAK]! > 0.3,
      );
    assert.ok(loud(due) > 100, `${loud(due)}`);
    // The first frame of AAC belongs to nothing; where a file leaves it out, the envelope has 21 ms more.
    assert.ok(Math.abs(loud(kept) - loud(due)) <= 2, `${name}: at ${loud(kept)}, not ${loud(due)}`);
  }
});

test('one that was not made as the film came is made once for all who ask, and kept until nobody needs it', async () => {
  const event = await rig.event();
  const source = await rig.bring(await film({ seconds: 20, fps: 15, coding: BOX_CODING }));
  const calls = join(rig.folder, 'calls');
  const ffmpeg = join(rig.folder, 'counting-ffmpeg');
  await writeFile(ffmpeg, `#!/bin/sh\necho >> '${calls}'\nexec ffmpeg "$@"\n`);
  await chmod(ffmpeg, 0o755);
  const ask = envelopeOf({ ...needs, ffmpeg });
  const [one, two] = await Promise.all([1, 2, 3].map(() => ask({ event, source, signal })));
  assert.deepEqual(one, two);
  assert.equal((await readFile(calls, 'utf8')).length, 1);
  const [row] = await soundsOf(event);
  assert.match(row!.path, /\.envelope$/);
  assert.deepEqual(await askKept(event, source), one);

  // A file that is torn is not believed, and replaced.
  await truncate(rig.store.at(row!.path), 5000);
  await assert.rejects(askKept(event, source));
  assert.deepEqual(await ask({ event, source, signal }), one);
  assert.deepEqual(await askKept(event, source), one);

  const soonMs = Date.now() + 24 * 3600_000;
  assert.equal(await dropOldChunks(needs, new Date(Date.now() - 3600_000), soonMs), 0);
  assert.ok((await dropOldChunks(needs, new Date(soonMs), soonMs)) > 0);
  await assert.rejects(askKept(event, source));
});

test('a film without sound, and what is no film, have none', async () => {
  const event = await rig.event();
  const mute = await rig.bring(await film({ seconds: 10, fps: 15, coding: BOX_CODING, sound: false }));
  assert.equal(await askKept(event, mute), undefined);
  const text = rig.store.at('text.mp4');
  await writeFile(text, 'no film');
  assert.equal(await askKept(event, text), undefined);
  await aheadOfTime(needs, { event, source: mute, profiles: [], envelope: true, isWhole: true });
  const tasks = await rig.database.selectFrom('sound_tasks').select('id').where('event', '=', event).execute();
  assert.deepEqual(tasks, []);
});

test('where the envelope cannot be made as the film comes, its sounds go on', async (t) => {
  const ffmpeg = join(rig.folder, 'failing-ffmpeg');
  await writeFile(ffmpeg, `#!/bin/sh\ncase "$*" in *nut*) exit 3;; esac\nexec ffmpeg "$@"\n`);
  await chmod(ffmpeg, 0o755);
  t.after(await startSoundWorker({ ...needs, ffmpeg }));
  const event = await rig.event();
  const source = await rig.bring(await film({ seconds: 20, fps: 15, coding: BOX_CODING }));
  const plain = profile('plain', '-c:v libx264 -preset ultrafast -c:a aac -b:a 48k');
  await aheadOfTime(needs, { event, source, profiles: [plain], envelope: true, isWhole: true });
  const task = () =>
    rig.database
      .selectFrom('sound_tasks')
      .select(['state', 'attempts'])
      .where('event', '=', event)
      .executeTakeFirstOrThrow();
  await until('the sound is made', async () => (await task()).state === 'done');
  assert.equal((await task()).attempts, 1);
  const paths = (await soundsOf(event)).map(({ path }) => path);
  assert.equal(paths.length, 1);
  assert.match(paths[0]!, /\.m4a$/);
});
