import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

const HANDLER = new URL('../../../lib/runtime/last-handler.ts', import.meta.url).href;

/** Runs a program with the handler; what it printed. Rejects if it ends by a fault. */
async function printed(body: string): Promise<string[]> {
  const program = `import { catchTheRest } from '${HANDLER}';\nconst end = catchTheRest((error) => { console.log('told', error.message); if (error.message === 'twice') throw error; });\n${body}`;
  const argv = ['--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, argv);
  return stdout.trim().split('\n');
}

test('what nobody caught is told, and the process goes on', async () => {
  const lines = await printed(`
    setTimeout(() => { throw new Error('timer'); }, 1);
    setTimeout(() => { throw new Error('twice'); }, 2);
    setTimeout(() => void Promise.reject(new Error('promise')), 3);
    setTimeout(() => console.log('still here'), 50);
  `);
  assert.deepEqual(lines, ['told timer', 'told twice', 'told promise', 'still here']);
});

test('once it is ended, a fault ends the process again', async () => {
  await assert.rejects(printed(`end(); setTimeout(() => { throw new Error('timer'); }, 1);`), /Error: timer/);
});
