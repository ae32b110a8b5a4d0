import assert from 'node:assert/strict';
import { test } from 'node:test';
import { momentsOf, nameOfStill, readMoments } from '#central/workflows/operations/media/commands/stills.ts';
import { image } from '#central/workflows/operations/media/image.ts';
import { colourAt, makeFilm } from './made-films.ts';
import { addedOf, mediaRig } from './media-rig.ts';

const of = mediaRig();

const KEYS = { 'source-flavor': '*/source', 'target-flavor': '*/search+preview', 'target-tags': 'engage-download' };

test('stills at seconds and percent, by each profile, with names that tell the moment', async () => {
  // Red for two seconds, then blue: a still from the wrong moment has the wrong colour.
  const film = await makeFilm(of.folder, 'film.mp4', {
    size: '320x240',
    seconds: 4,
    colour: 'red',
    more: ['-vf', 'drawbox=t=fill:color=blue:enable=gte(t\\,2)'],
  });
  const source = await of.rig.element(film, 'presenter/source');
  const keys = { ...KEYS, 'encoding-profile': 'search-cover.http,editor.tracks.preview', time: '1,75%' };
  const made = addedOf((await of.rig.run(image(of.rig.needs), keys, [source])).result);
  assert.deepEqual(
    made.map(({ kind, flavor, tags, file_name }) => [kind, flavor, tags.join(), file_name]),
    ['_1.000s-search.jpg', '_1.000s-preview.jpg', '_75.0p-search.jpg', '_75.0p-preview.jpg'].map((name) => [
      'attachment',
      'presenter/search+preview',
      'engage-download',
      `film${name}`,
    ]),
  );
  const colours = await Promise.all(made.map((still) => colourAt(of.rig.pathOf(still), 0, [70, 20, 20, 20])));
  assert.deepEqual(
    colours.map(([red = 0, , blue = 0]) => (red > blue ? 'red' : 'blue')),
    ['red', 'red', 'blue', 'blue'],
  );
  // A picture of 4:3 has black beside it.
  const [left = 255] = await colourAt(of.rig.pathOf(made[0]!), 0, [0, 0, 8, 90]);
  assert.ok(left < 20);
});

test('names as the definition wants them', async () => {
  const film = await makeFilm(of.folder, 'named.mp4', { size: '320x180', seconds: 2 });
  const source = await of.rig.element(film, 'presenter/source');
  const keys = {
    ...KEYS,
    'encoding-profile': 'search-cover.http',
    time: '1',
    'target-base-name-format-second': 'thumb_%.0f%s',
  };
  const [made] = addedOf((await of.rig.run(image(of.rig.needs), keys, [source])).result);
  assert.equal(made?.file_name, 'thumb_1-search.jpg');
  const wrong = { ...keys, 'target-base-name-format-second': 'thumb_%d%s' };
  await assert.rejects(of.rig.run(image(of.rig.needs), wrong, [source]), /is no format of a name/);
});

test('moments after the end, a film of a fifth of a second, and one with a picture a second', async () => {
  const short = await makeFilm(of.folder, 'short.mp4', { size: '320x180', seconds: 0.2 });
  const slow = await makeFilm(of.folder, 'slow.mp4', { size: '320x180', rate: 1, seconds: 4, sound: 440 });
  const sound = await makeFilm(of.folder, 'sound.m4a', { seconds: 1, sound: 440 });
  const elements = [
    await of.rig.element(short, 'presenter/source'),
    await of.rig.element(slow, 'presentation/source'),
    await of.rig.element(sound, 'audience/source'),
  ];
  const keys = { ...KEYS, 'encoding-profile': 'player-preview.http', time: '3600,100%' };
  const made = addedOf((await of.rig.run(image(of.rig.needs), keys, elements)).result);
  assert.deepEqual(
    made.map(({ flavor }) => flavor),
    ['presenter', 'presenter', 'presentation', 'presentation'].map((type) => `${type}/search+preview`),
  );
  const none = await of.rig.run(image(of.rig.needs), keys, [elements[2]!]);
  assert.equal(none.result.kind, 'skip');
});

test('moments and names, by themselves', () => {
  assert.deepEqual(
    momentsOf(readMoments(['0', '50%', '100%', '99']), 10_000, 100).map(({ seconds }) => seconds),
    [0, 5, 9.9, 9.9],
  );
  assert.deepEqual(
    momentsOf(readMoments(['1']), 50, 100).map(({ seconds }) => seconds),
    [0],
  );
  assert.throws(() => readMoments(['101%']), /at most 100%/);
  assert.equal(nameOfStill('a%%_%06.2f%s', 2.71, '.jpg'), 'a%_002.71.jpg');
  for (const format of ['%x%s', '%.99f%s', 'name', '%s.', '../%s', '%'])
    assert.throws(() => nameOfStill(format, 1, '.jpg'), /is no format of a name/, format);
});
