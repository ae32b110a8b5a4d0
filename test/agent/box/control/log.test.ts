import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openLogFiles } from '#agent/box/control/log.ts';
import { openLog } from '#lib/runtime/log.ts';
import { until } from '#test/support/until.ts';

const folder = await mkdtemp(join(tmpdir(), 'amphi-log-'));
after(() => rm(folder, { recursive: true }));

test('the last lines are kept in a few files, and none is cut', async () => {
  const files = openLogFiles(join(folder, 'logs'), 1000);
  for (let n = 0; n < 500; n++) files.write(`{"n":${n}}\n`);
  files.close();
  const textOf = (name: string): Promise<string> => readFile(join(folder, 'logs', name), 'utf8');
  const names = ['amphi.3.log', 'amphi.2.log', 'amphi.1.log', 'amphi.log'];
  let lines: string[] = [];
  // Each file is written by itself: the last one may be there before another.
  const isWhole = (): boolean => lines.every((line, index) => line === `{"n":${500 - lines.length + index}}`);
  const look = async (): Promise<boolean> => {
    lines = (await Promise.all(names.map(textOf))).join('').trim().split('\n');
    return lines.length > 200 && isWhole();
  };
  await until('the last lines are there', look, { seen: () => lines.join() });
  assert.deepEqual((await readdir(join(folder, 'logs'))).toSorted(), names.toSorted());
  const first = (JSON.parse(lines[0] as string) as { n: number }).n;
  assert.ok(first > 0, `${lines.length} lines from ${first} on`);
});

test('a log without a place for its files goes on', async () => {
  await writeFile(join(folder, 'taken'), '');
  const files = openLogFiles(join(folder, 'taken'));
  files.write('lost\n');
  files.close();
});

test('what is logged goes to whoever else takes lines', () => {
  const lines: string[] = [];
  openLog('error', { write: (line) => void lines.push(line) }).error({ secret: 1 }, 'told');
  assert.equal((JSON.parse(lines[0] ?? '') as { msg: string }).msg, 'told');
});

test('secrets in a URL are left out of their own field; the others stay as they are', () => {
  const lines: string[] = [];
  const log = openLog('info', { write: (line) => void lines.push(line) });
  log.info({ url: 'rtsp://admin:p@Wort@camera/a', mail: 'me@example.org', count: 1 }, 'see http://host/x?token=abc');
  assert.equal(lines.length, 1);
  const { url, mail, count, msg } = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
  assert.deepEqual([url, mail, count, msg], ['rtsp://…@camera/a', 'me@example.org', 1, 'see http://host/x?token=…']);
});
