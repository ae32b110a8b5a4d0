import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tracksOf, tracksOfPart } from '#agent/box/schedule/recording-tracks.ts';
import type { FoundSlide, LayoutChange, Recording } from '#agent/device/recording.ts';
import { parseLayoutTrack } from '#lib/analysis/slides/layout-track.ts';
import { parseSlideList } from '#lib/analysis/slides/slide-list.ts';
import { partOf, recordingOf } from '#test/agent/recorder/samples.ts';

const sizePx = { widthPx: 1280, heightPx: 720 };
const rect = { x: 0, y: 0, width: 1280, height: 720 };
const layout = (part: number, offsetMs: number, name: string, channel: 'A' | 'B' = 'A'): LayoutChange => ({
  part,
  offsetMs,
  name,
  sizePx,
  windows: [{ channel, rect, shown: true }],
});
const slide = (part: number, offsetMs: number, sameAs?: number): FoundSlide => ({
  part,
  offsetMs,
  picture: { part, offsetMs: offsetMs + 2000 },
  additions: [{ part, offsetMs: offsetMs + 1000 }],
  ...(sameAs === undefined ? {} : { sameAs }),
});

/** Two parts of a minute. */
const RECORDING = recordingOf({
  parts: [partOf(1), partOf(2)],
  layouts: [
    layout(1, 0, 'Slides'),
    layout(1, 40_000, 'Camera', 'B'),
    layout(1, 61_000, 'lost'),
    layout(2, 0, 'Camera', 'B'),
    layout(2, 10_000, 'Slides'),
  ],
  slides: [slide(1, 0), slide(1, 30_000), slide(1, 50_000), slide(2, 20_000, 0)],
});

const told = (recording: Recording): [kind: string, stream: number | undefined, text: string][] =>
  tracksOf(recording).map(({ kind, stream, text }) => [kind, stream, text]);

test('times are those of all parts one after the other; slides end where channel A is out of sight', () => {
  const [layouts, slides, ...more] = told(RECORDING);
  assert.deepEqual(more, []);
  assert.deepEqual([layouts![0], slides![0]], ['layout', 'slides']);
  const track = parseLayoutTrack(layouts![2])!;
  assert.equal(track.durationMs, 120_000);
  assert.deepEqual(
    track.layouts.map(({ atMs, name }) => [atMs, name]),
    [
      [0, 'Slides'],
      [40_000, 'Camera'],
      [70_000, 'Slides'],
    ],
  );
  const list = parseSlideList(slides![2])!;
  assert.equal(list.durationMs, 120_000);
  assert.deepEqual(
    list.slides.map(({ fromMs, toMs, pictureMs, sameAs }) => [fromMs, toMs, pictureMs, sameAs]),
    [
      [0, 30_000, 2000, undefined],
      [30_000, 40_000, 32_000, undefined],
      [70_000, 80_000, 79_500, undefined],
      [80_000, 120_000, 82_000, 0],
    ],
  );
});

test('without a part, or without tracks, nothing is told', () => {
  assert.deepEqual(told({ ...RECORDING, parts: [partOf(1, { state: 'lost' }), partOf(2)] }), []);
  assert.deepEqual(told(recordingOf()), []);
  const late = RECORDING.layouts!.filter(({ part }) => part === 2);
  assert.deepEqual(told({ ...RECORDING, layouts: late }), [], 'what is missing at first is no layout without windows');
  assert.equal(told({ ...RECORDING, slides: [] }).length, 1);
});

test('channel B has its own layouts, beside channel A and alone', () => {
  const second = { parts: [partOf(1, { stream: 2 })], chapters: [], breaks: [], layouts: [layout(1, 0, 'B', 'B')] };
  const both = recordingOf({ layouts: [layout(1, 0, 'A')], second });
  assert.deepEqual(
    told(both).map(([kind, stream]) => [kind, stream]),
    [
      ['layout', undefined],
      ['layout', 2],
    ],
  );
  const alone = recordingOf({ parts: [partOf(1, { stream: 2 })], layouts: [layout(1, 0, 'B', 'B')] });
  assert.deepEqual(
    told(alone).map(([kind, stream]) => [kind, stream]),
    [['layout', 2]],
  );
});

test('of a part that is written, slides have the times of its file, and are the same text until there is another one', () => {
  const parts = [partOf(1), partOf(2, { state: 'writing', durationMs: 30_000 })];
  const slides = [
    slide(1, 0),
    slide(1, 50_000),
    slide(2, 12_000),
    slide(2, 20_000, 0),
    slide(2, 29_000),
    slide(2, 31_000),
  ];
  const growing = { ...RECORDING, parts, slides };
  const { slides: text, layout: track } = tracksOfPart(growing, parts[1]!.name)!;
  assert.deepEqual(
    parseSlideList(text)!.slides.map(({ fromMs, toMs, pictureMs, sameAs }) => [fromMs, toMs, pictureMs, sameAs]),
    [
      [12_000, 20_000, 14_000, undefined],
      [20_000, 29_000, 22_000, undefined],
      [29_000, 30_000, 29_999, undefined],
    ],
  );
  assert.deepEqual(
    parseLayoutTrack(track)!.layouts.map(({ atMs, name }) => [atMs, name]),
    [
      [0, 'Camera'],
      [10_000, 'Slides'],
    ],
  );
  const later = (durationMs: number, more = {}): unknown =>
    tracksOfPart({ ...growing, parts: [parts[0]!, { ...parts[1]!, durationMs }], ...more }, parts[1]!.name);
  const few = { slides: slides.slice(0, 4) };
  assert.deepEqual(later(40_000, few), later(50_000, few));
  assert.notDeepEqual(later(40_000, few), later(40_000));
  // What has ended is the same as at the end.
  const own = { slides: [slide(2, 12_000), slide(2, 20_000), slide(2, 29_000)], parts: [partOf(2)] };
  const whole = told({ ...growing, ...own, layouts: growing.layouts!.filter(({ part }) => part === 2) });
  assert.deepEqual(parseSlideList(text)!.slides.slice(0, 2), parseSlideList(whole[1]![2])!.slides.slice(0, 2));
  assert.equal(tracksOfPart({ ...growing, slides: slides.slice(0, 2) }, parts[1]!.name), undefined);
  assert.equal(tracksOfPart(growing, 'another.mp4'), undefined);
});
