import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLecternStore } from '#agent/web/pages/lectern/lectern-store.ts';
import { troublesOf } from '#agent/web/pages/lectern/troubles.ts';
import type { LecternView } from '#agent/web/lectern/shown.ts';
import { lecternView } from '#agent/web/lectern/view.ts';
import { factoryWanted, initialState } from '#agent/device/initial-state.ts';

const VIEW: LecternView = lecternView(initialState(factoryWanted([])), {
  nowMs: 1000,
  layouts: [],
  timeZone: 'Europe/Paris',
});
const recordingView = (nowMs: number, elapsedMs: number): LecternView => ({
  ...VIEW,
  nowMs,
  recording: { ...VIEW.recording, state: 'recording', elapsedMs },
});

/** A store whose connection and clock a test holds in its hands. */
function storeThat() {
  const heard = new Map<string, (event: { data: string }) => void>();
  const clock = { nowMs: 0 };
  const store = openLecternStore({
    listen: () => ({
      readyState: 1,
      addEventListener: (type, listener) => void heard.set(type, listener),
      close: () => undefined,
    }),
    onRefused: () => undefined,
    nowMs: () => clock.nowMs,
    every: () => () => undefined,
  });
  return { store, clock, hear: (type: string, data: unknown) => heard.get(type)?.({ data: JSON.stringify(data) }) };
}

test('the time is counted on while it records, and stands otherwise', () => {
  const { store, clock, hear } = storeThat();
  hear('view', recordingView(1000, 5000));
  clock.nowMs = 2500;
  assert.equal(store.elapsedMs(), 7500);
  hear('view', { ...VIEW, nowMs: 4000, recording: { ...VIEW.recording, state: 'paused', elapsedMs: 7600 } });
  clock.nowMs = 9000;
  assert.equal(store.elapsedMs(), 7600);
});

test('an answer that was overtaken by newer events changes nothing', () => {
  const { store, hear } = storeThat();
  hear('view', recordingView(2000, 10));
  store.take({ ...VIEW, nowMs: 1500 });
  assert.equal(store.view.value?.recording.state, 'recording');
  store.take({ ...VIEW, nowMs: 2500 });
  assert.equal(store.view.value?.recording.state, 'stopped');
});

test('troubles are told in words, each once, the gravest first, and only those a teacher can do something about', () => {
  const trouble = (name: string, about: string, level = 'warning') => ({ name, about, level });
  const sound = { muted: true, leftDb: -20, rightDb: -20 };
  const troubles = [
    trouble('video_loss', 'A'),
    trouble('disk_space', 'internal'),
    trouble('disk_space', 'usbfront', 'critical'),
    trouble('auth_failures', 'accounts'),
    trouble('record_halt', 'take-1', 'critical'),
  ];
  assert.deepEqual(
    troublesOf({ troubles, sound }).map(({ text, grave }) => [text, grave]),
    [
      ['The disk is nearly full', true],
      ['Recording is held up: call a technician', true],
      ['No signal on slides', false],
      ['The sound is muted', false],
    ],
  );
});
