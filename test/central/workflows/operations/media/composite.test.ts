import assert from 'node:assert/strict';
import { test } from 'node:test';
import { composite } from '#central/workflows/operations/media/composite.ts';
import { placeOf, readLayouts } from '#central/workflows/operations/media/commands/layouts.ts';
import { openProfiles } from '#central/workflows/profiles/open-profiles.ts';
import { colourAt, decoded, makeFilm } from './made-films.ts';
import { addedOf, mediaRig, sizeText } from './media-rig.ts';

const of = mediaRig();

const layout = (horizontalCoverage: number, left: number, top: number, x = 0, y = 0): string =>
  JSON.stringify({
    horizontalCoverage,
    anchorOffset: { referring: { left, top }, reference: { left, top }, offset: { x, y } },
  });

const KEYS = {
  'source-flavor-lower': 'presentation/trimmed',
  'source-flavor-upper': 'presenter/trimmed',
  'source-flavor-watermark': 'branding/watermark',
  'target-flavor': 'composite/delivery',
  'encoding-profile': 'composite.http',
  'output-resolution': '640x360',
  layout: `${layout(1, 0, 0)};${layout(0.25, 1, 1, -10, -10)};${layout(1, 0, 1)}`,
  'layout-single': `${layout(1, 0.5, 0.5)};${layout(1, 0, 1)}`,
};

async function sources() {
  const slides = await makeFilm(of.folder, 'slides.mp4', { size: '640x360', seconds: 2, colour: 'red', sound: 440 });
  const camera = await makeFilm(of.folder, 'camera.mp4', {
    size: '320x180',
    rate: 10,
    seconds: 2,
    colour: 'blue',
    sound: 880,
  });
  const logo = await makeFilm(of.folder, 'logo.png', {
    size: '40x40',
    rate: 1,
    seconds: 1,
    colour: 'lime',
    more: ['-c:v', 'png', '-frames:v', '1'],
  });
  return {
    lower: await of.rig.element(slides, 'presentation/trimmed'),
    upper: await of.rig.element(camera, 'presenter/trimmed'),
    logo: await of.rig.element(logo, 'branding/watermark'),
  };
}

const hue = ([red = 0, green = 0, blue = 0]: number[]): string =>
  Math.max(red, green, blue) < 40 ? 'black' : red > green && red > blue ? 'red' : green > blue ? 'green' : 'blue';

/** Colours at the upper left, where the small picture lies, beside it, and at the watermark. */
async function hues(path: string): Promise<string[]> {
  const places = [
    [10, 10, 20, 20],
    [520, 280, 60, 50],
    [440, 300, 20, 20],
    [10, 330, 20, 20],
  ] as const;
  const colours = [];
  for (const place of places) colours.push(hue(await colourAt(path, 1, place)));
  return colours;
}

test('two pictures and a watermark, where the layouts say; both are heard', async () => {
  const { lower, upper, logo } = await sources();
  const [made] = addedOf((await of.rig.run(composite(of.rig.needs), KEYS, [lower, upper, logo])).result);
  assert.deepEqual([made?.flavor, sizeText(made!)], ['composite/delivery', '640x360']);
  assert.deepEqual(await hues(of.rig.pathOf(made!)), ['red', 'blue', 'red', 'green']);
  const { frames, errors } = await decoded(of.rig.pathOf(made!));
  assert.deepEqual([frames, errors, made?.streams?.map(({ kind }) => kind)], [50, '', ['video', 'audio']]);
});

test('one picture, when the other is missing, with the layout for one; none is no failure', async () => {
  const { upper, logo } = await sources();
  const [made] = addedOf((await of.rig.run(composite(of.rig.needs), KEYS, [upper, logo])).result);
  assert.deepEqual(await hues(of.rig.pathOf(made!)), ['blue', 'blue', 'blue', 'green']);
  assert.equal((await of.rig.run(composite(of.rig.needs), KEYS, [logo])).result.kind, 'skip');
});

test('a layout by its name, sound of one side, another background, and the size of a source', async () => {
  const { lower, upper } = await sources();
  const keys = {
    ...KEYS,
    layout: 'beside',
    'layout-beside': `${layout(0.5, 0, 0)};${layout(0.5, 1, 0)}`,
    'output-resolution': 'lower',
    'output-background': '0x00FF00',
    'source-audio-name': 'upper',
  };
  const [made] = addedOf((await of.rig.run(composite(of.rig.needs), keys, [lower, upper])).result);
  const path = of.rig.pathOf(made!);
  const seen = [];
  for (const place of [
    [10, 10, 40, 40],
    [500, 10, 40, 40],
    [300, 300, 40, 40],
  ] as const)
    seen.push(hue(await colourAt(path, 1, place)));
  assert.deepEqual(seen, ['red', 'blue', 'green']);
});

test('layouts and keys with mistakes are refused in words', async () => {
  const { lower, upper } = await sources();
  for (const [change, words] of [
    [{ layout: '{"horizontalCoverage":2}' }, /layout: layout 1 is wrong at horizontalCoverage/],
    [{ layout: '{"horizontal' }, /layout: layout 1 is wrong/],
    [{ layout: layout(1, 0, 0) }, /1 layouts are there; 2 are needed/],
    [{ layout: 'none' }, /layout is none, and there is no key layout-none/],
    [{ layout: '' }, /a layout for two pictures is missing/],
    [{ 'output-resolution': '0x0' }, /output-resolution is 0x0/],
    [{ 'output-background': 'black,crop=1:1' }, /output-background is black,crop/],
    [{ 'encoding-profile': 'none.http' }, /there is no encoding profile none\.http/],
  ] as const)
    await assert.rejects(of.rig.run(composite(of.rig.needs), { ...KEYS, ...change }, [lower, upper]), words);
});

test('the profile of 2016, which reads the second picture by itself', async () => {
  const { lower, upper } = await sources();
  const ours = openProfiles();
  const old = {
    ...ours.find('composite.http')!,
    command: '-i #{in.video.path} -filter:v #{compositeCommand} -c:v libx264 #{out.dir}/#{out.name}#{out.suffix}',
  };
  const needs = { ...of.rig.needs, profiles: { ...ours, find: () => old } };
  const [made] = addedOf((await of.rig.run(composite(needs), KEYS, [lower, upper])).result);
  assert.deepEqual((await hues(of.rig.pathOf(made!))).slice(0, 3), ['red', 'blue', 'red']);
});

test('places never lie beyond the canvas', () => {
  const [full] = readLayouts(layout(1, 1, 1, 500, 500), 'layout');
  const canvas = { widthPx: 640, heightPx: 360 };
  assert.deepEqual(placeOf({ widthPx: 1000, heightPx: 2000 }, canvas, full!), {
    widthPx: 180,
    heightPx: 360,
    leftPx: 460,
    topPx: 0,
  });
  assert.deepEqual(placeOf({ widthPx: 1890, heightPx: 1063 }, canvas, full!), {
    widthPx: 640,
    heightPx: 358,
    leftPx: 0,
    topPx: 2,
  });
});
