import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Verdict } from '#simulator/verdict/result.ts';
import { factsOf, wrongWith, type Recorded } from '#simulator/demo/checks.ts';
import type { Played } from '#simulator/demo/lecture.ts';

const FRAME_MS = 1000 / 15;
const played: Played = {
  take: 't',
  seconds: 20,
  frames: 300,
  planned: { event: 'e', startsAtMs: Date.UTC(2017, 0, 4, 12, 51, 0), endsAtMs: Date.UTC(2017, 0, 4, 12, 51, 20) },
  camera: { killedMs: 6000, liveMs: 11_000 },
};
const recorded: Recorded = {
  status: 'finished',
  startedAtMs: Date.UTC(2017, 0, 4, 12, 51, 0),
  durationMs: 20_000,
  parts: [{ folder: '/x', name: 'PAES_2016_S2_Informations_g_n_ral_20170104_135100_S1R1.mp4' }],
};

const source = (id: number, change: Partial<Verdict['sources'][number]> = {}): Verdict['sources'][number] => ({
  source: id,
  frames: 300,
  firstClockMs: 0,
  lastClockMs: 20_000,
  stepMs: FRAME_MS,
  seen: [{ fromMs: 0, toMs: 20_000 }],
  missing: [],
  missingMs: 0,
  cutMs: 0,
  repeated: 0,
  freezes: [],
  outOfOrder: [],
  unreadable: [],
  torn: [],
  flashes: 6,
  flashMismatches: [],
  lipSync: {
    measured: [{ atMs: 3000, offsetMs: 4 }],
    earliestMs: 4,
    latestMs: 4,
    beepsAlone: 0,
    flashesAlone: 0,
  },
  ...change,
});

/** Frozen until it is noticed, then the slate, then back. */
const killed = source(2, {
  seen: [
    { fromMs: 0, toMs: 8000 },
    { fromMs: 11_200, toMs: 20_000 },
  ],
  freezes: [{ fromMs: 6000, toMs: 8000 }],
  missing: [{ atMs: 11_200, fromClockMs: 6000, toClockMs: 11_800, lostMs: 5733, cutMs: 600 }],
});

function verdictWith(change: Partial<Verdict> = {}, frames = 300): Verdict {
  return {
    file: '/x/a.mp4',
    ok: true,
    failures: [],
    notes: [],
    container: {
      format: 'mp4',
      durationMs: frames * FRAME_MS,
      bytes: 1e6,
      bitrateKbps: 800,
      fastStart: true,
      picture: {
        widthPx: 1280,
        heightPx: 720,
        codec: 'h264',
        profile: 'High',
        level: '4.1',
        frameRate: 15,
        frames,
        bitrateKbps: 750,
        keyFrames: 10,
        gop: { min: 30, max: 30 },
        bFrames: false,
      },
      sound: undefined,
      chapters: [],
      tags: {},
    },
    timeGaps: [],
    sources: [source(1), killed],
    layouts: [],
    titles: [],
    withoutCode: [],
    silence: [],
    beeps: [],
    ...change,
  };
}

const wrong = (change: Partial<Verdict>, busy = false, frames?: number): string[] =>
  wrongWith(played, recorded, verdictWith(change, frames), busy);

test('a recording in which only the killed camera is missing is right', () => {
  assert.deepEqual(wrong({}), []);
  assert.deepEqual(wrong({}, false, 299), []);
});

test('the camera must have been away, and only then', () => {
  assert.deepEqual(wrong({ sources: [source(1), source(2)] }), ['the camera was killed, but not away']);
  const more = { ...killed, freezes: [...killed.freezes, { fromMs: 15_000, toMs: 15_400 }] };
  assert.deepEqual(wrong({ sources: [source(1), more] }), ['camera: stands still, from 15.0 s to 15.4 s']);
});

test('slides are never missing, whatever happens to the camera', () => {
  assert.match(wrong({ sources: [source(1, { seen: killed.seen }), killed] }).join(), /slides: not in the picture/);
  assert.match(wrong({ sources: [source(1, { missing: killed.missing }), killed] }).join(), /slides: 5733 ms missing/);
  const late = source(1, { seen: [{ fromMs: 1000, toMs: 20_000 }] });
  assert.match(wrong({ sources: [late, killed] }).join(), /slides: not in the picture, from 0.0 s to 1.0 s/);
});

test('no picture comes after a newer one, also not when the camera is back', () => {
  const back = { ...killed, outOfOrder: [{ atMs: 11_300, fromClockMs: 12_400, toClockMs: 11_800 }] };
  assert.deepEqual(wrong({ sources: [source(1), back] }, true), ['camera: goes back by 600 ms at 11.3 s']);
});

test('on a busy machine a source may stumble, but not the recorder', () => {
  const stumbles = source(1, { missing: [{ atMs: 3000, fromClockMs: 0, toClockMs: 0, lostMs: 133, cutMs: 0 }] });
  assert.equal(wrong({ sources: [stumbles, killed] }).length, 1);
  assert.deepEqual(wrong({ sources: [stumbles, killed] }, true), []);
  const falls = source(1, { freezes: [{ fromMs: 3000, toMs: 4000 }] });
  assert.equal(wrong({ sources: [falls, killed] }, true).length, 1);
  assert.equal(wrong({}, true, 298).length, 2);
});

test('sound is with its picture; on a busy machine a picture may be late by three frames', () => {
  const apart = (offsetMs: number) => ({
    sources: [source(1, { lipSync: { ...source(1).lipSync, measured: [{ atMs: 11_400, offsetMs }] } }), killed],
  });
  assert.deepEqual(wrong(apart(60)), []);
  assert.deepEqual(wrong(apart(66.6)), ['slides: its sound is 67 ms late at 11.4 s']);
  assert.deepEqual(wrong(apart(-41)), ['slides: its sound is -41 ms late at 11.4 s']);
  assert.deepEqual(wrong(apart(66.6), true), []);
  assert.deepEqual(wrong(apart(200)), ['slides: its sound is 200 ms late at 11.4 s']);
  assert.deepEqual(wrong(apart(200), true), []);
  assert.equal(wrong(apart(266.6), true).length, 1);
});

test('a picture that slipped past its frame is excused once or twice, not again and again', () => {
  const slip = (atMs: number) => ({ atMs, fromClockMs: 0, toClockMs: 0, lostMs: 66, cutMs: 0 });
  const slides = (count: number) =>
    source(1, { missing: Array.from({ length: count }, (_, n) => slip(3000 + n * 1000)) });
  assert.deepEqual(wrong({ sources: [slides(2), killed] }), []);
  assert.equal(wrong({ sources: [slides(3), killed] }).length, 3);
});

test('as many frames as were asked for, and a duration that fits', () => {
  assert.match(wrong({}, false, 297).join(), /297 frames, 300 were planned/);
  const { container } = verdictWith();
  assert.match(wrong({ container: { ...container, durationMs: 20_200 } }).join(), /it lasts 20200 ms/);
  assert.match(
    wrongWith(played, { ...recorded, durationMs: 19_000 }, verdictWith(), false).join(),
    /the box says 19000/,
  );
});

test('one part, finished, with the name of the rule in the time of the hall', () => {
  const of = (change: Partial<Recorded>): string =>
    wrongWith(played, { ...recorded, ...change }, verdictWith(), false).join();
  assert.match(of({ status: 'partial' }), /is partial, not finished/);
  assert.match(of({ parts: [...recorded.parts, ...recorded.parts] }), /has 2 parts/);
  assert.match(of({ startedAtMs: recorded.startedAtMs + 1000 }), /by the rule it is PAES_2016_S2_.*_135101_S1R1\.mp4/);
});

test('what the verdict finds counts; titles that nobody could read do not', () => {
  const failures = ['fast start is false, true expected', 'title "x" was not read; read were: '];
  assert.deepEqual(wrong({ failures }), failures);
  assert.deepEqual(wrong({ failures, notes: ['titles were not read: …'] }), failures.slice(0, 1));
});

test('what was found is told, also when there is next to nothing', () => {
  assert.match(factsOf(played, verdictWith()).join('\n'), /20\.0 s, 300 frames of 1280x720[\s\S]*6\.0 s to 11\.0 s/);
  assert.match(factsOf(played, verdictWith({ sources: [] })).join('\n'), /sound +was not measured/);
});
