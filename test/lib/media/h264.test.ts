import assert from 'node:assert/strict';
import test from 'node:test';
import { NAL, nalType, sizeOfSps, splitAnnexB } from '#lib/media/h264.ts';
import { between, seeded } from '#test/support/seeded.ts';

/** Parameter sets that libx264 made. */
const SETS: readonly [what: string, widthPx: number, heightPx: number, hex: string][] = [
  ['baseline', 1280, 720, '6742c01fda014016ec0440000003004000000c83c60ca8'],
  ['main', 1280, 720, '674d401feca02802dd80880000030008000003019078c18cb0'],
  ['high, cropped', 1920, 1080, '67640028acd940780227e5c044000003000400000300c83c60c658'],
  ['high, interlaced', 1920, 1080, '67640028acd94078044fde0220000003002000000643e2c5b2c0'],
  ['main, interlaced', 720, 576, '674d401eeca05a126c0440000003004000000c87c50a6580'],
  ['baseline', 512, 288, '6742c015da020096c044000003000400000300c83c58ba80'],
  ['high, cropped both ways', 134, 74, '6764000aacd9424be693011000000300100000030320f1225960'],
  ['high, cropped at the side', 1366, 768, '67640020acd94056061e6f011000000300100000030320f1831960'],
  ['high, own matrices', 854, 480, '6764001eacd940d83de6f011000003000100000300320f162d96'],
  ['4:2:2', 1280, 720, '677a001fbcd9405005bb011000000300100000030320f1831960'],
  ['4:4:4', 1280, 722, '67f40020919b280a00bbf1f808800000030080000019078c18cb'],
  ['4:4:4, cropped at the side', 1282, 720, '67f40020919b280a20b7c7f808800000030080000019078c18cb'],
  ['10 bits', 640, 360, '676e001ea6cd940a02ff97011000000300100000030320f162d960'],
  ['grey', 640, 362, '6764001ef3650280bfe7c05b20000003002000000641e2c5b2c0'],
];

test('picture sizes of many kinds of parameter sets', () => {
  for (const [what, widthPx, heightPx, hex] of SETS)
    assert.deepEqual(sizeOfSps(Buffer.from(hex, 'hex')), { widthPx, heightPx }, what);
});

test('cut or spoilt parameter sets give a number, never an error or a hang', () => {
  const random = seeded(2);
  for (const [, , , hex] of SETS) {
    const sps = Buffer.from(hex, 'hex');
    for (let length = 0; length < sps.length; length++) sizeOfSps(sps.subarray(0, length));
    for (let round = 0; round < 300; round++) {
      const spoilt = Buffer.from(sps);
      for (let flips = 0; flips < 4; flips++) spoilt[between(random, 1, spoilt.length - 1)] = between(random, 0, 255);
      assert.equal(typeof sizeOfSps(spoilt).widthPx, 'number');
    }
  }
  assert.equal(typeof sizeOfSps(Buffer.alloc(0)).widthPx, 'number');
});

test('units are found behind both start codes, without copying', () => {
  const data = Buffer.from('0000000109f0000001674200010000000168ce00000165888400000041', 'hex');
  const units = splitAnnexB(data);
  assert.deepEqual(
    units.map((unit) => unit.toString('hex')),
    ['09f0', '67420001', '68ce', '65888400000041'],
  );
  assert.deepEqual(units.map(nalType), [NAL.delimiter, NAL.sps, NAL.pps, NAL.idr]);
  assert.equal(units[1]!.buffer, data.buffer);
});

test('zeros behind a unit, empty units, no unit at all', () => {
  assert.deepEqual(splitAnnexB(Buffer.alloc(0)), []);
  assert.deepEqual(splitAnnexB(Buffer.alloc(100)), []);
  assert.deepEqual(splitAnnexB(Buffer.from('ffffffff', 'hex')), []);
  assert.deepEqual(splitAnnexB(Buffer.from('000001', 'hex')), []);
  const [only, ...others] = splitAnnexB(Buffer.from('00000141aa0000000000', 'hex'));
  assert.equal(only!.toString('hex'), '41aa');
  assert.deepEqual(others, []);
});

test('any units, joined and split again, are the same', () => {
  const random = seeded(7);
  for (let round = 0; round < 200; round++) {
    const units = Array.from({ length: between(random, 1, 8) }, () => {
      const bytes = Buffer.from(Array.from({ length: between(random, 1, 60) }, () => between(random, 0, 3)));
      // As an encoder does: no start code inside, no zero at the end.
      for (let at = 2; at < bytes.length; at++)
        if (bytes[at - 1] === 0 && bytes[at - 2] === 0 && bytes[at]! <= 2) bytes[at] = 3;
      bytes[bytes.length - 1] = 0x80;
      return bytes;
    });
    const joined = Buffer.concat(
      units.flatMap((unit) => [Buffer.from(random() < 0.5 ? '000001' : '00000001', 'hex'), unit]),
    );
    assert.deepEqual(
      splitAnnexB(joined).map((unit) => unit.toString('hex')),
      units.map((unit) => unit.toString('hex')),
    );
  }
});
