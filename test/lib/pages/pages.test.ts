import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes, clock, duration } from '#lib/pages/format.ts';
import { ASKED_MS, pressedOnce } from '#lib/pages/hold.ts';
import { levelPart } from '#lib/pages/level.ts';
import { bilingual, language, named, preferred } from '#lib/pages/words.ts';

test('a table of texts speaks the language of the moment', () => {
  const words = bilingual({
    ready: { fr: 'Prêt', en: 'Ready' },
    hours: { fr: (n: number) => `${n} h`, en: (n: number) => `${n} hours` },
  });
  language.value = 'fr';
  assert.deepEqual([words.ready, words.hours(2)], ['Prêt', '2 h']);
  language.value = 'en';
  assert.deepEqual([words.ready, words.hours(2)], ['Ready', '2 hours']);
});

test('a name and its value have the colon of the language', () => {
  language.value = 'fr';
  assert.equal(named('Logo', 'a.png'), 'Logo\u00a0: a.png');
  language.value = 'en';
  assert.equal(named('Logo', 'a.png'), 'Logo: a.png');
});

test('a sentence that lacks a language, or takes other values in one, does not compile', () => {
  // @ts-expect-error -- no French
  bilingual({ ready: { en: 'Ready' } });
  // @ts-expect-error -- a number in one language, a word in the other
  bilingual({ hours: { fr: (n: number) => `${n}`, en: (n: string) => n } });
});

test('the browser chooses the language', () => {
  assert.equal(preferred(['de-CH', 'fr-CH', 'en']), 'fr');
  assert.equal(preferred(['en-US', 'fr']), 'en');
  assert.equal(preferred(['de']), 'en');
});

test('times and sizes are told as people say them', () => {
  assert.deepEqual([clock(0), clock(3_661_999), clock(-5)], ['0:00:00', '1:01:01', '0:00:00']);
  assert.deepEqual(
    [duration(5000), duration(65_000), duration(3_600_000), duration(5_400_000)],
    ['5 s', '1 min 5 s', '1 h', '1 h 30 min'],
  );
  assert.deepEqual([bytes(0), bytes(1_540_000), bytes(561_000_000)], ['0\u00a0B', '1.5\u00a0MB', '561\u00a0MB']);
});

test('a hold counts when it lasts; a press without a length asks first', () => {
  const asked = pressedOnce({ phase: 'idle' }, 0);
  assert.equal(asked.counts, false);
  assert.equal(pressedOnce(asked.hold, 1000).counts, true);
  assert.equal(pressedOnce(asked.hold, ASKED_MS + 1).counts, false);
});

test('meters stand between silence and full', () => {
  assert.deepEqual([levelPart(-90), levelPart(-60), levelPart(-30), levelPart(0), levelPart(3)], [0, 0, 0.5, 1, 1]);
});
