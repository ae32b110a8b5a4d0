// In a process of its own: it starts workers as processes, and kills one.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { after, before, test, type TestContext } from 'node:test';
import { openJobs, type Jobs } from '#central/store/jobs.ts';
import { aheadOfTime } from '#central/workflows/chunks/ahead-of-time.ts';
import { CHUNKS_QUEUE, startChunkWorker } from '#central/workflows/chunks/chunk-tasks.ts';
import { folderOf } from '#central/workflows/chunks/chunk-needs.ts';
import { dropOldChunks, watchGoneEvents } from '#central/workflows/chunks/drop-chunks.ts';
import { encodeByChunks, type ChunkOrder } from '#central/workflows/chunks/encode-by-chunks.ts';
import { leveledSound } from '#central/workflows/chunks/leveled-sound.ts';
import { isLeveled, LEVELED_AS_IT_COMES } from '#lib/analysis/sound/leveled-as-it-comes.ts';
import { measureLoudness } from '#lib/analysis/sound/loudness.ts';
import { startSoundWorker } from '#central/workflows/chunks/follow-sound.ts';
import { runProgram } from '#lib/runtime/processes/run-program.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { until } from '#test/support/until.ts';
import { beepsIn, BOX_CODING, film, openChunkRig, profile, seenIn, type ChunkRig } from './film-rig.ts';

let rig: ChunkRig;
let jobs: Jobs;
let needs: ChunkRig['needs'] & { jobs: Jobs };
before(async () => {
  rig = await openChunkRig(({ connection }) => openJobs(connection, silentLog));
  jobs = rig.needs.jobs as Jobs;
  await jobs.makeQueues([CHUNKS_QUEUE]);
  needs = { ...rig.needs, jobs };
});
after(() => rig.close());

const SMALL = profile('small', '-c:v libx264 -preset ultrafast -crf 34 -vf scale=-2:144 -an');
const OTHER = profile('other', '-c:v libx264 -preset ultrafast -crf 30 -an');
const FRAGMENTED = '-movflags +frag_keyframe+empty_moov+default_base_moof';
const SECONDS = 70;
const wholeFilm = (): Promise<string> => film({ seconds: SECONDS, fps: 15, coding: BOX_CODING, sound: false });
const fragmented = (): Promise<string> =>
  film({
    seconds: SECONDS,
    fps: 15,
    coding: BOX_CODING,
    sound: false,
    container: FRAGMENTED,
  });

const NOTHING = { jobs: 0, filmMs: 0, leftOut: [] };

const order = (more: Pick<ChunkOrder, 'event' | 'source'> & Partial<ChunkOrder>): ChunkOrder => ({
  profiles: [SMALL, OTHER],
  folder: rig.folder,
  log: () => undefined,
  progress: () => undefined,
  ...more,
});

async function startWorker(t: TestContext): Promise<ChildProcess> {
  // The socket's folder is named by a handle of this process.
  const host = rig.connection.host?.replace('/proc/self/', `/proc/${process.pid}/`);
  const child = spawn(process.execPath, [new URL('chunk-worker-process.ts', import.meta.url).pathname], {
    env: {
      ...process.env,
      AMPHI_CONNECTION: JSON.stringify({ ...rig.connection, host }),
      AMPHI_MEDIA: rig.store.folder,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

const tasksOf = (event: string) =>
  rig.database.selectFrom('chunk_tasks').selectAll().where('event', '=', event).orderBy('id').execute();

test('workers share a film; one that is killed costs what it had in hand, and nothing is missing', async (t) => {
  const event = await rig.event();
  const source = await rig.bring(await wholeFilm());
  const first = await startWorker(t);
  const parts: number[] = [];
  const encoding = encodeByChunks(needs, order({ event, source, progress: (part) => parts.push(part) }));
  await until('the first worker has a run in hand', async () =>
    (await tasksOf(event)).some(({ attempts, state }) => attempts === 1 && state === 'open'),
  );
  first.kill('SIGKILL');
  await startWorker(t);
  await startWorker(t);
  const result = await encoding;
  assert.ok('files' in result, 'why' in result ? result.why : '');
  const tasks = await tasksOf(event);
  assert.ok(tasks.every(({ state }) => state === 'done'));
  assert.ok(tasks.some(({ attempts }) => attempts === 2));
  assert.deepEqual(
    parts,
    parts.toSorted((a, b) => a - b),
  );
  for (const { path, pictures } of result.files) {
    assert.equal(pictures, SECONDS * 15);
    const { pictures: seen, complaints } = await seenIn(path);
    assert.equal(complaints, '');
    assert.deepEqual(
      seen.map(({ codeMs }) => codeMs),
      Array.from({ length: SECONDS * 15 }, (_, n) => Math.round((n * 1000) / 15)),
    );
  }
});

test('a film that grows is encoded as it comes, and when it is whole hardly anything is left', async (t) => {
  const event = await rig.event();
  const bytes = await readFile(await fragmented());
  const growing = rig.store.at('growing.mp4');
  await writeFile(growing, bytes.subarray(0, Math.round(bytes.length * 0.3)));
  const ahead = () => aheadOfTime(needs, { event, source: growing, profiles: [SMALL, OTHER], isWhole: false });
  assert.deepEqual(await ahead(), NOTHING);
  await appendFile(growing, bytes.subarray(Math.round(bytes.length * 0.3), Math.round(bytes.length * 0.75)));
  const sent = await ahead();
  assert.ok('jobs' in sent && sent.jobs === 1 && sent.filmMs > 40_000, JSON.stringify(sent));
  assert.deepEqual(await ahead(), NOTHING, 'what is being made is not sent again');
  t.after(await startChunkWorker(needs, 1));
  await until('it is made', async () => (await tasksOf(event)).every(({ state }) => state === 'done'));

  // The finished file has another name and another container.
  const source = await rig.bring(await wholeFilm());
  const lines: string[] = [];
  const result = await encodeByChunks(needs, order({ event, source, log: (line) => lines.push(line) }));
  assert.ok('files' in result, 'why' in result ? result.why : '');
  const [all = 0, left = 0] = /^of (\d+) groups (\d+) are encoded/.exec(lines.join())?.slice(1).map(Number) ?? [];
  assert.equal(all, 2 * (SECONDS / 2));
  assert.ok(left <= 2 * 15, lines.join());
  assert.deepEqual(
    result.files.map(({ pictures }) => pictures),
    [SECONDS * 15, SECONDS * 15],
  );
});

test('of a film that ends soon, parts of some seconds are encoded too', async () => {
  const event = await rig.event();
  const bytes = await readFile(await fragmented());
  const growing = rig.store.at('ends-soon.mp4');
  await writeFile(growing, bytes.subarray(0, Math.round(bytes.length * 0.2)));
  const ahead = (endsSoon: boolean) =>
    aheadOfTime(needs, { event, source: growing, profiles: [SMALL], isWhole: false, endsSoon });
  assert.deepEqual(await ahead(false), NOTHING);
  const sent = await ahead(true);
  assert.ok('jobs' in sent && sent.jobs === 1 && sent.filmMs < 15_000, JSON.stringify(sent));
  assert.deepEqual(await ahead(true), NOTHING, 'what is being made is not sent again');
});

test('what is left of a film that is whole is divided among the processors, each group once', async () => {
  const event = await rig.event();
  const whole = await film({ seconds: 20, fps: 15, coding: BOX_CODING, container: FRAGMENTED });
  const source = rig.store.at('divided.mp4');
  await writeFile(source, await readFile(whole));
  // Groups of two seconds; with more processors each has one.
  const groups = 10;
  const sent = await aheadOfTime(needs, { event, source, profiles: [SMALL], isWhole: true });
  assert.ok('jobs' in sent, 'why' in sent ? sent.why : '');
  assert.equal(sent.jobs, Math.min(availableParallelism(), groups));
  assert.ok(Math.abs(sent.filmMs - 20_000) < 100, `${sent.filmMs} ms`);
  const rows = await rig.database
    .selectFrom('chunk_tasks')
    .select(['first_group', 'groups'])
    .where('event', '=', event)
    .orderBy('first_group')
    .execute();
  let next = 0;
  for (const { first_group: first, groups: count } of rows) {
    assert.equal(first, next);
    next = first + count;
  }
  assert.equal(next, groups);
});

test('when a film that grew is whole, its pictures and its sound are there: nothing is encoded after its end', async (t) => {
  const event = await rig.event();
  const whole = await film({ seconds: 20, fps: 15, coding: BOX_CODING, container: FRAGMENTED });
  const bytes = await readFile(whole);
  const growing = rig.store.at('growing-too.mp4');
  await writeFile(growing, bytes.subarray(0, Math.round(bytes.length * 0.4)));
  t.after(await startChunkWorker(needs, 1));
  t.after(await startSoundWorker(needs));
  const sounding = profile('sounding', '-c:v libx264 -preset ultrafast -crf 34 -vf scale=-2:144 -c:a aac -b:a 64k');
  const ahead = (isWhole: boolean) => aheadOfTime(needs, { event, source: growing, profiles: [sounding], isWhole });
  await ahead(false);
  await appendFile(growing, bytes.subarray(Math.round(bytes.length * 0.4)));
  await ahead(true);
  await until('all is made', async () => (await tasksOf(event)).every(({ state }) => state === 'done'));
  await until('the sound is made', async () => {
    const row = await rig.database
      .selectFrom('film_sounds')
      .select('path')
      .where('event', '=', event)
      .executeTakeFirst();
    return row !== undefined;
  });

  // The finished file, as the server makes it of the fragments.
  const source = rig.store.at('finished-too.mp4');
  const remux = ['-v', 'error', '-i', growing, '-c', 'copy', '-movflags', '+faststart', '-y', source];
  assert.equal((await runProgram('ffmpeg', remux)).code, 0);
  await rm(growing);
  const result = await encodeByChunks(
    { ...needs, ffmpeg: '/bin/false' },
    order({ event, source, profiles: [sounding] }),
  );
  assert.ok('files' in result, 'why' in result ? result.why : '');
  const [made] = result.files;
  assert.equal(made?.pictures, 300);
  const [beeps, expected] = [await beepsIn(made.path), await beepsIn(source)];
  assert.equal(beeps.length, 20);
  for (const [n, beep] of beeps.entries()) assert.ok(Math.abs(beep - expected[n]!) < 1024 / 48, `beep at ${beep}`);
});

test('a profile that does not go by pieces, or has a mistake, leaves the others alone', async () => {
  const event = await rig.event();
  const source = await rig.bring(await wholeFilm());
  const odd = profile('odd', '-c:v libvpx -an');
  const wrong = profile('wrong', '-c:v libx264 -an #{nonsense}');
  const ahead = await aheadOfTime(needs, { event, source, profiles: [odd, SMALL, wrong], isWhole: true });
  assert.ok('jobs' in ahead && ahead.jobs === 2, JSON.stringify(ahead));
  assert.match(ahead.leftOut[0]?.why ?? '', /profile odd: .*libvpx/);
  assert.match(ahead.leftOut[1]?.why ?? '', /wrong.*nonsense/);
  const tasks = await rig.database.selectFrom('chunk_tasks').select('outputs').where('event', '=', event).execute();
  const made = tasks.flatMap(({ outputs }) => (outputs as { profile: string }[]).map(({ profile: id }) => id));
  assert.deepEqual(new Set(made), new Set(['small']));
});

test('sound is leveled as it comes: when the film is whole, it is as loud as it shall be, and nothing is encoded', async (t) => {
  const event = await rig.event();
  const source = rig.store.at('quiet.mp4');
  const noise = `anoisesrc=d=${SECONDS}:c=pink:r=48000,volume='0.05+0.03*sin(t/5)':eval=frame`;
  const argv = ['-v', 'error', '-i', await wholeFilm(), '-f', 'lavfi', '-i', noise, '-c:v', 'copy', '-c:a', 'aac'];
  assert.equal((await runProgram('ffmpeg', [...argv, '-y', source])).code, 0);
  const leveled = profile(
    'leveled',
    '-c:v libx264 -preset ultrafast -filter:a aresample=async=1,#{loudness} -c:a aac -ac 2 -ar 48000',
  );
  t.after(await startChunkWorker(needs, 1));
  t.after(await startSoundWorker(needs));
  await aheadOfTime(needs, { event, source, profiles: [leveled], isWhole: true });
  const { signal } = new AbortController();
  const lufsOf = () => leveledSound(needs)({ event, source, profiles: [leveled], signal });
  await until('the sound is made', async () => (await lufsOf()) !== undefined);
  const told = (await lufsOf())!;
  assert.ok(isLeveled(told), `${told} LUFS`);
  const filled = { ...leveled, command: leveled.command.replace('#{loudness}', LEVELED_AS_IT_COMES) };
  await until('all is made', async () => (await tasksOf(event)).every(({ state }) => state === 'done'));
  const result = await encodeByChunks({ ...needs, ffmpeg: '/bin/false' }, order({ event, source, profiles: [filled] }));
  assert.ok('files' in result, 'why' in result ? result.why : '');
  const { integratedLufs } = await measureLoudness(needs, result.files[0]!.path);
  assert.ok(Math.abs(integratedLufs - told) < 0.7, `${integratedLufs} LUFS, not ${told}`);
  assert.equal(await leveledSound(needs)({ event: await rig.event(), source, profiles: [leveled], signal }), undefined);
});

test('a sound that cannot be encoded as it comes is given up after five attempts, and the run says why', async (t) => {
  const event = await rig.event();
  const source = await rig.bring(await film({ seconds: 10, fps: 15, coding: BOX_CODING }));
  const plain = profile('plain', '-c:v libx264 -preset ultrafast -c:a aac -b:a 48k');
  t.after(await startChunkWorker(needs, 1));
  t.after(await startSoundWorker({ ...needs, ffmpeg: '/bin/false' }));
  await aheadOfTime(needs, { event, source, profiles: [plain], isWhole: true });
  const task = () =>
    rig.database
      .selectFrom('sound_tasks')
      .select(['state', 'attempts', 'problem'])
      .where('event', '=', event)
      .executeTakeFirstOrThrow();
  await until('it is given up', async () => (await task()).state === 'failed');
  const { attempts, problem } = await task();
  assert.equal(attempts, 5);
  assert.match(problem ?? '', /FFmpeg could not encode the sound/);
  const lines: string[] = [];
  const result = await encodeByChunks(
    needs,
    order({ event, source, profiles: [plain], log: (line) => lines.push(line) }),
  );
  assert.ok('files' in result, 'why' in result ? result.why : '');
  assert.match(lines.join('\n'), /its sound could not be encoded while it was recorded: FFmpeg could not/);
  assert.equal((await beepsIn(result.files[0]!.path)).length, 10);
});

test('of an event that is deleted nothing is left, whoever is at work on it', async (t) => {
  const watch = watchGoneEvents(needs, rig.connection);
  t.after(() => watch.close());
  const event = await rig.event();
  const source = await rig.bring(await film({ seconds: 10, fps: 15, coding: BOX_CODING }));
  const before = new Set(await rig.fragmentFiles());
  const ours = async () => (await rig.fragmentFiles()).filter((name) => !before.has(name));
  assert.ok('files' in (await encodeByChunks(needs, order({ event, source }))));
  assert.ok((await ours()).length > 0);
  // Whoever listens may not have begun yet: the notice of an event is sent once, so it is deleted when it is heard.
  await until('the listener is there', async () => {
    const rows = await rig.database
      .selectFrom('pg_stat_activity' as never)
      .select('query' as never)
      .where('query' as never, '=', 'listen "amphi_chunks"' as never)
      .execute();
    return rows.length > 0;
  });
  await rig.database.deleteFrom('events').where('id', '=', event).execute();
  await until('its files are gone', async () => (await ours()).length === 0);
  const isThere = () =>
    stat(rig.store.at(folderOf(event))).then(
      () => true,
      () => false,
    );
  await until('so is its folder', async () => !(await isThere()));
  assert.deepEqual(await aheadOfTime(needs, { event, source, profiles: [SMALL], isWhole: true }), NOTHING);
  assert.deepEqual(await ours(), []);
});

const FILM_ROW = {
  id: 'film',
  kind: 'track',
  flavor: 'presenter/delivery',
  tags: [] as string[],
  file_name: 'low.mp4',
  path: 'publications/p/low.mp4~list',
  mime_type: 'video/mp4',
  size_bytes: 1,
  md5: '',
} as const;

test('what nobody needs is removed after a while; what a publication names, or a run may want, stays', async () => {
  const [old, published, atWork] = [await rig.event(), await rig.event(), await rig.event()];
  const source = await film({ seconds: 10, fps: 15, coding: BOX_CODING });
  for (const event of [old, published, atWork])
    assert.ok(
      'files' in (await encodeByChunks(needs, order({ event, source: await rig.bring(source), profiles: [SMALL] }))),
    );
  const renditions = await rig.database.selectFrom('renditions').select(['id', 'event']).execute();
  const rendition = renditions.find(({ event }) => event === published)!.id;
  const id = crypto.randomUUID();
  await rig.database
    .insertInto('publications')
    .values({ id, event: published, channel: 'engage-player', version: 0, url: '/play' })
    .execute();
  await rig.database
    .insertInto('publication_elements')
    .values({ ...FILM_ROW, publication: id, renditions: [rendition] })
    .execute();
  await rig.database
    .insertInto('event_versions')
    .values({ event: atWork, version: 0, package: 'p', content: '', manifest: '' })
    .execute();
  await rig.database
    .insertInto('workflows')
    .values({ event: atWork, version: 0, definition: 'cut', state: 'paused' })
    .execute();
  const count = (await rig.fragmentFiles()).length;
  const soonMs = Date.now() + 24 * 3600_000;
  assert.equal(await dropOldChunks(needs, new Date(Date.now() - 3600_000), soonMs), 0, 'all of it is new');
  const removed = await dropOldChunks(needs, new Date(soonMs), soonMs);
  assert.ok(removed > 0);
  assert.equal((await rig.fragmentFiles()).length, count - removed);
  const left = await rig.database.selectFrom('renditions').select('event').distinct().execute();
  assert.deepEqual(new Set(left.map(({ event }) => event)), new Set([published, atWork]));
});
