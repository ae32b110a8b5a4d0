import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openFmp4 } from '#lib/media/fmp4.ts';
import { boxesIn, boxHeaderAt, fragmentRuns, isSound } from '#lib/media/mp4-scan.ts';
import type { Packet } from '#lib/media/packet.ts';

const muxer = openFmp4(
  {
    video: { codec: 'h264', sps: Buffer.from([0x67, 66, 0, 10]), pps: Buffer.from([0x68]), widthPx: 64, heightPx: 64 },
    audio: { codec: 'aac', config: Buffer.from([0x11, 0x90]), sampleRateHz: 48_000, channels: 2 },
  },
  { startTicks: 0 },
);
const packet = (track: Packet['track'], ticks: number, unit: Buffer): Packet => ({
  track,
  ptsTicks: ticks,
  dtsTicks: ticks,
  key: true,
  units: [unit],
  ts: Buffer.alloc(0),
});
const fragment = muxer.fragment([
  packet('video', 0, Buffer.alloc(50, 0x65)),
  packet('video', 6000, Buffer.alloc(40, 0x65)),
  packet('audio', 0, Buffer.alloc(30, 0x21)),
]);
const moofOf = (data: Buffer): Buffer => boxesIn(data)[0]?.content ?? Buffer.alloc(0);

test('a fragment is read back', () => {
  const runs = fragmentRuns(moofOf(fragment)) ?? [];
  assert.deepEqual(
    runs.map(({ trackId, startsAt, duration, sizes }) => ({ trackId, startsAt, duration, sizes })),
    [
      { trackId: 1, startsAt: 0, duration: 12_000, sizes: [54, 44] },
      { trackId: 2, startsAt: 0, duration: 1024, sizes: [30] },
    ],
  );
  assert.ok(isSound(fragment, runs));
});

test('a content that was never written is seen, wherever it begins', () => {
  const runs = fragmentRuns(moofOf(fragment)) ?? [];
  const data = fragment.length - 128;
  for (const from of [data, data + 54, data + 98]) {
    const zeroed = Buffer.from(fragment);
    zeroed.fill(0, from);
    assert.equal(isSound(zeroed, runs), false, `zeros from ${from}`);
  }
  assert.equal(isSound(fragment.subarray(0, -1), runs), false);
});

test('lengths that lie are no boxes', () => {
  assert.equal(boxHeaderAt(Buffer.from('0000000766726565', 'hex')), undefined);
  assert.equal(boxHeaderAt(Buffer.from('00000000', 'hex')), undefined);
  assert.equal(boxHeaderAt(Buffer.from('0000000100000000', 'hex')), undefined);
  assert.equal(boxHeaderAt(Buffer.from('000000016d6f6f66ffffffffffffffff', 'hex')), undefined);
  assert.deepEqual(boxHeaderAt(Buffer.from('000000016d6f6f660000000000000014', 'hex')), {
    type: 'moof',
    headerBytes: 16,
    size: 20,
  });
});

test('any damage to a fragment is survived', () => {
  const moof = moofOf(fragment);
  for (let round = 0; round < 3000; round++) {
    const spoilt = Buffer.from(moof);
    for (let hits = 0; hits <= round % 4; hits++)
      spoilt[Math.floor(Math.random() * spoilt.length)] = Math.random() * 256;
    const runs = fragmentRuns(round % 2 ? spoilt : spoilt.subarray(0, Math.floor(Math.random() * spoilt.length)));
    if (runs) isSound(fragment, runs);
  }
});
