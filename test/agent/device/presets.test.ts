import assert from 'node:assert/strict';
import test from 'node:test';
import { after, ask, factoryState } from '#test/support/device.ts';

const factory = factoryState();
const PUSH = { id: 'live', name: 'Live', enabled: true, stream: 'archive', url: 'rtmp://h/app/key' } as const;

test('what was saved under a number comes back, and a free number is refused', () => {
  const bright = after(factory, 'input.set', { input: 3, picture: { brightness: 90 } });
  const saved = after(bright, 'preset.save', { family: 'user', number: 3, channel: 'B' });
  const dark = after(saved, 'input.set', { input: 3, picture: { brightness: 10 } });
  const back = after(dark, 'preset.recall', { family: 'user', number: 3, channel: 'B' });
  assert.equal(back.wanted.inputs[3].picture.brightness, 90);
  assert.equal(ask(dark, 'preset.recall', { family: 'user', number: 4, channel: 'B' }).refusal?.code, 'E13');
  const none = after(dark, 'preset.delete', { family: 'user', number: 3 });
  assert.equal(ask(none, 'preset.recall', { family: 'user', number: 3, channel: 'B' }).refusal?.code, 'E13');

  const pushing = after(factory, 'push.put', { push: PUSH });
  const stored = after(pushing, 'preset.save', { family: 'streaming', number: 1, stream: 'archive' });
  const gone = after(stored, 'push.remove', { id: PUSH.id });
  const again = after(gone, 'preset.recall', { family: 'streaming', number: 1, stream: 'archive' });
  assert.deepEqual(
    again.wanted.pushes.map(({ url, enabled }) => [url, enabled]),
    [[PUSH.url, true]],
  );

  const other = after(factory, 'input.select', { channel: 'B', input: 5 });
  const kept = after(other, 'preset.save', { family: 'input', number: 7, channel: 'B' });
  const first = after(kept, 'input.select', { channel: 'B', input: 3 });
  assert.equal(after(first, 'preset.recall', { family: 'input', number: 7, channel: 'B' }).wanted.routing.B, 5);
  assert.equal(ask(first, 'preset.recall', { family: 'input', number: 7, channel: 'A' }).refusal?.code, 'E13');
});

test('while a recording runs, neither its encoder is replaced nor settings that would touch it', () => {
  const recording = after(factory, 'record.start', {});
  const { recording: _, ...settings } = recording.wanted;
  assert.equal(
    ask(recording, 'preset.recall', { family: 'encoder', number: 1, stream: 'archive' }).refusal?.code,
    'E22',
  );
  for (const change of [
    { hall: 'Other' },
    { swapped: true },
    { routing: { A: 2 as const, B: 3 as const } },
    {
      inputs: {
        ...settings.inputs,
        3: { ...settings.inputs[3], source: { driver: 'test', pattern: 'bars' } as const },
      },
    },
    { sis: { ...settings.sis, pattern: 'bars' as const } },
  ]) {
    const { refusal } = ask(recording, 'settings.replace', { settings: { ...settings, ...change } });
    assert.equal(refusal?.code, 'E22', JSON.stringify(change));
  }
  const spare = { ...settings.inputs, 5: { ...settings.inputs[5], name: 'Spare' } };
  assert.equal(ask(recording, 'settings.replace', { settings: { ...settings, inputs: spare } }).refusal, undefined);
});
