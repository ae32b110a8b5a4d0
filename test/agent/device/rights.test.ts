import assert from 'node:assert/strict';
import test from 'node:test';
import { requests } from '#agent/device/requests.ts';

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
