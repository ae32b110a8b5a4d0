import assert from 'node:assert/strict';
import test from 'node:test';
import { requests, type RequestName, type RequestSpec } from '#agent/device/requests.ts';
import { accessIn } from '#agent/device/rights.ts';
import { allRows } from '#lib/sis/rows.ts';

/** What a user may ask; all else is for administrators. Whoever changes this changes what people may do in all halls. */
const OF_USERS = [
  'input.select',
  'channels.swap',
  'channel.mute',
  'layout.recall',
  'layout.set',
  'layout.window',
  'overlay.put',
  'overlay.remove',
  'audio.set',
  'push.enable',
  'metadata.set',
  'record.start',
  'record.stop',
  'record.pause',
  'record.resume',
  'record.mark',
  'record.extend',
  'preset.recall',
];
const OF_ADMINISTRATORS = [
  'hall.set',
  'locale.set',
  'input.set',
  'nosignal.set',
  'layout.save',
  'layout.reset',
  'layout.rename',
  'encoder.mode',
  'output.mode',
  'encoder.set',
  'stream.set',
  'push.put',
  'push.remove',
  'record.until',
  'preset.save',
  'preset.name',
  'preset.delete',
  'sis.set',
  'sis.keep',
  'settings.replace',
];

const askedBy = (access: 'user' | 'admin'): string[] =>
  Object.entries(requests).flatMap(([name, spec]) => (spec.access === access ? [name] : []));

test('who may ask what', () => {
  assert.deepEqual(askedBy('user').toSorted(), OF_USERS.toSorted());
  assert.deepEqual(askedBy('admin').toSorted(), OF_ADMINISTRATORS.toSorted());
});

const specs = Object.entries(requests) as [RequestName, RequestSpec][];

test('a right stands in the rows of the protocol: who may do it there may ask it, and a row that changes changes it', () => {
  for (const [name, { access, rows }] of specs.filter(([, spec]) => spec.rows.length > 0)) {
    assert.equal(accessIn(allRows, rows), access, name);
    for (const row of rows) {
      const stricter = allRows.map((one) => (one.id === row ? { ...one, access: 'admin' as const } : one));
      assert.equal(accessIn(stricter, rows), 'admin', `${name} by ${row}`);
    }
    const looser = allRows.map((one) =>
      rows.some((row) => row === one.id) ? { ...one, access: 'user' as const } : one,
    );
    assert.equal(accessIn(looser, rows), 'user', name);
  }
});

test('a request that no row decides says why its right is what it is', () => {
  for (const [name, { rows, because }] of specs) assert.equal(rows.length === 0, because !== undefined, name);
});
