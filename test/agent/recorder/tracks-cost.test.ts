/** What tracks of a recording may cost: few writes, and never the recording. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { tracksOf } from '#agent/box/schedule/recording-tracks.ts';
import type { Recording, SeenSlide, SlideWatch } from '#agent/device/recording.ts';
import { parseManifest } from '#agent/recorder/catalog/manifest.ts';
import { until } from '#test/support/until.ts';
import { fedRecorder, picturesOf, type FedRecorder } from './fed-recorder.ts';
import { FRAME_TICKS } from './samples.ts';

type Found = readonly SeenSlide[] | undefined;

/** Someone who looks for slides, as it is told what to find; its search ends when `ended` resolves. */
function slideWatch(ended: Promise<void> = Promise.resolve()): { watch: SlideWatch; find: (slides: Found) => void } {
  let find: (slides: Found) => void = () => undefined;
  const watch: SlideWatch = {
    begin(_, onSlides) {
      find = onSlides;
      return { end: () => ended, close: () => undefined };
    },
  };
  return { watch, find: (slides) => find(slides) };
}

const slide = (frame: number, additions = 0): SeenSlide => ({
  fromTicks: frame * FRAME_TICKS,
  pictureTicks: frame * FRAME_TICKS,
  additionsTicks: Array.from({ length: additions }, (_, at) => (frame + at + 1) * FRAME_TICKS),
});

const layout = { sizePx: { widthPx: 1280, heightPx: 720 }, windows: [] };
const changes = ({ facts }: FedRecorder): number => facts.filter(({ kind }) => kind === 'take').length;

test('tracks that change all the time are written twice a minute, and those that do not change never', async (t) => {
  const { watch, find } = slideWatch();
  const fed = await fedRecorder(t, {}, watch);
  fed.recorder.start({});
  const first = fed.next + 1;
  await fed.feed(20);
  find([slide(first)]);
  await fed.feed(20);
  const before = changes(fed);
  // A minute with a counter on the slide.
  for (let second = 1; second <= 60; second++) {
    find([slide(first, second)]);
    await fed.feed(15);
  }
  const written = changes(fed) - before;
  assert.ok(written >= 1 && written <= 2, `${written} writes`);
  find([slide(first, 100)]);
  await fed.feed(31 * 15);
  const settled = changes(fed);
  // The hundred additions that are kept are there: further ones change nothing.
  for (let more = 1; more <= 3; more++) {
    find([slide(first, 100 + more)]);
    await fed.feed(31 * 15);
  }
  assert.equal(changes(fed), settled);
  const info = await fed.stop();
  assert.equal(info.slides![0]!.additions.length, 100);
});

test('a track that cannot be placed costs nothing else: the last one that could be is kept', async (t) => {
  const { watch, find } = slideWatch();
  const fed = await fedRecorder(t, {}, watch);
  const { finished } = fed.recorder.start({});
  const first = fed.next + 1;
  await fed.feed(20);
  find([slide(first)]);
  await fed.feed(20);
  find([slide(first), { ...slide(first + 5), additionsTicks: undefined as unknown as number[] }]);
  await fed.feed(20);
  fed.recorder.moveTo('usb');
  await fed.feed(20);
  await fed.stop();
  const done = await fed.settled(finished);
  assert.deepEqual([done.status, done.slides?.length, done.parts.length], ['finished', 1, 2]);
  const counts = await Promise.all(done.parts.map(({ folder, name }) => picturesOf(join(folder, name))));
  assert.equal(counts[0]! + counts[1]!, 80);
});

test('of a take with too many changes of the layout none is told, rather than a wrong one', async (t) => {
  const fed = await fedRecorder(t);
  const { finished } = fed.recorder.start({});
  await fed.feed(5);
  const showMore = (count: number): void => {
    for (let n = 0; n < count; n++)
      fed.layouts.archive.saw(fed.drawnTicks + n, n, () => ({ ...layout, name: `${n % 2}` }));
  };
  showMore(1000);
  await fed.feed(15);
  showMore(1200);
  await fed.feed(15);
  await fed.stop();
  const done = await fed.settled(finished);
  assert.deepEqual([done.layouts, tracksOf(done)], [[], []]);
});

test('a recording that ends is known to end before its last slides are known', async (t) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { watch } = slideWatch(promise);
  const fed = await fedRecorder(t, {}, watch);
  const { id, finished } = fed.recorder.start({});
  await fed.feed(20);
  const stopped = fed.recorder.stop();
  fed.step(3);
  await stopped;
  // The clock stands: nothing but the last slides is waited for.
  const onDisk = async (): Promise<Recording> =>
    parseManifest(await readFile(join(fed.root, 'internal', id, `${id}.json`), 'utf8'));
  await until('the disk has it', async () => (await onDisk()).status === 'finalizing');
  resolve();
  assert.equal((await fed.settled(finished)).status, 'finished');
});

test('a manifest with a track that cannot be read is read without it', async (t) => {
  const fed = await fedRecorder(t);
  const { id } = fed.recorder.start({ withSecond: true });
  await fed.feed(20);
  await fed.stop();
  const whole = fed.recorder.whole(id)!;
  const bad = { ...whole, layouts: [{ part: 'one' }], slides: 'none', second: { ...whole.second, layouts: 7 } };
  const read = parseManifest(JSON.stringify({ amphi: bad }));
  assert.deepEqual([read.layouts, read.slides, read.second?.layouts], [undefined, undefined, undefined]);
  assert.deepEqual([read.parts, read.second?.parts], [whole.parts, whole.second?.parts]);
});
