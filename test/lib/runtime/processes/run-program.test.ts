import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram } from '#lib/runtime/processes/run-program.ts';

test('gives what was printed and how it ended', async () => {
  assert.deepEqual(await runProgram('sh', ['-c', 'echo out; echo err >&2; exit 3']), {
    code: 3,
    stdout: 'out\n',
    reason: 'err',
  });
});

test('arguments reach the program as they are', async () => {
  const { stdout } = await runProgram('printf', ['%s', '$(id) `id` "; id']);
  assert.equal(stdout, '$(id) `id` "; id');
});

test('a program that is not there is an answer', async () => {
  const { code, reason } = await runProgram('/nowhere/program', []);
  assert.equal(code, undefined);
  assert.match(reason, /ENOENT/);
});

test('a program that takes too long, or says too much, is stopped', async () => {
  const slow = await runProgram('sleep', ['60'], { timeoutMs: 100 });
  assert.deepEqual([slow.code, slow.reason], [undefined, 'took longer than 0.1 s']);
  const loud = await runProgram('yes', [], { maxBytes: 1000 });
  assert.match(loud.reason, /more than 1000 bytes/);
  assert.ok(loud.stdout.length <= 1_000_000);
});
