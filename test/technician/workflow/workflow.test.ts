import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { workflowCommand } from '#technician/workflow/workflow-command.ts';
import { root } from '#test/laws/tree.ts';
import { typeCommand } from '../type-command.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amphi-workflows-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** Writes files and checks them; names in the output are without the folder. */
async function check(files: Readonly<Record<string, string | Buffer>>, more: readonly string[] = []) {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const paths = [...Object.keys(files), ...more].map((name) => join(folder, name));
  const { code, stdout } = await typeCommand(workflowCommand(), ['check', ...paths]);
  return { code, lines: stdout.replaceAll(`${folder}/`, '').trimEnd().split('\n') };
}

test('the definitions that come with the server have no mistakes', async () => {
  const shipped = join(root, 'central/workflows/shipped');
  const files = (await readdir(shipped)).map((name) => join(shipped, name));
  const { code, stdout } = await typeCommand(workflowCommand(), ['check', ...files]);
  assert.equal(code, 0, stdout);
  assert.equal(stdout.trimEnd().split('\n').length, files.length);
  assert.match(stdout, /hd-720p\.yaml: hd-720p, \d+ operations, no mistakes/);
});

test('mistakes with file and line, exit code 1', async () => {
  const { code, lines } = await check({
    'a.yaml':
      'id: a\noperations:\n  - id: encod\n  - id: image\n    configurations:\n      - encoding-profile: b\n      - tme: 1\n',
    'b.xml': '<definition><id>b</id>\n<operations>\n<operation id="log" if="a"/></operations></definition>',
  });
  assert.equal(code, 1);
  assert.deepEqual(lines, [
    'a.yaml:3: there is no operation "encod"; did you mean encode?',
    'a.yaml:4: image: time is missing: moments',
    'a.yaml:7: image: it has no key "tme"; did you mean time?',
    'a.yaml: a, 2 operations, 3 mistakes',
    'b.xml:3: if "a", column 1: "a" is no value: a text stands in single quotes, a variable is written ${name}',
  ]);
});

test('includes: of the files that are there, loops, others only noted', async () => {
  const include = (id: string, of: string): string =>
    `id: ${id}\noperations:\n  - id: include\n    exception-handler-workflow: on-error\n    configurations: [workflow-id: ${of}]\n`;
  const loop = await check({ 'one.yaml': include('one', 'two'), 'two.yaml': include('two', 'one') });
  assert.equal(loop.code, 1);
  assert.match(loop.lines.join('\n'), /one\.yaml:3: this includes itself: one → two → one/);
  const away = await check({ 'one.yaml': include('one', 'away') });
  assert.equal(away.code, 0);
  assert.deepEqual(away.lines, [
    'one.yaml:3: "away" is not among the files, so it was not checked',
    'one.yaml:3: "on-error" is not among the files, so it was not checked',
    'one.yaml: one, 1 operation, no mistakes',
  ]);
});

test('one id in two files', async () => {
  const { code, lines } = await check({ 'c.yaml': 'id: c\noperations: []', 'd.yaml': 'id: c\noperations: []' });
  assert.equal(code, 1);
  assert.match(lines.at(-1) ?? '', /^d\.yaml: the id c is that of c\.yaml, too$/);
});

test('files that cannot be read, exit code 2', async () => {
  const { code, lines } = await check(
    { 'e.yaml': Buffer.from([0xff, 0xfe, 0x61]), 'f.yaml': Buffer.alloc(5_000_000, 'a') },
    ['gone.yaml', '.'],
  );
  assert.equal(code, 2);
  assert.equal(lines[0], 'e.yaml: the file is no text in UTF-8');
  assert.equal(lines[1], 'f.yaml: the file has 5000000 bytes, too many for a definition');
  assert.match(lines[2] ?? '', /^gone\.yaml: /);
  assert.equal(lines.length, 4);
});

test('a file cannot change the terminal', async () => {
  const { lines } = await check({ 'g.yaml': 'id: "a\\e[2J\\x9b1m"\noperations: []' });
  assert.doesNotMatch(lines.join(''), /\p{Cc}/u);
});
