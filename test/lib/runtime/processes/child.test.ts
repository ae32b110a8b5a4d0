import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import test from 'node:test';
import { startChild, type ChildSpec } from '#lib/runtime/processes/child.ts';
import { isAlive } from '#test/support/alive.ts';

const node = (script: string, more: Partial<ChildSpec> = {}): ChildSpec => ({
  command: process.execPath,
  argv: ['-e', script],
  ...more,
});

test('a program that is not there is one that died, with the reason', async () => {
  for (const command of ['/nowhere/at/all', '/etc/passwd', '/']) {
    const child = startChild({ command, argv: [], feeds: [0, 3], takes: [1] });
    child.feed(3).write('lost');
    const { code, signal, reason } = await child.died;
    assert.equal(code, undefined);
    assert.equal(signal, undefined);
    assert.match(reason, /ENOENT|EACCES|failed|not found/i);
    await child.stop(10);
  }
});

test('arguments reach the program as they are: no shell', async () => {
  const argv = ['$HOME', '; echo x', '`id`', 'a b', "it's", '', '*', '\\n'];
  const child = startChild({
    command: process.execPath,
    argv: ['-e', 'process.stdout.write(JSON.stringify(process.argv.slice(1)))', ...argv],
    takes: [1],
  });
  const chunks: Buffer[] = [];
  child.take(1).on('data', (chunk: Buffer) => chunks.push(chunk));
  assert.equal((await child.died).code, 0);
  assert.deepEqual(JSON.parse(Buffer.concat(chunks).toString()), argv);
});

test('how glibc returns our memory is not for other programs, unless they are told', async (t) => {
  const names = ['MALLOC_MMAP_THRESHOLD_', 'MALLOC_TRIM_THRESHOLD_'];
  const before = names.map((name) => process.env[name]);
  t.after(() => {
    for (const [at, name] of names.entries()) {
      if (before[at] === undefined) delete process.env[name];
      else process.env[name] = before[at];
    }
  });
  for (const name of names) process.env[name] = '262144';
  const seen = async (spec: ChildSpec): Promise<(string | undefined)[]> => {
    const said = await text(startChild({ ...spec, takes: [1] }).take(1));
    return names.map((name) => new RegExp(`${name}\\W+(\\d+)`).exec(said)?.[1]);
  };
  const env = { MALLOC_MMAP_THRESHOLD_: '33554432' };
  assert.deepEqual(await seen({ command: 'env', argv: [] }), [undefined, undefined]);
  assert.deepEqual(await seen({ command: 'env', argv: [], env }), ['33554432', undefined]);
  assert.deepEqual(await seen(node('console.log(process.env)')), ['262144', '262144']);
});

test('pipes beyond the usual three carry bytes both ways', async () => {
  const script = `
    const fs = require('node:fs');
    const from = fs.createReadStream(null, { fd: 3 });
    const to = fs.createWriteStream(null, { fd: 4 });
    from.pipe(to);`;
  const child = startChild(node(script, { feeds: [3], takes: [4] }));
  const bytes = Buffer.alloc(1 << 20, 'abcdefg');
  const chunks: Buffer[] = [];
  child.take(4).on('data', (chunk: Buffer) => chunks.push(chunk));
  child.feed(3).end(bytes);
  assert.equal((await child.died).code, 0);
  assert.ok(Buffer.concat(chunks).equals(bytes));
  assert.throws(() => child.feed(5), /no pipe at file descriptor 5/);
});

test('the reason is the signal, else the last line of stderr, else the code', async () => {
  const spoken = await startChild(node(`console.error('first\\nlast word'); process.exit(3)`)).died;
  assert.deepEqual(spoken, { code: 3, signal: undefined, reason: 'last word' });
  const mute = await startChild(node('process.exit(7)')).died;
  assert.equal(mute.code, 7);
  assert.match(mute.reason, /7/);
  const spoke = Promise.withResolvers<void>();
  const script = `console.error('all is well'); setInterval(() => 0, 1000)`;
  const child = startChild(node(script, { onStderrLine: () => spoke.resolve() }));
  await spoke.promise;
  child.kill('SIGKILL');
  const killed = await child.died;
  assert.equal(killed.code, undefined);
  assert.equal(killed.signal, 'SIGKILL');
  assert.equal(killed.reason, 'ended by SIGKILL');
});

test('a flood on stderr is read as lines, and only its end is kept', async () => {
  let lines = 0;
  const script = `
    for (let n = 0; n < 50_000; n++) process.stderr.write('line ' + n + '\\r\\n');
    process.stderr.write('x'.repeat(3_000_000));
    process.stderr.write('\\nthe end');`;
  const child = startChild(node(script, { onStderrLine: () => lines++ }));
  const { reason } = await child.died;
  assert.equal(reason, 'the end');
  assert.equal(lines, 50_002);
  const tail = child.stderrTail();
  assert.ok(tail.length < 30 * 4200, `${tail.length} characters kept`);
  assert.equal(tail.split('\n').length, 20);
});

test('writing to a program that is gone harms nobody', async () => {
  const child = startChild(node('process.exit(0)', { feeds: [0, 3] }));
  await child.died;
  for (let n = 0; n < 100; n++) child.feed(3).write(Buffer.alloc(65_536));
  child.feed(0).end('late');
  await new Promise((resolve) => setTimeout(resolve, 30));
});

test('one that ignores SIGTERM is killed after its grace; stop may be asked twice', async () => {
  const script = `process.on('SIGTERM', () => 0); setInterval(() => 0, 1000); console.error('ready')`;
  const ready = Promise.withResolvers<void>();
  const child = startChild(node(script, { onStderrLine: () => ready.resolve() }));
  await ready.promise;
  const startMs = performance.now();
  const [one, two] = await Promise.all([child.stop(200), child.stop(200)]);
  assert.equal(one.signal, 'SIGKILL');
  assert.deepEqual(one, two);
  const tookMs = performance.now() - startMs;
  assert.ok(tookMs >= 190, `${tookMs} ms`);
  assert.equal(isAlive(child.pid!), false);
  assert.deepEqual(await child.stop(), one);
});
