import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { timelinepreviews } from '#central/workflows/operations/find/slides/timelinepreviews.ts';
import { openOperationRig, type OperationRig } from '../operation-rig.ts';
import { addedBy, numberedFilm } from './find-rig.ts';

let rig: OperationRig;
before(async () => {
  rig = await openOperationRig();
});
after(() => rig.close());

const KEYS = { 'source-flavor': '*/trimmed', 'target-flavor': '*/timeline+preview', 'target-tags': 'engage-download' };

test('one picture has all small ones, and its tags tell their number and size', async () => {
  const films = [
    await rig.element(await numberedFilm(12, '30'), 'presenter/trimmed'),
    await rig.element(await numberedFilm(4, '30'), 'presentation/trimmed'),
  ];
  const made = addedBy((await rig.run(timelinepreviews(rig.needs), { ...KEYS, 'image-count': '9' }, films)).result);
  assert.deepEqual(
    made.map(({ flavor, mime_type: type }) => [flavor, type]),
    [
      ['presenter/timeline+preview', 'image/jpeg'],
      ['presentation/timeline+preview', 'image/jpeg'],
    ],
  );
  const tags = new Map(made[0]!.tags.map((tag) => tag.split(':') as [string, string]));
  assert.deepEqual([tags.get('imageCount'), tags.get('imageSizeX'), tags.get('imageSizeY')], ['9', '3', '3']);
  const { width, height } = await sharp(rig.pathOf(made[0]!)).metadata();
  assert.deepEqual([width, height], [3 * Number(tags.get('resolutionX')), 3 * Number(tags.get('resolutionY'))]);
  const one = await rig.run(timelinepreviews(rig.needs), { ...KEYS, 'process-first-match-only': 'true' }, films);
  assert.equal(addedBy(one.result).length, 1);
});

test('sound alone has none, 0.2 s have one, and numbers that nobody can draw are refused', async () => {
  const sound = await rig.element(await numberedFilm(6, '30', ['-vn']), 'presenter/trimmed');
  assert.equal((await rig.run(timelinepreviews(rig.needs), KEYS, [sound])).result.kind, 'skip');
  const short = await rig.element(await numberedFilm(0.2, '30'), 'presenter/trimmed');
  assert.equal(addedBy((await rig.run(timelinepreviews(rig.needs), KEYS, [short])).result).length, 1);
  for (const count of ['0', '100000'])
    await assert.rejects(rig.run(timelinepreviews(rig.needs), { ...KEYS, 'image-count': count }, [short]), {
      name: 'OperationFailed',
      message: /image-count has to be between 1 and 1000/,
    });
});
