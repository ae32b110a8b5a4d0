import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { LayoutChange, Recording, RecordingPart, SeenSlide, SlideWatch } from '#agent/device/recording.ts';
import { parseManifest } from '#agent/recorder/catalog/manifest.ts';
import type { ShownLayout } from '#lib/media/layout-notes.ts';
import { until } from '#test/support/until.ts';
import { fedRecorder, picturesOf, type FedRecorder } from './fed-recorder.ts';
import { FRAME_TICKS } from './samples.ts';

const layoutOf = (name: string): ShownLayout => ({
  name,
  sizePx: { widthPx: 1280, heightPx: 720 },
  windows: [{ channel: 'A', rect: { x: 0, y: 0, width: 1280, height: 720 }, shown: true }],
});

/** Shows another layout from the next frame on. */
const show = (fed: FedRecorder, name: string, stream: 'archive' | 'archive-b' = 'archive'): void =>
  fed.layouts[stream].saw(fed.drawnTicks, name, () => layoutOf(name));

const told = (layouts: readonly LayoutChange[] | undefined): string[] =>
  (layouts ?? []).map(({ part, offsetMs, name }) => `${part} ${offsetMs} ${name}`);

/** The recording as its manifest on the disk has it. */
const onDisk = async (fed: FedRecorder, { id }: Pick<Recording, 'id'>, drive = 'internal'): Promise<Recording> =>
  parseManifest(await readFile(join(fed.root, drive, id, `${id}.json`), 'utf8'));

test('the layout of each frame: what was on at the beginning, changes at their frame, and nothing after the end', async (t) => {
  const fed = await fedRecorder(t);
  show(fed, 'before');
  await fed.feed(5);
  show(fed, 'first');
  await fed.feed(5);
  fed.recorder.start({});
  await fed.feed(16);
  show(fed, 'second');
  await fed.feed(7);
  show(fed, 'third');
  show(fed, 'fourth');
  await fed.feed(20);
  const stopped = fed.recorder.stop();
  show(fed, 'after');
  await fed.feed(3);
  const info = (await fed.settled(stopped))!;
  // A frame lasts 66.7 ms. The mark of the start is one frame on, as the frames of the changes are.
  assert.deepEqual(told(info.layouts), ['1 0 first', '1 1067 second', '1 1533 fourth']);
  assert.deepEqual(info.layouts![0]!.windows, layoutOf('first').windows);
});

test('a pause is no time of the layouts either; a change in it stands where the recording goes on', async (t) => {
  const fed = await fedRecorder(t);
  show(fed, 'first');
  fed.recorder.start({});
  await fed.feed(16);
  fed.recorder.pause();
  await fed.feed(10);
  show(fed, 'in the pause');
  await fed.feed(10);
  fed.recorder.resume();
  await fed.feed(15);
  show(fed, 'later');
  await fed.feed(15);
  const info = await fed.stop();
  assert.equal(info.chapters[0]!.offsetMs, 1067);
  assert.deepEqual(told(info.layouts), ['1 0 first', '1 1067 in the pause', '1 2067 later']);
});

test('each part stands for itself: after a split, after a break, and when an earlier one is gone', async (t) => {
  const fed = await fedRecorder(t);
  show(fed, 'first');
  fed.recorder.start({});
  await fed.feed(20);
  show(fed, 'second');
  await fed.feed(10);
  fed.recorder.moveTo('usb');
  await fed.feed(20);
  fed.breakOff(10);
  show(fed, 'third');
  await fed.feed(40);
  const info = await fed.stop();
  assert.deepEqual(
    info.parts.map(({ number }) => number),
    [1, 2, 3],
  );
  const layouts = told(info.layouts);
  assert.deepEqual(layouts.slice(0, 3), ['1 0 first', '1 1333 second', '2 0 second']);
  assert.match(layouts[3]!, /^3 \d+ (second|third)$/);
  assert.match(layouts.at(-1)!, /^3 \d+ third$/);
});

test('channel B has layouts of its own, and is read again from the manifest', async (t) => {
  const fed = await fedRecorder(t);
  show(fed, 'A alone');
  show(fed, 'B alone', 'archive-b');
  const { finished } = fed.recorder.start({ withSecond: true });
  await fed.feed(20);
  await fed.stop();
  const done = await finished;
  assert.deepEqual([told(done.layouts), told(done.second?.layouts)], [['1 0 A alone'], ['1 0 B alone']]);
  const kept = await onDisk(fed, done);
  assert.deepEqual([kept.layouts, kept.second?.layouts], [done.layouts, done.second?.layouts]);
});

test('while it is recorded the manifest has them; a recorder that comes after goes on with them', async (t) => {
  const fed = await fedRecorder(t);
  show(fed, 'first');
  const { id } = fed.recorder.start({});
  await fed.feed(20);
  show(fed, 'second');
  await fed.feed(20);
  await until('the manifest has both layouts', async () => {
    await fed.feed(1);
    return told((await onDisk(fed, { id })).layouts).length === 2;
  });
  // The first recorder is left as a process that was killed: what it knows is not asked for.
  await fed.recorder.close();
  const later = fed.again();
  await fed.settled(later.recover());
  show(fed, 'third');
  later.start({ continueTake: id });
  await fed.feed(20);
  const stopped = later.stop();
  await fed.feed(3);
  const info = (await fed.settled(stopped))!;
  assert.deepEqual(told(info.layouts), ['1 0 first', '1 1333 second', '2 0 third']);
});

/** Someone who looks for slides, as it is told what to find. */
function slideWatch(): {
  watch: SlideWatch;
  find: (slides: readonly SeenSlide[] | undefined) => void;
  ended: number[];
} {
  let find: (slides: readonly SeenSlide[] | undefined) => void = () => undefined;
  const ended: number[] = [];
  const watch: SlideWatch = {
    begin(_, onSlides) {
      find = onSlides;
      return { end: async (toTicks) => void ended.push(toTicks), close: () => undefined };
    },
  };
  return { watch, find: (slides) => find(slides), ended };
}

const slide = (frame: number, more: Partial<SeenSlide> = {}): SeenSlide => ({
  fromTicks: frame * FRAME_TICKS,
  pictureTicks: (frame + 3) * FRAME_TICKS,
  additionsTicks: [],
  ...more,
});

test('slides have their places: over a pause, a split, and without those of a pause alone', async (t) => {
  const { watch, find, ended } = slideWatch();
  const fed = await fedRecorder(t, {}, watch);
  fed.recorder.start({});
  const first = fed.next + 1;
  await fed.feed(31);
  find([slide(first), slide(first + 15, { additionsTicks: [(first + 20) * FRAME_TICKS] })]);
  fed.recorder.pause();
  await fed.feed(40);
  fed.recorder.resume();
  await fed.feed(30);
  fed.recorder.moveTo('usb');
  await fed.feed(30);
  // The recording was paused from frame 30 to 70. Frame 102 is the second of the second part.
  find([
    slide(first),
    slide(first + 15, { additionsTicks: [(first + 20) * FRAME_TICKS] }),
    slide(first + 40),
    slide(first + 50, { sameAs: 1 }),
    slide(first + 85, { sameAs: 0 }),
    slide(first + 110),
  ]);
  const info = await fed.stop();
  assert.equal(ended.length, 1);
  const [one, two] = info.parts;
  assert.ok(one && two, JSON.stringify(info.parts));
  assert.deepEqual(
    info.slides!.map(({ part, offsetMs, sameAs }) => [part, offsetMs, sameAs]),
    [
      [1, 0, undefined],
      [1, 1000, undefined],
      [1, 3000, 0],
      // The second part begins with frame 101. The first one may be finished by now, which tells its length anew.
      [2, ((110 - 101) * 1000) / 15, undefined],
    ],
  );
  assert.deepEqual(info.slides![1]!.additions, [{ part: 1, offsetMs: 1333 }]);
  assert.deepEqual(info.slides![0]!.picture, { part: 1, offsetMs: 200 });
});

test('slides that could not be looked for to the end are left out, and the recording is as it is', async (t) => {
  const { watch, find } = slideWatch();
  const fed = await fedRecorder(t, {}, watch);
  fed.recorder.start({});
  const first = fed.next + 1;
  await fed.feed(31);
  find([slide(first), slide(first + 15)]);
  await fed.feed(10);
  find(undefined);
  const info = await fed.stop();
  assert.deepEqual([info.slides, info.parts[0]!.pictures], [undefined, 41]);
});

test('someone who throws, or never ends, does no harm: what was found by then counts', async (t) => {
  const watch: SlideWatch = {
    begin(_, onSlides) {
      onSlides([slide(1)]);
      return {
        end: () => new Promise(() => undefined),
        close() {
          throw new Error('a bug');
        },
      };
    },
  };
  const fed = await fedRecorder(t, {}, watch);
  const { finished } = fed.recorder.start({});
  await fed.feed(31);
  await fed.stop();
  const done = await fed.settled(finished);
  const [{ folder, name }] = done.parts as [RecordingPart];
  assert.deepEqual([done.status, done.slides?.length, await picturesOf(join(folder, name))], ['finished', 1, 31]);
});

test('a take that goes on counts its slides on, and the slide that was on goes on', async (t) => {
  const { watch, find } = slideWatch();
  const fed = await fedRecorder(t, {}, watch);
  const { id } = fed.recorder.start({});
  const first = fed.next + 1;
  await fed.feed(31);
  find([slide(first), slide(first + 15)]);
  await until('the manifest has the slides', async () => {
    await fed.feed(1);
    return (await onDisk(fed, { id })).slides?.length === 2;
  });
  await fed.recorder.close();
  const later = fed.again();
  await fed.settled(later.recover());
  later.start({ continueTake: id });
  const again = fed.next + 1;
  await fed.feed(61);
  find([slide(again), slide(again + 15), slide(again + 30, { sameAs: 1 }), slide(again + 45, { sameAs: 0 })]);
  const stopped = later.stop();
  await fed.feed(3);
  const { slides } = (await fed.settled(stopped))!;
  assert.deepEqual(
    slides!.map(({ part, offsetMs, sameAs }) => [part, offsetMs, sameAs]),
    [
      [1, 0, undefined],
      [1, 1000, undefined],
      [2, 1000, undefined],
      [2, 3000, 1],
    ],
  );
  assert.deepEqual(slides![1]!.picture, { part: 2, offsetMs: 200 });
});
