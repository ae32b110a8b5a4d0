import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adviceFor } from '#agent/web/pages/device/now/advice.ts';
import { troubleIn } from '#agent/web/pages/device/schedule/troubles.ts';
import { placeIn, hrefOf } from '#agent/web/pages/device/route.ts';
import { bytes, clock, duration } from '#agent/web/pages/shared/format.ts';
import { ASKED_MS, heldPart, pressedOnce } from '#agent/web/pages/shared/hold.ts';
import { levelPart } from '#agent/web/pages/shared/level.ts';
import { wordsOf } from '#agent/web/pages/shared/said.ts';
import { language, preferred, sayings } from '#agent/web/pages/shared/words.ts';

test('a table of sayings speaks the language of the moment', () => {
  const words = sayings({
    ready: { fr: 'Prêt', en: 'Ready' },
    hours: { fr: (n: number) => `${n} h`, en: (n: number) => `${n} hours` },
  });
  language.value = 'fr';
  assert.deepEqual([words.ready, words.hours(2)], ['Prêt', '2 h']);
  language.value = 'en';
  assert.deepEqual([words.ready, words.hours(2)], ['Ready', '2 hours']);
});

test('a sentence that lacks a language, or takes other values in one, does not compile', () => {
  // @ts-expect-error -- no French
  sayings({ ready: { en: 'Ready' } });
  // @ts-expect-error -- a number in one language, a word in the other
  sayings({ hours: { fr: (n: number) => `${n}`, en: (n: string) => n } });
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

test('addresses lead to places, and those that lead nowhere to the first', () => {
  assert.deepEqual(placeIn('#recordings/T%2F1'), { place: 'recordings', rest: ['T/1'] });
  assert.deepEqual(placeIn(hrefOf('recordings', 'a b/c')), { place: 'recordings', rest: ['a b/c'] });
  assert.deepEqual(placeIn('#nowhere'), { place: 'now', rest: [] });
  assert.deepEqual(placeIn('#now/%E0%A4%A'), { place: 'now', rest: ['%E0%A4%A'] });
});

test('a hold counts when it lasts; a press without a length asks first', () => {
  assert.equal(heldPart({ phase: 'held', sinceMs: 100 }, 600), 0.5);
  const asked = pressedOnce({ phase: 'idle' }, 0);
  assert.equal(asked.counts, false);
  assert.equal(pressedOnce(asked.hold, 1000).counts, true);
  assert.equal(pressedOnce(asked.hold, ASKED_MS + 1).counts, false);
});

test('meters stand between silence and full', () => {
  assert.deepEqual([levelPart(-90), levelPart(-60), levelPart(-30), levelPart(0), levelPart(3)], [0, 0, 0.5, 1, 1]);
});

test('trouble is told in words', () => {
  assert.match(wordsOf({ status: 0, code: 'away', text: '' }), /does not answer/);
  assert.match(wordsOf({ status: 429, code: 'throttled', text: '', retryAfterS: 9 }), /9 s/);
  assert.match(wordsOf({ status: 409, code: 'E22', text: 'body.x: busy' }), /Refused: x: busy/);
});

test('every alarm comes with advice', () => {
  assert.match(adviceFor('disk_space', 'fr') ?? '', /disque/);
  assert.equal(adviceFor('of a later version', 'fr'), undefined);
});

test('what servers answer is told in French, with the words of the box', () => {
  assert.match(troubleIn('fr', '127.0.0.1:1: nobody listens there'), /^Personne n’écoute .*\(127\.0\.0\.1:1/);
  assert.equal(troubleIn('en', 'nobody listens there'), 'nobody listens there');
  assert.equal(troubleIn('fr', 'of a later version'), 'of a later version');
});
