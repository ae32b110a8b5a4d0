import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { inTime } from '#test/support/pace.ts';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const elsewhere = mkdtempSync(join(tmpdir(), 'amphi-bin-'));
after(() => rmSync(elsewhere, { recursive: true }));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

interface Said {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command as a person would, from another folder, with the machine's own PATH. */
function run(path: string, ...argv: string[]): Promise<Said> {
  return new Promise((resolve) => {
    execFile(path, argv, { cwd: elsewhere }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

const bin = (name: string): string => join(root, 'bin', name);

test('amphi says its version, also by a link from elsewhere', async () => {
  const link = join(elsewhere, 'amphi');
  symlinkSync(bin('amphi'), link);
  assert.deepEqual(await run(bin('amphi'), '--version'), { code: 0, stdout: `${version}\n`, stderr: '' });
  assert.equal((await run(link, '--version')).stdout, `${version}\n`);
});

test('amphi names its parts without loading them', async () => {
  const { stdout } = await run(bin('amphi'), '--help');
  assert.match(stdout, /^ {2}agent\b/m);
  assert.match(stdout, /^ {2}sim\b/m);
});

test('a mistake is told, and is a failure', async () => {
  const unknown = await run(bin('amphi'), 'agnt');
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /unknown command 'agnt'[\s\S]*agent/);
  assert.equal((await run(bin('amphi'), '--nope')).code, 1);
  const bench = await run(bin('bench'), 'nothing');
  assert.equal(bench.code, 1);
  assert.match(bench.stderr, /no bench nothing/);
  const setup = await run(bin('setup'), 'everything');
  assert.equal(setup.code, 2);
  assert.match(setup.stderr, /node, run, central, test or bench/);
});

test('a file that cannot be read is told by its name, in one line and without a stack', async () => {
  const none = join(elsewhere, 'none');
  for (const words of [
    ['agent', '--config', none],
    ['schedule', 'import', none, '--server', 'http://127.0.0.1:1'],
    ['config', 'check', none],
    ['sis', '127.0.0.1', '--password-file', none],
    ['sim', 'hall', '--scenario', none],
  ]) {
    for (const [at, why] of [
      [none, 'there is no such file'],
      [elsewhere, 'it is a folder'],
    ] as const) {
      const argv = words.map((word) => (word === none ? at : word));
      const { code, stderr } = await run(bin('amphi'), ...argv);
      assert.ok(code > 0, argv.join(' '));
      const said = stderr.trim().split('\n');
      assert.ok(said.at(-1)?.endsWith(`${at}: ${why}`), stderr);
      assert.ok(said.length <= 2, stderr);
    }
  }
});

test('where nothing is missing, setup is quick and silent', async (t) => {
  await run(bin('setup'), 'run');
  await inTime(t, async (judge) => {
    const startedAtMs = performance.now();
    assert.deepEqual(await run(bin('setup'), 'run'), { code: 0, stdout: '', stderr: '' });
    judge('setup took', performance.now() - startedAtMs, 2000);
  });
});
