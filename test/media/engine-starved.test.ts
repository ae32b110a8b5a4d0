import assert from 'node:assert/strict';
import test from 'node:test';
import { findFfmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { childrenWith, clip, lastSeen, startRig } from '#test/support/engine-rig.ts';

const { ffmpeg } = await findFfmpeg();

test('encoder and input that hardly get a core: frames are left out and counted, nothing is ended, one part', async (t) => {
  const path = await clip('flashes', ffmpeg);
  const rig = await startRig(t, { A: { driver: 'file', path } });
  const pictures = (): number => rig.packets.archive.filter(({ track }) => track === 'video').length;
  await rig.until('some pictures', () => pictures() > 20 && lastSeen(rig, 1)?.status === 'live');
  const pids = async (): Promise<number[]> => [...(await childrenWith('libx264')), ...(await childrenWith(path))];
  const before = await pids();
  assert.equal(before.length, 2);
  const leftOut = rig.leftOut();
  for (let round = 0; round < 3; round++) {
    for (const pid of before) process.kill(pid, 'SIGSTOP');
    await sleep(5000);
    for (const pid of before) process.kill(pid, 'SIGCONT');
    const had = pictures();
    await rig.until('more pictures', () => pictures() > had + 3);
  }
  await rig.until('a live input', () => lastSeen(rig, 1)?.status === 'live');
  assert.deepEqual(await pids(), before);
  assert.deepEqual(rig.breaks, []);
  assert.equal(lastSeen(rig, 1)?.reconnects, 0);
  assert.ok(rig.leftOut() > leftOut, 'frames that were left out are counted');
  await rig.close();
});
