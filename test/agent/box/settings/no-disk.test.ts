import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openOverlaysFolder } from '#agent/box/media/overlays-folder.ts';
import { accessToken } from '#agent/box/web/token.ts';
import { openAccounts } from '#agent/control/accounts/accounts.ts';
import { openCertificate } from '#agent/control/certificate/certificate.ts';
import { openFolderFiles } from '#agent/control/files/folder-files.ts';
import { openHostKeys } from '#agent/control/ssh/host-keys.ts';
import { openMemory, recall } from '#agent/device/memory.ts';
import { newHandOver } from '#agent/schedule/hand-over/hand-over.ts';
import { openHandOverStore } from '#agent/schedule/hand-over/hand-over-store.ts';
import type { Config } from '#firmware-config/schema/config.ts';
import { watchFolder } from '#lib/runtime/disk/keeping.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { factoryState } from '#test/support/device.ts';
import { until } from '#test/support/until.ts';
import { virtualClock } from '#test/support/virtual-clock.ts';

/** A data folder in which nothing can be kept, for root neither: a file stands in its place. */
async function noFolder(t: TestContext): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'amphi-no-disk-'));
  t.after(() => rm(root, { recursive: true, force: true }));
  await writeFile(join(root, 'file'), '');
  return join(root, 'file', 'data');
}

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-disk-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('each thing that a box reads at its start goes on in memory where nothing can be kept', async (t) => {
  const data = await noFolder(t);
  const log = silentLog;
  const config = { data, http: { open: false } } as unknown as Config;
  const token = await accessToken(config, { onChange: () => () => undefined }, log);
  assert.match(token?.() ?? '', /^.{16,}$/);
  assert.equal((await openHostKeys(data, log)).length, 2);
  const certificate = await openCertificate({ folder: data, certsFolder: join(data, 'certs'), names: ['box'], log });
  assert.match(certificate.current().cert, /BEGIN CERTIFICATE/);
  await openFolderFiles({ folder: join(data, 'calendars'), log });
  const overlays = await openOverlaysFolder(config, log);
  assert.ok((await readdir(overlays)).length > 0, 'logos are read from where they were shipped');
  const store = await openHandOverStore(join(data, 'hand-over'), log);
  await assert.rejects(store.put(newHandOver('a', 1)));
  assert.equal(store.find('a')?.take, 'a', 'it counts all the same');
  assert.deepEqual(
    Object.keys(await recall(data)).filter((key) => key === 'remembered'),
    [],
  );
});

test('passwords go on in memory, with an alarm; the console has the first one', async (t) => {
  const troubles: string[] = [];
  const folder = await noFolder(t);
  const accounts = await openAccounts({ folder, log: silentLog, onTrouble: (text) => troubles.push(text) });
  const password = accounts.firstPassword() ?? assert.fail();
  assert.deepEqual(await accounts.login({ name: 'admin', password, address: 'a', via: 'ssh' }), { access: 'admin' });
  assert.match(troubles.join(), /in memory alone/);
});

test('damaged passwords are an alarm, are set aside, and what cannot be read is not written over', async (t) => {
  const folder = await folderOf(t);
  const troubles: string[] = [];
  const onTrouble = (text: string): void => void troubles.push(text);
  await openAccounts({ folder, log: silentLog, onTrouble });
  assert.deepEqual(troubles, [], 'a first start is none');
  await writeFile(join(folder, 'accounts.json'), '{"admin":');
  await openAccounts({ folder, log: silentLog, onTrouble });
  assert.match(troubles.join(), /accounts\.json is damaged.*new password/);
  assert.equal(await readFile(join(folder, 'accounts.json.damaged'), 'utf8'), '{"admin":');
  await rm(join(folder, 'accounts.json'));
  await mkdir(join(folder, 'accounts.json'));
  const unread = await openAccounts({ folder, log: silentLog, onTrouble });
  assert.ok(unread.firstPassword());
  assert.match(troubles.at(-1) ?? '', /memory alone/);
});

test('settings that the disk does not take are an alarm, and saved as soon as it does', async (t) => {
  const folder = await folderOf(t);
  const place = join(folder, 'data');
  await writeFile(place, 'a file in the place of the folder');
  const troubles: (string | undefined)[] = [];
  const memory = openMemory(place, {}, silentLog, (reason) => troubles.push(reason));
  await memory.save({ ...factoryState().wanted, hall: 'kept' });
  assert.equal(troubles.length, 1);
  await rm(place);
  await until('it is saved', () => troubles.length === 2);
  assert.equal(troubles[1], undefined);
  assert.equal((await recall(place)).remembered?.wanted.hall, 'kept');
  await memory.close();
});

test('a folder that cannot be written is told once, and once when it can again', async (t) => {
  const folder = await folderOf(t);
  const [place, clock] = [join(folder, 'data'), virtualClock()];
  await writeFile(place, '');
  const told: (string | undefined)[] = [];
  const watch = watchFolder({ folder: place, onTrouble: (reason) => told.push(reason), clock });
  await watch.look();
  await watch.look();
  assert.equal(told.length, 1);
  await rm(place);
  await watch.look();
  assert.deepEqual(told.slice(1), [undefined]);
  assert.deepEqual(await readdir(place), [], 'it leaves nothing');
  await watch.close();
});
