import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { commentsOf, changeComment } from '#central/catalogue/comments/comments.ts';
import { CUT_SUFFIX, writeCut } from '#central/store/lists/cut-file.ts';
import { findFaults } from '#central/workflows/operations/find/faults/find-faults.ts';
import { DCTERMS_NAMESPACE } from '#lib/opencast/dublin-core.ts';
import { madeOnce } from '#test/support/made-once.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { openOperationRig, type OperationRig } from '../operation-rig.ts';
import { addedBy, numberedFilm } from './find-rig.ts';

const run = promisify(execFile);
let opened: TestDatabase;
let rig: OperationRig;
before(async () => {
  opened = await freshDatabase();
  rig = await openOperationRig(opened.database);
  const period = 'start=2026-03-02T09:00:00Z; end=2026-03-02T10:00:00Z; scheme=W3C-DTF;';
  const terms = JSON.stringify([{ namespace: DCTERMS_NAMESPACE, name: 'temporal', value: period }]);
  await opened.database
    .insertInto('events')
    .values([
      { id: 'lecture-1', title: 'A', terms },
      { id: 'lecture-2', title: 'B' },
    ])
    .execute();
});
after(async () => {
  await rig.close();
  await opened.close();
});

const KEYS = { 'source-flavor': '*/source', 'target-tags': 'engage-download' };

/** 40 s: no sound from 10 to 25 s, a black picture from 28 s on. */
const faulty = (): Promise<string> =>
  madeOnce('find-faults-1.mp4', async (path) => {
    const picture = ['-f', 'lavfi', '-i', `testsrc2=s=160x90:r=10:d=40,drawbox=color=black:t=fill:enable='gte(t,28)'`];
    const sound = [
      '-f',
      'lavfi',
      '-i',
      `aevalsrc='0.2*sin(2*PI*440*t)*(0.5+0.5*sin(7*t))*(lt(t,10)+gte(t,25))':s=16000:d=40`,
    ];
    const codec = ['-c:v', 'libx264', '-g', '10', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
    await run('ffmpeg', ['-v', 'error', '-y', ...picture, ...sound, ...codec, '-f', 'mp4', path]);
  });

const textsOf = async (event: string) => (await commentsOf(opened.database, event)).map(({ text }) => text);

test('faults are told as comments in both languages, once, and are chapters of a track', async () => {
  const film = await rig.element(await faulty(), 'presenter/source');
  const find = async () => {
    const { result, lines } = await rig.run(findFaults(rig.needs), KEYS, [film]);
    assert.ok(result.kind === 'done');
    await opened.database.transaction().execute(async (within) => result.settle?.(within));
    return { result, lines };
  };
  const { result, lines } = await find();
  const comments = await commentsOf(opened.database, 'lecture-1');
  const [sound, picture, ...more] = comments;
  assert.deepEqual(more, []);
  // Times of day: minutes are the same in every time zone.
  assert.match(
    sound!.text,
    /^pas de son de \d\d:00:(09|10|11) à \d\d:00:(24|25|26)\nno sound from \d\d:00:(09|10|11) to \d\d:00:(24|25|26)$/,
  );
  assert.match(picture!.text, /^l’image est noire de \d\d:00:2\d à \d\d:00:(39|40)\nthe picture is black from /);
  assert.deepEqual(
    comments.map(({ reason, author }) => [reason, author]),
    [
      ['EVENTS.EVENTS.DETAILS.COMMENTS.REASONS.AUDIO_ISSUE', null],
      ['EVENTS.EVENTS.DETAILS.COMMENTS.REASONS.VIDEO_ISSUE', null],
    ],
  );
  assert.match(lines.join('\n'), /no sound from/);
  const [french, english] = addedBy(result);
  assert.deepEqual([french!.flavor, french!.tags], ['faults/vtt+fr', ['engage-download', 'lang:fr']]);
  const track = await readFile(rig.pathOf(french!), 'utf8');
  assert.match(track, /^WEBVTT\n\n00:00:(09|10)\.\d{3} --> 00:00:2[456]\.\d{3}\npas de son de 0:(09|10) à 0:2\d\n/);
  assert.match(await readFile(rig.pathOf(english!), 'utf8'), /\nno sound from 0:/);
  // Somebody has seen to it: the same is not said again.
  await opened.database.transaction().execute((within) => changeComment(within, undefined, sound!, { resolved: true }));
  await find();
  assert.equal((await textsOf('lecture-1')).length, 2);
});

test('a recording in order has no comment; slides need no sound if the camera has some', async () => {
  const camera = await rig.element(await numberedFilm(12, '30'), 'presenter/source');
  const slides = await rig.element(await numberedFilm(12, '15', ['-an']), 'presentation/source');
  const { result } = await rig.run(findFaults(rig.needs), KEYS, [camera, slides], { event: 'lecture-2' });
  assert.deepEqual(result, { kind: 'done' });
});

test('no sound at all is told once, and times are those of the recording if nobody knows when it began', async () => {
  const [camera, slides] = [
    await rig.element(await numberedFilm(12, '30', ['-an']), 'presenter/source'),
    await rig.element(await numberedFilm(12, '15', ['-an']), 'presentation/source'),
  ];
  const { result } = await rig.run(findFaults(rig.needs), KEYS, [camera, slides], { event: 'lecture-2' });
  assert.ok(result.kind === 'done');
  await opened.database.transaction().execute(async (within) => result.settle?.(within));
  assert.deepEqual(await textsOf('lecture-2'), ['cet enregistrement n’a pas de son\nthis recording has no sound']);
});

test('a camera that stands still is a fault, slides that do are none', async () => {
  const still = await madeOnce('find-still-1.mp4', async (path) => {
    const argv = [
      '-f',
      'lavfi',
      '-i',
      'smptebars=s=160x90:r=10:d=12',
      '-c:v',
      'libx264',
      '-g',
      '10',
      '-pix_fmt',
      'yuv420p',
    ];
    await run('ffmpeg', ['-v', 'error', '-y', ...argv, '-f', 'mp4', path]);
  });
  const sound = await rig.element(await numberedFilm(12, '30'), 'audience/source');
  const find = async (flavor: string) => {
    const keys = { ...KEYS, 'frozen-after': '8', comments: 'false' };
    const { result, lines } = await rig.run(findFaults(rig.needs), keys, [await rig.element(still, flavor), sound]);
    assert.ok(result.kind === 'done' && result.settle === undefined);
    return lines.join('\n');
  };
  assert.match(
    await find('presenter/source'),
    /the picture stands still, from the beginning to the end \(presenter\/source\)/,
  );
  assert.equal(await find('presentation/source'), '');
});

test('of a cut the recording is looked at: faults have the times of the cut, and no file is written for it', async () => {
  const film = await rig.element(await faulty(), 'presenter/source');
  const kept = [
    { fromMs: 4000, toMs: 8000 },
    { fromMs: 26_000, toMs: 40_000 },
  ];
  const path = `${film.path}${CUT_SUFFIX}`;
  const is = { picture: true, sound: true, framesPerSecond: 10 };
  await writeCut(rig.store.at(path), { source: film.path, kept, ...is });
  const cut = { ...film, id: crypto.randomUUID(), path, size_bytes: 0, duration_ms: 18_000 };
  const keys = { ...KEYS, comments: 'false' };
  const { result } = await rig.run(findFaults(rig.needs), keys, [cut], { event: 'lecture-2' });
  const [, english] = addedBy(result);
  assert.match(
    await readFile(rig.pathOf(english!), 'utf8'),
    /^WEBVTT\n\n00:00:0[56]\.\d{3} --> 00:00:18\.\d{3}\nthe picture is black from 0:0[56] to 0:18\n*$/,
  );
  const folder = dirname(rig.store.at(path));
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.includes(basename(film.path))).toSorted(),
    [basename(film.path), basename(path)],
    'nothing has written the cut',
  );
});

test('a file that cannot be read is refused in words', async () => {
  const broken = await rig.element(import.meta.filename, 'presenter/source', {
    kind: 'track',
    file_name: 'broken.mp4',
  });
  await assert.rejects(rig.run(findFaults(rig.needs), KEYS, [broken]), {
    name: 'OperationFailed',
    message: /broken.mp4.* cannot be read/,
  });
});
