import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatEnvelope, parseEnvelope } from '#lib/analysis/sound/envelope-file.ts';
import { openEnvelopeBlocks } from '#lib/analysis/sound/envelope-blocks.ts';
import { blocksOf, joined, MEAN, PEAK, PER_BLOCK, SQUARE, type Envelope } from '#lib/analysis/sound/envelope.ts';
import { levelsOf } from '#lib/analysis/sound/levels.ts';
import { silencesIn } from '#lib/analysis/sound/silences.ts';
import { columnsOf } from '#lib/analysis/sound/waveform.ts';
import { between, seeded } from '#test/support/seeded.ts';

/** An envelope with these peaks, whose other values follow from them. */
const withPeaks = (peaks: readonly number[]): Envelope => ({
  values: Float32Array.from(peaks.flatMap((peak) => [peak, peak / 2, (peak / 2) ** 2])),
});
const peaksOf = (envelope: Envelope): number[] =>
  Array.from({ length: blocksOf(envelope) }, (_, at) => envelope.values[at * PER_BLOCK + PEAK]!);
const rounded = (values: Float32Array): number[] => [...values].map((value) => Math.round(value * 1000) / 1000);

test('a block has the highest sample, the mean of the mixed channels, and the mean square of all', () => {
  const blocks = openEnvelopeBlocks(1000, 2);
  // Ten frames are a block.
  blocks.add(
    0,
    Float32Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? 0.5 : -0.25)),
  );
  blocks.add(10, Float32Array.from([1, 1]));
  const { values } = blocks.envelope();
  assert.deepEqual(rounded(values.subarray(0, PER_BLOCK)), [0.5, 0.125, 0.156]);
  assert.deepEqual(rounded(values.subarray(PER_BLOCK)), [1, 1, 1], 'the last block is as long as its samples');
  assert.deepEqual([PEAK, MEAN, SQUARE], [0, 1, 2]);
});

test('samples that come in pieces of any length give the same, with any number of channels', () => {
  const random = seeded(5);
  for (const [rate, channels] of [
    [48_000, 2],
    [44_100, 1],
    [11_025, 6],
  ] as const) {
    const frames = rate + between(random, 0, 500);
    const samples = Float32Array.from({ length: frames * channels }, () => between(random, -1000, 1000) / 1000);
    const whole = openEnvelopeBlocks(rate, channels);
    whole.add(0, samples);
    const pieces = openEnvelopeBlocks(rate, channels);
    for (let at = 0; at < frames;) {
      const next = Math.min(frames, at + between(random, 1, 3000));
      pieces.add(at, samples.subarray(at * channels, next * channels));
      at = next;
    }
    assert.deepEqual(pieces.envelope(), whole.envelope());
    assert.equal(blocksOf(whole.envelope()), Math.ceil((frames * 100) / rate));
  }
});

test('holes are silent, what came before is left out, and small differences of time stamps do not count', async () => {
  const ones = (frames: number): Float32Array => new Float32Array(frames).fill(1);
  const blocks = openEnvelopeBlocks(1000, 1);
  blocks.add(-5, ones(15));
  blocks.add(13, ones(7));
  blocks.add(50, ones(10));
  blocks.add(40, ones(30));
  assert.deepEqual(peaksOf(blocks.envelope()), [1, 1, 0, 0, 0, 1, 1]);
  assert.equal((await levelsOf(blocks.envelope()))[0]!.peakDb, 0);
  assert.throws(() => blocks.add(25 * 3600 * 1000, ones(1)), /longer than 24 hours/);
});

test('damaged samples do no harm', () => {
  const blocks = openEnvelopeBlocks(1000, 1);
  blocks.add(0, Float32Array.from([NaN, Infinity, 1e38, ...Array.from({ length: 17 }, () => 0.5)]));
  const envelope = blocks.envelope();
  assert.ok(envelope.values.every(Number.isFinite));
  assert.equal(peaksOf(envelope)[1], 0.5);
});

test('an envelope is read as it was written; one that is torn, or of another version, is not believed', async () => {
  const envelope = withPeaks([0.1, 0.5, 1, 0]);
  const bytes = Buffer.concat(await formatEnvelope(envelope));
  assert.deepEqual(await parseEnvelope(bytes), envelope);
  assert.deepEqual(
    await parseEnvelope(Buffer.concat([Buffer.alloc(1), bytes]).subarray(1)),
    envelope,
    'at an odd place',
  );
  for (let length = 0; length < bytes.length; length++)
    assert.equal(await parseEnvelope(bytes.subarray(0, length)), undefined, `of ${length} bytes`);
  assert.equal(await parseEnvelope(Buffer.concat([bytes, Buffer.alloc(12)])), undefined);
  for (let at = 0; at < bytes.length; at++) {
    const damaged = Buffer.from(bytes);
    damaged[at]! ^= 1;
    assert.equal(await parseEnvelope(damaged), undefined, `with another byte ${at}`);
  }
  assert.deepEqual(await parseEnvelope(Buffer.concat(await formatEnvelope(withPeaks([])))), withPeaks([]));
});

test('silences are as long as asked for, and reach to the end of the file', async () => {
  const envelope = withPeaks([0, 0, 0, 1, 0, 1, 0.0101, 0.0099, 0, 1, 0, 0]);
  assert.deepEqual(await silencesIn(envelope, 120, { leastMs: 20 }), [
    { fromMs: 0, toMs: 30 },
    { fromMs: 70, toMs: 90 },
    { fromMs: 100, toMs: 120 },
  ]);
  assert.deepEqual(await silencesIn(envelope, 500, { leastMs: 100 }), [{ fromMs: 100, toMs: 500 }]);
  assert.deepEqual(await silencesIn(withPeaks([]), 20_000), [{ fromMs: 0, toMs: 20_000 }]);
  assert.deepEqual(await silencesIn(withPeaks([1, 1]), 20), []);
});

test('what is kept of a sound is put together by its blocks, and roundings do not add up', async () => {
  const envelope = withPeaks(Array.from({ length: 1000 }, (_, at) => at));
  assert.deepEqual(
    peaksOf(
      await joined(envelope, [
        { fromMs: 20, toMs: 50 },
        { fromMs: 9980, toMs: 10_020 },
      ]),
    ),
    [2, 3, 4, 998, 999, 0, 0],
  );
  const many = Array.from({ length: 100 }, (_, at) => ({ fromMs: at * 100, toMs: at * 100 + 33 }));
  assert.equal(blocksOf(await joined(envelope, many)), 330);
});

test('columns of a waveform are equally long, also if they are shorter than a block', async () => {
  const envelope = withPeaks([2, 4, 6]);
  assert.deepEqual(rounded(await columnsOf(envelope, 1)), [2]);
  assert.deepEqual(rounded(await columnsOf(envelope, 2)), [1.333, 2.667]);
  assert.deepEqual(rounded(await columnsOf(envelope, 6)), [1, 1, 2, 2, 3, 3]);
  assert.deepEqual(rounded(await columnsOf(withPeaks([]), 2)), [0, 0]);
});

test('a day of sound is looked at in turns, so that the rest of the process goes on', async () => {
  const day = { values: new Float32Array(24 * 3600 * 100 * PER_BLOCK).fill(0.5) };
  const work = async (): Promise<void> => {
    assert.equal((await levelsOf(day)).length, 24 * 3600);
    assert.equal((await silencesIn(day, 24 * 3600_000)).length, 0);
    assert.equal((await columnsOf(day, 20_000)).length, 20_000);
    assert.equal(blocksOf(await joined(day, [{ fromMs: 1000, toMs: 24 * 3600_000 }])), 24 * 3600 * 100 - 100);
    const bytes = Buffer.concat(await formatEnvelope(day));
    assert.equal(blocksOf((await parseEnvelope(bytes))!), blocksOf(day));
  };
  let turns = 0;
  let isDone = false;
  const others = (): void => {
    turns += 1;
    if (!isDone) setImmediate(others);
  };
  const before = process.cpuUsage();
  setImmediate(others);
  await work();
  isDone = true;
  const { user, system } = process.cpuUsage(before);
  // By the clock a turn may be longer on a busy machine; so many there are at least of so much work.
  assert.ok(turns > (user + system) / 1000 / 40, `${turns} turns in ${(user + system) / 1000} ms`);
});
