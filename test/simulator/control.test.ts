import assert from 'node:assert/strict';
import test from 'node:test';
import { startControl } from '#simulator/control.ts';
import type { Hall } from '#simulator/hall.ts';

test('other processes command a hall by HTTP, and mistakes are told', async (t) => {
  const happened: unknown[] = [];
  const hall = {
    fault: async (...what: unknown[]) => void happened.push(['fault', ...what]),
    clear: async (...what: unknown[]) => void happened.push(['clear', ...what.filter(Boolean)]),
    run: async (command: unknown) => void happened.push(command),
    status: () => ({ slides: 1, camera: 2 }),
  } as unknown as Hall;
  const control = await startControl(hall, { host: '127.0.0.1', port: 0 });
  t.after(() => control.close());
  const ask = async (method: string, path: string, body?: unknown) => {
    const headers = body === undefined ? undefined : { 'Content-Type': 'application/json' };
    const reply = await fetch(control.url + path, {
      method,
      ...(headers ? { headers, body: JSON.stringify(body) } : {}),
    });
    return { status: reply.status, body: (await reply.json()) as { error?: string } };
  };
  assert.deepEqual(await ask('GET', '/status'), { status: 200, body: { slides: 1, camera: 2 } });
  await ask('POST', '/command', { command: 'camera kill' });
  await ask('POST', '/sources/slides/faults', { fault: 'delay', ms: 5 });
  await ask('DELETE', '/sources/slides/faults/delay');
  await ask('DELETE', '/sources/camera/faults');
  assert.deepEqual(happened.splice(0), [
    { sources: ['camera'], begin: { fault: 'kill' } },
    ['fault', 'slides', { fault: 'delay', ms: 5 }],
    ['clear', 'slides', 'delay'],
    ['clear', 'camera'],
  ]);
  for (const [method, path, body] of [
    ['POST', '/command', { command: 'camera explode' }],
    ['POST', '/command', {}],
    ['POST', '/sources/slides/faults', { fault: 'delay', ms: 'x' }],
    ['POST', '/sources/door/faults', { fault: 'kill' }],
    ['DELETE', '/sources/slides/faults/nothing', undefined],
  ] as const) {
    const { status, body: answer } = await ask(method, path, body);
    assert.equal(status, 400, path);
    assert.ok(answer.error);
  }
  assert.equal((await fetch(`${control.url}/nothing`)).status, 404);
  const huge = await fetch(`${control.url}/command`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: 'x'.repeat(100_000),
  });
  assert.equal(huge.status, 413);
  assert.deepEqual(happened, []);
});
