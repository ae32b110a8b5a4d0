import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceHandlers } from '#agent/control/sis/handlers.ts';
import type { SisWorld, View } from '#agent/control/sis/world.ts';
import { requests, type RequestName, type RequestSpec } from '#agent/device/requests.ts';
import type { Wanted } from '#agent/device/state.ts';
import { handle, isRefusal } from '#lib/sis/handlers.ts';
import { sampleCommand, seeded } from '#lib/sis/samples.ts';
import { parseAll, protocol } from '#test/lib/sis/device.ts';
import { openSisBox } from './box.ts';

/** Commands that make a request which has another right, or one of its own. */
const ELSEWHERE: Record<string, RequestName> = {
  'audio.delay': 'audio.set',
  'layout.background': 'layout.set',
  'push.enable': 'push.enable',
};
/** Commands that ask by an act of the box. */
const BY_ACTS = new Set(['config.restore', 'reset.settings', 'reset.all']);
/** Values that are only kept may be of any row. */
const KEPT: RequestName = 'sis.keep';

function viewsOf(): View[] {
  const push = { id: 'archive-1', name: 'P', enabled: true, stream: 'archive' as const, url: 'rtmp://h/k' };
  const states: Partial<Wanted>[] = [
    {},
    { recording: { state: 'recording', take: 't', endsAtMs: 1 }, pushes: [push] },
    { recording: { state: 'paused', take: 't' } },
  ];
  return states.map((wanted) => {
    const { device, facts } = openSisBox({ wanted });
    return { device: device.state(), facts: { ...facts, sessions: 1 }, personality: protocol.personality };
  });
}

/** Which requests the handler of each row makes, tried with many values. */
function requestsByRow(): Map<string, Set<RequestName>> {
  const random = seeded(5);
  const views = viewsOf();
  const made = new Map<string, Set<RequestName>>();
  for (let at = 0; at < 4000; at++) {
    const [parsed] = parseAll(sampleCommand(protocol, random).wire);
    if (!parsed?.ok || parsed.command.spec.by !== 'device') continue;
    for (const view of views) {
      const handled = handle<SisWorld>(deviceHandlers, parsed, view, { id: 'test', access: 'admin' });
      if (isRefusal(handled)) continue;
      const names = handled.events.flatMap((event) => ('name' in event ? [event.name] : []));
      const known = made.get(parsed.id) ?? new Set();
      for (const name of names) known.add(name);
      made.set(parsed.id, known);
    }
  }
  return made;
}

test('the rows that a request names for its right are those whose commands make it, all of them', () => {
  const made = requestsByRow();
  const missing: string[] = [];
  for (const [row, names] of made)
    for (const name of names) {
      const { rows }: RequestSpec = requests[name];
      const isKnown = rows.some((one) => one === row) || ELSEWHERE[row] === name || name === KEPT;
      if (!isKnown) missing.push(`${row} makes ${name}`);
    }
  assert.deepEqual(missing, []);
  const idle = (Object.entries(requests) as [RequestName, RequestSpec][]).flatMap(([name, { rows }]) =>
    rows.filter((row) => !made.get(row)?.has(name) && !BY_ACTS.has(row)).map((row) => `${name} by ${row}`),
  );
  assert.deepEqual(idle, []);
});
