import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adviceFor } from '#agent/web/pages/device/now/advice.ts';
import { troubleIn } from '#agent/web/pages/device/schedule/troubles.ts';
import { placeIn, hrefOf } from '#agent/web/pages/device/route.ts';
import { wordsOf } from '#agent/web/pages/shared/tell-trouble.ts';

test('addresses lead to places, and those that lead nowhere to the first', () => {
  assert.deepEqual(placeIn('#recordings/T%2F1'), { place: 'recordings', rest: ['T/1'] });
  assert.deepEqual(placeIn(hrefOf('recordings', 'a b/c')), { place: 'recordings', rest: ['a b/c'] });
  assert.deepEqual(placeIn('#nowhere'), { place: 'now', rest: [] });
  assert.deepEqual(placeIn('#now/%E0%A4%A'), { place: 'now', rest: ['%E0%A4%A'] });
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
