import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { after, describe, test } from 'node:test';
import type { FileError } from '#agent/control/files/file-error.ts';
import { absolute } from '#agent/control/files/file-tree.ts';
import { removeStalePartials } from '#agent/control/files/partial.ts';
import { readScpCommand } from '#agent/control/ssh/scp.ts';
import { fitsPattern, shellWords } from '#agent/control/ssh/shell-words.ts';
import { run } from '../clients.ts';
import { openTestTree, type TestTree } from '../tree-of.ts';

const trees: TestTree[] = [];
after(() => Promise.all(trees.map((tree) => tree.remove())));
async function box(options?: Parameters<typeof openTestTree>[0]) {
  const made = await openTestTree(options);
  trees.push(made);
  return { ...made, admin: made.tree.as('admin'), user: made.tree.as('user') };
}
const problem = (wanted: string) => (error: FileError) => {
  assert.equal(error.problem, wanted, error.message);
  return true;
};
const names = async (list: Promise<{ name: string }[]>) => (await list).map(({ name }) => name);
async function content(view: ReturnType<TestTree['tree']['as']>, path: string): Promise<string> {
  const file = await view.openRead(path);
  const bytes = await file.read(0, file.sizeBytes);
  await file.close();
  return bytes.toString();
}

describe('who may do what', () => {
  test('each account sees its folders', async () => {
    const { admin, user } = await box();
    assert.deepEqual(await names(admin.list('/')), ['recordings', 'nortxe-backup', 'overlays', 'certs', 'logs']);
    assert.deepEqual(await names(user.list('/')), ['recordings', 'overlays']);
    await assert.rejects(user.list('/certs'), problem('missing'));
    await assert.rejects(user.openRead('/nortxe-backup/box.cfg'), problem('missing'));
  });

  test('recordings: admin reads and deletes, user reads, nobody writes', async () => {
    const { admin, user, at, asked } = await box();
    for (const name of ['a.mp4', 'b.mp4', 'running.mp4']) await writeFile(at('recordings', name), name);
    assert.equal(await content(user, '/recordings/a.mp4'), 'a.mp4');
    await assert.rejects(user.remove('/recordings/a.mp4'), problem('denied'));
    await assert.rejects(admin.openWrite('/recordings/c.mp4'), problem('denied'));
    await assert.rejects(admin.rename('/recordings/a.mp4', '/recordings/c.mp4'), problem('denied'));
    await assert.rejects(admin.makeFolder('/recordings/x'), problem('denied'));
    await admin.remove('/recordings/a.mp4');
    await assert.rejects(admin.remove('/recordings/running.mp4'), /being recorded/);
    assert.deepEqual(asked, ['a.mp4', 'running.mp4']);
    assert.deepEqual(await readdir(at('recordings')), ['b.mp4', 'running.mp4']);
  });

  test('the root and the mounts stay as they are', async () => {
    const { admin } = await box();
    for (const path of ['/', '/overlays', '/new', '/new/file']) {
      await assert.rejects(admin.openWrite(path), /./);
      await assert.rejects(admin.remove(path), /./);
      await assert.rejects(admin.makeFolder(path), /./);
      await assert.rejects(admin.removeFolder(path), /./);
      await assert.rejects(admin.rename('/overlays', path), /./);
    }
    await assert.rejects(admin.rename('/certs/a', '/overlays/a'), problem('denied'));
  });

  test('a virtual file is made when read and acted on when stored', async () => {
    const { admin, config } = await box();
    assert.equal(await content(admin, '/nortxe-backup/box.cfg'), 'hall: Amphi\n');
    const file = await admin.openWrite('/nortxe-backup/box.cfg');
    await file.write(0, Buffer.from('hall: '));
    await file.write(6, Buffer.from('Turing\n'));
    assert.equal(config.text, 'hall: Amphi\n');
    await file.commit();
    assert.equal(config.text, 'hall: Turing\n');
    const other = await admin.openWrite('/nortxe-backup/evil.cfg');
    await assert.rejects(other.commit(), /only box\.cfg/);
    const big = await admin.openWrite('/nortxe-backup/box.cfg');
    await assert.rejects(big.write(2 ** 31, Buffer.from('x')), problem('full'));
  });
});

describe('nothing leads out', () => {
  test('dots, links, devices and pipes', async () => {
    const { admin, at, folder } = await box();
    await writeFile(`${folder}/secret`, 'secret');
    await writeFile(at('overlays', 'logo.png'), 'logo');
    await symlink('/etc', at('overlays', 'etc'));
    await symlink('../secret', at('overlays', 'out'));
    await symlink('logo.png', at('overlays', 'same'));
    await symlink('../certs', at('overlays', 'certs'));
    await run('mkfifo', [at('overlays', 'pipe')]);
    assert.deepEqual(await names(admin.list('/overlays')), ['logo.png', 'same']);
    assert.equal(await content(admin, '/overlays/same'), 'logo');
    for (const path of ['etc/passwd', 'out', 'certs/x', 'pipe']) {
      await assert.rejects(admin.openRead(`/overlays/${path}`), /./, path);
      await assert.rejects(admin.stat(`/overlays/${path}`), /./, path);
    }
    await assert.rejects(admin.openWrite('/overlays/etc/x'), problem('denied'));
    await assert.rejects(admin.openWrite('/overlays/certs/x'), problem('denied'));
    await assert.rejects(admin.makeFolder('/overlays/etc/x'), problem('denied'));
    await assert.rejects(admin.list('/overlays/etc'), problem('denied'));
    await assert.rejects(admin.openRead('/overlays/../../secret'), /./);
    await assert.rejects(admin.openRead(absolute('/overlays', '../../../etc/passwd')), /./);
    // To store over a link replaces the link, and not what it points at.
    const file = await admin.openWrite('/overlays/out');
    await file.write(0, Buffer.from('mine'));
    await file.commit();
    assert.equal(await readFile(`${folder}/secret`, 'utf8'), 'secret');
    assert.equal(await readFile(at('overlays', 'out'), 'utf8'), 'mine');
  });

  test('names that no file may have', async () => {
    const { admin } = await box();
    for (const name of ['a\0b', 'a\nb', 'x'.repeat(241), '\ud800', '.part-x', 'é'.repeat(121)]) {
      await assert.rejects(admin.openWrite(`/overlays/${name}`), /./, name);
    }
    await assert.rejects(admin.openRead(`/overlays/${'a/'.repeat(40)}`), problem('bad name'));
    await assert.rejects(admin.openRead(`/overlays/${'a/'.repeat(4000)}`), problem('bad name'));
    const file = await admin.openWrite('/overlays/Übung „1“ – 数学.png');
    await file.commit();
    assert.deepEqual(await names(admin.list('/overlays')), ['Übung „1“ – 数学.png']);
  });
});

describe('storing', () => {
  test('a file has its name when it is whole, and not before', async () => {
    const { admin, at, stored } = await box();
    const file = await admin.openWrite('/overlays/logo.png');
    await file.write(0, Buffer.from('half'));
    assert.deepEqual(await names(admin.list('/overlays')), []);
    await assert.rejects(admin.openRead('/overlays/logo.png'), problem('missing'));
    await assert.rejects(admin.openWrite('/overlays/logo.png'), problem('busy'));
    await file.write(4, Buffer.from(' and half'));
    assert.deepEqual(stored, []);
    await file.commit();
    assert.deepEqual(await readdir(at('overlays')), ['logo.png']);
    assert.equal(await content(admin, '/overlays/logo.png'), 'half and half');
    assert.deepEqual(stored, ['logo.png']);
  });

  test('one that broke off leaves the old file, and can be gone on with', async () => {
    const { admin, user, at } = await box();
    const whole = Buffer.from('0123456789');
    const first = await admin.openWrite('/overlays/a');
    await first.write(0, whole.subarray(0, 6));
    await first.abandon();
    assert.deepEqual(await names(admin.list('/overlays')), []);
    // One byte less than came: who goes on has always something to send.
    const { sizeBytes } = await admin.stat('/overlays/a');
    assert.equal(sizeBytes, 5);
    await assert.rejects(user.stat('/overlays/a'), problem('missing'));
    const next = await admin.openWrite('/overlays/a', { keep: true, at: 'end' });
    assert.equal(next.startBytes, 5);
    await next.write(5, whole.subarray(5));
    await next.commit();
    assert.equal(await readFile(at('overlays', 'a'), 'utf8'), '0123456789');

    const over = await admin.openWrite('/overlays/a');
    await over.write(0, Buffer.from('new'));
    await over.abandon();
    assert.equal(await content(admin, '/overlays/a'), '0123456789');
  });

  test('at a place that the client chooses; not behind the end', async () => {
    const { admin } = await box();
    const first = await admin.openWrite('/overlays/a');
    await first.write(0, Buffer.from('abcdef'));
    await first.abandon();
    await assert.rejects(admin.openWrite('/overlays/a', { keep: true, at: 7 }), problem('bad name'));
    const next = await admin.openWrite('/overlays/a', { keep: true, at: 3 });
    await next.write(3, Buffer.from('XY'));
    await next.commit();
    assert.equal(await content(admin, '/overlays/a'), 'abcXY');
  });

  test('appending to a file that is there makes a new one of both', async () => {
    const { admin, at } = await box();
    await writeFile(at('overlays', 'log'), 'one\n');
    const file = await admin.openWrite('/overlays/log', { keep: true, at: 'end' });
    await file.write(4, Buffer.from('two\n'));
    assert.equal(await content(admin, '/overlays/log'), 'one\n');
    await file.commit();
    assert.equal(await content(admin, '/overlays/log'), 'one\ntwo\n');
  });

  test('what an earlier transfer left is not in a shorter file', async () => {
    const { admin } = await box();
    const first = await admin.openWrite('/overlays/a');
    await first.write(0, Buffer.from('very long'));
    await first.abandon();
    const next = await admin.openWrite('/overlays/a', { keep: true });
    await next.write(0, Buffer.from('short'));
    await next.commit();
    assert.equal(await content(admin, '/overlays/a'), 'short');
  });

  test('a disk that would become full, and a file too large, are refused; secrets are for the owner', async () => {
    const full = await box({ minFreeBytes: 2 ** 60 });
    await assert.rejects(full.admin.openWrite('/overlays/a'), problem('full'));
    const small = await box({ maxFileBytes: 10 });
    const file = await small.admin.openWrite('/overlays/a');
    await assert.rejects(file.write(5, Buffer.from('123456')), problem('full'));
    await file.abandon();
    const cert = await small.admin.openWrite('/certs/a.pem');
    await cert.commit();
    assert.equal((await stat(small.at('certs', 'a.pem'))).mode & 0o777, 0o600);
  });

  test('files of ten gigabytes have their size and their end', async () => {
    const { admin, at } = await box();
    await writeFile(at('recordings', 'long.mp4'), '');
    await truncate(at('recordings', 'long.mp4'), 10 * 2 ** 30);
    assert.equal((await admin.stat('/recordings/long.mp4')).sizeBytes, 10 * 2 ** 30);
    const file = await admin.openRead('/recordings/long.mp4');
    assert.equal((await file.read(10 * 2 ** 30 - 3, 100)).length, 3);
    await file.close();
    const big = await admin.openWrite('/overlays/big');
    await big.write(10 * 2 ** 30, Buffer.from('end'));
    await big.commit();
    assert.equal((await stat(at('overlays', 'big'))).size, 10 * 2 ** 30 + 3);
  });

  test('folders and renaming', async () => {
    const { admin, at, stored } = await box();
    await admin.makeFolder('/overlays/logos');
    await assert.rejects(admin.makeFolder('/overlays/logos'), problem('exists'));
    await writeFile(at('overlays', 'logos', 'a'), 'a');
    await writeFile(at('overlays', 'b'), 'b');
    await assert.rejects(admin.removeFolder('/overlays/logos'), problem('not empty'));
    await assert.rejects(admin.rename('/overlays/logos/a', '/overlays/b'), problem('exists'));
    await admin.rename('/overlays/logos/a', '/overlays/b', true);
    assert.equal(await content(admin, '/overlays/b'), 'a');
    assert.deepEqual(stored, ['b']);
    await writeFile(at('overlays', 'logos', '.part-x'), 'x');
    await admin.removeFolder('/overlays/logos');
    await assert.rejects(admin.remove('/overlays/none'), problem('missing'));
    await assert.rejects(admin.removeFolder('/overlays/b'), problem('not a folder'));
  });

  test('what broke off long ago goes', async () => {
    const { at } = await box();
    await mkdir(at('overlays', 'x'));
    for (const name of ['.part-old', 'x/.part-old', '.part-new', 'old']) await writeFile(at('overlays', name), '');
    for (const name of ['.part-old', 'x/.part-old', 'old']) await utimes(at('overlays', name), 1, 1);
    await removeStalePartials(at('overlays'));
    assert.deepEqual((await readdir(at('overlays'), { recursive: true })).toSorted(), ['.part-new', 'old', 'x']);
  });
});

describe('command lines of old scp', () => {
  test('words are split as a shell does, and nothing else is done', () => {
    assert.deepEqual(shellWords(`scp -f '/a b' "c\\"d" e\\ f $(id) \`id\` ;x`), [
      'scp',
      '-f',
      '/a b',
      'c"d',
      'e f',
      '$(id)',
      '`id`',
      ';x',
    ]);
    assert.equal(shellWords(`'open`), undefined);
    assert.deepEqual(shellWords('  '), []);
  });
  test('commands', () => {
    assert.deepEqual(readScpCommand('scp -r -p -t -- /overlays'), {
      direction: 'to',
      recursive: true,
      times: true,
      intoFolder: false,
      paths: ['/overlays'],
    });
    for (const line of ['Q', 'scp', 'scp -f', 'scp -t -f /x', 'rm -f /x', `scp -t 'x`]) {
      assert.equal(readScpCommand(line), undefined, line);
    }
  });
  test('patterns', () => {
    const fits = (pattern: string): string[] =>
      ['a.mp4', 'ab.mp4', '.part-a', 'a.mov'].filter((name) => fitsPattern(name, pattern));
    assert.deepEqual(fits('*.mp4'), ['a.mp4', 'ab.mp4']);
    assert.deepEqual(fits('a?.*4'), ['ab.mp4']);
    assert.deepEqual(fits('*'), ['a.mp4', 'ab.mp4', 'a.mov']);
    assert.equal(fitsPattern('a'.repeat(200), `${'*a'.repeat(60)}b`), false);
  });
});
