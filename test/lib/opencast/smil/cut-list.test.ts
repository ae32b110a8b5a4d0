import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseClockValue } from '#lib/opencast/smil/clock-value.ts';
import type { CutList } from '#lib/opencast/smil/cut-list.ts';
import { isWhole, keptWithin } from '#lib/opencast/smil/kept.ts';
import { lengthOf, complement } from '#lib/media/intervals.ts';
import { parseCutList } from '#lib/opencast/smil/read-cut-list.ts';
import { formatCutList } from '#lib/opencast/smil/write-cut-list.ts';
import { judgeGrowth, growthRow } from '#test/support/growth.ts';

/** As Opencast's editor writes it, with two tracks and two stretches. */
const OF_EDITOR = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<smil baseProfile="Language" version="3.0" xml:id="s-1" xmlns="http://www.w3.org/ns/SMIL">
  <head xml:id="h-1"><meta content="8163579ms" name="track-duration" xml:id="meta-1"/>
    <paramGroup xml:id="pg-a"><param name="track-id" value="id-1" valuetype="data" xml:id="p-1"/>
      <param name="track-src" value="camera.mp4" valuetype="data" xml:id="p-2"/>
      <param name="track-flavor" value="presenter/work" valuetype="data" xml:id="p-3"/></paramGroup>
    <paramGroup xml:id="pg-b"><param name="track-id" value="id-2" valuetype="data" xml:id="p-4"/>
      <param name="track-src" value="slides.mp4" valuetype="data" xml:id="p-5"/>
      <param name="track-flavor" value="presentation/work" valuetype="data" xml:id="p-6"/></paramGroup></head>
  <body xml:id="b-1">
    <par xml:id="par-1"><video clipBegin="180ms" clipEnd="4029ms" paramGroup="pg-a" src="camera.mp4" xml:id="v-1"/>
      <video clipBegin="180ms" clipEnd="4029ms" paramGroup="pg-b" src="slides.mp4" xml:id="v-2"/></par>
    <par xml:id="par-2"><video clipBegin="4622ms" clipEnd="7273ms" paramGroup="pg-a" src="camera.mp4" xml:id="v-3"/>
      <video clipBegin="4622ms" clipEnd="7273ms" paramGroup="pg-b" src="slides.mp4" xml:id="v-4"/></par>
  </body>
</smil>`;

const READ: CutList = {
  mediaPackage: undefined,
  durationMs: 8_163_579,
  tracks: [
    { id: 'id-1', src: 'camera.mp4', flavor: 'presenter/work', kind: 'video' },
    { id: 'id-2', src: 'slides.mp4', flavor: 'presentation/work', kind: 'video' },
  ],
  segments: [
    { fromMs: 180, toMs: 4029 },
    { fromMs: 4622, toMs: 7273 },
  ],
};

test('a cut list of Opencast is read, and what is written is read as the same', () => {
  assert.deepEqual(parseCutList(OF_EDITOR), READ);
  const list: CutList = {
    ...READ,
    mediaPackage: 'lecture-1',
    tracks: [{ id: 'a"<&', src: 'son.mp3', flavor: 'presenter/audio', kind: 'audio' }],
  };
  const written = formatCutList(list);
  assert.deepEqual(parseCutList(written), list);
  assert.match(written, /<audio xml:id="a-1-1" src="son.mp3" paramGroup="pg-1" clipBegin="180ms" clipEnd="4029ms"\/>/);
});

test('stretches without a head, one after the other, and in other times', () => {
  const text = `<smil><body><seq><video src="a.mp4" clipBegin="npt=1.5s" clipEnd="00:00:04.250"/></seq>
    <par><seq><video src="a.mp4" clip-begin="1min" clip-end="2min"/></seq></par><par/></body></smil>`;
  const { tracks, segments } = parseCutList(text);
  assert.deepEqual(tracks, [{ src: 'a.mp4', kind: 'video' }]);
  assert.deepEqual(segments, [
    { fromMs: 1500, toMs: 4250 },
    { fromMs: 60_000, toMs: 120_000 },
  ]);
});

test('clock values', () => {
  const read = ['180ms', '4.5s', '7', '1.5min', '2h', '01:02:03.5', '12:04', 'npt=3s'].map(parseClockValue);
  assert.deepEqual(read, [180, 4500, 7000, 90_000, 7_200_000, 3_723_500, 724_000, 3000]);
  const wrong = ['', '-3s', '4 apples', '1e9s', '12:64', 'NaN', '99999999999999999s'].map(parseClockValue);
  assert.deepEqual(wrong, Array.from({ length: 7 }).fill(undefined));
});

describe('what is no cut list is refused in words', () => {
  const body = (inside: string): string => `<smil><body>${inside}</body></smil>`;
  const rows: [name: string, text: string, says: RegExp][] = [
    ['another document', '<html/>', /begins with <smil>, not with <html>/],
    ['no body', '<smil><head/></smil>', /no <body>/],
    ['no end', body('<par><video src="a" clipBegin="1s"/></par>'), /no clipEnd, such as/],
    ['no time', body('<par><video src="a" clipEnd="soon"/></par>'), /clipEnd .* is no time such as .*"soon"/],
    ['turned round', body('<par><video src="a" clipBegin="9s" clipEnd="2s"/></par>'), /ends .* before it begins/],
    [
      'tracks that are cut differently',
      body('<par><video src="a" clipEnd="2s"/><video src="b" clipEnd="3s"/></par>'),
      /have different times: all have to be cut alike/,
    ],
    [
      'tracks without end',
      body(Array.from({ length: 21 }, (_, at) => `<par><video src="${at}" clipEnd="2s"/></par>`).join('')),
      /may be about 20 tracks, this one is about 21/,
    ],
    ['entities', '<!DOCTYPE s [<!ENTITY x "y">]><smil/>', /DOCTYPE/],
    ['too long', ' '.repeat(3 << 20), /may have 2097152 characters/],
  ];
  for (const [name, text, says] of rows) test(name, () => assert.throws(() => parseCutList(text), says));
});

describe('what is kept', () => {
  test('stretches are put in order and joined', () => {
    const { kept, remarks } = keptWithin(
      [
        { fromMs: 5000, toMs: 8000 },
        { fromMs: 0, toMs: 2000 },
        { fromMs: 2000, toMs: 3000 },
        { fromMs: 7000, toMs: 7500 },
      ],
      10_000,
    );
    assert.deepEqual(kept, [
      { fromMs: 0, toMs: 3000 },
      { fromMs: 5000, toMs: 8000 },
    ]);
    assert.deepEqual(remarks, []);
    assert.equal(lengthOf(kept), 6000);
    assert.deepEqual(complement(kept, 10_000), [
      { fromMs: 3000, toMs: 5000 },
      { fromMs: 8000, toMs: 10_000 },
    ]);
  });
  test('what is outside of the recording goes, with a word', () => {
    const list = [
      { fromMs: 1000, toMs: 12_000 },
      { fromMs: 11_000, toMs: 12_000 },
    ];
    const { kept, remarks } = keptWithin(list, 10_000);
    assert.deepEqual(kept, [{ fromMs: 1000, toMs: 10_000 }]);
    assert.match(remarks[0]!, /1.000 s to 12.000 s is kept to the end of the recording \(10.000 s\)/);
    assert.match(remarks[1]!, /lies after the end of the recording and is left out/);
  });
  test('nothing may be left', () => {
    assert.deepEqual(keptWithin([{ fromMs: 3000, toMs: 3000 }], 10_000).kept, []);
    assert.deepEqual(keptWithin([], 10_000).kept, []);
  });
  test('a list that keeps everything, up to rounding', () => {
    assert.equal(isWhole([{ fromMs: 0, toMs: 9970 }], 10_000), true);
    assert.equal(isWhole([{ fromMs: 0, toMs: 9900 }], 10_000), false);
  });
});

test('four times as long a list takes four times as long', () =>
  judgeGrowth(
    growthRow(
      'a cut list',
      1000,
      (parts) =>
        `<smil><body>${Array.from({ length: parts }, (_, at) => `<par><video src="a.mp4" clipBegin="${at}s" clipEnd="${at + 1}s"/></par>`).join('')}</body></smil>`,
      (text) => {
        const list = parseCutList(text);
        formatCutList(list);
        keptWithin(list.segments, 1e9);
      },
    ),
  ));
