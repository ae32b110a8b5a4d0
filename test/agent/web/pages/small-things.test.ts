import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adviceFor } from '#agent/web/pages/device/now/advice.ts';
import { alarmGroups } from '#agent/web/pages/device/now/alarm-groups.ts';
import type { Alarm } from '#agent/web/pages/shared/api-types.ts';
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
  assert.match(wordsOf({ status: 409, code: 'E22', text: 'busy' }), /Refused: busy/);
  const mistakes = [{ at: 'body.title', text: 'too long' }];
  assert.match(
    wordsOf({ status: 400, code: 'E13', text: 'body.title: too long', mistakes }),
    /Refused: title: too long/,
  );
});

test('every alarm comes with advice', () => {
  assert.match(adviceFor('disk_space', 'fr') ?? '', /disque/);
  assert.equal(adviceFor('of a later version', 'fr'), undefined);
});

test('the gravest alarm comes first, those of one name stand together, the newest last', () => {
  const alarm = (name: Alarm['name'], about: string, level: Alarm['level'], sinceMs: number): Alarm => ({
    name,
    about,
    level,
    text: `${name} ${about}`,
    sinceMs,
  });
  const groups = alarmGroups([
    alarm('sched_server', 'calendar/x', 'warning', 1),
    alarm('video_loss', 'A', 'critical', 9),
    alarm('disk_space', 'internal', 'warning', 0),
    alarm('video_loss', 'B', 'critical', 3),
  ]);
  assert.deepEqual(
    groups.map(({ name, level, sinceMs, alarms }) => [name, level, sinceMs, alarms.map(({ about }) => about)]),
    [
      ['video_loss', 'critical', 3, ['B', 'A']],
      ['disk_space', 'warning', 0, ['internal']],
      ['sched_server', 'warning', 1, ['calendar/x']],
    ],
  );
});
