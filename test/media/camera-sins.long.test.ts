// Runs alone: it measures when pictures come, and how far sound is from them.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test, { type TestContext } from 'node:test';
import { findFfmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { startHall } from '#simulator/hall.ts';
import { startSinfulCamera, type SinfulCamera } from '#simulator/sins/sinful-camera.ts';
import type { Sins } from '#simulator/sins/sins.ts';
import { childrenWith } from '#test/support/engine-rig.ts';
import { inTime } from '#test/support/pace.ts';
import { watchInput, type WatchedInput } from '#test/support/watched-input.ts';

const { ffmpeg } = await findFfmpeg();
const LOGIN = { user: 'admin', password: 'p@Wort @Geheim' };

async function watch(t: TestContext, sins: Sins): Promise<{ camera: SinfulCamera; input: WatchedInput }> {
  const camera = await startSinfulCamera({ host: '127.0.0.1', port: 0, sins, ffmpeg, log: silentLog });
  t.after(() => camera.close());
  const input = watchInput(t, ffmpeg, { driver: 'rtsp', url: camera.url, transport: 'tcp', ...LOGIN });
  return { camera, input };
}

const statusOf = ({ input }: WatchedInput): string => input.seen().status;
const isLive = (input: WatchedInput) => (): boolean => statusOf(input) === 'live';

for (const [sins, answerMs] of [
  [{ 'slow-describe': 8 }, 8000],
  [{ 'slow-setup': 5 }, 10_000],
  [{ 'late-idr': 12 }, 14_000],
] as [Sins, number][])
  test(`${Object.keys(sins).join()}: live soon after its answer, with one connection`, (t) =>
    inTime(t, async (judge) => {
      const { camera, input } = await watch(t, sins);
      await input.until('a picture', isLive(input));
      // Half a second besides: programs start, and the picture that is waited for is a key picture.
      judge('live after', input.sinceMs(), answerMs + 2500);
      const { connections, atOnce } = camera.counts();
      assert.deepEqual([connections, atOnce, input.input.seen().reconnects], [1, 1, 0]);
      await input.input.close();
    }));

for (const rate of [0.5, 1, 1.5])
  test(`${rate} pictures a second: live, and steadily so`, async (t) => {
    const { input } = await watch(t, { 'slow-pictures': rate });
    await input.until('a picture', isLive(input));
    const from = input.statuses.length;
    await sleep(12_000);
    assert.deepEqual(
      [...new Set(input.statuses.slice(from).map(({ seen }) => seen.status))].filter((one) => one !== 'live'),
      [],
    );
    assert.equal(input.input.seen().reconnects, 0);
  });

for (const sin of ['unknown-audio', 'bad-aac'] as const)
  test(`${sin}: the picture comes without it`, async (t) => {
    const { camera, input } = await watch(t, { [sin]: 1 });
    await input.until('a picture', isLive(input));
    assert.equal(input.input.seen().audio, undefined);
    assert.equal(input.input.seen().codec, 'h264');
    assert.ok(camera.counts().connections <= 3);
  });

test('a wrong password: three tries, then none for a minute; nothing of it is told', async (t) => {
  const { camera, input } = await watch(t, { 'wrong-password': 1 });
  await input.until('three tries', () => camera.counts().refused >= 3);
  await sleep(8000);
  assert.equal(camera.counts().refused, 3);
  assert.match(input.input.seen().error!, /401.*refuses this user name or password/);
  assert.doesNotMatch(JSON.stringify(input.statuses), /Wort|Geheim|admin/);
});

test('a redirect to itself: six connections, then a wait', async (t) => {
  const { camera, input } = await watch(t, { 'redirect-loop': 1 });
  await input.until('words', () => input.input.seen().error !== undefined);
  assert.match(input.input.seen().error!, /redirects/);
  await sleep(1500);
  assert.equal(camera.counts().connections, 6);
});

const median = (values: number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;

for (const sin of ['sr-jump', 'to-zero', 'forward', 'back', 'ssrc', 'sound-forward'] as const)
  test(`${sin}: the picture goes on, and its sound is with it again`, (t) =>
    inTime(t, async (judge) => {
      const { input } = await watch(t, { [sin]: sin === 'sr-jump' ? 86_400 : sin === 'back' ? 4 : 3600 });
      await input.until('a picture', isLive(input));
      const liveMs = input.sinceMs();
      const afterJump = () => input.heard.filter(({ atMs }) => atMs > liveMs + 11_000);
      await input.until('three beeps after the jump', () => afterJump().length >= 3);
      const late = median(afterJump().map(({ lateMs }) => Math.abs(lateMs)));
      judge(`sound is off by ${Math.round(late)} ms`, late, 150);
      assert.equal(input.input.seen().reconnects, 0);
      await input.input.close();
    }));

test('user and password of a camera stand in no argument', async (t) => {
  const credentials = { user: 'admin', password: 'p@Wort/Geheim' };
  const small = { size: { widthPx: 320, heightPx: 180 } };
  const sources = { slides: small, camera: small };
  const hall = await startHall({ host: '127.0.0.1', port: 0, log: silentLog, ffmpeg, credentials, sources });
  t.after(() => hall.close());
  for (const transport of ['tcp', 'udp'] as const) {
    const input = watchInput(t, ffmpeg, { driver: 'rtsp', url: hall.urls.camera, transport });
    await input.until(`a picture by ${transport}`, isLive(input));
    const decoders = await childrenWith('pipe:1');
    assert.ok(decoders.length > 0);
    for (const pid of decoders) assert.doesNotMatch(await readFile(`/proc/${pid}/cmdline`, 'latin1'), /Wort|Geheim/);
    await input.input.close();
  }
});
