import assert from 'node:assert/strict';
import test from 'node:test';
import { uniqueBookings } from '#agent/schedule/timetable/unique-bookings.ts';
import { plannedOf } from '../samples.ts';

const hours = (fromMinute: number, toMinute: number, from: string, title = 'TD') =>
  plannedOf('1', fromMinute, toMinute, { source: 'ical', from, title });

const countOf = (...bookings: ReturnType<typeof hours>[]): number => uniqueBookings(bookings, new Map()).length;

test('an id is of one event where calendars agree on its hours, or on its title and some of its hours', () => {
  assert.equal(countOf(hours(0, 60, 'law'), hours(0, 60, 'copy')), 1);
  assert.equal(countOf(hours(0, 60, 'law'), hours(0, 60, 'copy', 'TD de droit')), 1);
  assert.equal(countOf(hours(0, 60, 'law'), hours(30, 90, 'copy')), 1, 'one calendar knows the new hour already');
});

test('one id at two hours in two calendars is two lectures, though both are called TD; both are recorded', () => {
  const both = uniqueBookings([hours(0, 60, 'law'), hours(300, 360, 'chemistry')], new Map());
  assert.equal(new Set(both.map(({ id }) => id)).size, 2);
  assert.equal(countOf(hours(0, 60, 'law'), hours(30, 90, 'chemistry', 'Chimie')), 2);
});
