import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { runProgram } from '#lib/runtime/processes/run-program.ts';
import { root } from '#test/laws/tree.ts';

/** The server as it is packed: its package and that of lib, side by side, with the packages of others. */
let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amphi-packed-'));
  await mkdir(join(folder, 'node_modules/@amphi'), { recursive: true });
  for (const name of await readdir(join(root, 'node_modules'))) {
    if (name !== '@amphi' && !name.startsWith('.'))
      await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
  for (const name of ['central', 'lib']) {
    await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder, join(root, name)]);
    await mkdir(join(folder, name));
    const archive = join(folder, `amphi-${name}-0.1.0.tgz`);
    await run('tar', ['xzf', archive, '--strip-components=1', '-C', join(folder, name)]);
    await symlink(join(folder, name), join(folder, 'node_modules/@amphi', name));
  }
});
after(() => rm(folder, { recursive: true, force: true }));

async function run(command: string, argv: readonly string[]): Promise<string> {
  const { code, stdout, reason } = await runProgram(command, [...argv], { timeoutMs: 120_000 });
  assert.equal(code, 0, `${command} ${argv.join(' ')}: ${reason}`);
  return stdout;
}

const evaluate = (code: string): Promise<string> => run(process.execPath, ['--input-type=module', '-e', code]);

test('the packed server says its help', async () => {
  const module = pathToFileURL(join(folder, 'central/command.ts')).href;
  const help = await evaluate(
    `const { centralCommand } = await import('${module}'); await centralCommand().parseAsync(['node', 'central', '--help']);`,
  );
  assert.match(help, /Usage: central \[options\]/);
  assert.match(help, /--database <URL>/);
});

test('the packed server has everything it is made of, and nothing of what lies around it', async () => {
  const module = pathToFileURL(join(folder, 'central/main.ts')).href;
  const told = await evaluate(
    `const { startCentral, packageVersion } = await import('${module}'); console.log(typeof startCentral, await packageVersion());`,
  );
  assert.equal(told.trim(), 'function 0.1.0');
});

test('its definitions of workflows are packed with it', async () => {
  const module = pathToFileURL(join(folder, 'central/workflows/shipped-definitions.ts')).href;
  const told = await evaluate(
    `const { shippedDefinitions } = await import('${module}'); console.log(shippedDefinitions().map(({ file }) => file).join(' '));`,
  );
  assert.match(told, /hd-720p\.yaml .*schedule-and-upload\.yaml/);
});

test('a worker loads every room but http and pages, and with them no web server', async () => {
  const modules = [
    'store/database',
    'identity/accounts',
    'catalogue/list-events',
    'agents/halls',
    'timetable/schedule',
  ];
  const more = ['timetable/import/import', 'workflows/workflows', 'intake/ingest', 'intake/fetch', 'intake/unpack'];
  const urls = [...modules, ...more].map((name) => pathToFileURL(join(folder, `central/${name}.ts`)).href);
  const code = `
    import { registerHooks } from 'node:module';
    registerHooks({
      resolve(name, context, next) {
        if (/^@?fastify/.test(name)) throw new Error('a worker needs no ' + name);
        return next(name, context);
      },
    });
    for (const url of ${JSON.stringify(urls)}) await import(url);
    console.log('all');`;
  assert.equal((await evaluate(code)).trim(), 'all');
});
