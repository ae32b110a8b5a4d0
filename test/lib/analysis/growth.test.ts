// Runs alone: it measures the processor's time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutCues, type Cue } from '#lib/analysis/captions/cues.ts';
import { readCaptions } from '#lib/analysis/captions/read-captions.ts';
import { PER_BLOCK } from '#lib/analysis/sound/envelope.ts';
import { parseEnvelope } from '#lib/analysis/sound/envelope-file.ts';
import { silencesIn } from '#lib/analysis/sound/silences.ts';
import { readTsv } from '#lib/analysis/texts/tsv.ts';
import { parseLayoutTrack } from '#lib/analysis/slides/layout-track.ts';
import { parseSlideList } from '#lib/analysis/slides/slide-list.ts';
import { growthRow as row, judgeGrowth } from '../../support/growth.ts';

const many = (count: number, one: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => one(at)).join('');
const captions = (text: string): Promise<unknown> => readCaptions(Buffer.from(text));

const WINDOW = '{"channel":"A","rect":{"x":0,"y":0,"width":9,"height":9},"shown":true}';
const layouts = (n: number): string =>
  `{"durationMs":1e8,"layouts":[${many(n, (at) => `${at ? ',' : ''}{"atMs":${n - at},"sizePx":{"widthPx":16,"heightPx":9},"windows":[${WINDOW}]}`)}]}`;
const slides = (n: number): string =>
  `{"slides":[${many(n, (at) => `${at ? ',' : ''}{"fromMs":${at},"toMs":1e8,"pictureMs":5,"sameAs":0}`)}]}`;

const ROWS = [
  row('layouts of a box', 4000, layouts, async (text) => parseLayoutTrack(text)),
  row('slides of a box', 8000, slides, async (text) => parseSlideList(text)),
  row('captions', 5000, (n) => many(n, (at) => `00:00:${at % 60}.000 --> 00:01:00.000\n${at}\n\n`), captions),
  row('captions that never end', 10_000, (n) => '00:00 --> 00:01\n'.repeat(n), captions),
  row('a caption with much markup', 100_000, (n) => `00:00 --> 00:01\n${'<i '.repeat(n)}`, captions),
  row('lines of a caption', 100_000, (n) => `WEBVTT\n\n00:00 --> 00:01\n${'a\n'.repeat(n)}`, captions),
  row('a line of captions without end', 500_000, (n) => `WEBVTT\n\n${'0'.repeat(n)}->`, captions),
  row('blanks before times', 500_000, (n) => `WEBVTT\n\n${' '.repeat(n)}00:00`, captions),
  row(
    'captions that overlap each other, and cuts',
    2000,
    (n) => Array.from({ length: n }, (_, at): Cue => ({ fromMs: at * 1000, toMs: at * 1000 + 1500, text: 'a' })),
    (cues) =>
      cutCues(
        cues,
        cues.map(({ fromMs }) => ({ fromMs, toMs: fromMs + 900 })),
      ),
  ),
  row('words of tesseract', 10_000, (n) => `5\t1\t1\t1\t1\t1\t1\t1\t1\t1\t90\tab\n`.repeat(n), readTsv),
  row('tabs of tesseract', 200_000, (n) => `5${'\t'.repeat(n)}`, readTsv),
  row(
    'silences',
    400_000,
    (n) => ({ values: Float32Array.from({ length: n * PER_BLOCK }, (_, at) => (at % 7 === 0 ? 1 : 0)) }),
    (envelope) => silencesIn(envelope, 1e9, { leastMs: 20 }),
  ),
  row('the bytes of an envelope', 400_000, (n) => Buffer.alloc(12 * n), parseEnvelope),
];
for (const one of ROWS) test(`${one[0]}: four times as much to read takes four times as long`, () => judgeGrowth(one));

test('a long file of captions lets others have their turn', async () => {
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  await captions(many(30_000, (at) => `00:00:${at % 60}.000 --> 00:01:00.000\n<i>${at}</i> &amp; text\n\n`));
  clearInterval(timer);
  assert.ok(turns >= 3, `${turns} turns`);
});
