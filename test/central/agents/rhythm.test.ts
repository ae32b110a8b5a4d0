import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRhythm } from '#central/agents/rhythm.ts';

const [SECOND, MINUTE] = [1000, 60_000];
const POLLING = 'capture.schedule.remote.polling.interval';

test('an agent is gone by its own rhythm, never before the usual time', () => {
  const rhythm = openRhythm(2 * MINUTE);
  assert.equal(rhythm.patienceMs('new', {}), 2 * MINUTE);
  for (let at = 0; at <= 10; at++) {
    rhythm.heard('often', at * 30 * SECOND);
    // Three calls together, each five minutes.
    for (const later of [0, 200, 900]) rhythm.heard('seldom', at * 5 * MINUTE + later);
  }
  assert.equal(rhythm.patienceMs('often', {}), 2 * MINUTE);
  assert.ok(rhythm.patienceMs('seldom', {}) > 12 * MINUTE);
  assert.ok(rhythm.patienceMs('seldom', {}) < 13 * MINUTE);
});

test('what was away for long is no rhythm, and is forgotten with the agent', () => {
  const rhythm = openRhythm(2 * MINUTE);
  rhythm.heard('a', 0);
  rhythm.heard('a', 60 * MINUTE);
  assert.equal(rhythm.patienceMs('a', {}), 2 * MINUTE);
  rhythm.heard('a', 70 * MINUTE);
  assert.equal(rhythm.patienceMs('a', {}), 25 * MINUTE);
  rhythm.forget('a');
  assert.equal(rhythm.patienceMs('a', {}), 2 * MINUTE);
});

test('before its rhythm is known, an agent is believed what it announces', () => {
  const rhythm = openRhythm(2 * MINUTE);
  assert.equal(rhythm.patienceMs('a', { [POLLING]: '5' }), 12.5 * MINUTE);
  for (const nonsense of ['', 'x', '-1', '0', '100000'])
    assert.equal(rhythm.patienceMs('a', { [POLLING]: nonsense }), 2 * MINUTE);
});
