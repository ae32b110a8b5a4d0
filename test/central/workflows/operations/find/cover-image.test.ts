import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import sharp from 'sharp';
import { coverImage } from '#central/workflows/operations/find/cover/cover-image.ts';
import { DCTERMS_NAMESPACE } from '#lib/opencast/dublin-core.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { openOperationRig, type OperationRig } from '../operation-rig.ts';
import { addedBy } from './find-rig.ts';

let opened: TestDatabase;
let rig: OperationRig;
before(async () => {
  opened = await freshDatabase();
  rig = await openOperationRig(opened.database);
  const term = (name: string, value: string) => ({ namespace: DCTERMS_NAMESPACE, name, value });
  await opened.database
    .insertInto('events')
    .values([
      {
        id: 'lecture-1',
        title: 'Anatomie du cœur',
        terms: JSON.stringify([term('creator', 'Pr Dupont'), term('created', '2026-03-02T09:30:00Z')]),
      },
      { id: 'lecture-2', title: `<b>&amp;</b> ${'un titre qui ne finit pas '.repeat(40)}` },
    ])
    .execute();
});
after(async () => {
  await rig.close();
  await opened.close();
});

const KEYS = { stylesheet: 'file:///etc/branding/coverimage.xsl', 'target-flavor': 'presenter/player+preview' };

async function cover(
  keys: Record<string, string> = {},
  more: Parameters<OperationRig['run']>[3] = {},
  elements: Parameters<OperationRig['run']>[2] = [],
) {
  const { result, lines } = await rig.run(
    coverImage(rig.needs),
    { ...KEYS, width: '1280', height: '720', ...keys },
    elements,
    more,
  );
  const [made] = addedBy(result);
  return { made: made!, png: await readFile(rig.pathOf(made!)), lines };
}

/** Part of the pixels of a band (in parts of the height) that are nearly white. */
async function inkIn(png: Buffer, from: number, to: number): Promise<number> {
  const { width, height } = await sharp(png).metadata();
  const top = Math.round(height * from);
  const band = { left: 0, top, width, height: Math.round(height * to) - top };
  const { data } = await sharp(png).extract(band).grayscale().raw().toBuffer({ resolveWithObject: true });
  return data.filter((one) => one > 200).length / data.length;
}

test('a cover has the size that was asked for, and title, speakers and date are on it', async () => {
  const { made, png, lines } = await cover({ 'target-tags': 'engage-download' });
  const { width, height, format } = await sharp(png).metadata();
  assert.deepEqual([width, height, format], [1280, 720, 'png']);
  assert.deepEqual(
    [made.flavor, made.mime_type, made.tags],
    ['presenter/player+preview', 'image/png', ['engage-download']],
  );
  assert.ok((await inkIn(png, 0.1, 0.6)) > 0.01, 'the title');
  assert.ok((await inkIn(png, 0.68, 0.78)) > 0.002, 'the speaker');
  assert.ok((await inkIn(png, 0.8, 0.92)) > 0.002, 'the date');
  assert.match(lines.join('\n'), /the stylesheet file:.*coverimage.xsl is not run/);
});

test('a title without end fits, and is no markup', async () => {
  const { png } = await cover({}, { event: 'lecture-2' });
  assert.ok((await inkIn(png, 0.1, 0.6)) > 0.03);
  assert.equal(await inkIn(png, 0, 0.05), 0, 'nothing runs out at the top');
  assert.equal(await inkIn(png, 0.68, 1), 0, 'there is nobody to name');
});

test('words may be given as XML, as Opencast gives them to a stylesheet', async () => {
  const metadata =
    '<metadata><title>T</title><date>2026-03-02T09:30:00Z</date><creators><creator>A</creator></creators></metadata>';
  const given = await cover({ metadata });
  const none = await cover({ metadata: '<metadata/>' });
  assert.ok((await inkIn(given.png, 0.4, 0.6)) > 0.0005);
  assert.equal(await inkIn(none.png, 0, 1), 0);
  await assert.rejects(cover({ metadata: '<metadata' }), /metadata is no XML/);
});

describe('the poster', () => {
  const poster = async (name: string, content: Buffer) => {
    const file = join(rig.store.folder, name);
    await writeFile(file, content);
    return rig.element(file, 'presenter/poster');
  };
  test('lies behind the words, darkened, of any size', async () => {
    const red = await sharp({ create: { width: 300, height: 500, channels: 3, background: '#ff0000' } })
      .jpeg()
      .toBuffer();
    const { png } = await cover({ 'posterimage-flavor': '*/poster' }, {}, [await poster('red.jpg', red)]);
    const { data } = await sharp(png)
      .extract({ left: 2, top: 2, width: 1, height: 1 })
      .raw()
      .toBuffer({ resolveWithObject: true });
    assert.ok(data[0]! > 90 && data[0]! < 200 && data[1]! < 20, [...data].join());
    assert.ok((await inkIn(png, 0.1, 0.6)) > 0.01, 'the title is still there');
  });
  test('is left out with a word if it is none', async () => {
    const svg = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>',
    );
    for (const [name, content] of [
      ['broken.png', Buffer.from('no picture')],
      ['drawing.svg', svg],
    ] as const) {
      const { lines } = await cover({ 'posterimage-flavor': '*/poster' }, {}, [await poster(name, content)]);
      assert.match(lines.join('\n'), /the picture for the background is left out: /);
    }
    const { lines } = await cover({ posterimage: 'http://127.0.0.1/x.png' });
    assert.match(lines.join('\n'), /posterimage is not fetched/);
  });
});

test('sizes that nobody can draw are refused', async () => {
  for (const height of ['0', '-5', '100000'])
    await assert.rejects(cover({ height }), { name: 'OperationFailed', message: /height has to be between/ });
});
