import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanText } from '#lib/runtime/texts/clean-text.ts';
import { cellText } from '#lib/tables/cell.ts';

test('blanks of all kinds are plain ones; signs that show nothing are gone; half a sign is marked', () => {
  const blanks = '\u0009\u00A0\u1680\u2000\u2003\u2007\u2009\u202F\u205F\u3000\u2800\u3164';
  for (const blank of blanks) assert.equal(cleanText(`a${blank}b`), 'a b', `U+${blank.codePointAt(0)?.toString(16)}`);
  const invisible = '\u0000\u0007\u001B\u00AD\u200B\u200C\u200D\u200E\u200F\u202A\u202E\u2060\u2066\u2069\uFEFF\uFFF9';
  for (const sign of invisible) assert.equal(cleanText(`a${sign}b`), 'ab', `U+${sign.codePointAt(0)?.toString(16)}`);
  assert.equal(cleanText('e\u0301'), '\u00E9');
  assert.equal(cleanText('non\u2011linéaire'), 'non-linéaire');
  assert.equal(cleanText('a\uD800b'), 'a\uFFFDb');
  assert.equal(cleanText('one\ntwo\r\nthree\u0085four'), 'one\ntwo\r\nthree\nfour');
});

test('joiners stay where they mean something', () => {
  const family = '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}';
  const persian = '\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645';
  assert.equal(cleanText(family), family);
  assert.equal(cleanText(persian), persian);
});

test('cells say what spreadsheets mean by them', () => {
  for (const nothing of ['', ' ', '-', 'NaN', 'NULL', 'None', '#N/A', '\u200B', '\u00A0', '=""']) {
    assert.equal(cellText(nothing), '', JSON.stringify(nothing));
  }
  assert.equal(cellText('="08:30"'), '08:30');
  assert.equal(cellText('="a ""b"""'), 'a "b"');
  assert.equal(cellText('Nan'), 'Nan');
  assert.equal(cellText('=A1'), '=A1');
});
