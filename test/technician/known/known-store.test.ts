import assert from 'node:assert/strict';
import { chmod, chown, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { NOTHING_KNOWN, withBox, withoutBox, withServer, type KnownServer } from '#technician/known/known-places.ts';
import { KnownError, openKnown } from '#technician/known/known-store.ts';

const root = await mkdtemp(join(tmpdir(), 'amphi-known-'));
const folder = join(root, 'amphi');
const path = join(folder, 'known.json');
const told: string[] = [];
const open = () => openKnown((words) => void told.push(words), folder);
after(() => rm(root, { recursive: true }));
beforeEach(async () => {
  told.length = 0;
  await rm(folder, { recursive: true, force: true });
});

const box = { name: 'Amphi_D', host: '10.1.2.4', password: 'k3Rjw9tQ' };
const modeOf = async (at: string): Promise<number> => (await stat(at)).mode & 0o777;

const refusal = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof KnownError, String(error));
    return error.message;
  }
  return assert.fail('it was taken');
};

test('what is kept is for its owner alone, and reading makes nothing', async () => {
  assert.deepEqual(open().read(), NOTHING_KNOWN);
  assert.deepEqual(await readdir(root), []);
  const before = process.umask(0);
  open().change((places) => withBox(places, box));
  process.umask(before);
  assert.deepEqual([await modeOf(folder), await modeOf(path)], [0o700, 0o600]);
  assert.deepEqual(open().read().boxes, [box]);
  open().change((places) => ({ ...places, lastBox: 'Amphi_D' }));
  assert.equal(open().read().lastBox, 'Amphi_D');
  assert.deepEqual(await readdir(folder), ['known.json'], 'nothing half written stays');
  open().change((places) => withoutBox(places, 'Amphi_D'));
  assert.deepEqual(open().read(), NOTHING_KNOWN);
  assert.deepEqual(told, []);
});

test('nothing is written where nothing changes', async () => {
  open().change((places) => withBox(places, box));
  const { mtimeMs, ino } = await stat(path);
  open().change((places) => withBox(places, box));
  const now = await stat(path);
  assert.deepEqual([now.mtimeMs, now.ino], [mtimeMs, ino]);
});

test('permissions that are too open are mended, and told', async () => {
  open().change((places) => withBox(places, box));
  await chmod(folder, 0o755);
  await chmod(path, 0o644);
  assert.equal(open().read().boxes.length, 1);
  assert.deepEqual([await modeOf(folder), await modeOf(path)], [0o700, 0o600]);
  assert.equal(told.length, 1);
  assert.match(told[0] ?? '', /known\.json was open to others/);
});

test('damage is told in words, without what is in the file, which stays', async () => {
  await mkdir(folder, { mode: 0o700 });
  const cases: [string, RegExp][] = [
    ['{"servers": [{"token": "my-secret', /is damaged \(it is no JSON\): mend it, or remove it/],
    ['[]', /is damaged \(all of it: /],
    ['{"version":1,"boxes":[{"name":"a","host":7,"password":"my-secret"}],"servers":[]}', /boxes\.0\.host: /],
    ['{"version":9,"boxes":[],"servers":[]}', /is damaged \(version: /],
    ['{"version":1,"boxes":[{"name":"-rf","host":"x"}],"servers":[]}', /boxes\.0\.name: is no name/],
    ['', /is damaged \(it is no JSON\)/],
  ];
  for (const [text, words] of cases) {
    await writeFile(path, text, { mode: 0o600 });
    const said = refusal(() => open().read());
    assert.match(said, words);
    assert.doesNotMatch(said, /my-secret/);
    refusal(() => open().change((places) => withBox(places, box)));
    assert.equal(await readFile(path, 'utf8'), text);
  }
});

test('a file of somebody else, and what is no file, are refused', async (context) => {
  await mkdir(path, { recursive: true, mode: 0o700 });
  assert.match(
    refusal(() => open().read()),
    /is no file/,
  );
  await rm(path, { recursive: true });
  if (process.getuid?.() !== 0) return context.skip('only root can give a file away');
  open().change((places) => withBox(places, box));
  await chown(path, 65_534, 65_534);
  assert.match(
    refusal(() => open().read()),
    /belongs to somebody else/,
  );
  await chown(path, 0, 0);
  await chown(folder, 65_534, 65_534);
  assert.match(
    refusal(() => open().change(() => NOTHING_KNOWN)),
    /belongs to somebody else/,
  );
});

test('a server is known once, by name and by address', () => {
  const server = (name: string, url: string): KnownServer => ({ name, url, account: 'admin', token: 't' });
  const one = withServer(NOTHING_KNOWN, server('one', 'http://a:8080'));
  const renamed = withServer(one, server('two', 'http://a:8080'));
  assert.deepEqual([renamed.servers.map(({ name }) => name), renamed.lastServer], [['two'], 'two']);
  const moved = withServer(renamed, server('two', 'http://b:8080'));
  assert.deepEqual(
    moved.servers.map(({ url }) => url),
    ['http://b:8080'],
  );
});

test('a name that no command could be given is refused before it is written', async () => {
  for (const name of ['', '-x', 'a b', 'a/b', 'x'.repeat(200)])
    refusal(() => open().change((places) => withBox(places, { name, host: 'h' })));
  await assert.rejects(stat(path));
});
