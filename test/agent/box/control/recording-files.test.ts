import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openFileTree } from '#agent/control/files/file-tree.ts';
import { openTurnstile } from '#lib/runtime/turnstile.ts';
import { recordingFiles } from '#agent/box/control/recording-files.ts';
import { RecorderRefusal } from '#agent/recorder/recorder.ts';
import type { Recording, RecordingPart, RecordingStatus } from '#agent/device/recording.ts';
import { silentLog } from '#lib/runtime/log.ts';

const root = await mkdtemp(join(tmpdir(), 'amphi-recordings-'));
after(() => rm(root, { recursive: true }));

const part = (number: number, folder: string, name: string): RecordingPart => ({
  number,
  destination: 'internal',
  folder,
  name,
  state: 'final',
  createdAtMs: 0,
  durationMs: 1000,
  pictures: 15,
  bytes: 5,
});

async function recording(base: string, status: RecordingStatus, parts = 1): Promise<Recording> {
  const folder = join(root, base);
  await mkdir(folder);
  const names = Array.from({ length: parts }, (_, index) => `${base}_S1R${index + 1}.mp4`);
  for (const name of [...names, `${base}.json`, '00001400.jpg', '.hidden'])
    await writeFile(join(folder, name), 'bytes');
  return {
    id: `id-${base}`,
    dbId: 1,
    base,
    status,
    hall: 'E2E',
    owner: 'box',
    startedAtMs: 1_000_000,
    metadata: {} as Recording['metadata'],
    chapters: [],
    thumbnails: [],
    breaks: [],
    revision: 1,
    parts: names.map((name, index) => part(index + 1, folder, name)),
  };
}

async function source(...infos: Recording[]) {
  const all = new Map(infos.map((info) => [info.id, info]));
  const files = recordingFiles({
    turnstile: openTurnstile(),
    folder: root,
    log: silentLog,
    recorder: {
      list: () => [...all.values()],
      async remove(id) {
        const info = all.get(id);
        if (info?.status === 'recording') throw new RecorderRefusal('it is being recorded');
        if (info) await rm(join(root, info.base), { recursive: true });
        return all.delete(id);
      },
    },
  });
  const rights = { admin: ['read', 'remove'], user: ['read'] } as const;
  const tree = openFileTree([{ name: 'recordings', files, rights }]);
  return { admin: tree.as('admin'), user: tree.as('user'), all };
}

test('a user lists and reads recordings, and nothing hidden; changes nothing', async () => {
  const { user } = await source(await recording('one', 'finished'));
  assert.deepEqual(
    (await user.list('/recordings')).map(({ name, kind }) => [name, kind]),
    [['one', 'folder']],
  );
  assert.deepEqual(
    (await user.list('/recordings/one')).map(({ name, sizeBytes }) => [name, sizeBytes]),
    [
      ['00001400.jpg', 5],
      ['one.json', 5],
      ['one_S1R1.mp4', 5],
    ],
  );
  const file = await user.openRead('/recordings/one/one_S1R1.mp4');
  assert.equal((await file.read(1, 10)).toString(), 'ytes');
  await file.close();
  for (const path of ['/recordings/one/.hidden', '/recordings/two', '/recordings/one/x/y', '/recordings/one/../../x'])
    await assert.rejects(user.openRead(path), path);
  await assert.rejects(user.remove('/recordings/one/one.json'), { problem: 'denied' });
  await assert.rejects(user.openWrite('/recordings/one/new.mp4'), { problem: 'denied' });
});

test('with its last media file a recording is gone, and whoever deletes the rest of it is not told off', async () => {
  const { admin, all } = await source(await recording('two', 'finished', 2));
  await assert.rejects(admin.removeFolder('/recordings/two'), { problem: 'not empty' });
  await admin.remove('/recordings/two/two_S1R1.mp4');
  assert.equal(all.size, 1);
  await admin.remove('/recordings/two/two_S1R2.mp4');
  assert.equal(all.size, 0);
  assert.ok(!(await readdir(root)).includes('two'));
  await admin.remove('/recordings/two/two.json');
  await admin.removeFolder('/recordings/two');
  await assert.rejects(admin.remove('/recordings/three/three.json'), { problem: 'missing' });
});

test('what is being recorded, or finished, stays', async () => {
  const { admin } = await source(await recording('running', 'recording'), await recording('ending', 'finalizing'));
  for (const [base, problem] of [
    ['running', 'denied'],
    ['ending', 'busy'],
  ]) {
    await assert.rejects(admin.remove(`/recordings/${base}/${base}_S1R1.mp4`), { problem });
    await assert.rejects(admin.remove(`/recordings/${base}/${base}.json`), { problem });
  }
  await assert.rejects(admin.removeFolder('/recordings/running'), { problem: 'denied' });
  assert.equal((await readdir(join(root, 'running'))).length, 4);
});
