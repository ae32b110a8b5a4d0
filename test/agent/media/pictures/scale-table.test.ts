import assert from 'node:assert/strict';
import test from 'node:test';
import { scaleTable } from '#agent/media/pictures/scale-table.ts';
import { between, seeded } from '#test/support/seeded.ts';

/** What is wrong with a table, in words. */
function wrongWith(from: number, offset: number, line: number, to: number, multiple: number): string | undefined {
  const { starts, weights, taps } = scaleTable(from, offset, line, to, multiple);
  const said = `${from}@${offset} of ${line} to ${to}, taps ${taps}`;
  if (taps % 2 !== 0) return `${said}: odd taps`;
  if (multiple === 8 && taps % 8 !== 0) return `${said}: taps are no multiple of 8`;
  for (let index = 0; index < to; index++) {
    const start = starts[index]!;
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const weight = weights[index * taps + tap]!;
      sum += weight;
      const pixel = start + tap;
      // Horizontally zero weights may lie behind the line's end; rows of a plane never.
      if (multiple === 2 && pixel >= line) return `${said}: row ${pixel} for ${index}`;
      if (weight !== 0 && (pixel < offset || pixel >= offset + from)) return `${said}: pixel ${pixel} for ${index}`;
    }
    if (start < 0) return `${said}: starts at ${start}`;
    if (sum !== 16384) return `${said}: weights of ${index} sum to ${sum}`;
  }
  return undefined;
}

test('sizes from 2 to 400, in all places of a line: weights sum to one, and nothing outside the part is weighed', () => {
  const random = seeded(5);
  for (let from = 2; from <= 400; from += 3)
    for (let to = 1 + (from % 13); to <= 400; to += 13)
      for (const multiple of [2, 8]) {
        // No picture is smaller than 16 pixels; a part of one may be.
        const line = Math.max(16, from + between(random, 0, 1) * between(random, 0, 60));
        const offset = between(random, 0, line - from);
        assert.equal(wrongWith(from, offset, line, to, multiple), undefined);
      }
});

test('sizes of real pictures and windows', () => {
  for (const line of [1280, 1920, 720, 1080, 640, 360, 960, 540])
    for (let to = 2; to <= 1920; to += 68)
      for (const multiple of [2, 8]) assert.equal(wrongWith(line, 0, line, to, multiple), undefined);
});

test('a size that stays is a copy', () => {
  const { starts, weights, taps } = scaleTable(32, 0, 32, 32, 2);
  for (let index = 0; index < 32; index++)
    for (let tap = 0; tap < taps; tap++)
      assert.equal(weights[index * taps + tap], starts[index]! + tap === index ? 16384 : 0);
});

test('a middle that moves evenly: no picture is shifted', () => {
  for (const [from, to] of [
    [1280, 896],
    [720, 180],
    [640, 1280],
    [100, 399],
  ] as const) {
    const { starts, weights, taps } = scaleTable(from, 0, from, to, 2);
    for (let index = 8; index < to - 8; index++) {
      let centre = 0;
      for (let tap = 0; tap < taps; tap++) centre += (starts[index]! + tap) * weights[index * taps + tap]!;
      const due = (index + 0.5) * (from / to) - 0.5;
      assert.ok(Math.abs(centre / 16384 - due) < 0.05, `${from} to ${to} at ${index}: ${centre / 16384}, not ${due}`);
    }
  }
});
