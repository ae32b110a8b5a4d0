import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRecorder, type RecorderOptions } from '#agent/recorder/recorder.ts';
import { RECORDER_DEFAULTS, recorderMistakes, type RecorderSettings } from '#agent/recorder/settings.ts';
import { IDENTITY } from './samples.ts';

const good: RecorderSettings = {
  ...RECORDER_DEFAULTS,
  identity: IDENTITY,
  destinations: [{ name: 'internal', folder: '/data', minFreeBytes: 0 }],
};
const mistakes = (change: Partial<RecorderSettings>): string[] => recorderMistakes({ ...good, ...change });

test('limits hold to the last value that is allowed', () => {
  const rows: [Partial<RecorderSettings>, string[]][] = [
    [{ maxFileBytes: 262_144 }, []],
    [{ maxFileBytes: 262_143 }, ['maxFileBytes: at least 262144']],
    [{ maxFileBytes: Number.NaN }, ['maxFileBytes: at least 262144']],
    [{ titleLimit: 1 }, []],
    [{ titleLimit: 100 }, []],
    [{ titleLimit: 101 }, ['titleLimit: 1 to 100']],
    [{ seriesLimit: 0 }, ['seriesLimit: 1 to 100']],
    [{ seriesLimit: Number.NaN }, ['seriesLimit: 1 to 100']],
    [{ destinations: [] }, ['destinations: at least one']],
    [{ timeZone: 'Europe/Paris' }, []],
    [{ timeZone: '' }, ['timeZone: "" is no IANA time zone']],
  ];
  for (const [change, told] of rows) assert.deepEqual(mistakes(change), told, JSON.stringify(change));
});

test('a name of a destination may have letters, digits, _ and -, and stands once', () => {
  const named = (...names: string[]): string[] =>
    mistakes({ destinations: names.map((name) => ({ name, folder: '/d', minFreeBytes: 0 })) });
  assert.deepEqual(named('usb_front-2', 'internal'), []);
  for (const name of ['', 'a b', 'é', 'a/b', 'a.b'])
    assert.deepEqual(named(name), ['destinations[0].name: letters, digits, "_" and "-"'], name);
  assert.deepEqual(named('a', 'b', 'a', 'a'), [
    'destinations[2].name: "a" is there twice',
    'destinations[3].name: "a" is there twice',
  ]);
});

test('a recorder with wrong settings does not open, and says all that is wrong', () => {
  const settings = { ...good, pattern: '{title}.mp4', titleLimit: 0 };
  assert.throws(() => openRecorder({ settings } as RecorderOptions), {
    message: /^the recorder's settings: pattern: \{part\} is missing.*; titleLimit: 1 to 100$/,
  });
});
