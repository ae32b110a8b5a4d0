import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { InputNumber } from '#agent/device/state.ts';
import { openSisBox, type SisBox } from './box.ts';

/** Sizes, times and levels are those of the moment. */
const shape = (line: string): string => line.replaceAll(/-?\d+/g, '0');

function technicianBox(): SisBox {
  const box = openSisBox();
  const session = { id: 'web', via: 'http', access: 'admin' } as const;
  const names: [InputNumber, string][] = [
    [1, 'Podium PC'],
    [3, 'Camera'],
  ];
  for (const [number, name] of names) {
    box.device.request({ name: 'input.set', params: { input: number, name }, session });
    const seen = { status: 'live', sinceMs: 0, reconnects: 0, widthPx: 1280, heightPx: 720, fps: 15 } as const;
    box.device.observe({ fact: 'input', number, seen });
  }
  return box;
}

test('what the guide for technicians shows is what a box answers', async () => {
  const guide = readFileSync(new URL('../../../../docs/technician.md', import.meta.url), 'utf8');
  const box = technicianBox();
  const one = box.client();
  let asked = 0;
  for (const [, block = ''] of guide.matchAll(/```\n(> [\s\S]*?)```/g)) {
    for (const part of block.split(/^> /m).filter(Boolean)) {
      const [command = '', ...answers] = part.trimEnd().split('\n');
      const said = await one.ask(`${command}\r`);
      // A second goes by for each line of the countdown that is shown.
      const counted = answers.filter((line) => line.startsWith('RecStart')).length;
      if (counted > 0) box.clock.advance((counted - 1) * 1000);
      const got = [...said, ...one.heard()].map((line) => line.trimEnd());
      assert.deepEqual(got.map(shape), answers.map(shape), command);
      asked++;
    }
  }
  assert.ok(asked > 25, `${asked} commands`);
});
