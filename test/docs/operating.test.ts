import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const page = read('docs/operating.md');

/** The alarms that something raises: their names stand on a line that speaks of alarms, outside types, pages and examples. */
function raised(): Set<string> {
  const union = /export type AlarmName =([^;]*);/.exec(read('agent/device/state.ts'))?.[1] ?? '';
  const names = [...union.matchAll(/'(\w+)'/g)].map(([, name = '']) => name);
  assert.ok(names.length > 5);
  const sources = readdirSync(join(root, 'agent'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/^(web|device|control\/sis)\//.test(path))
    .map((path) => read(join('agent', path)))
    .join('\n');
  return new Set(
    names.filter((name) => new RegExp(`^.*\\b(alarm|raise|clear|AlarmName|name):?\\b.*'${name}'`, 'mi').test(sources)),
  );
}

test('every alarm that is raised is explained, and no other', () => {
  const explained = new Set([...page.matchAll(/^\| `(\w+)` \|.*\|.*\|.*\|$/gm)].map(([, name]) => name));
  const known = raised();
  assert.ok(known.size >= 10, [...known].join());
  assert.deepEqual(explained, known);
});

for (const name of ['amphi.service', 'amphi-time.service', 'amphi-time.path'])
  test(`systemd takes ${name}`, async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'amphi-unit-'));
    try {
      // A path is taken with the service that it starts.
      for (const one of new Set([name, 'amphi-time.service']))
        writeFileSync(join(folder, one), read(`docs/${one}`).replaceAll('/opt/amphi/', root));
      const unit = join(folder, name);
      const { code, said } = await new Promise<{ code: unknown; said: string }>((resolve) => {
        execFile('systemd-analyze', ['verify', unit], (error, stdout, stderr) =>
          resolve({ code: error?.code ?? 0, said: `${stdout}${stderr}` }),
        );
      });
      if (code === 'ENOENT') return context.skip('no systemd-analyze here');
      assert.deepEqual({ code, said: said.includes(name) ? said : '' }, { code: 0, said: '' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
