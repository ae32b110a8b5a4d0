import assert from 'node:assert/strict';
import test from 'node:test';
import { ivfFrameHeader, ivfHeader } from '#lib/media/ivf.ts';

test('the header: signature, length, raw planes, size, 90 kHz', () => {
  const header = ivfHeader({ widthPx: 1280, heightPx: 720 });
  assert.equal(header.toString('hex'), `444b494600002000493432300005d002905f010001000000${'00'.repeat(8)}`);
});

test('frames: size, then 64 bits of time', () => {
  assert.equal(ivfFrameHeader(1_382_400, 6001).toString('hex'), '001815007117000000000000');
  assert.equal(ivfFrameHeader(6, 2 ** 40 + 2).toString('hex'), '060000000200000000010000');
});
