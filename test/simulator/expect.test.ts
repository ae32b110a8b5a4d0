import assert from 'node:assert/strict';
import test from 'node:test';
import { Expectations, failuresOf } from '#simulator/verdict/expect.ts';
import type { SourceVerdict, Verdict } from '#simulator/verdict/result.ts';
import { summaryOf } from '#simulator/verdict/summary.ts';
import { START_MS, WHOLE } from './readings.ts';

const CAMERA: SourceVerdict = {
  source: 2,
  frames: 900,
  firstClockMs: START_MS,
  lastClockMs: START_MS + 60_000,
  stepMs: 66.7,
  seen: [{ fromMs: 0, toMs: 60_000 }],
  missing: [{ atMs: 3000, fromClockMs: START_MS, toClockMs: START_MS + 500, lostMs: 433, cutMs: 400 }],
  missingMs: 433,
  cutMs: 400,
  repeated: 2,
  freezes: [{ fromMs: 2000, toMs: 3000 }],
  outOfOrder: [],
  unreadable: [4000],
  torn: [5000],
  flashes: 20,
  flashMismatches: [],
  lipSync: {
    measured: [
      { atMs: 1000, offsetMs: -70 },
      { atMs: 4000, offsetMs: 12 },
    ],
    earliestMs: -70,
    latestMs: 12,
    beepsAlone: 0,
    flashesAlone: 1,
  },
};

const VERDICT: Verdict = {
  file: 'x.mp4',
  ok: true,
  failures: [],
  notes: [],
  container: {
    format: 'mp4',
    durationMs: 60_000,
    bytes: 1000,
    bitrateKbps: 800,
    fastStart: true,
    picture: {
      widthPx: 1280,
      heightPx: 720,
      codec: 'h264',
      profile: 'High',
      level: '4.1',
      frameRate: 15,
      frames: 900,
      bitrateKbps: 700,
      keyFrames: 30,
      gop: { min: 30, max: 30 },
      bFrames: false,
    },
    sound: { codec: 'aac', profile: 'LC', sampleRateHz: 48_000, channels: 2, bitrateKbps: 80 },
    chapters: [{ fromMs: 0, toMs: 60_000, title: 'Un' }],
    tags: { title: 'Anatomie' },
  },
  timeGaps: [{ atMs: 100, stepMs: 200 }],
  sources: [CAMERA],
  layouts: [
    { fromMs: 0, toMs: 30_000, layout: 'Side By Side', swapped: false, pictures: [{ source: 2, rect: WHOLE }] },
    { fromMs: 30_000, toMs: 60_000, layout: 'Side By Side', swapped: true, pictures: [{ source: 2, rect: WHOLE }] },
  ],
  titles: [{ fromMs: 0, toMs: 60_000, name: 'title', text: 'Débit  cardiaque, et œdème.' }],
  withoutCode: [{ fromMs: 10_000, toMs: 10_500 }],
  silence: [{ fromMs: 20_000, toMs: 20_700 }],
  beeps: [],
};

test('what is as expected gives no failure', () => {
  const expect = Expectations.parse({
    minDurationMs: 59_000,
    maxDurationMs: 61_000,
    widthPx: 1280,
    heightPx: 720,
    frameRate: 15,
    codec: 'h264',
    profile: 'High',
    level: '4.1',
    fastStart: true,
    gop: 30,
    sources: [2],
    layouts: ['Side By Side', 'Side By Side (swapped)'],
    minLayouts: 2,
    maxMissingMs: 433,
    maxCutMs: 400,
    maxRepeated: 2,
    maxTorn: 1,
    maxUnreadable: 1,
    maxOutOfOrder: 0,
    maxFlashMismatches: 0,
    maxTimeGaps: 1,
    maxFreezeMs: 1000,
    maxWithoutCodeMs: 500,
    maxSilenceMs: 700,
    lipSyncMs: { min: -70, max: 12, measures: 2 },
    titles: ['debit cardiaque', 'Œdème'],
    chapters: 1,
    tags: { title: 'Anatomie' },
  });
  assert.deepEqual(failuresOf(VERDICT, expect), []);
  assert.deepEqual(failuresOf(VERDICT, {}), []);
});

test('each expectation that is not met is told', () => {
  for (const [expect, words] of [
    [{ minDurationMs: 60_001 }, /duration/],
    [{ maxDurationMs: 59_999 }, /duration/],
    [{ widthPx: 640 }, /width is 1280, 640/],
    [{ codec: 'hevc' }, /codec/],
    [{ fastStart: false }, /fast start/],
    [{ gop: 15 }, /key frames/],
    [{ sources: [1, 2] }, /source 1 is not/],
    [{ layouts: ['Side By Side (swapped)', 'Side By Side'] }, /not in this order/],
    [{ minLayouts: 3 }, /layouts/],
    [{ maxMissingMs: 432 }, /433 ms missing of source 2/],
    [{ maxCutMs: 399 }, /cut/],
    [{ maxRepeated: 1 }, /repeated/],
    [{ maxTorn: 0 }, /torn/],
    [{ maxUnreadable: 0 }, /unreadable/],
    [{ maxTimeGaps: 0 }, /time gaps/],
    [{ maxFreezeMs: 999 }, /standing/],
    [{ maxWithoutCodeMs: 499 }, /without any code/],
    [{ maxSilenceMs: 699 }, /silence/],
    [{ lipSyncMs: { min: -60, max: 40 } }, /-70 ms from its picture at 1.000 s/],
    [{ lipSyncMs: { min: -90, max: 40, measures: 3 } }, /measures/],
    [{ titles: ['Anatomie'] }, /"Anatomie" was not read/],
    [{ chapters: 2 }, /chapters/],
    [{ tags: { title: 'x' } }, /tag title/],
  ] as const) {
    const failures = failuresOf(VERDICT, Expectations.parse(expect));
    assert.equal(failures.length, 1, JSON.stringify(expect));
    assert.match(failures[0]!, words);
  }
});

test('expectations that are none are refused', () => {
  assert.throws(() => Expectations.parse({ maxMisingMs: 3 }), /maxMisingMs/);
});

test('the summary says what people ask first', () => {
  const text = summaryOf({ ...VERDICT, ok: false, failures: ['too short'] });
  for (const words of [
    'NOT OK',
    '1280x720',
    'Side By Side (swapped)',
    'Débit',
    'cut 400 ms',
    '-70 to +12 ms',
    'FAILED   too short',
    'Un',
  ])
    assert.ok(text.includes(words), words);
});
