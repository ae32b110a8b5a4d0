import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { colourNames } from '#overlays/colour-names.ts';
import { parseColour } from '#overlays/colour.ts';

describe('a CSS colour', () => {
  const known: [string, number, number, number, number][] = [
    ['white', 255, 255, 255, 255],
    ['RebeccaPurple', 102, 51, 153, 255],
    ['transparent', 0, 0, 0, 0],
    ['#abc', 170, 187, 204, 255],
    ['#abc8', 170, 187, 204, 136],
    ['#102030', 16, 32, 48, 255],
    [' #10203040 ', 16, 32, 48, 64],
    ['rgb(1,2,3)', 1, 2, 3, 255],
    ['rgb( 1 2 3 / 50% )', 1, 2, 3, 128],
    ['rgba(1, 2, 3, .5)', 1, 2, 3, 128],
    ['rgb(100% 50% 0%)', 255, 128, 0, 255],
    ['rgb(300 -5 0)', 255, 0, 0, 255],
    ['hsl(120, 100%, 25%)', 0, 128, 0, 255],
    ['hsl(-120deg 100% 50% / 0)', 0, 0, 255, 0],
    ['hsla(0,0%,50%,1)', 128, 128, 128, 255],
  ];
  for (const [text, red, green, blue, alpha] of known)
    it(text, () => {
      assert.deepEqual(parseColour(text), { red, green, blue, alpha });
    });

  it('has the 148 names of the specification', () => {
    assert.equal(colourNames.size, 148);
    for (const hex of colourNames.values()) assert.match(hex, /^[0-9a-f]{6}$/);
  });

  const wrong = [
    '',
    '#',
    '#12',
    '#12345',
    '#ggg',
    'rgb(1,2)',
    'rgb(1 2 3',
    'rgb(1% 2 3)',
    'hsl(1 2 3)',
    'url(#a)',
    'constructor',
  ];
  for (const text of [...wrong, `rgb(${'1'.repeat(100_000)}`, `#${'a'.repeat(1_000_000)}`])
    it(`is refused: ${text.slice(0, 20)}`, () => {
      assert.throws(
        () => parseColour(text),
        (error: Error) => /is no colour: write/.test(error.message) && error.message.length < 200,
      );
    });
});
