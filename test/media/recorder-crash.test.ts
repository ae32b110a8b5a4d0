import assert from 'node:assert/strict';
import { cp, mkdtemp, open, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { repairFile } from '#agent/recorder/recovery/repair.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { killedRecording } from '#test/support/killed-recording.ts';
import { FPS, numbersIn, probe } from '#test/support/numbered-stream.ts';
import { count, pathsOf, rig, type Rig } from '#test/support/recorder-rig.ts';
import { inTime } from '#test/support/pace.ts';
import { until } from '#test/support/until.ts';

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-crash-'));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }));
  return folder;
}

/** A recording that was suspended, as files in a folder; and the path of its one part. */
async function suspended(bench: Rig, pictures: number): Promise<string> {
  const { encoder, recorder } = bench;
  const handle = recorder.start({ metadata: { title: 'Cut off' } });
  encoder.step(pictures);
  await handle.started;
  await until('all is on disk', () => (recorder.seen().bytes ?? 0) > 0 && recorder.seen().file !== undefined);
  await recorder.close();
  return pathsOf(recorder.list()[0] ?? assert.fail('nothing recorded'))[0] ?? '';
}

test('kill -9 of the box: at most 2 s are missing, and the take goes on as its next part', (t) =>
  inTime(t, async (judge) => {
    const folder = await folderOf(t);
    const latest = await killedRecording(folder, 3000);
    const { recorder, encoder } = await rig(t, { folder });
    const [left] = await recorder.recover();
    assert.equal(left?.inProgress, true);
    const id = left?.info.id ?? '';
    const handle = recorder.start({ continueTake: id });
    assert.equal(handle.id, id);
    encoder.run(10);
    await handle.started;
    await sleep(200);
    await recorder.stop();
    const info = await handle.finished;
    assert.equal(info.status, 'finished');
    assert.equal(info.breaks[0]?.reason, 'the box stopped');
    const [first = '', second = ''] = pathsOf(info);
    assert.match(first, /_S1R1\.mp4$/);
    assert.match(second, /_S1R2\.mp4$/);
    const numbers = await numbersIn(first);
    assert.deepEqual(numbers, count(2, numbers.length));
    const missing = latest - (numbers.at(-1) ?? 0);
    judge(`${missing} frames are missing`, (missing * 1000) / FPS, 2000);
    assert.ok((await numbersIn(second)).length > 10);
    for (const path of [first, second]) assert.equal((await readFile(path)).indexOf('moof'), -1);
  }));

// They wait for disks and programs most of the time, each in a folder of its own.
describe('what is left on the disk', { concurrency: 3 }, () => {
  test('what nobody goes on with is recovered as partial', async (t) => {
    const folder = await folderOf(t);
    await killedRecording(folder, 1500);
    const { recorder, facts } = await rig(t, { folder });
    const [left] = await recorder.recover();
    const id = left?.info.id ?? '';
    await until('it is recovered', () => recorder.find(id)?.status === 'partial');
    const [path = ''] = pathsOf(recorder.find(id) ?? assert.fail());
    const { format, chapters } = await probe(path, '-show_format', '-show_chapters');
    assert.equal(format.tags?.['title'], 'Cut off');
    assert.equal(chapters.length, 0);
    assert.equal(
      facts.some((fact) => fact.kind === 'alarm' && 'raise' in fact && fact.raise.name === 'disk_error'),
      false,
    );
  });

  test('a file cut at any byte is recovered with all its whole fragments', async (t) => {
    const bench = await rig(t);
    const path = await suspended(bench, 60);
    const whole = await readFile(path);
    const numbers = await numbersIn(path);
    assert.equal(numbers.length, 58);
    const copy = `${path}.copy`;
    let longest = 0;
    for (let round = 0; round < 40; round++) {
      const at = Math.floor(((round + Math.random()) / 40) * whole.length);
      await writeFile(copy, whole.subarray(0, at));
      const found = await repairFile(copy);
      if (found.kind === 'hopeless') {
        assert.ok(at < whole.indexOf('moof', whole.indexOf('moof') + 4), `${at}: ${found.reason}`);
        assert.equal((await stat(copy)).size, at, 'it is left as it was');
        continue;
      }
      assert.ok(found.kind === 'fragmented');
      assert.equal((await stat(copy)).size, found.bytes);
      assert.ok(found.pictures >= longest);
      longest = found.pictures;
      if (round % 8 === 7) assert.deepEqual(await numbersIn(copy), numbers.slice(0, found.pictures));
    }
    assert.ok(longest > 40);
  });

  test('a tail of zeros, of noise, or with a lying length is cut off', async (t) => {
    const bench = await rig(t);
    const path = await suspended(bench, 60);
    const whole = await readFile(path);
    const lastMoof = whole.lastIndexOf('moof') - 4;
    const lastMdat = whole.lastIndexOf('mdat') - 4;
    const copy = `${path}.copy`;
    const tails: [string, Buffer, number][] = [
      ['zeros after the end', Buffer.concat([whole, Buffer.alloc(100_000)]), whole.length],
      [
        'noise after the end',
        Buffer.concat([whole, Buffer.from('free as in beer, \xff\xff\xff\xff moof')]),
        whole.length,
      ],
      [
        'a last fragment full of zeros',
        Buffer.concat([whole.subarray(0, lastMdat + 8), Buffer.alloc(whole.length - lastMdat - 8)]),
        lastMoof,
      ],
      ['its end full of zeros', Buffer.concat([whole.subarray(0, -300), Buffer.alloc(300)]), lastMoof],
      ['4 GB announced', Buffer.concat([whole, Buffer.from('ffffffff6d6f6f66', 'hex')]), whole.length],
      ['a 64-bit lie', Buffer.concat([whole, Buffer.from('000000016d6f6f66ffffffffffffffff', 'hex')]), whole.length],
    ];
    for (const [what, data, bytes] of tails) {
      await writeFile(copy, data);
      const found = await repairFile(copy);
      assert.equal(found.kind === 'fragmented' && found.bytes, bytes, what);
      assert.equal((await stat(copy)).size, bytes, what);
    }
  });

  test('files without a manifest, a spoilt manifest and leftovers are put in order; a hopeless file is kept', async (t) => {
    const bench = await rig(t);
    const path = await suspended(bench, 60);
    const { folder } = bench;
    const base = basename(path).replace('_S1R1.mp4', '');
    const home = join(folder, base);
    for (const name of ['Orphan', 'Spoilt', 'Hopeless']) {
      await cp(home, join(folder, name), { recursive: true });
      await rm(join(folder, name, `${base}.json`));
      await rm(join(folder, name, `${base}_S1R1.mp4`));
      await cp(path, join(folder, name, `${name}_S1R1.mp4`));
    }
    await writeFile(join(folder, 'Spoilt', 'Spoilt.json'), '{"amphi": {"id": "../../etc"');
    await writeFile(join(folder, 'Orphan', 'Orphan_S1R1.mp4.final.tmp'), 'half');
    await writeFile(join(folder, 'Orphan', 'Orphan.json.77.1.tmp'), 'half');
    await writeFile(join(folder, 'Orphan', 'notes.txt'), 'mine');
    await truncate(join(folder, 'Hopeless', 'Hopeless_S1R1.mp4'), 100);
    const recorder = bench.open();
    await recorder.recover();
    await until('all are settled', () => recorder.list().every(({ status }) => ['partial', 'failed'].includes(status)));
    const statuses = Object.fromEntries(recorder.list().map(({ base, status }) => [base, status]));
    assert.deepEqual(statuses, { [base]: 'partial', Orphan: 'partial', Spoilt: 'partial', Hopeless: 'failed' });
    assert.equal((await numbersIn(join(folder, 'Orphan', 'Orphan_S1R1.mp4'))).length, 58);
    assert.equal((await stat(join(folder, 'Hopeless', 'Hopeless_S1R1.mp4'))).size, 100);
    const namesIn = (name: string): Promise<string[]> => readdir(join(folder, name));
    // What is settled is written down by and by.
    await until('nothing half is left, and it is described', async () => {
      const names = await namesIn('Orphan');
      return names.includes('Orphan.json') && !names.some((name) => name.endsWith('.tmp'));
    });
    assert.ok((await namesIn('Orphan')).includes('notes.txt'));
    await until('the spoilt one is put aside', async () => (await namesIn('Spoilt')).includes('Spoilt.json.bad'));
    await until('the hopeless one is told', () => bench.alarms().includes('disk_error'));
    const numbers = recorder.list().map(({ dbId }) => dbId);
    assert.equal(new Set(numbers).size, numbers.length);
  });

  test('kill -9 of the finaliser is survived', async (t) => {
    const folder = await folderOf(t);
    const script = join(folder, 'ffmpeg');
    // The first two that run are killed before they have done anything.
    await writeFile(
      script,
      `#!/bin/sh\nif [ ! -e "${folder}/twice" ]; then [ -e "${folder}/once" ] && touch "${folder}/twice"; touch "${folder}/once"; kill -9 $$; fi\nexec ffmpeg "$@"\n`,
      { mode: 0o755 },
    );
    const { encoder, recorder } = await rig(t, { ffmpeg: script });
    const handle = recorder.start({});
    encoder.step(30);
    const stopped = recorder.stop();
    encoder.step(30);
    await stopped;
    const info = await handle.finished;
    assert.equal(info.parts[0]?.state, 'final');
    assert.equal((await numbersIn(pathsOf(info)[0] ?? '')).length, 30);
  });

  test('a power cut in the middle of a write leaves a file that is read by its durable part', async (t) => {
    const bench = await rig(t);
    const path = await suspended(bench, 60);
    const file = await open(path, 'r+');
    const { size } = await file.stat();
    // Blocks of a file system that were allocated and never written.
    await file.write(Buffer.alloc(4096), 0, 4096, size - 5000);
    await file.close();
    const found = await repairFile(path);
    assert.ok(found.kind === 'fragmented' && found.cutBytes > 0);
    const numbers = await numbersIn(path);
    assert.deepEqual(numbers, count(2, found.pictures));
  });
});
