import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factoryWanted, initialState } from '#agent/device/initial-state.ts';
import { openBoxStore, stateAfter, type BoxStore } from '#agent/web/pages/shared/box-store.ts';
import type { Ear } from '#agent/web/pages/shared/listening.ts';

/** A store whose connections and clock a test holds in its hands. */
function storeThat(): {
  store: BoxStore;
  ears: (Ear & { hear(type: string, data: unknown): void; fail(closed: boolean): void })[];
  pass: (ms: number) => void;
  refused: () => number;
} {
  let [nowMs, refusals] = [0, 0];
  const ticks: (() => void)[] = [];
  const ears: ReturnType<typeof storeThat>['ears'] = [];
  const store = openBoxStore({
    listen() {
      const heard = new Map<string, (event: { data: string }) => void>();
      const ear = {
        readyState: 1,
        addEventListener: (type: string, listener: (event: { data: string }) => void) => void heard.set(type, listener),
        close: () => void (ear.readyState = 2),
        hear: (type: string, data: unknown) => heard.get(type)?.({ data: JSON.stringify(data) }),
        fail(closed: boolean) {
          ear.readyState = closed ? 2 : 0;
          heard.get('error')?.({ data: '' });
        },
      };
      ears.push(ear);
      return ear;
    },
    onRefused: () => void (refusals += 1),
    nowMs: () => nowMs,
    every(_ms, act) {
      ticks.push(act);
      return () => void ticks.splice(ticks.indexOf(act), 1);
    },
  });
  const pass = (ms: number): void => {
    nowMs += ms;
    for (const tick of ticks) tick();
  };
  return { store, ears, pass, refused: () => refusals };
}

const STATE = initialState(factoryWanted([]));
const RECORDING = { state: 'recording', wanted: 'recording', elapsedMs: 5000, bytes: 1, metadata: {} };

test('a box that falls silent is away, is listened to anew, and is here again when it speaks', () => {
  const { store, ears, pass } = storeThat();
  assert.equal(store.link.value, 'first');
  ears[0]?.hear('state', STATE);
  assert.equal(store.link.value, 'here');
  pass(3000);
  assert.deepEqual([store.link.value, ears.length], ['here', 1]);
  pass(2000);
  assert.deepEqual([store.link.value, ears.length], ['away', 2]);
  ears[0]?.hear('state', STATE);
  assert.equal(store.link.value, 'away', 'the old connection counts no more');
  ears[1]?.hear('state', STATE);
  assert.equal(store.link.value, 'here');
  store.close();
  pass(60_000);
  assert.equal(ears.length, 2);
});

test('a connection that breaks is told at once; one that the box refuses is told to who can ask why', () => {
  const { store, ears, refused } = storeThat();
  ears[0]?.hear('state', STATE);
  ears[0]?.fail(false);
  assert.deepEqual([store.link.value, refused()], ['away', 0]);
  ears[0]?.fail(true);
  assert.equal(refused(), 1);
});

test('the time of a recording is counted on while it runs, and stands while it is paused', () => {
  const { store, ears, pass } = storeThat();
  ears[0]?.hear('state', STATE);
  ears[0]?.hear('recording', RECORDING);
  pass(700);
  assert.equal(store.elapsedMs(), 5700);
  ears[0]?.hear('recording', { ...RECORDING, state: 'paused', elapsedMs: 6000 });
  pass(700);
  assert.equal(store.elapsedMs(), 6000);
});

test('each kind of news changes its part and no other', () => {
  assert.equal(stateAfter(undefined, 'alarm', { alarms: [] }), undefined);
  const swapped = stateAfter(STATE, 'wanted', { swapped: true });
  assert.deepEqual(swapped, { ...STATE, wanted: { ...STATE.wanted, swapped: true } });
  const seen = { status: 'lost' as const, sinceMs: 1, reconnects: 2 };
  const lost = stateAfter(STATE, 'input', { number: 3, seen });
  assert.deepEqual(lost?.seen.inputs[3], seen);
  assert.equal(lost?.seen.inputs[1], STATE.seen.inputs[1]);
  const pushed = stateAfter(STATE, 'push', { id: 'a', seen: { status: 'connected', sinceMs: 1 } });
  assert.deepEqual(Object.keys(pushed?.seen.pushes ?? {}), ['a']);
  assert.deepEqual(stateAfter(pushed, 'push', { id: 'a', seen: null })?.seen.pushes, {});
});
