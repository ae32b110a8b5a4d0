import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { encode } from '#central/workflows/operations/media/encode.ts';
import { OperationFailed } from '#central/workflows/run/operation.ts';
import { smallDisk } from '#test/support/disks.ts';
import { until } from '#test/support/until.ts';
import { openOperationRig } from '../operation-rig.ts';
import { makeFilm } from './made-films.ts';

let folder: string;
let film: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amphi-films-'));
  film = await makeFilm(folder, 'film.mp4', { size: '1280x720', seconds: 20, sound: 440, more: ['-crf', '45'] });
});
after(() => rm(folder, { recursive: true }));

const KEYS = { 'source-flavor': '*/source', 'target-flavor': '*/delivery', 'encoding-profile': 'editor.work' };
const digest = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

test('a disk that fills up while it encodes: it fails in words, and the source stays as it was', async (t) => {
  const size = (await readFile(film)).length;
  const disk = await smallDisk(t, size + (1 << 20));
  if (disk === undefined) return t.skip('no small disk can be mounted here');
  const rig = await openOperationRig(undefined, disk);
  t.after(() => rig.close());
  const source = await rig.element(film, 'presenter/source');
  await assert.rejects(rig.run(encode(rig.needs), KEYS, [source]), (error) => {
    assert.ok(error instanceof OperationFailed);
    assert.equal(error.message, 'the disk of the server is full');
    return true;
  });
  assert.equal(await digest(rig.pathOf(source)), await digest(film));
});

/** Programs at work whose arguments name a path. */
async function programsWith(path: string): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.includes(path));
}

test('a run that is stopped ends FFmpeg, and rejects with the reason', async (t) => {
  const rig = await openOperationRig();
  t.after(() => rig.close());
  const source = await rig.element(film, 'presenter/source');
  const stop = new AbortController();
  const running = rig.run(encode(rig.needs), KEYS, [source], { signal: stop.signal });
  const rejected = assert.rejects(running, /the run was stopped/);
  await until('FFmpeg writes', async () => {
    const files = await readdir(rig.store.at('runs'), { recursive: true }).catch(() => []);
    return files.some((name) => name.endsWith('.mp4'));
  });
  assert.equal((await programsWith(rig.store.folder)).length, 1);
  stop.abort(new OperationFailed('the run was stopped'));
  await rejected;
  assert.deepEqual(await programsWith(rig.store.folder), []);
});
