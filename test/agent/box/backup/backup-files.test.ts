import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { openBackupFiles } from '#agent/box/backup/backup-files.ts';
import { openBoxConfig } from '#agent/box/backup/settings-document.ts';
import { openTrial } from '#agent/box/backup/config-trial.ts';
import { FileError } from '#agent/control/files/file-error.ts';
import { openFileTree, type FileView } from '#agent/control/files/file-tree.ts';
import type { SchedulerInDocument } from '#firmware-config/schema/machine/scheduler.ts';
import { openTurnstile } from '#lib/runtime/turnstile.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { allKeys, factoryDocument } from '#test/support/all-keys.ts';
import { openSisBox } from '#test/agent/control/sis/box.ts';

const folders: string[] = [];
after(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

interface Rig {
  view: FileView;
  folder: string;
  box: ReturnType<typeof openSisBox>;
  config: ReturnType<typeof openBoxConfig>;
  trial: Awaited<ReturnType<typeof openTrial>>;
  store: (name: string, text: string) => Promise<void>;
  read: (name: string) => Promise<string>;
  result: () => Promise<{ outcome: string; code?: string; mistakes: string[]; changes: string[]; file: string }>;
}

async function openRig(): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-backup-'));
  folders.push(folder);
  const box = openSisBox();
  const config = openBoxConfig(box.device, factoryLayouts, () => 'a box of a test');
  const trial = await openTrial({ config, folder, onWentBack: () => undefined, log: silentLog });
  const files = await openBackupFiles({
    folder: join(folder, 'backup'),
    config,
    trial,
    turnstile: openTurnstile(),
    log: silentLog,
    minFreeBytes: 0,
  });
  const tree = openFileTree([
    { name: 'nortxe-backup', files, rights: { admin: ['read', 'store', 'remove'], user: [] } },
  ]);
  const view = tree.as('admin');
  const at = (name: string): string => `/nortxe-backup/${name}`;
  const read = async (name: string): Promise<string> => {
    const file = await view.openRead(at(name));
    const bytes = await file.read(0, 1 << 20);
    await file.close();
    return bytes.toString();
  };
  return {
    view,
    folder,
    box,
    config,
    trial,
    read,
    async store(name, text) {
      const file = await view.openWrite(at(name));
      await file.write(0, Buffer.from(text));
      await file.commit();
    },
    result: async () => JSON.parse(await read('box.cfg.result')) as Awaited<ReturnType<Rig['result']>>,
  };
}

test('what is set is read as a file, stored on another box, and both are equal, over all keys', async () => {
  const [one, other] = [await openRig(), await openRig()];
  await one.store('box.cfg', stringify(allKeys));
  assert.equal((await one.result()).outcome, 'applied');
  const exported = await one.read('current.cfg');
  assert.match(exported, /^# a box of a test\n/);
  assert.deepEqual(parse(exported), JSON.parse(JSON.stringify(allKeys)));
  await other.store('box.cfg', exported);
  assert.deepEqual(other.config.document(), allKeys);
  await other.store('box.cfg', exported);
  const { outcome, changes } = await other.result();
  assert.deepEqual([outcome, changes], ['unchanged', []]);
  // And back to what a new box has.
  await other.store('box.cfg', stringify(factoryDocument()));
  assert.deepEqual(other.config.document(), factoryDocument());
  const { mode } = await stat(join(one.folder, 'backup', 'box.cfg'));
  assert.equal(mode & 0o777, 0o600);
});

test('a file with mistakes is refused whole, and all of them can be read', async () => {
  const { store, result, config, view } = await openRig();
  const before = config.document();
  await assert.rejects(
    store('box.cfg', 'hall: B-12\nhalls: x\ndevice: { layout: 99 }\n'),
    (error: unknown) => error instanceof FileError && error.problem === 'denied' && /2 mistakes/.test(error.message),
  );
  const { outcome, code, mistakes } = await result();
  assert.deepEqual([outcome, code, mistakes.length], ['refused', 'E13', 2]);
  assert.match(mistakes.join('\n'), /^box\.cfg:2:1: halls: there is no such key$/m);
  assert.match(mistakes.join('\n'), /^box\.cfg:3:11: device\.layout: /m);
  assert.deepEqual(config.document(), before);
  await assert.rejects(store('trial-2.cfg', 'hall: X\n'), /5 to 3600/);
  await assert.rejects(store('current.cfg', 'hall: X\n'), /made when it is read/);
  await assert.rejects(store('box.cfg', '\u0000\u0001{'), FileError);
  assert.deepEqual(config.document(), before);
  // Anything else is a file and no more.
  await store('old.cfg', 'hall: X\n');
  assert.deepEqual(config.document(), before);
  const names = (await view.list('/nortxe-backup')).map(({ name }) => name);
  assert.deepEqual(names, ['box.cfg', 'box.cfg.result', 'old.cfg', 'current.cfg']);
});

test('secrets that come back hidden stay; hidden ones that nobody knows are mistakes', async () => {
  const { store, result, config } = await openRig();
  await store('box.cfg', stringify({ device: { inputs: { 1: allKeys.device.inputs[1] } } }));
  await store(
    'box.cfg',
    stringify({
      device: { inputs: { 1: { source: { ...allKeys.device.inputs[1].source, password: '***' } } } },
    }),
  );
  assert.equal((await result()).outcome, 'unchanged');
  assert.equal((config.document().device.inputs[1].source as { password?: string }).password, 'geheim');
  const elsewhere = { driver: 'rtsp', url: 'rtsp://10.9.9.9/x', user: 'amphi', password: '***' };
  await assert.rejects(store('box.cfg', stringify({ device: { inputs: { 1: { source: elsewhere } } } })), FileError);
  assert.match((await result()).mistakes.join(), /write it out/);
});

test('while a recording runs, what would touch it is refused with E22, the rest is done', async () => {
  const { store, result, box, config } = await openRig();
  await box.client().ask('\u001bY1RCDR\r');
  await assert.rejects(
    store('box.cfg', 'device: { layout: 7, encoders: { archive: { videoKbps: 900 } } }\n'),
    (error: unknown) => error instanceof FileError && error.problem === 'busy',
  );
  const { code, mistakes } = await result();
  assert.equal(code, 'E22');
  assert.match(mistakes.join(), /layout, archive encoder/);
  assert.equal(config.document().device.layout, 2);
  await store('box.cfg', 'device: { inputs: { 5: { name: Spare } }, encoders: { confidence: { videoKbps: 300 } } }\n');
  assert.equal((await result()).outcome, 'applied');
  assert.equal(box.device.state().wanted.recording.state, 'recording');
});

test('the scheduler is a part of the document where the box has a place for it; a password follows to no other server', async () => {
  const box = openSisBox();
  let server: SchedulerInDocument | null = null;
  const config = openBoxConfig(box.device, factoryLayouts, () => 'a box', {
    now: () => server,
    change: (next) => void (server = next),
  });
  assert.match(config.text(), /^scheduler: null$/m);
  const given = 'scheduler: { url: "http://oc.example.org/", user: amphi, password: geheim }';
  assert.equal((await config.take(given, 'x')).outcome, 'applied');
  assert.deepEqual(server, { url: 'http://oc.example.org', auth: 'basic', user: 'amphi', password: 'geheim' });
  assert.equal(
    (await config.take('scheduler: { url: http://oc.example.org, auth: basic, user: amphi, password: "***" }', 'x'))
      .outcome,
    'unchanged',
  );
  const moved = await config.take('scheduler: { url: http://other.example.org, user: amphi, password: "***" }', 'x');
  assert.match(moved.mistakes.join(), /scheduler\.password: .*write it out/);
  const without = openBoxConfig(box.device, factoryLayouts, () => 'a box');
  assert.deepEqual((await without.take(given, 'x')).mistakes, ['scheduler: it cannot be set here']);
  assert.equal((await config.take('scheduler: null', 'x')).outcome, 'applied');
  assert.equal(server, null);
});

test('a configuration on trial is undone unless it is kept, also when the box begins anew', async () => {
  const kept = await openRig();
  await kept.store('trial-60.cfg', 'hall: Kept\n');
  await assert.rejects(kept.store('trial-30.cfg', 'hall: Other\n'), /on trial/);
  // What is refused ends no trial.
  await assert.rejects(kept.store('box.cfg', 'nonsense: 1\n'), FileError);
  await assert.rejects(kept.store('trial-30.cfg', 'hall: Other\n'), /on trial/);
  await kept.view.remove('/nortxe-backup/trial-60.cfg');
  await kept.store('trial-30.cfg', 'hall: Next\n');
  assert.equal(kept.config.document().hall, 'Next');
  await kept.trial.close();
  // As after a power cut, long after the trial ended.
  const file = join(kept.folder, 'config-trial.json');
  const pending = JSON.parse(await readFile(file, 'utf8')) as { untilMs: number };
  await writeFile(file, JSON.stringify({ ...pending, untilMs: Date.now() - 1000 }));
  const back = new Promise<string>((resolve) => {
    void openTrial({
      config: kept.config,
      folder: kept.folder,
      log: silentLog,
      onWentBack: (name) => resolve(name),
    });
  });
  assert.equal(await back, 'trial-30.cfg');
  assert.equal(kept.config.document().hall, 'Kept');
});

test('a refused file that arrives by rename, or is stored, leaves the good one in its place', async () => {
  const { store, read, view, result } = await openRig();
  const good = 'device: { layout: 3 }\n';
  await store('box.cfg', good);
  await store('new.cfg', 'device: { layout: 99 }\n');
  await assert.rejects(view.rename('/nortxe-backup/new.cfg', '/nortxe-backup/box.cfg', true), FileError);
  assert.equal(await read('box.cfg'), good);
  assert.equal(await read('new.cfg'), 'device: { layout: 99 }\n', 'it is where it was');
  assert.equal((await result()).outcome, 'refused');
  await assert.rejects(store('box.cfg', 'nonsense: 1\n'), FileError);
  assert.equal(await read('box.cfg'), good);
  await store('new.cfg', 'device: { layout: 4 }\n');
  await view.rename('/nortxe-backup/new.cfg', '/nortxe-backup/box.cfg', true);
  assert.equal(await read('box.cfg'), 'device: { layout: 4 }\n');
});
