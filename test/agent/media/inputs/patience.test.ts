import assert from 'node:assert/strict';
import test from 'node:test';
import { openInputWaits } from '#agent/media/inputs/input-waits.ts';
import { isComplaint } from '#agent/media/inputs/input-facts.ts';
import { judge, openRhythm } from '#agent/media/inputs/patience.ts';
import { openSoundTrust } from '#agent/media/inputs/sound-trust.ts';

const SEEN = { askedMs: 0, answeredMs: 0, bytesMs: 0, pictureMs: 0, trouble: undefined };
const NEW = { startedMs: 1000, lastFrameMs: 0, lostAfterMs: 5000 };

test('a source that answers late is waited for, one that never does is asked anew', () => {
  const asked = { ...SEEN, askedMs: 1000 };
  assert.equal(judge({ ...NEW, nowMs: 30_000, seen: asked }).giveUp, undefined);
  assert.match(judge({ ...NEW, nowMs: 31_500, seen: asked }).giveUp!, /does not answer/);
});

test('packets are progress, for a time', () => {
  const at = (nowMs: number, pictureMs: number): string | undefined =>
    judge({ ...NEW, nowMs, seen: { ...SEEN, answeredMs: 2000, pictureMs } }).giveUp;
  assert.equal(at(60_000, 59_900), undefined);
  assert.match(at(92_000, 91_900)!, /no picture can be made/);
  assert.match(at(20_000, 9000)!, /no packets/);
  assert.match(at(13_000, 0)!, /no packets/);
});

test('lost by its own rhythm: 15 frames/s after a second, slow ones after two and a half of their intervals', () => {
  for (const [everyMs, dueMs] of [
    [66, 1000],
    [1000, 2500],
    [1300, 3250],
    [2000, 5000],
  ] as const) {
    const rhythm = openRhythm();
    for (let n = 0; n < 10; n++) rhythm.frame(n * everyMs);
    assert.equal(rhythm.lostAfterMs(), dueMs);
    const lastFrameMs = 9 * everyMs + 1;
    const after = (ms: number) =>
      judge({ nowMs: lastFrameMs + ms, startedMs: 0, lastFrameMs, lostAfterMs: rhythm.lostAfterMs(), seen: undefined });
    assert.deepEqual(after(everyMs + 200), { lost: false });
    assert.equal(after(dueMs + 1).lost, true);
    assert.equal(after(everyMs < 400 ? 4001 : dueMs + 3001).giveUp, 'no frames arrive');
  }
  const rhythm = openRhythm();
  rhythm.frame(0);
  assert.equal(rhythm.lostAfterMs(), 5000);
  // One long pause is no rhythm.
  for (const atMs of [66, 132, 198, 264, 5264, 5330]) rhythm.frame(atMs);
  assert.equal(rhythm.lostAfterMs(), 1000);
});

test('logins that are refused: three soon, then minutes, and soon again after a picture', () => {
  const waits = openInputWaits();
  const all = Array.from({ length: 7 }, () => waits.next('login'));
  assert.deepEqual(all, [300, 500, 60_000, 120_000, 300_000, 300_000, 300_000]);
  waits.reset();
  assert.equal(waits.next('login'), 300);
  assert.ok(waits.next('redirects') >= 2000);
});

test('sound that costs the picture is left out after two deaths, and tried again when the picture lasted', () => {
  const trust = openSoundTrust(true);
  trust.diedEarly();
  assert.equal(trust.asked, true);
  trust.diedEarly();
  assert.equal(trust.asked, false);
  assert.equal(trust.present(), false, 'that there is sound is no news');
  trust.ended(5000);
  assert.equal(trust.asked, false);
  trust.ended(90_000);
  assert.equal(trust.asked, true);
  // It was not the sound: without it the source dies as well.
  for (const due of [true, false, false, true]) {
    trust.diedEarly();
    assert.equal(trust.asked, due);
  }
  const none = openSoundTrust(true);
  none.absent();
  assert.equal(none.present(), true);
  assert.equal(openSoundTrust(false).present(), false);
});

test('a number of something is no status', () => {
  for (const line of ['968 packets were read', '[rtsp] 404 packets', 'frame= 500 fps'])
    assert.equal(isComplaint(line), false, line);
  for (const line of ['method DESCRIBE: 404 Not Found', 'Server returned 401 Unauthorized', 'Connection refused'])
    assert.equal(isComplaint(line), true, line);
});
