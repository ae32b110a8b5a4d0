import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { openZip, ZipError } from '#central/intake/zip.ts';
import { unpack } from '#central/intake/unpack.ts';
import { makeWritableFolder, takeDataFolder } from '#central/store/data-folder.ts';
import { NoRoom, openMediaStore, safeFileName, sizeOf, type MediaStore } from '#central/store/media-store.ts';
import { mimeTypeOf } from '#central/store/mime.ts';
import { openScope } from '#lib/runtime/scope.ts';
import { smallDisk } from '#test/support/disks.ts';
import { zipOf } from '../small-zip.ts';

let folder = '';
let store: MediaStore;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amphi-store-'));
  store = await openMediaStore(join(folder, 'media'), 0);
});
after(() => rm(folder, { recursive: true, force: true }));

const incoming = (): Promise<string[]> => readdir(join(store.folder, '.incoming'));
const streamOf = (...parts: string[]): Readable => Readable.from(parts.map((part) => Buffer.from(part)));

describe('the media folder', () => {
  test('has a file under its name once it is whole, with its size and checksum', async () => {
    const got = await store.receive(streamOf('one', 'two'));
    assert.deepEqual([got.sizeBytes, got.md5], [6, '5b9164ad6f496d9dee12ec7634ce253f']);
    assert.equal(await store.readText(got.temporary), 'onetwo');
    assert.equal((await incoming()).length, 1);
    await store.keep(got.temporary, 'p/e/a.mp4');
    assert.equal(await readFile(store.at('p/e/a.mp4'), 'utf8'), 'onetwo');
    assert.deepEqual(await incoming(), []);
    assert.equal((await stat(store.at('p/e/a.mp4'))).mode & 0o007, 0, 'nobody else reads it');
    await store.remove('p/e');
    await assert.rejects(stat(store.at('p/e/a.mp4')), { code: 'ENOENT' });
    await store.remove('p/e');
  });

  test('keeps nothing of a stream that breaks', async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('one');
        throw new Error('the line is cut');
      })(),
    );
    await assert.rejects(store.receive(broken), /the line is cut/);
    assert.deepEqual(await incoming(), []);
  });

  test('leads nowhere else', () => {
    for (const path of ['../x', 'a/../../x', '/etc/passwd', 'a//b', '.', '..', 'a/.', ''])
      assert.throws(() => store.at(path), /no path of the media folder/, path);
    assert.equal(store.at('a/b c/d'), join(store.folder, 'a/b c/d'));
  });

  test('refuses what does not fit', async () => {
    const full = await openMediaStore(store.folder, Number.MAX_SAFE_INTEGER);
    await assert.rejects(full.checkRoom(), { statusCode: 507 });
    await assert.rejects(full.receive(streamOf('x')), { statusCode: 507 });
    await store.checkRoom();
    await assert.rejects(store.checkRoom(Number.MAX_SAFE_INTEGER), { statusCode: 507 });
  });

  test('makes nothing in the empty folder that a share leaves', async () => {
    const place = await mkdtemp(join(tmpdir(), 'amphi-away-'));
    const [share, mounted] = [join(place, 'share'), join(place, 'media')];
    const nas = await openMediaStore(mounted, 0);
    const received = await nas.receive(streamOf('lecture'));
    await rename(mounted, share);
    await mkdir(mounted);
    for (const path of ['runs/1', 'events', 'a/b/c'])
      await assert.rejects(nas.makeFolder(path), { statusCode: 507, message: /the media folder is away/ }, path);
    await assert.rejects(nas.keep(received.temporary, 'events/1/a.mp4'), /the media folder is away/);
    await assert.rejects(
      openMediaStore(mounted, 0, { hasFiles: async () => true }),
      /the media folder is away: .* is empty, although films lie in it; is the disk or share mounted\?/,
    );
    assert.deepEqual(await readdir(mounted), []);
    await rmdir(mounted);
    await rename(share, mounted);
    assert.equal(await nas.makeFolder('runs/1'), join(mounted, 'runs/1'));
    assert.equal(await nas.makeFolder('runs/1'), join(mounted, 'runs/1'), 'one that is there is taken');
    await nas.keep(received.temporary, 'events/1/a.mp4');
    assert.equal(await readFile(nas.at('events/1/a.mp4'), 'utf8'), 'lecture');
    await openMediaStore(mounted, 0, { hasFiles: async () => true });
    await rm(place, { recursive: true });
  });

  test('opened again has no longer what was being received, and goes on with what was being fetched', async () => {
    const left = await store.receive(streamOf('left'));
    const partial = store.partial('http://box/a.mp4');
    assert.equal(store.partial('http://box/a.mp4'), partial);
    assert.notEqual(store.partial('http://box/b.mp4'), partial);
    await writeFile(partial, 'half');
    await openMediaStore(store.folder, 0);
    await assert.rejects(stat(left.temporary), { code: 'ENOENT' });
    assert.equal(await readFile(partial, 'utf8'), 'half');
    await store.discard(partial);
    await store.discard(partial);
  });

  test('takes what comes where the disk does not tell its size', async (t) => {
    const disk = await smallDisk(t, 0);
    if (!disk) return t.skip('no disk may be mounted here');
    const nas = await openMediaStore(join(disk, 'media'), 1 << 30);
    const { sizeBytes } = await nas.receive(streamOf('x', 'y'));
    assert.equal(sizeBytes, 2);
    await nas.checkRoom(1 << 30);
  });

  test('has no longer what began to be fetched and was not gone on with', async () => {
    const [old, young] = ['old', 'young'].map((name) => store.partial(`http://box/${name}.mp4`)) as [string, string];
    const received = await store.receive(streamOf('received'));
    const nowMs = Date.now();
    for (const path of [old, young]) await writeFile(path, 'half');
    for (const path of [old, received.temporary]) await utimes(path, (nowMs - 3000) / 1000, (nowMs - 3000) / 1000);
    await store.removeOldPartials(nowMs - 2000);
    await assert.rejects(stat(old), { code: 'ENOENT' });
    assert.equal(await readFile(young, 'utf8'), 'half');
    assert.equal(await readFile(received.temporary, 'utf8'), 'received', 'what is whole is no fetch');
    for (const path of [young, received.temporary]) await store.discard(path);
  });

  test('stops whoever sends when it cannot take more', async () => {
    const full = await openMediaStore(store.folder, Number.MAX_SAFE_INTEGER);
    const stream = streamOf('one', 'two');
    await assert.rejects(full.receive(stream), NoRoom);
    assert.ok(stream.destroyed);
    assert.deepEqual(await incoming(), []);
  });

  test('takes a stream that is faster than the disk, whole and in order', async () => {
    const chunks = Array.from({ length: 40 }, (_, n) => Buffer.alloc(300_000, n));
    const got = await store.receive(Readable.from(chunks));
    const md5 = createHash('md5').update(Buffer.concat(chunks)).digest('hex');
    assert.deepEqual([got.sizeBytes, got.md5], [12_000_000, md5]);
    assert.equal(await sizeOf(got.temporary), 12_000_000);
    assert.equal((await stat(got.temporary)).mode & 0o777, 0o640);
    await store.discard(got.temporary);
    assert.equal(await sizeOf(got.temporary), 0, 'it is gone');
  });

  test('gives two that come at once each a place of its own', async () => {
    const [one, two] = await Promise.all([store.receive(streamOf('one')), store.receive(streamOf('two'))]);
    assert.deepEqual([await store.readText(one.temporary), await store.readText(two.temporary)], ['one', 'two']);
    await store.keep(one.temporary, 'p/same.mp4');
    await store.keep(two.temporary, 'p/same.mp4');
    assert.equal(await readFile(store.at('p/same.mp4'), 'utf8'), 'two', 'what is kept again is the newer one');
    await assert.rejects(store.keep(one.temporary, '../out.mp4'), /no path of the media folder/);
    await store.remove('p');
  });

  test('removes nothing above a path, and nothing but it', async () => {
    for (const path of ['q/a/film.mp4', 'q/b/film.mp4'])
      await store.keep((await store.receive(streamOf('x'))).temporary, path);
    await store.remove('q/a');
    assert.deepEqual(await readdir(store.at('q')), ['b']);
    for (const path of ['', '..', 'q/../..', '.incoming/..'])
      assert.throws(() => store.remove(path), /no path of the media folder/, path);
    await store.remove('q');
  });

  test('has names for what is fetched that say nothing of where it is fetched', () => {
    const path = store.partial('http://user:password@box/a.mp4');
    assert.match(path, /\/\.incoming\/fetch-[\da-f]{40}$/);
  });

  test('reads no text that is longer than texts are', async () => {
    const path = join(store.folder, '.incoming/long');
    await writeFile(path, Buffer.alloc((16 << 20) + 1, 'x'));
    await assert.rejects(store.readText(path), { statusCode: 413 });
    await store.discard(path);
  });
});

test('names of files stay what they were, as far as every file system and URL takes them', () => {
  for (const [name, expected] of [
    ['lecture.mp4', 'lecture.mp4'],
    ['cours é (1)+2.mp4', 'cours_é_(1)+2.mp4'],
    ['C:\\films\\a.mp4', 'a.mp4'],
    ['../../etc/passwd', 'passwd'],
    ['.hidden', '_hidden'],
    ['..', '_'],
    ['', 'file'],
    ['a/b/', 'b'],
    ['what?<>|*.mp4', 'what_____.mp4'],
    [`${'x'.repeat(300)}.mp4`, `${'x'.repeat(80)}.mp4`],
    [`a.${'y'.repeat(300)}`, `a.${'y'.repeat(15)}`],
    ['e\u0301.mp4', 'é.mp4'],
  ] as const)
    assert.equal(safeFileName(name), expected, name);
});

test('types of files go by their names; what is not known is as it was sent', () => {
  assert.equal(mimeTypeOf('a.mp4', 'application/octet-stream'), 'video/mp4');
  assert.equal(mimeTypeOf('A.M4V'), 'video/mp4');
  assert.equal(mimeTypeOf('a.vtt'), 'text/vtt');
  assert.equal(mimeTypeOf('a.xyz', 'video/x-own'), 'video/x-own');
  assert.equal(mimeTypeOf('a'), 'application/octet-stream');
  assert.equal(mimeTypeOf('mp4'), 'application/octet-stream');
});

describe('a folder of the server', () => {
  test('is made with those above it, for its owner alone', async () => {
    const path = join(folder, 'a/b/c');
    await makeWritableFolder(path, '--media');
    assert.equal((await stat(path)).mode & 0o777, 0o700);
    await makeWritableFolder(path, '--media');
  });

  test('has the mode that is asked for; those above it may be entered, and what is there stays as it is', async () => {
    const path = join(folder, 'above/below');
    await makeWritableFolder(path, '--media', 0o750);
    assert.equal((await stat(path)).mode & 0o777, 0o750);
    assert.equal((await stat(join(folder, 'above'))).mode & 0o777, 0o755);
    await makeWritableFolder(path, '--media', 0o700);
    assert.equal((await stat(path)).mode & 0o777, 0o750);
  });

  test('of secrets is closed to others, also one that was open', async () => {
    const data = join(folder, 'open');
    await mkdir(data, { mode: 0o755 });
    const scope = openScope();
    await takeDataFolder(data, scope);
    assert.equal((await stat(data)).mode & 0o777, 0o700);
    const [other, elsewhere] = [openScope(), join(folder, 'elsewhere')];
    await takeDataFolder(elsewhere, other);
    await Promise.all([scope.close(), other.close()]);
  });

  test('that is a file says so, with the flag, and keeps what went wrong', async () => {
    await writeFile(join(folder, 'plain'), '');
    const scope = openScope();
    await assert.rejects(takeDataFolder(join(folder, 'plain'), scope), (error: Error) => {
      assert.equal(
        error.message,
        `the folder ${join(folder, 'plain')} cannot be used: it is no folder; choose another with --data`,
      );
      return (error.cause as NodeJS.ErrnoException).code === 'EEXIST';
    });
    await scope.close();
  });

  test('that cannot be is told in words, with the flag that chooses another', async () => {
    await writeFile(join(folder, 'file'), '');
    for (const path of [join(folder, 'file'), join(folder, 'file/below')])
      await assert.rejects(makeWritableFolder(path, '--media'), /cannot be used: .*; choose another with --media$/);
    await assert.rejects(makeWritableFolder('/proc/amphi/x', '--data'), /cannot be used/);
  });

  test('is one server’s alone, until it ends', async () => {
    const [first, second] = [openScope(), openScope()];
    const data = join(folder, 'data');
    await takeDataFolder(data, first);
    assert.equal((await stat(data)).mode & 0o777, 0o700);
    await assert.rejects(takeDataFolder(data, second), /another server runs with the folder/);
    await first.close();
    await takeDataFolder(data, second);
    await second.close();
  });
});

describe('a ZIP archive', () => {
  const write = async (name: string, bytes: Uint8Array): Promise<string> => {
    const path = join(folder, name);
    await mkdir(folder, { recursive: true });
    await writeFile(path, bytes);
    return path;
  };

  test('is read by the directory at its end', async () => {
    const path = await write(
      'good.zip',
      zipOf([
        ['a.txt', Buffer.from('alpha')],
        ['folder/b.txt', Buffer.from('beta'.repeat(1000))],
      ]),
    );
    const zip = await openZip(path);
    assert.deepEqual(
      zip.entries.map(({ name, sizeBytes }) => [name, sizeBytes]),
      [
        ['a.txt', 5],
        ['folder/b.txt', 4000],
      ],
    );
    assert.equal(await text(zip.entries[1]!.read()), 'beta'.repeat(1000));
    assert.equal(await text(zip.entries[0]!.read()), 'alpha');
    await zip.close();
  });

  test('that is broken anywhere says so, and never reads beyond itself', async () => {
    const good = zipOf([['a.txt', Buffer.from('alpha'.repeat(100))]]);
    for (const [n, bytes] of [
      Buffer.alloc(0),
      Buffer.from('no archive'),
      good.subarray(0, -1),
      good.subarray(0, good.length / 2),
      good.subarray(40),
    ].entries()) {
      const path = await write(`bad-${n}.zip`, bytes);
      await assert.rejects(async () => {
        const zip = await openZip(path);
        try {
          for (const entry of zip.entries) await text(entry.read());
        } finally {
          await zip.close();
        }
      }, ZipError);
    }
  });

  test('without a package, or without a file that its manifest names, leaves nothing behind', async () => {
    const manifest = (track: string): Buffer =>
      Buffer.from(
        `<mediapackage id="m" xmlns="http://mediapackage.opencastproject.org"><title>T</title><media>${track}</media></mediapackage>`,
      );
    const track = '<track id="1" type="presenter/source"><url>film%20a.mp4</url></track>';
    const film: [string, Buffer] = ['film a.mp4', Buffer.from('film')];
    for (const [n, [entries, why]] of (
      [
        [[film], /no manifest\.xml/],
        [[['manifest.xml', manifest(track)]], /has no file film a\.mp4/],
        [[['manifest.xml', manifest('')], film], /no track/],
        [[['manifest.xml', Buffer.from('<a')], film], /cannot be read/],
        [[['index.xml', manifest(track.repeat(2).replace('film', 'none'))], film], /has no file none/],
      ] as const
    ).entries()) {
      const path = await write(`package-${n}.zip`, zipOf([...entries] as [string, Buffer][]));
      await assert.rejects(unpack(store, path), { statusCode: 400, message: why });
      assert.deepEqual(await incoming(), [], String(n));
    }
    const path = await write(
      'package.zip',
      zipOf([
        ['in/manifest.xml', manifest(track)],
        ['in/film a.mp4', film[1]],
      ]),
    );
    const { mediaPackage, received } = await unpack(store, path);
    assert.deepEqual([mediaPackage.id, mediaPackage.title, mediaPackage.tracks], ['m', 'T', []]);
    assert.deepEqual(
      received.map(({ kind, flavor, fileName, sizeBytes }) => [kind, flavor, fileName, sizeBytes]),
      [['track', 'presenter/source', 'film a.mp4', 4]],
    );
  });
});
