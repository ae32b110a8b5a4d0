import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { openZip } from '#central/intake/zip.ts';
import type { ElementRow } from '#central/store/tables.ts';
import { copy } from '#central/workflows/operations/find/pack/copy.ts';
import { namesInArchive } from '#central/workflows/operations/find/pack/names-in-archive.ts';
import { zip } from '#central/workflows/operations/find/pack/zip.ts';
import { parseMediaPackage } from '#lib/opencast/media-package.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { openOperationRig, type OperationRig } from '../operation-rig.ts';
import { addedBy, textFile } from './find-rig.ts';

let opened: TestDatabase;
let rig: OperationRig;
before(async () => {
  opened = await freshDatabase();
  rig = await openOperationRig(opened.database);
  await opened.database
    .insertInto('events')
    .values({ id: 'lecture-1', title: 'Anatomie: <le cœur> & ../co' })
    .execute();
});
after(async () => {
  await rig.close();
  await opened.close();
});

async function element(
  name: string,
  content: string,
  flavor: string,
  more: Partial<ElementRow> = {},
): Promise<ElementRow> {
  const file = await textFile(rig.store.folder, crypto.randomUUID(), content);
  const md5 = createHash('md5').update(content).digest('hex');
  const made = await rig.element(file, flavor, { file_name: 'content', kind: 'attachment', md5, ...more });
  return { ...made, file_name: name };
}

describe('zip', () => {
  test('packs what is selected, with a media package whose addresses are names in it', async () => {
    const elements = [
      await element('camera.mp4', 'picture '.repeat(10_000), 'presenter/source', {
        kind: 'track',
        mime_type: 'video/mp4',
      }),
      await element('episode.xml', '<dublincore/>', 'dublincore/episode', { kind: 'catalog' }),
      await element('secret.xml', '<Policy/>', 'security/xacml+episode'),
    ];
    for (const compression of ['false', 'true']) {
      const keys = { 'include-flavors': '*/source,dublincore/*', 'target-tags': 'archive', compression };
      const [made, ...more] = addedBy((await rig.run(zip(rig.needs), keys, elements)).result);
      assert.deepEqual(more, []);
      assert.deepEqual([made!.flavor, made!.mime_type, made!.tags], ['archive/zip', 'application/zip', ['archive']]);
      assert.match(made!.file_name, /^Anatomie.*\.zip$/);
      assert.equal(made!.size_bytes < 20_000, compression === 'true');
      const archive = await openZip(rig.pathOf(made!));
      const contents = new Map<string, string>();
      for (const entry of archive.entries) contents.set(entry.name, (await buffer(entry.read())).toString());
      await archive.close();
      assert.deepEqual([...contents.keys()].toSorted(), ['camera.mp4', 'episode.xml', 'manifest.xml']);
      assert.equal(contents.get('camera.mp4'), 'picture '.repeat(10_000));
      const manifest = parseMediaPackage(contents.get('manifest.xml')!);
      assert.equal(manifest.title, 'Anatomie: <le cœur> & ../co');
      assert.deepEqual(
        [...manifest.tracks, ...manifest.catalogs].map(({ flavor, url }) => [flavor, url]),
        [
          ['presenter/source', 'camera.mp4'],
          ['dublincore/episode', 'episode.xml'],
        ],
      );
    }
  });

  test('hostile names stay within the archive, and none is there twice', async () => {
    const names = [
      '../../etc/passwd',
      'C:\\Windows\\x.mp4',
      'manifest.xml',
      'MANIFEST.XML',
      'con.mp4',
      'a.mp4',
      'A.mp4',
      '..',
      '',
    ];
    const elements = await Promise.all(names.map((name, at) => element(name, `content ${at}`, 'presenter/source')));
    const [made] = addedBy((await rig.run(zip(rig.needs), {}, elements)).result);
    const archive = await openZip(rig.pathOf(made!));
    const packed = archive.entries.map(({ name }) => name);
    const contents = await Promise.all(archive.entries.map(async (entry) => (await buffer(entry.read())).toString()));
    const manifest = parseMediaPackage(contents[packed.indexOf('manifest.xml')]!);
    await archive.close();
    assert.equal(new Set(packed.map((name) => name.toLowerCase())).size, names.length + 1);
    for (const name of packed) assert.ok(/^[^/\\.][^/\\]*$/.test(name) && !/^con\b/i.test(name), name);
    // Each element of the media package names the file with its own content.
    for (const [at, { id }] of elements.entries()) {
      const url = manifest.attachments.find((one) => one.id === id)!.url!;
      assert.equal(contents[packed.indexOf(decodeURI(url))], `content ${at}`);
    }
  });

  test('a thousand files of one name take their time, not a thousand times as long', () => {
    const names = namesInArchive(Array.from({ length: 100_000 }, () => 'a.mp4'));
    assert.deepEqual([names[0], names[1], names.at(-1)], ['a.mp4', 'a-2.mp4', 'a-100000.mp4']);
  });

  test('a file that is gone is an error, and a stopped run ends it', async () => {
    const gone = { ...(await element('a.mp4', 'a', 'presenter/source')), path: 'lecture-1/gone/a.mp4' };
    await assert.rejects(rig.run(zip(rig.needs), {}, [gone]), /ENOENT/);
    const there = await element('a.mp4', 'a', 'presenter/source');
    await assert.rejects(
      rig.run(zip(rig.needs), {}, [there], { signal: AbortSignal.abort(new Error('stopped')) }),
      /stopped|aborted/,
    );
  });
});

describe('copy', () => {
  const KEYS = { 'source-flavor': 'presenter/delivery' };
  let nas: string;
  before(async () => {
    nas = join(rig.store.folder, 'nas');
    await mkdir(join(nas, 'inside'), { recursive: true });
    await mkdir(join(rig.store.folder, 'outside'));
    await symlink(join(rig.store.folder, 'outside'), join(nas, 'link'));
  });
  const copyTo = (directory: string, elements: readonly ElementRow[], keys = {}) =>
    rig.run(copy({ ...rig.needs, copyFolders: [nas] }), { ...KEYS, 'target-directory': directory, ...keys }, elements);

  test('one file, into a folder that is made; doing it twice does no harm', async () => {
    const film = await element('hd.mp4', 'a film', 'presenter/delivery');
    for (const says of [/copied to/, /is this file already/]) {
      const { result, lines } = await copyTo(join(nas, 'new', '2026'), [film]);
      assert.equal(result.kind, 'done');
      assert.match(lines.join('\n'), says);
    }
    assert.deepEqual(await readdir(join(nas, 'new', '2026')), ['hd.mp4']);
    assert.equal(await readFile(join(nas, 'new', '2026', 'hd.mp4'), 'utf8'), 'a film');
    assert.notEqual(
      (await stat(join(nas, 'new', '2026', 'hd.mp4'))).ino,
      (await stat(rig.pathOf(film))).ino,
      'a copy of its own',
    );
  });

  test('another file of this name stays as it is; a number finds a free name', async () => {
    const film = await element('hd.mp4', 'another film', 'presenter/delivery');
    await writeFile(join(nas, 'inside', 'hd.mp4'), 'what was there');
    await assert.rejects(copyTo(join(nas, 'inside'), [film]), {
      name: 'OperationFailed',
      message: /another file of this name, which is not overwritten: give a target-filename with a number/,
    });
    assert.equal(await readFile(join(nas, 'inside', 'hd.mp4'), 'utf8'), 'what was there');
    await writeFile(join(nas, 'inside', 'cours-001.mp4'), 'what was there');
    const keys = { 'target-filename': 'cours-%03d' };
    await copyTo(join(nas, 'inside'), [film], keys);
    await copyTo(join(nas, 'inside'), [film], keys);
    assert.deepEqual((await readdir(join(nas, 'inside'))).toSorted(), ['cours-001.mp4', 'cours-002.mp4', 'hd.mp4']);
    assert.equal(await readFile(join(nas, 'inside', 'cours-002.mp4'), 'utf8'), 'another film');
  });

  test('names lead nowhere else', async () => {
    const film = await element('hd.mp4', 'a film', 'presenter/delivery');
    await copyTo(join(nas, 'names'), [film], { 'target-filename': '../../../outside/hd' });
    assert.deepEqual(await readdir(join(nas, 'names')), ['hd.mp4']);
    assert.deepEqual(await readdir(join(rig.store.folder, 'outside')), []);
  });

  test('folders that are not allowed are refused, also by a link', async () => {
    const film = await element('hd.mp4', 'a film', 'presenter/delivery');
    const outside = join(rig.store.folder, 'outside');
    for (const directory of [
      outside,
      join(nas, '..', 'outside'),
      `${nas}-2`,
      join(nas, 'link'),
      join(nas, 'link', 'new'),
    ]) {
      const says = /is not within a folder that the configuration allows: /;
      await assert.rejects(copyTo(directory, [film]), { name: 'OperationFailed', message: says }, directory);
    }
    await assert.rejects(copyTo('nas', [film]), /has to begin with \//);
    assert.deepEqual(await readdir(outside), []);
    const nowhere = rig.run(copy(rig.needs), { ...KEYS, 'target-directory': nas }, [film]);
    await assert.rejects(nowhere, /allows no folder to copy to: copyFolders/);
  });

  test('nothing, or several', async () => {
    const film = await element('hd.mp4', 'a film', 'presenter/delivery');
    assert.equal((await copyTo(nas, [])).result.kind, 'skip');
    const other = { ...film, id: 'other', file_name: 'low.mp4' };
    await assert.rejects(copyTo(nas, [film, other]), /takes one file, and 2 have .*: hd.mp4, low.mp4/);
  });
});
