import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configLeaves } from '#firmware-config/words/leaves.ts';
import { sisRowsOf } from '#firmware-config/words/keys.ts';
import { documentOf, settingsOf } from '#firmware-config/document/document.ts';
import { changedKeys } from '#firmware-config/document/differences.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { sampleCommand, seeded } from '#lib/sis/samples.ts';
import { protocol } from '#test/lib/sis/device.ts';
import { allKeys } from '#test/support/all-keys.ts';
import { esc, openSisBox } from '#test/agent/control/sis/box.ts';

const leaves = configLeaves;

test('every key of the schema has its words', () => {
  assert.ok(leaves.length > 200);
  assert.deepEqual(
    leaves.filter(({ words }) => !words?.en).map(({ key }) => key),
    [],
  );
});

/** The same key, with `*` for a number or for what has a name of its own. */
const pattern = (key: string): string => key.replaceAll(/\.N(?=\.|$)/g, '.*');

test('rows of the control protocol set the keys that are said to be theirs', async () => {
  const claimed = leaves.filter(({ key }) => /^(hall$|device\.)/.test(key) && sisRowsOf(key).length > 0);
  const wanted = new Set(claimed.flatMap(({ key }) => sisRowsOf(key)));
  const rows = new Set(protocol.commands.keys());
  assert.deepEqual(
    [...wanted].filter((id) => !rows.has(id)),
    [],
  );
  const set = new Map<string, Set<string>>();
  const random = seeded(7);
  const settings = settingsOf(allKeys, factoryLayouts);
  const box = openSisBox({ wanted: { ...settings, sis: { ...settings.sis, profile: 0 } } });
  const client = box.client();
  const asked = new Map<string, number>();
  for (let tries = 0; tries < 40_000; tries++) {
    const { id, form, wire } = sampleCommand(protocol, random);
    const times = asked.get(id) ?? 0;
    if (!wanted.has(id) || form === 'query' || form === 'list' || times > 100) continue;
    asked.set(id, times + 1);
    // Many layouts are empty: one with windows, and another than its preset, is to be moved.
    if (id.startsWith('window.') && box.device.state().wanted.layout.windows.length < 2)
      await client.ask(`7*1.${esc('1*1*16HCTR')}`);
    const { wanted: before } = box.device.state();
    await client.ask(wire);
    if (box.device.state().wanted === before) continue;
    const keys = set.get(id) ?? new Set();
    set.set(id, keys);
    for (const key of changedKeys(
      documentOf(before, factoryLayouts),
      documentOf(box.device.state().wanted, factoryLayouts),
    ))
      keys.add(pattern(key));
  }
  const isSet = (key: string, id: string): boolean =>
    [...(set.get(id) ?? [])].some((done) => pattern(key) === done || pattern(key).startsWith(`${done}.`));
  assert.deepEqual(
    claimed.flatMap(({ key }) =>
      sisRowsOf(key)
        .filter((id) => !isSet(key, id))
        .map((id) => `${key} by ${id}`),
    ),
    [],
  );
});
