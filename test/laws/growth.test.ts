import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unmeasuredReaders } from './growth.ts';
import { readTree } from './tree.ts';

/** Readers that need no measurement, with the reason. */
const KNOWN = new Map<string, string>([
  [
    'central/timetable/import/csv-lectures.ts',
    'test/central/timetable/import/spreadsheets.test.ts measures the import that it is part of',
  ],
  ['central/timetable/import/ical-lectures.ts', 'reads calendars by lib/calendar, which is measured'],
  ['lib/calendar/event-moments.ts', 'part of the reader of calendars, which is measured as a whole'],
  ['lib/ffmpeg/abilities.ts', 'our own FFmpeg says it'],
  ['lib/analysis/sound/envelope-reader.ts', 'our own FFmpeg says it'],
  ['lib/media/nut.ts', 'our own FFmpeg says it'],
  ['lib/runtime/processes/messages.ts', 'our own processes say it'],
  ['lib/tables/workbook.ts', 'in a thread with a limit of memory and time; what it unpacks to is limited first'],
]);

test('who reads foreign text is measured with twice as much of it', () => {
  assert.deepEqual(unmeasuredReaders(readTree(), KNOWN), []);
});

test('the law finds a reader without a measurement', () => {
  const reader = 'export function wordsIn(text: string): string[] {\n  return [];\n}\n';
  const measures = "import { wordsIn } from '#lib/a.ts';\njudgeGrowth(row);\n";
  assert.deepEqual(unmeasuredReaders(new Map([['lib/a.ts', reader]]), new Map()), ['lib/a.ts']);
  assert.deepEqual(
    unmeasuredReaders(
      new Map([
        ['lib/a.ts', reader],
        ['test/lib/a.test.ts', measures],
      ]),
      new Map(),
    ),
    [],
  );
  assert.deepEqual(unmeasuredReaders(new Map([['lib/b.ts', 'export const a = 1;']]), new Map([['lib/b.ts', 'why']])), [
    'lib/b.ts: known, and none',
  ]);
  assert.deepEqual(
    unmeasuredReaders(
      new Map([['agent/b.ts', 'export function openThing(): void {}\nexport function openThingReader() {}']]),
      new Map(),
    ),
    ['agent/b.ts'],
  );
});
