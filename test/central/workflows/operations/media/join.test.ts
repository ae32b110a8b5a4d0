import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { concat } from '#central/workflows/operations/media/concat.ts';
import { imageToVideo } from '#central/workflows/operations/media/image-to-video.ts';
import { partialImport } from '#central/workflows/operations/media/partial-import.ts';
import { theme } from '#central/workflows/operations/media/theme.ts';
import { colourAt, decoded, makeFilm } from './made-films.ts';
import { addedOf, mediaRig, sizeText, videoOf } from './media-rig.ts';

const of = mediaRig();

/** Which of red, green and blue the middle of the picture has. */
async function hueAt(path: string, seconds: number, at: readonly [number, number, number, number]): Promise<string> {
  const [red = 0, green = 0, blue = 0] = await colourAt(path, seconds, at);
  const most = Math.max(red, green, blue);
  if (most < 40) return 'black';
  return most === red ? 'red' : most === green ? 'green' : 'blue';
}

const PARTS = {
  'source-flavor-part-0': 'branding/bumper',
  'source-flavor-part-1': 'presenter/trimmed',
  'source-flavor-part-1-mandatory': 'true',
  'source-flavor-part-2': 'branding/trailer',
  'target-flavor': 'presenter/themed',
  'output-resolution': 'part-1',
  'output-framerate': 'part-1',
};

test('concat joins parts of other sizes, rates, and without sound; the result has the size of the part that is named', async () => {
  const intro = await makeFilm(of.folder, 'intro.mp4', { size: '320x240', rate: 10, seconds: 1, colour: 'red' });
  const main = await makeFilm(of.folder, 'main.mp4', {
    size: '321x181',
    seconds: 2,
    colour: 'lime',
    sound: 440,
    more: ['-vf', 'scale=321:181', '-pix_fmt', 'yuv444p'],
  });
  const outro = await makeFilm(of.folder, 'outro.mkv', { size: '160x90', seconds: 1, colour: 'blue', sound: 880 });
  const elements = [
    await of.rig.element(main, 'presenter/trimmed'),
    await of.rig.element(intro, 'branding/bumper'),
    await of.rig.element(outro, 'branding/trailer', { duration_ms: null }),
  ];
  const [made] = addedOf((await of.rig.run(concat(of.rig.needs), PARTS, elements)).result);
  assert.deepEqual([made?.flavor, sizeText(made!)], ['presenter/themed', '322x182']);
  assert.ok(Math.abs((made?.duration_ms ?? 0) - 4000) < 150, String(made?.duration_ms));
  const path = of.rig.pathOf(made!);
  const { frames, errors } = await decoded(path);
  assert.deepEqual([frames, errors], [100, '']);
  const middle = [140, 70, 40, 40] as const;
  assert.deepEqual(
    [await hueAt(path, 0.5, middle), await hueAt(path, 2, middle), await hueAt(path, 3.5, middle)],
    ['red', 'green', 'blue'],
  );
  // The intro is 4:3: black beside it.
  assert.equal(await hueAt(path, 0.5, [2, 70, 10, 40]), 'black');
});

test('concat: one part is taken as it is; a missing part that has to be there is no failure; two that fit are one', async () => {
  const film = await makeFilm(of.folder, 'one.mp4', { size: '320x180', seconds: 1 });
  const main = await of.rig.element(film, 'presenter/trimmed');
  const alone = await of.rig.run(concat(of.rig.needs), PARTS, [main]);
  const [made] = addedOf(alone.result);
  assert.deepEqual([made?.path, made?.flavor], [main.path, 'presenter/themed']);
  const none = await of.rig.run(concat(of.rig.needs), PARTS, []);
  assert.deepEqual(
    [none.result.kind, 'why' in none.result && none.result.why],
    ['skip', 'part 1, which has to be there, is not'],
  );
  const again = await of.rig.element(film, 'presenter/trimmed');
  await assert.rejects(of.rig.run(concat(of.rig.needs), PARTS, [main, again]), /2 tracks fit part 1; one is needed/);
  const wrong = { ...PARTS, 'output-resolution': 'part-9', 'source-flavor-part-2': 'presenter/other' };
  const other = await of.rig.element(film, 'presenter/other');
  await assert.rejects(of.rig.run(concat(of.rig.needs), wrong, [main, other]), /there is no part-9 with a picture/);
});

test('concat copies equal parts in the order of their names, and refuses others in words', async () => {
  const spec = { size: '320x180', seconds: 2, sound: 440, more: ['-c:a', 'aac'] };
  const elements = [
    await of.rig.element(await makeFilm(of.folder, "b'2.mp4", { ...spec, colour: 'blue' }), 'multipart/source'),
    await of.rig.element(await makeFilm(of.folder, 'a1.mp4', { ...spec, colour: 'red' }), 'multipart/source'),
  ];
  const keys = {
    'source-flavor-numbered-files': 'multipart/source',
    'target-flavor': 'presenter/source',
    'same-codec': 'true',
    'encoding-profile': 'concat-samecodec.work',
  };
  const words = join(of.folder, 'a1.vtt');
  await writeFile(words, 'WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nBonjour\n');
  const captions = { ...(await of.rig.element(words, 'multipart/source')), kind: 'track' as const };
  const [made] = addedOf((await of.rig.run(concat(of.rig.needs), keys, [...elements, captions])).result);
  const { frames, errors } = await decoded(of.rig.pathOf(made!));
  assert.deepEqual([frames, errors], [100, ''], 'captions beside the parts are none');
  const middle = [140, 70, 40, 40] as const;
  assert.deepEqual(
    [await hueAt(of.rig.pathOf(made!), 1, middle), await hueAt(of.rig.pathOf(made!), 3, middle)],
    ['red', 'blue'],
  );
  const larger = await of.rig.element(
    await makeFilm(of.folder, 'c3.mp4', { ...spec, size: '640x360' }),
    'multipart/source',
  );
  await assert.rejects(
    of.rig.run(concat(of.rig.needs), keys, [...elements, larger]),
    /same-codec needs equal parts: .*320x180.*640x360.*Without same-codec they are encoded anew/,
  );
});

test('image-to-video makes a film of a picture, also of an odd size', async () => {
  const picture = await makeFilm(of.folder, 'title.png', {
    size: '321x181',
    rate: 1,
    seconds: 1,
    colour: 'red',
    more: ['-vf', 'scale=321:181,format=rgb24', '-c:v', 'png', '-frames:v', '1'],
  });
  const source = await of.rig.element(picture, 'branding/titleslide');
  const keys = {
    'source-flavor': 'branding/titleslide',
    'target-flavor': 'branding/titleslide+video',
    profile: 'image-movie.work',
    duration: '2',
  };
  const [made] = addedOf((await of.rig.run(imageToVideo(of.rig.needs), keys, [source])).result);
  assert.deepEqual([made?.kind, made?.flavor, sizeText(made!)], ['track', 'branding/titleslide+video', '320x180']);
  assert.equal((await decoded(of.rig.pathOf(made!))).frames, 50);
  const text = join(of.folder, 'title.txt');
  await writeFile(text, 'title');
  const wrong = await of.rig.element(text, 'branding/titleslide');
  await assert.rejects(of.rig.run(imageToVideo(of.rig.needs), keys, [wrong]), /\(title\.txt\) is no picture/);
  await assert.rejects(of.rig.run(imageToVideo(of.rig.needs), { ...keys, duration: '0' }, [source]), /duration is 0/);
});

const IMPORT = {
  'source-presenter-flavor': 'presenter/source',
  'source-presentation-flavor': 'presentation/source',
  'source-smil-flavor': 'smil/source+partial',
  'target-presenter-flavor': 'presenter/standard',
  'target-presentation-flavor': 'presentation/standard',
  'concat-encoding-profile': 'concat.work',
  'trim-encoding-profile': 'trim.work',
  'force-encoding-profile': 'editor.work',
};

test('partial-import fills gaps with the picture before them and with silence, to the length of the recording', async () => {
  const [red, blue, voice, slides] = [
    await makeFilm(of.folder, 'red.mp4', { size: '320x180', seconds: 2, colour: 'red' }),
    await makeFilm(of.folder, 'blue.mp4', { size: '160x90', rate: 10, seconds: 2, colour: 'blue' }),
    await makeFilm(of.folder, 'voice.m4a', { seconds: 3, sound: 440 }),
    await makeFilm(of.folder, 'slides.mp4', { size: '320x240', seconds: 6, colour: 'lime' }),
  ];
  const elements = [
    await of.rig.element(red, 'presenter/source'),
    await of.rig.element(blue, 'presenter/source'),
    await of.rig.element(voice, 'presenter/source'),
    await of.rig.element(slides, 'presentation/source'),
  ];
  const [a, b, c, d] = elements.map(({ id, file_name: name }) => `/files/mediapackage/x/${id}/${name}`);
  const list = join(of.folder, 'partial.smil');
  await writeFile(
    list,
    `<smil xmlns="http://www.w3.org/ns/SMIL" version="3.0"><head/><body><par dur="8000ms">
      <seq><video begin="1000ms" dur="2000ms" src="${a}"/><video begin="5000ms" dur="2000ms" src="${b}"/>
        <audio begin="0ms" dur="3000ms" src="${c}"/></seq>
      <seq><video begin="0ms" dur="6000ms" src="${d}"/></seq></par></body></smil>`,
  );
  const smil = await of.rig.element(list, 'smil/source+partial', { kind: 'catalog' });
  const made = addedOf((await of.rig.run(partialImport(of.rig.needs), IMPORT, [...elements, smil])).result);
  assert.deepEqual(
    made.map((one) => [one.flavor, one.streams?.map(({ kind }) => kind).join('+'), sizeText(one)]),
    [
      ['presenter/standard', 'video+audio', '320x180'],
      ['presentation/standard', 'video', '320x240'],
    ],
  );
  for (const { duration_ms: length, file_name: name } of made) {
    assert.ok(Math.abs((length ?? 0) - 8000) < 100, String(length));
    assert.match(name, /\.mp4$/);
  }
  const path = of.rig.pathOf(made[0]!);
  const middle = [140, 70, 40, 40] as const;
  const hues = [];
  for (const seconds of [0.5, 2, 4, 6, 7.8]) hues.push(await hueAt(path, seconds, middle));
  assert.deepEqual(hues, ['red', 'red', 'red', 'blue', 'blue']);
  assert.equal((await decoded(path)).errors, '');
});

test('partial-import by the times of the files; a recording in one piece is taken as it is; nothing is no failure', async () => {
  const first = await of.rig.element(
    await makeFilm(of.folder, 'p1.mp4', { size: '320x180', seconds: 1, sound: 440 }),
    'presenter/source',
    { start_ms: 0 },
  );
  const second = await of.rig.element(
    await makeFilm(of.folder, 'p2.mp4', { size: '320x180', seconds: 1, sound: 440 }),
    'presenter/source',
    { start_ms: 2000 },
  );
  const two = addedOf((await of.rig.run(partialImport(of.rig.needs), IMPORT, [second, first])).result);
  assert.equal(two.length, 1);
  assert.ok(Math.abs((two[0]?.duration_ms ?? 0) - 3000) < 100, String(two[0]?.duration_ms));
  assert.equal(videoOf(two[0]!)?.codec, 'h264');
  const one = addedOf((await of.rig.run(partialImport(of.rig.needs), IMPORT, [first])).result);
  assert.deepEqual([one[0]?.path, one[0]?.flavor], [first.path, 'presenter/standard']);
  assert.equal((await of.rig.run(partialImport(of.rig.needs), IMPORT, [])).result.kind, 'skip');
});

test('partial-import refuses lists with mistakes in words', async () => {
  const film = await of.rig.element(
    await makeFilm(of.folder, 'x.mp4', { size: '320x180', seconds: 1 }),
    'presenter/source',
  );
  const body = (inside: string): string => `<smil><body><par dur="1000ms"><seq>${inside}</seq></par></body></smil>`;
  for (const [text, words] of [
    ['no xml', /the list of pieces is no XML/],
    ['<smil><body/></smil>', /has no body with a par/],
    [body('<video begin="soon" src="x.mp4"/>'), /begin="soon".*412ms/],
    [body('<video begin="0ms"/>'), /one without src/],
    [body('<video begin="0ms" src="../../y.mp4"/>'), /the event has no such track/],
  ] as const) {
    const list = join(of.folder, 'wrong.smil');
    await writeFile(list, text);
    const smil = await of.rig.element(list, 'smil/source+partial', { kind: 'catalog' });
    await assert.rejects(of.rig.run(partialImport(of.rig.needs), IMPORT, [film, smil]), words);
  }
});

test('theme says in variables that there is none, so that the operations after it have an answer', async () => {
  const { result, lines } = await of.rig.run(theme(), { 'bumper-flavor': 'branding/bumper' });
  const variables = result.kind === 'done' ? result.variables : undefined;
  for (const name of ['theme_active', 'theme_bumper_active', 'theme_title_slide_active', 'theme_watermark_active'])
    assert.equal(variables?.get(name), 'false');
  assert.match(lines.join(), /there is no theme/);
});
