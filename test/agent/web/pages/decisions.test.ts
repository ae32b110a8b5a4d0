import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timeServersIn } from '#agent/box/web/time-servers.ts';
import type { Recording } from '#agent/device/recording.ts';
import { chapterWords } from '#agent/recorder/catalog/chapter-words.ts';
import { lastRecording } from '#agent/web/lectern/last-recording.ts';
import { filled } from '#agent/web/pages/device/layouts/filled.ts';
import { isOf, isSince } from '#agent/web/pages/device/recordings/filter.ts';
import { weekly } from '#agent/web/pages/device/schedule/week.ts';
import { touchesRecording } from '#agent/web/pages/device/settings/effects.ts';
import { gathered } from '#agent/web/pages/device/settings/machine/log-lines.ts';
import { progressIn } from '#agent/web/pages/device/start/progress.ts';
import { aboutKey } from '#firmware-config/document/document.ts';
import { shownZone } from '#lib/pages/format.ts';
import { asSet } from '#lib/pages/words.ts';

test('an event is repeated at the same hour on the wall, over the change of the clock', () => {
  const found = weekly('2026-10-19T08:00', '2026-10-19T09:30', '2026-11-02', 'Europe/Paris');
  assert.deepEqual(
    found.map(({ startsAtMs }) => new Date(startsAtMs).toISOString()),
    ['2026-10-19T06:00:00.000Z', '2026-10-26T07:00:00.000Z', '2026-11-02T07:00:00.000Z'],
  );
  assert.equal(weekly('2026-10-19T08:00', '2026-10-19T09:30', '', 'Europe/Paris').length, 1);
});

test('one trouble of the log is one line, with how often it came', () => {
  const line = (text: string, facts: object, atMs: number) => ({ level: 'warn', text, facts: { ...facts }, atMs });
  const lines = gathered([
    line('source ended', { input: 1, waitMs: 30 }, 3),
    line('source ended', { input: 3, waitMs: 10 }, 2),
    line('source ended', { input: 1, waitMs: 10 }, 1),
  ]);
  assert.deepEqual(
    lines.map(({ count, atMs }) => [count, atMs]),
    [
      [2, 3],
      [1, 2],
    ],
  );
});

test('settings that would touch a recording are known before they are applied', () => {
  const keys = ['device.encoders.archive.fps', 'device.inputs.2.name', 'device.inputs.1.name', 'device.pushes'];
  assert.deepEqual(touchesRecording(keys, { A: 1, B: 3 }), ['device.encoders.archive.fps', 'device.inputs.1.name']);
});

test('what became of the recording that was stopped is told for half an hour', () => {
  const recording = {
    id: 'a',
    status: 'finished',
    startedAtMs: 0,
    endedAtMs: 60_000,
    parts: [],
    metadata: { title: 'T' },
  };
  const all = [recording as unknown as Recording];
  assert.equal(lastRecording(all, [], 120_000)?.became, 'kept');
  assert.equal(lastRecording(all, [{ id: 'a', state: 'waiting' }], 120_000)?.became, 'waiting');
  assert.equal(
    lastRecording([{ ...(recording as unknown as Recording), deliveredAtMs: 1 }], [], 120_000)?.became,
    'sent',
  );
  assert.equal(lastRecording(all, [], 3_600_000), undefined);
});

test('recordings are filtered by what became of them and by their day in the hall', () => {
  assert.equal(isOf({ status: 'finished' }, 'waiting'), true);
  assert.equal(isOf({ status: 'partial', deliveredAtMs: 1 }, 'troubled'), true);
  assert.equal(isOf({ status: 'finished', deliveredAtMs: 1 }, 'waiting'), false);
  const startedAtMs = Date.parse('2026-11-28T23:30:00Z');
  assert.equal(isSince({ startedAtMs }, '2026-11-29', 'Europe/Paris'), true);
  assert.equal(isSince({ startedAtMs }, '2026-11-29', 'UTC'), false);
});

test('the editor shows dates as a recording does', () => {
  shownZone.value = 'Europe/Paris';
  const at = Date.parse('2017-01-04T09:00:00Z');
  assert.equal(filled('{hall} · {date}', { hall: 'D' }, 'fr', at), 'D · 4 janvier 2017');
  assert.equal(filled('{date} {time}', {}, 'en', at), '4 January 2017 10:00:00');
  shownZone.value = undefined;
});

test('chapters in files speak the language of the hall', () => {
  assert.equal(chapterWords({ locale: 'fr' }).mark(2), 'Repère 2');
  assert.equal(chapterWords({}).part(2), 'part 2');
});

test('a typing mistake in a file is none of the machine’s keys', () => {
  assert.match(aboutKey('device.audoi'), /no such key/);
  assert.match(aboutKey('device.audio.fom'), /no such key/);
  assert.match(aboutKey('http.port'), /belongs to the machine/);
  assert.match(aboutKey('schedule.calendars'), /belongs to the machine/);
});

test('what is kept of a wizard is read with care, and time servers where a machine names them', () => {
  assert.deepEqual(progressIn('{"done":["hall"],"state":"open"}'), { done: ['hall'], state: 'open' });
  assert.deepEqual(progressIn('[1'), { done: [], state: 'none' });
  assert.deepEqual(timeServersIn('[Time]\n#NTP=old\nNTP=a.example b.example\n'), ['a.example', 'b.example']);
  assert.deepEqual(timeServersIn('pool ntp.example iburst\nserver 10.0.0.1\n'), ['ntp.example', '10.0.0.1']);
});

test('no line of French begins with one of its signs', () => {
  assert.equal(asSet('Refusé : « a » ; non ?'), 'Refusé\u00a0: «\u00a0a\u00a0»\u202f; non\u202f?');
});
