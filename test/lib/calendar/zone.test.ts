import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockOfWall, dateOfWall, isZone, momentIn, wallIn } from '#lib/calendar/zone.ts';

const iso = (ms: number): string => new Date(ms).toISOString();
const at = (text: string): number => Date.parse(`${text}Z`);

test('a wall clock is found again in its zone, in summer and in winter', () => {
  for (const zone of ['Europe/Paris', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland', 'UTC']) {
    for (let day = 0; day < 400; day++) {
      const wall = at('2026-01-01T12:30') + day * 86_400_000;
      assert.equal(wallIn(zone, momentIn(zone, wall)), wall, `${zone} ${iso(wall)}`);
    }
  }
  assert.equal(iso(momentIn('Europe/Paris', at('2026-07-01T08:30'))), '2026-07-01T06:30:00.000Z');
  assert.equal(iso(momentIn('Europe/Paris', at('2026-12-01T08:30'))), '2026-12-01T07:30:00.000Z');
});

test('clocks that the night of the change shows twice, or never', () => {
  assert.equal(iso(momentIn('Europe/Paris', at('2026-10-25T02:30'))), '2026-10-25T00:30:00.000Z', 'the first time');
  assert.equal(iso(momentIn('Europe/Paris', at('2026-03-29T02:30'))), '2026-03-29T01:30:00.000Z', 'after the jump');
  assert.equal(iso(momentIn('America/New_York', at('2026-03-08T02:15'))), '2026-03-08T07:15:00.000Z');
  assert.equal(iso(momentIn('America/New_York', at('2026-11-01T01:15'))), '2026-11-01T05:15:00.000Z');
});

test('hours around the changes are the hours of the wall', () => {
  for (const [wall, moment] of [
    ['2026-03-29T01:59', '2026-03-29T00:59'],
    ['2026-03-29T03:00', '2026-03-29T01:00'],
    ['2026-10-25T01:59', '2026-10-24T23:59'],
    ['2026-10-25T03:00', '2026-10-25T02:00'],
  ]) {
    assert.equal(momentIn('Europe/Paris', at(wall ?? '')), at(moment ?? ''), wall);
  }
});

test('zones nobody knows are known as such', () => {
  assert.ok(isZone('Europe/Paris'));
  assert.ok(!isZone('Europe/Pariss'));
  assert.throws(() => wallIn('Nowhere', 0), RangeError);
});

test('a wall is told as date and clock', () => {
  assert.equal(dateOfWall(at('2016-09-12T08:30')), '2016-09-12');
  assert.equal(clockOfWall(at('2016-09-12T08:30')), '08:30');
});
