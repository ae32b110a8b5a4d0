import assert from 'node:assert/strict';
import { basename } from 'node:path';
import test, { after } from 'node:test';
import { startChild, type Child } from '#lib/runtime/processes/child.ts';
import { killLeftovers } from '#lib/runtime/processes/leftovers.ts';
import { until } from '#test/support/until.ts';
import { isAlive } from '#test/support/alive.ts';

const BOX = `/data/hall-é-${process.pid}`;
const module = (name: string): string =>
  JSON.stringify(new URL(`../../../../lib/runtime/processes/${name}`, import.meta.url).href);
const children: Child[] = [];
after(() => Promise.all(children.map((child) => child.stop(0, 'SIGKILL'))));

/** A box in its own process that starts a `sleep`; gives the box and the process id of what it started. */
async function box(name: string, program = 'sleep'): Promise<{ parent: Child; pid: number }> {
  const script = `
    const { markChildren } = await import(${module('leftovers.ts')});
    const { startChild } = await import(${module('child.ts')});
    markChildren(${JSON.stringify(name)});
    const child = startChild({ command: ${JSON.stringify(program)}, argv: ['600'] });
    console.error('pid ' + child.pid);
    setInterval(() => 0, 1000);`;
  const started = Promise.withResolvers<number>();
  const parent = startChild({
    command: process.execPath,
    argv: ['--input-type=module', '-e', script],
    onStderrLine: (line) => line.startsWith('pid ') && started.resolve(Number(line.slice(4))),
  });
  children.push(parent);
  return { parent, pid: await started.promise };
}

/** basename(readlink /proc/pid/exe) of `sleep`: may be the program of a box of tools. */
const SLEEP = [basename('/usr/bin/sleep'), 'coreutils', 'busybox'];

test('what a killed box left is found by its mark and ended; nothing else is', async () => {
  const [own, other] = [await box(BOX), await box(`${BOX}-2`)];
  const unmarked = startChild({ command: 'sleep', argv: ['600'] });
  children.push(unmarked);
  own.parent.kill('SIGKILL');
  await own.parent.died;
  assert.ok(isAlive(own.pid), 'a child outlives its killed parent: that is why');

  assert.deepEqual(await killLeftovers(BOX, ['ffmpeg', 'ffprobe']), [], 'other programs are left alone');
  assert.deepEqual(await killLeftovers(BOX.slice(0, -1), SLEEP), [], 'half a name is no name');
  assert.deepEqual(await killLeftovers(BOX, SLEEP), [own.pid]);
  await until('it is gone', () => !isAlive(own.pid));
  assert.ok(isAlive(other.pid));
  assert.ok(isAlive(unmarked.pid!));
  assert.deepEqual(await killLeftovers(`${BOX}-2`, SLEEP), [other.pid]);
});
