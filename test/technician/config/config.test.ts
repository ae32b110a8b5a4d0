import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { allKeys, factoryDocument } from '#test/support/all-keys.ts';
import { openDesk, openFileBox, type FileBox } from '../file-box.ts';

const desk = await openDesk();
const opened: FileBox[] = [];
const openBox = async (): Promise<FileBox> => {
  const box = await openFileBox();
  opened.push(box);
  return box;
};
after(async () => {
  await Promise.all(opened.map((box) => box.close()));
  await desk.close();
});

const { amphi, write } = desk;
const ways = (box: FileBox) => ({
  sftp: [box.address, '--port', String(box.ports.sftp)],
  ftp: [box.address, '--ftp', '--port', String(box.ports.ftp)],
});

test('check: all mistakes with line and column, of configurations and of templates', async () => {
  const bad = await write('bad.yaml', 'hall: Amphi D\ndevice:\n  layout: 99\n  inputs: { 9: {} }\nhal: x\n');
  const { code, stdout } = await amphi('check', bad);
  assert.equal(code, 1);
  for (const place of [
    ':1:1: hall',
    ':3:3: device.layout',
    ':4:13: device.inputs.9',
    ':5:1: hal: there is no such key',
  ])
    assert.ok(stdout.includes(`bad.yaml${place}`), `${place} in ${stdout}`);
  const fine = await amphi('check', await write('fine.yaml', stringify(allKeys)));
  assert.deepEqual([fine.code, fine.stdout], [0, '']);
  assert.equal((await amphi('check', join(desk.folder, 'none.yaml'))).code, 2);
});

test('SFTP: export of one box, import into a fresh one, equal over all keys; again changes nothing', async () => {
  const [one, fresh] = [await openBox(), await openBox()];
  const { sftp } = ways(one);
  const into = ways(fresh).sftp;
  const set = await amphi('import', ...sftp, await write('all.yaml', stringify(allKeys)));
  assert.equal(set.code, 0, set.stderr);
  const file = join(desk.folder, 'one.yaml');
  await one.putOverlay('logo-1.svg', 'ours');
  const exported = await amphi('export', ...sftp, '--secrets', '--output', file, '--files', 'logos');
  assert.equal(exported.code, 0, exported.stderr);
  assert.deepEqual(parse(await readFile(file, 'utf8')), JSON.parse(JSON.stringify(allKeys)));
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.equal(await readFile(join(desk.folder, 'logos', 'logo-1.svg'), 'utf8'), 'ours');
  const dry = await amphi('import', ...into, file, '--files', 'logos', '--dry-run');
  assert.match(dry.stdout, /^file logo-1\.svg: is new, 4 bytes$/m);
  assert.equal(dry.code, 0, dry.stderr);
  assert.deepEqual(fresh.config.document(), factoryDocument());
  const imported = await amphi('import', ...into, file, '--files', 'logos');
  assert.equal(String(await fresh.overlay('logo-1.svg')), 'ours');
  assert.deepEqual([imported.code, imported.stdout], [0, dry.stdout], imported.stderr);
  assert.deepEqual(fresh.config.document(), allKeys);
  const again = await amphi('import', ...into, file, '--files', 'logos');
  assert.deepEqual([again.code, again.stdout], [0, '']);
  assert.match(again.stderr, /unchanged/);
});

test('FTP: the same, with differences in words, and secrets hidden', async () => {
  const [one, fresh] = [await openBox(), await openBox()];
  const { ftp } = ways(one);
  await one.config.take(stringify(allKeys), 'all.yaml');
  await one.putOverlay('logo-2.svg', 'ours');
  const exported = await amphi('export', ...ftp, '--secrets', '--files', 'by-ftp');
  assert.equal(await readFile(join(desk.folder, 'by-ftp', 'logo-2.svg'), 'utf8'), 'ours');
  const file = await write('two.yaml', exported.stdout);
  const differs = await amphi('diff', ...ways(fresh).ftp, file);
  assert.equal(differs.code, 1, differs.stderr);
  assert.match(differs.stdout, /^encoder archive, bit rate of the picture: 750 kb\/s becomes 3000 kb\/s \(/m);
  assert.doesNotMatch(differs.stdout + differs.stderr, /geheim|Key-1/);
  const imported = await amphi('import', ...ways(fresh).ftp, file);
  assert.equal(imported.code, 0, imported.stderr);
  assert.deepEqual(fresh.config.document(), allKeys);
  // Without secrets a file is good for the box that has them, and for no other.
  const hidden = await amphi('export', ...ftp);
  assert.doesNotMatch(hidden.stdout, /geheim|Key-1|0123456789/);
  const masked = await write('masked.yaml', hidden.stdout);
  assert.equal((await amphi('diff', ...ftp, masked)).code, 0);
  const third = await openBox();
  const refused = await amphi('import', ...ways(third).ftp, masked);
  assert.equal(refused.code, 1);
  assert.match(refused.stdout, /inputs\.1\.source\.password: .*write it out/);
});

test('what a box refuses, or cannot be reached for, is told with its exit code', async () => {
  const box = await openBox();
  const { sftp } = ways(box);
  const bad = await amphi('import', ...sftp, await write('bad.yaml', 'hall: A B\ndata: /x\n'));
  assert.equal(bad.code, 2, 'nothing was sent');
  assert.match(bad.stderr, /bad\.yaml:1:1: hall: [\s\S]*bad\.yaml:2:1: data: belongs to the machine/);
  await box.client().ask('\u001bY1RCDR\r');
  const touching = await write('touching.yaml', 'device: { layout: 7 }\n');
  const busy = await amphi('import', ...sftp, touching);
  assert.equal(busy.code, 1);
  assert.match(busy.stdout, /E22: a recording runs, and these would touch it: layout/);
  const harmless = await write('harmless.yaml', 'device: { sis: { snmp: { location: Tour 12 } } }\n');
  assert.equal((await amphi('import', ...sftp, harmless)).code, 0);
  await write('wrong', 'wrong\n');
  const wrong = await amphi('import', ...sftp, touching, '--password-file', 'wrong');
  assert.deepEqual([wrong.code, /wrong password/.test(wrong.stderr)], [2, true]);
  await box.hangUp();
  const away = await amphi('diff', ...sftp, touching);
  assert.deepEqual([away.code, /nobody listens there/.test(away.stderr)], [2, true], away.stderr);
});
