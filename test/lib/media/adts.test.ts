import assert from 'node:assert/strict';
import test from 'node:test';
import { splitAdts } from '#lib/media/adts.ts';
import { between, seeded } from '#test/support/seeded.ts';

interface Made {
  rateIndex?: number;
  channels?: number;
  withCrc?: boolean;
}

/** An ADTS frame around `body` (ISO 14496-3, 1.A.2.2): AAC-LC. */
function adts(body: Buffer, { rateIndex = 3, channels = 2, withCrc = false }: Made = {}): Buffer {
  const header = Buffer.alloc(withCrc ? 9 : 7);
  const length = header.length + body.length;
  header[0] = 0xff;
  header[1] = withCrc ? 0xf0 : 0xf1;
  header[2] = (1 << 6) | (rateIndex << 2) | (channels >> 2);
  header[3] = ((channels & 3) << 6) | (length >> 11);
  header[4] = (length >> 3) & 0xff;
  header[5] = ((length & 7) << 5) | 0x1f;
  header[6] = 0xfc;
  return Buffer.concat([header, body]);
}

const body = (length: number, value = 0x21): Buffer => Buffer.alloc(length, value);

test('frames, with and without checksum', () => {
  const frames = splitAdts(Buffer.concat([adts(body(10, 1)), adts(body(20, 2), { withCrc: true }), adts(body(1, 3))]));
  assert.deepEqual(
    frames.map(({ data }) => [data.length, data[0]]),
    [
      [10, 1],
      [20, 2],
      [1, 3],
    ],
  );
});

test('the header’s rate and channels, and the configuration that stands for them', () => {
  const known = [
    { rateIndex: 3, channels: 2, rate: 48_000, config: '1190' },
    { rateIndex: 4, channels: 2, rate: 44_100, config: '1210' },
    { rateIndex: 4, channels: 1, rate: 44_100, config: '1208' },
    { rateIndex: 11, channels: 1, rate: 8000, config: '1588' },
    { rateIndex: 3, channels: 6, rate: 48_000, config: '11b0' },
  ];
  for (const { rate, config, ...made } of known) {
    const [frame] = splitAdts(adts(body(5), made));
    assert.equal(frame!.sampleRateHz, rate);
    assert.equal(frame!.channels, made.channels);
    assert.equal(frame!.config.toString('hex'), config);
  }
});

test('half a frame at the end, garbage before and lying lengths', () => {
  const whole = adts(body(30));
  for (let length = 0; length < whole.length; length++) assert.deepEqual(splitAdts(whole.subarray(0, length)), []);
  assert.equal(splitAdts(Buffer.concat([Buffer.from([1, 2, 0xff, 3]), whole])).length, 1);
  const lying = adts(body(30));
  lying[4] = 0;
  lying[5] = 0;
  assert.deepEqual(splitAdts(lying), []);
  assert.deepEqual(splitAdts(Buffer.alloc(0)), []);
  const random = seeded(1);
  for (let round = 0; round < 200; round++)
    splitAdts(Buffer.from(Array.from({ length: 300 }, () => (random() < 0.2 ? 0xff : between(random, 0, 255)))));
});
