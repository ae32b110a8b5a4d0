import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cuesAt, mistakesOf, shiftedCues, withCue, type Cue } from '#central/pages/editor/model/captions.ts';
import { changedChapter, withChapter } from '#central/pages/editor/model/chapters.ts';
import { documentOf, editOf, whyNotSaved } from '#central/pages/editor/model/document.ts';
import {
  frameOfMs,
  frameShown,
  frameTyped,
  msOfFrame,
  msTyped,
  secondsToShow,
  timeCode,
} from '#central/pages/editor/model/frames.ts';
import { changed, redone, settled, startHistory, undone } from '#central/pages/editor/model/history.ts';
import { commandOf, KEYS } from '#central/pages/editor/model/keys.ts';
import { catchUp } from '#central/pages/editor/model/together.ts';
import {
  frameAtPlace,
  moved,
  placeOf,
  rulerMarks,
  showing,
  wholeView,
  zoomed,
} from '#central/pages/editor/model/zoom.ts';
import { nextSpeed } from '#central/pages/editor/commands.ts';
import type { Edit } from '#central/editing/edit.ts';

const RATES = [5, 12.5, 15, 24_000 / 1001, 25, 30_000 / 1001, 50, 60_000 / 1001, 120];

test('a picture survives the way over milliseconds, seconds and its time code, at every rate', () => {
  for (const rate of RATES) {
    for (let frame = 0; frame < rate * 7300; frame += 997) {
      assert.equal(frameOfMs(msOfFrame(frame, rate), rate), frame, `${frame} at ${rate}`);
      assert.equal(frameShown(secondsToShow(frame, rate), rate), frame, `${frame} at ${rate}`);
      assert.equal(frameTyped(timeCode(frame, rate), rate), frame, `${timeCode(frame, rate)} at ${rate}`);
    }
  }
});

test('times are read as people type them, and nothing else is a time', () => {
  assert.deepEqual(
    ['65', '1:05', '0:01:05', '1:05.2', '1:05,2', '0:01:05:10'].map((text) => frameTyped(text, 25)),
    [1625, 1625, 1625, 1630, 1630, 1635],
  );
  for (const text of ['', 'soon', '1:2:3:4:5', '-5', '0:00:01:25', '1e3', ' : ', '9'.repeat(30)])
    assert.equal(frameTyped(text, 25), undefined, text);
  assert.deepEqual([msTyped('0:00:01.250'), msTyped('1:00'), msTyped('x')], [1250, 60_000, undefined]);
});

const words = {
  title: 'Rein',
  creators: [],
  contributors: [],
  subjects: [],
  description: '',
  language: '',
  license: '',
  rightsHolder: '',
};
const edit: Edit = {
  segments: [
    { start: 0, end: 1240, deleted: false },
    { start: 1240, end: 4040, deleted: true },
    { start: 4040, end: 10_000, deleted: false },
  ],
  chapters: [{ start: 4040, title: 'Foie' }],
  captions: [{ id: 'a', language: 'fr', cues: [{ start: 1000, end: 2000, text: 'x' }] }],
  cover: 8000,
  words,
};

test('an edit is the same after it was a document; gaps and overlaps are put right', () => {
  const pictures = { frames: 250, rate: 25 };
  assert.deepEqual(editOf(documentOf(edit, pictures), pictures), edit);
  const odd = documentOf(
    {
      ...edit,
      segments: [
        { start: 4000, end: 9960, deleted: false },
        { start: 0, end: 2000, deleted: true },
        { start: 1000, end: 3000, deleted: false },
      ],
      chapters: [{ start: 99_000, title: 'late' }],
    },
    pictures,
  );
  assert.deepEqual(odd.segments, [
    { from: 0, to: 50, deleted: true },
    { from: 50, to: 75, deleted: false },
    { from: 75, to: 100, deleted: false },
    { from: 100, to: 250, deleted: false },
  ]);
  assert.equal(odd.chapters[0]?.at, 249);
  assert.deepEqual(documentOf({ ...edit, segments: [] }, pictures).segments, [{ from: 0, to: 250, deleted: false }]);
});

test('what cannot be saved is told', () => {
  const document = documentOf(edit, { frames: 250, rate: 25 });
  assert.deepEqual(whyNotSaved(document, 10_000), []);
  const nothing = { ...document, segments: [{ from: 0, to: 250, deleted: true }], words: { ...words, title: ' ' } };
  assert.deepEqual(whyNotSaved(nothing, 10_000), ['nothing kept', 'no title']);
  assert.deepEqual(whyNotSaved(document, 900), ['captions']);
});

test('undo takes back a step; typing is one step until the field is left', () => {
  let history = startHistory('');
  for (const text of ['a', 'ab', 'abc']) history = changed(history, text, 'title');
  history = changed(settled(history), 'abcd', 'title');
  history = changed(history, 'cut');
  assert.equal((history = undone(history)).now, 'abcd');
  assert.equal((history = undone(history)).now, 'abc');
  assert.equal((history = redone(history)).now, 'abcd');
  assert.equal((history = undone(undone(history))).now, '');
  assert.equal(undone(history), history);
  assert.equal(redone(changed(history, 'new')).now, 'new', 'a change forgets what was taken back');
  for (let n = 0; n < 2000; n++) history = changed(history, `${n}`);
  assert.ok(history.past.length <= 500);
});

test('chapters stay in order, each at a picture of its own', () => {
  const chapters = withChapter(withChapter(withChapter([], 500, 'b'), 10, 'a'), 500, 'again');
  assert.deepEqual(
    chapters.map(({ at, title }) => [at, title]),
    [
      [10, 'a'],
      [500, 'b'],
    ],
  );
  const [first] = chapters;
  assert.deepEqual(
    changedChapter(chapters, first?.key ?? 0, { at: 900 }).map(({ title }) => title),
    ['b', 'a'],
  );
  assert.deepEqual(changedChapter(chapters, first?.key ?? 0, { at: 500 }), chapters, 'taken');
});

test('captions are added where there is room, shifted together, and their mistakes told', () => {
  const cues: Cue[] = [
    { key: 1, startMs: 1000, endMs: 2000, text: 'a' },
    { key: 2, startMs: 5000, endMs: 6000, text: 'b' },
  ];
  const added = withCue(cues, 3000, 10_000);
  assert.deepEqual([added[1]?.startMs, added[1]?.endMs, added[1]?.key], [3000, 5000, 3]);
  assert.deepEqual(withCue(cues, 9999, 10_000).at(-1)?.endMs, 10_000);
  assert.deepEqual(
    shiftedCues(cues, 500).map(({ startMs }) => startMs),
    [1500, 5500],
  );
  assert.deepEqual(
    shiftedCues(cues, -3000).map(({ startMs }) => startMs),
    [0, 4000],
    'none before the beginning',
  );
  assert.deepEqual(
    shiftedCues(cues, 500, 4000).map(({ startMs }) => startMs),
    [1000, 5500],
  );
  const wrong: Cue[] = [
    { key: 1, startMs: 1000, endMs: 900, text: '' },
    { key: 2, startMs: 2000, endMs: 4000, text: '' },
    { key: 3, startMs: 3000, endMs: 3500, text: '' },
    { key: 4, startMs: 20_000, endMs: 21_000, text: '' },
  ];
  assert.deepEqual(
    [...mistakesOf(wrong, 10_000)],
    [
      [1, 'ends before it begins'],
      [2, 'over the next'],
      [4, 'behind the end'],
    ],
  );
  assert.deepEqual(
    cuesAt(wrong, 3200).map(({ key }) => key),
    [2, 3],
  );
});

test('every key of the help does its command, with Shift and Ctrl, and no other', () => {
  const none = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
  const press = (key: string, more: Partial<typeof none> = {}) => commandOf({ ...none, ...more, key });
  const events: Record<string, () => string | undefined> = {
    Space: () => press(' '),
    '←': () => press('ArrowLeft'),
    '→': () => press('ArrowRight'),
    '↑': () => press('ArrowUp'),
    '↓': () => press('ArrowDown'),
    'Shift ←': () => press('ArrowLeft', { shiftKey: true }),
    'Shift →': () => press('ArrowRight', { shiftKey: true }),
    Esc: () => press('Escape'),
    'Mod Z': () => press('z', { ctrlKey: true }),
    'Mod Y': () => press('y', { metaKey: true }),
    'Mod S': () => press('s', { ctrlKey: true }),
    'Mod Shift Z': () => press('Z', { ctrlKey: true, shiftKey: true }),
  };
  for (const [command, keys] of KEYS) {
    for (const key of keys) assert.equal(events[key]?.() ?? press(key.toLowerCase()) ?? press(key), command, key);
  }
  assert.equal(press('?', { shiftKey: true }), 'help');
  assert.equal(press('K', { shiftKey: true }), 'play');
  for (const key of ['a', 'F5', 'Tab', '__proto__', 'constructor']) assert.equal(press(key), undefined, key);
  assert.equal(press('l', { ctrlKey: true }), undefined);
  assert.equal(press('l', { altKey: true }), undefined);
});

test('J and L play faster with each press, and turn round at once', () => {
  const speeds = [1, 1, 1, 1, 1, -1, -1].reduce<number[]>(
    (all, way) => [...all, nextSpeed(all.at(-1) ?? 0, way as 1 | -1)],
    [],
  );
  assert.deepEqual(speeds, [1, 1.5, 2, 4, 4, -1, -1.5]);
});

test('the timeline zooms about a picture, stays inside, and shows the playhead', () => {
  const frames = 180_000;
  let view = wholeView(frames);
  for (let n = 0; n < 40; n++) {
    const place = placeOf(view, 60_000);
    view = zoomed(view, frames, 1.7, 60_000);
    if (view.from > 0 && view.to < frames) assert.ok(Math.abs(placeOf(view, 60_000) - place) < 1e-6);
  }
  assert.equal(Math.round(view.to - view.from), 12, 'not closer than some pictures');
  assert.equal(frameAtPlace(view, placeOf(view, 60_001)), 60_001);
  assert.deepEqual(moved(wholeView(frames), frames, 3), wholeView(frames));
  const close = { from: 0, to: 1000 };
  assert.deepEqual(showing(close, frames, 500), close);
  assert.ok(showing(close, frames, 5000).from <= 5000 && showing(close, frames, 5000).to > 5000);
  assert.deepEqual(zoomed(view, frames, 1e-9, 5), wholeView(frames));
  for (const rate of RATES) {
    for (const length of [8, 40, 900, 40_000, 300_000]) {
      const marks = rulerMarks({ from: 100, to: 100 + length }, rate, 10);
      assert.ok(marks.length > 0 && marks.length <= 11, `${marks.length} marks for ${length} at ${rate}`);
      assert.ok(marks.every((one) => one >= 99 && one <= 101 + length));
    }
  }
});

test('a film that is late catches up, and jumps only from far away', () => {
  assert.deepEqual(catchUp(0.01, 1), { rate: 1, jump: false });
  assert.ok(catchUp(0.2, 1).rate > 1 && catchUp(-0.2, 1).rate < 1);
  assert.deepEqual(catchUp(3, 2), { rate: 2, jump: true });
});
