import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openCatalog } from '#agent/recorder/catalog/catalog.ts';
import type { Recording, RecordingPart } from '#agent/device/recording.ts';
import { EMPTY_METADATA } from '#agent/recorder/catalog/recording.ts';
import type { RecorderFact } from '#agent/recorder/facts.ts';
import { chaptersOf } from '#agent/recorder/finish/part-chapters.ts';
import { openFinalizer, type Finalizer, type FinalizerOptions } from '#agent/recorder/finish/finalizer.ts';
import { openJobs, type Jobs } from '#agent/recorder/finish/jobs.ts';
import { THUMBNAIL_DEFAULTS } from '#agent/recorder/finish/thumbnail-plan.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { cannotMount, openFileSystem } from '#test/support/odd-file-system.ts';
import { virtualClock } from '#test/support/virtual-clock.ts';
import { alarmsIn, folderFor, fragmented, IDENTITY, keepingLog, partOf, program, recordingOf } from '../samples.ts';

interface Bench {
  folder: string;
  finalizer: Finalizer;
  jobs: Jobs;
  facts: RecorderFact[];
  info: Recording;
  part: RecordingPart;
  /** What the fake tools note: `remux`, `picture`, with what matters. */
  said: () => Promise<string>;
  /** What ffprobe says of the fragmented file, and of the new one. */
  probes: (before: object, after?: object) => Promise<void>;
  /** Does a part, and waits for the end of the work. */
  finish: (repair?: boolean) => Promise<void>;
}

/** Most tests need none; each costs a program. */
const NO_THUMBNAILS = { ...THUMBNAIL_DEFAULTS, firstMs: 1e9 };

const facts = (durationMs: number, pictures: number, audio = true): object => ({
  format: { duration: durationMs / 1000 },
  streams: [{ codec_type: 'video', nb_frames: pictures }, ...(audio ? [{ codec_type: 'audio' }] : [])],
  packets: audio ? [{ flags: 'K__' }] : [],
});

/** The tools: FFmpeg copies its input as often as `fails` lets it, ffprobe says what the test wants. */
async function bench(
  t: TestContext,
  more: Partial<FinalizerOptions> = {},
  failures = 0,
  place?: string,
): Promise<Bench> {
  const root = place ?? (await folderFor(t));
  const folder = join(root, 'B');
  await mkdir(folder);
  await writeFile(join(root, 'fails'), 'x'.repeat(failures));
  const ffmpeg = await program(
    join(root, 'ffmpeg'),
    `for one in "$@"; do last="$one"; [ "$before" = -i ] && [ -z "$from" ] && from="\${one#file:}"; before="$one"; done
case "$last" in
*%d.tmp) echo "picture $*" >> ${root}/said; name="\${last#file:}"; : > "\${name%\\%d.tmp}7.tmp"; exit 0;;
esac
cat > ${root}/metadata
echo remux >> ${root}/said
if [ -s ${root}/fails ]; then tail -c +2 ${root}/fails > ${root}/less; mv ${root}/less ${root}/fails; echo killed >&2; exit 1; fi
(cat "$from"; echo index) > "\${last#file:}"`,
  );
  const ffprobe = await program(
    join(root, 'ffprobe'),
    `case "$*" in *.final.tmp) file=after;; *) file=before;; esac
read -r line < ${root}/$file; printf '%s\\n' "$line"`,
  );
  const told: RecorderFact[] = [];
  const { log } = keepingLog();
  const onFact = (fact: RecorderFact): void => void told.push(fact);
  const clock = virtualClock();
  const catalog = openCatalog({ identity: IDENTITY, log, onFact });
  const jobs = openJobs(log);
  const shared = { catalog, jobs, clock, log, onFact, thumbnails: NO_THUMBNAILS, maxFileBytes: 1 << 30 };
  const finalizer = openFinalizer({ tools: { ffmpeg, ffprobe }, ...shared, retryMs: [1, 1], ...more });
  const part = partOf(1, { folder, state: 'written', pictures: 900, bytes: 8 });
  await writeFile(join(folder, part.name), 'fragments');
  const info = recordingOf({ status: 'finalizing', parts: [part] });
  catalog.add(info);
  const made: Bench = {
    folder,
    finalizer,
    jobs,
    facts: told,
    info,
    part,
    said: () => readFile(join(root, 'said'), 'utf8').catch(() => ''),
    async probes(before, after = before) {
      await writeFile(join(root, 'before'), `${JSON.stringify(before)}\n`);
      await writeFile(join(root, 'after'), `${JSON.stringify(after)}\n`);
    },
    async finish(repair) {
      finalizer.part(info, part, repair);
      await jobs.push('wait', async () => undefined);
      await catalog.settled();
    },
  };
  await made.probes(facts(60_000, 900));
  return made;
}

test('a part becomes plain, with its checksum, its thumbnails and its manifest', async (t) => {
  const { folder, part, info, finish, facts } = await bench(t, { thumbnails: THUMBNAIL_DEFAULTS });
  await finish();
  const content = await readFile(join(folder, part.name));
  assert.equal(content.toString(), 'fragmentsindex\n');
  const sha256 = createHash('sha256').update(content).digest('hex');
  assert.deepEqual({ ...part, folder: '' }, { ...partOf(1, { bytes: 15, sha256 }), folder: '' });
  assert.equal(await readFile(join(folder, `${part.name}.sha256`), 'utf8'), `${sha256}  ${part.name}\n`);
  assert.deepEqual((await readdir(folder)).toSorted(), ['00000007.jpg', 'B.json', part.name, `${part.name}.sha256`]);
  assert.deepEqual(info.thumbnails, [{ offsetMs: 7, folder, name: '00000007.jpg', title: '' }]);
  assert.deepEqual(alarmsIn(facts), [`-disk_error ${part.name}`]);
  const told = facts.flatMap((fact) => (fact.kind === 'take' ? fact.take.parts : []));
  assert.deepEqual(
    told.map(({ state, sha256: sum }) => [state, sum !== undefined]),
    [
      ['final', false],
      ['final', true],
      ['final', true],
    ],
    'it is told as final before its checksum is made, and its thumbnails come after that',
  );
});

test('the tags are those of the recording; without words they are left out', async (t) => {
  const { folder, info, finish } = await bench(t, { timeZone: 'Europe/Paris' });
  info.metadata = { ...EMPTY_METADATA, title: 'Cours', presenter: 'M. D', series: 'UE1', rights: 'CC' };
  await finish();
  const lines = (await readFile(join(folder, '..', 'metadata'), 'utf8')).split('\n');
  assert.deepEqual(lines.slice(0, 8), [
    ';FFMETADATA1',
    'title=Cours',
    'artist=M. D',
    'album=UE1',
    'date=2026-11-20T09:00:00+01:00',
    'comment=Amphi D',
    'copyright=CC',
    'creation_time=2026-11-20T08:00:00.000Z',
  ]);
});

test('a program that was killed is tried again; each try is whole', async (t) => {
  const { part, finish, said } = await bench(t, {}, 2);
  await finish();
  assert.equal(part.state, 'final');
  assert.equal((await said()).match(/remux/g)?.length, 3);
});

test('after the last try the fragmented file stays, with an alarm', async (t) => {
  const { folder, part, finish, facts, said } = await bench(t, {}, 9);
  await finish();
  assert.deepEqual([part.state, (await said()).match(/remux/g)?.length], ['written', 3]);
  assert.equal(await readFile(join(folder, part.name), 'utf8'), 'fragments');
  const [raised] = facts.flatMap((fact) => (fact.kind === 'alarm' && 'raise' in fact ? [fact.raise] : []));
  assert.deepEqual([raised?.name, raised?.about, raised?.level], ['disk_error', part.name, 'warning']);
  assert.match(raised?.text ?? '', /B_S1R1\.mp4 is not finalised: .*killed/);
  assert.ok(!(await readdir(folder)).some((name) => name.endsWith('.tmp')));
  assert.ok(part.sha256, 'what can be played gets its checksum');
});

const incomplete: [string, object, object | undefined, RegExp | number][] = [
  ['a picture less', facts(60_000, 900), facts(60_000, 899), /899 of 900 pictures/],
  ['more than a second less', facts(60_000, 900), facts(58_999, 900), /58999 of 60000 ms/],
  ['the sound is missing', facts(60_000, 900), facts(60_000, 900, false), /a track is missing/],
  ['the first picture came later than it was asked for', facts(58_000, 900), facts(58_000, 900), 58_000],
  ['a track for sound, and none in it', { ...facts(60_000, 900), packets: [] }, facts(59_000, 900, false), 59_000],
  ['no picture at all', facts(60_000, 900), { format: {}, streams: [{ codec_type: 'audio' }] }, /a track is missing/],
  ['a second less', facts(60_000, 900), facts(59_000, 900), 59_000],
];
for (const [name, before, after, reason] of incomplete)
  test(`a new file is compared with what was written: ${name}`, async (t) => {
    const { folder, part, probes, finish, facts } = await bench(t, { retryMs: [] });
    await probes(before, after);
    await finish();
    if (typeof reason === 'number') return assert.deepEqual([part.state, part.durationMs], ['final', reason]);
    assert.equal(part.state, 'written');
    assert.equal(await readFile(join(folder, part.name), 'utf8'), 'fragments');
    const raised = facts.find((fact) => fact.kind === 'alarm' && 'raise' in fact);
    assert.match(JSON.stringify(raised), reason);
  });

test('a new file that is too large is not tried again', async (t) => {
  const { part, finish, said } = await bench(t, { maxFileBytes: 14 });
  await finish();
  assert.deepEqual([part.state, (await said()).match(/remux/g)?.length], ['written', 1]);
});

test('a part without room waits until there is room where it is', async (t) => {
  const { finalizer, jobs, part, finish, facts } = await bench(t);
  part.bytes = 1e15;
  await finish();
  assert.equal(part.state, 'written');
  assert.match(JSON.stringify(facts), /no room for a second copy/);
  part.bytes = 100;
  const enough = 100 + (4 << 20);
  for (const free of [new Map([['usb', 1e12]]), new Map([['internal', enough - 1]])]) {
    finalizer.roomIs(free);
    await jobs.push('wait', async () => undefined);
    assert.equal(part.state, 'written');
  }
  finalizer.roomIs(new Map([['internal', enough]]));
  await jobs.push('wait', async () => undefined);
  assert.equal(part.state, 'final');
  assert.equal(alarmsIn(facts).at(-1), `-disk_error ${part.name}`);
});

test('a part whose closing was not seen is repaired before', async (t) => {
  const { folder, part, probes, finish } = await bench(t);
  const { bytes } = fragmented(30);
  await writeFile(join(folder, part.name), Buffer.concat([bytes, Buffer.alloc(50)]));
  Object.assign(part, { state: 'writing', pictures: 0, durationMs: 0, bytes: 0 });
  await probes(facts(2000, 30));
  await finish(true);
  assert.deepEqual([part.state, part.pictures, part.durationMs], ['final', 30, 2000]);
  assert.equal((await stat(join(folder, part.name))).size, bytes.length + 'index\n'.length, 'the torn end was cut');
});

test('a part that was finished already is left as it is', async (t) => {
  const { folder, part, finish, said } = await bench(t);
  const plain = Buffer.concat([box('ftyp', 8), box('moov', 20), box('mdat', 100)]);
  await writeFile(join(folder, part.name), plain);
  part.state = 'writing';
  await finish(true);
  assert.deepEqual([part.state, part.bytes, part.durationMs, part.pictures], ['final', plain.length, 60_000, 900]);
  assert.ok(!(await said()).includes('remux'));
});

test('a plain file that was cut stays byte for byte, is played and handed over, and its recording is partial', async (t) => {
  const { folder, info, part, finalizer, jobs, facts, probes, finish, said } = await bench(t);
  const cut = Buffer.concat([box('ftyp', 8), box('moov', 20), box('mdat', 100)]).subarray(0, -30);
  await writeFile(join(folder, part.name), cut);
  part.state = 'writing';
  await probes({ format: { duration: 42 }, streams: [{ codec_type: 'video', nb_frames: 630 }] });
  await finish(true);
  assert.deepEqual([part.state, part.bytes, part.durationMs], ['written', cut.length, 42_000]);
  assert.deepEqual(await readFile(join(folder, part.name)), cut);
  assert.ok(!(await said()).includes('remux'), 'it is not made anew from what is left');
  assert.match(JSON.stringify(facts), /B_S1R1\.mp4 is cut: its last 30 bytes are missing/);
  await finalizer.recording(info, { cutShort: false, isLast: () => true });
  assert.equal(info.status, 'partial');
  await finish();
  finalizer.roomIs(new Map([['internal', Number.MAX_SAFE_INTEGER]]));
  await jobs.push('wait', async () => undefined);
  assert.deepEqual(await readFile(join(folder, part.name)), cut, 'nor later');
});

test('a part of which nothing can be saved is failed, one that is gone is lost', async (t) => {
  const { folder, part, finish, facts, said } = await bench(t);
  part.state = 'writing';
  await finish(true);
  assert.equal(part.state, 'failed');
  assert.match(JSON.stringify(facts), /B_S1R1\.mp4 could not be recovered: it does not begin as MP4/);
  await rm(join(folder, part.name));
  part.state = 'writing';
  await finish(true);
  assert.equal(part.state, 'lost');
  assert.equal(await said(), '');
});

test(
  'a part that the disk does not give is tried again later, and its recording gets its state',
  { skip: await cannotMount('fuse') },
  async (t) => {
    const disk = await openFileSystem(t, 'fuse');
    const clock = virtualClock();
    const { folder, info, part, finalizer, jobs, finish, probes } = await bench(t, { clock }, 0, disk.folder);
    await writeFile(join(folder, part.name), fragmented(30).bytes);
    await probes(facts(2000, 30));
    part.state = 'writing';
    await disk.does(`open=${constants.errno.EIO}`);
    await finish(true);
    assert.equal(part.state, 'failed');
    await finalizer.recording(info, { cutShort: false, isLast: () => true });
    assert.equal(info.status, 'failed');
    await disk.does('');
    const room = new Map([['internal', Number.MAX_SAFE_INTEGER]]);
    finalizer.roomIs(room);
    await jobs.push('wait', async () => undefined);
    assert.equal(part.state, 'failed', 'not before its time');
    clock.advance(10 * 60_000);
    finalizer.roomIs(room);
    await jobs.push('wait', async () => undefined);
    assert.deepEqual([part.state, info.status], ['final', 'finished']);
  },
);

test('a part that the disk does not give for a moment is repaired', { skip: await cannotMount('fuse') }, async (t) => {
  const disk = await openFileSystem(t, 'fuse');
  const { folder, part, finish, probes, facts: told } = await bench(t, { retryMs: [300, 300, 300] }, 0, disk.folder);
  await writeFile(join(folder, part.name), fragmented(30).bytes);
  await probes(facts(2000, 30));
  part.state = 'writing';
  await disk.does(`open=${constants.errno.ESTALE}`);
  const finished = finish(true);
  await sleep(100);
  await disk.does('');
  await finished;
  assert.equal(part.state, 'final');
  assert.deepEqual(alarmsIn(told), [`-disk_error ${part.name}`]);
});

test('pictures that the next part has again are cut off; without a next part, and in the file of another, none are', async (t) => {
  const { bytes, ends } = fragmented(30);
  const [keepBytes = 0] = ends.slice(-2);
  const index = 'index\n'.length;
  const next = partOf(2, { state: 'writing', pictures: 5 });
  const cases: [RecordingPart[], number, number][] = [
    [[next], keepBytes, keepBytes + index],
    [[], keepBytes, bytes.length + index],
    [[{ ...next, pictures: 0 }], keepBytes, bytes.length + index],
    [[next], keepBytes - 3, bytes.length + index],
  ];
  for (const [others, partBytes, size] of cases) {
    const { folder, info, part, finish, probes } = await bench(t);
    await writeFile(join(folder, part.name), bytes);
    Object.assign(part, { bytes: partBytes, pictures: 20, durationMs: 1500 });
    info.parts.push(...others);
    await probes(facts(2000, 30));
    await finish();
    assert.equal((await stat(join(folder, part.name))).size, size);
  }
});

test('a recording that was forgotten is not worked on', async (t) => {
  const { folder, info, part, finish, jobs } = await bench(t);
  const { log } = keepingLog();
  const catalog = openCatalog({ identity: IDENTITY, log, onFact: () => undefined });
  const tools = { ffmpeg: 'no-such-program', ffprobe: 'no-such-program' };
  const shared = { tools, catalog, jobs, clock: virtualClock(), log, onFact: () => undefined };
  const other = openFinalizer({ ...shared, thumbnails: THUMBNAIL_DEFAULTS, maxFileBytes: 1 });
  other.part(info, part);
  await other.recording(info, { cutShort: false, isLast: () => true });
  assert.deepEqual([part.state, info.status], ['written', 'finalizing']);
  assert.deepEqual(await readdir(folder), [part.name]);
  await finish();
});

test('a closed recording gets its state, and a thumbnail if it has none; not if it was taken up again', async (t) => {
  const { finalizer, info, part, probes, finish, said, facts: told } = await bench(t);
  Object.assign(part, { durationMs: 4000, pictures: 60 });
  await probes(facts(4000, 60));
  await finish();
  assert.equal(info.thumbnails.length, 0, 'it ended before the first regular one');
  await finalizer.recording(info, { cutShort: false, isLast: () => false });
  assert.deepEqual([info.status, info.thumbnails.length], ['finalizing', 0]);
  await finalizer.recording(info, { cutShort: true, isLast: () => true });
  assert.deepEqual([info.status, info.thumbnails.length], ['partial', 1]);
  const takes = told.flatMap((fact) => (fact.kind === 'take' ? [fact.take] : []));
  assert.deepEqual(
    takes.slice(-2).map(({ status, hasItsFilms = false, thumbnails }) => [status, hasItsFilms, thumbnails.length]),
    [
      ['finalizing', true, 0],
      ['partial', false, 1],
    ],
    'it may be handed over before its thumbnails are made',
  );
  assert.match(await said(), /-ss 1\.998 /);
});

test('chapters: a mark at the very beginning takes the place of the title, all end where the next begins', () => {
  const mark = (offsetMs: number, title: string, part = 1) => ({ part, offsetMs, title, kind: 'mark' as const });
  const info = recordingOf({ chapters: [mark(500, 'B'), mark(0, 'A'), mark(500, 'C'), mark(9, 'other', 2)] });
  assert.deepEqual(chaptersOf(info, partOf(1, { durationMs: 400 })), [
    { startMs: 0, endMs: 500, title: 'A' },
    { startMs: 500, endMs: 501, title: 'B' },
    { startMs: 500, endMs: 501, title: 'C' },
  ]);
  assert.deepEqual(chaptersOf(recordingOf(), partOf(1)), [], 'none without a mark: no chapter track');
  const marked = recordingOf({ chapters: [mark(500, 'M', 2)] });
  assert.equal(chaptersOf(marked, partOf(2))[0]?.title, 'B, part 2');
});

function box(type: string, bytes: number): Buffer {
  const made = Buffer.alloc(8 + bytes);
  made.writeUInt32BE(made.length, 0);
  made.write(type, 4, 'latin1');
  return made;
}
