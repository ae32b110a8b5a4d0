import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contrast, PAIRS, palette } from '../../docs/style-guide.ts';

test('text can be read on its ground, in light and in dark', () => {
  const poor = (['light', 'dark'] as const).flatMap((mode) => {
    const of = palette(mode);
    return PAIRS.flatMap(([ink, ground, least]) => {
      const found = contrast(of[ink] ?? '#000000', of[ground] ?? '#000000');
      return found < least ? [`${mode}: ${ink} on ${ground}: ${found.toFixed(2)}, wanted ${least}`] : [];
    });
  });
  assert.deepEqual(poor, []);
});

test('contrast is that of WCAG, and colours are read by theme', () => {
  assert.equal(contrast('#000000', '#ffffff'), 21);
  assert.ok(Math.abs(contrast('#767676', '#ffffff') - 4.54) < 0.01);
  const css = '--a: light-dark(#111111, #eeeeee);\n--b: #222222;';
  assert.deepEqual(palette('dark', css), { a: '#eeeeee', b: '#222222' });
  assert.deepEqual(palette('light', css), { a: '#111111', b: '#222222' });
});
