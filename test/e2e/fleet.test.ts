import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { stringify } from 'yaml';
import { allKeys } from '#test/support/all-keys.ts';
import { lacks, run } from '#test/agent/control/clients.ts';
import { FEW_PIXELS } from '#test/support/box.ts';
import { until } from '#test/support/until.ts';
import { amphiIn, startFleetBox, type FleetBox } from './fleet-boxes.ts';

/** Real boxes with their real port numbers, on addresses of their own. */

let here = '';
let one: FleetBox;
let other: FleetBox;
let amphi: ReturnType<typeof amphiIn>;
before(async () => {
  here = await mkdtemp(join(tmpdir(), 'amphi-fleet-'));
  amphi = amphiIn(here);
  const film = ['-f', 'lavfi', '-i', 'color=gray:s=64x64:r=5', '-t', '2', documentOfAll().device.inputs[2].source.path];
  assert.equal((await run('ffmpeg', ['-v', 'error', ...film])).code, 0);
  [one, other] = await Promise.all([startFleetBox('127.0.0.21'), startFleetBox('127.0.0.22')]);
});
after(async () => {
  await Promise.all([one?.remove(), other?.remove()]);
  await rm(here, { recursive: true, force: true });
});

/**
 * With every key, but for what two boxes and a test are too much for: pictures, a film that is looked for again and again; and the
 * ports that the test uses.
 */
function documentOfAll() {
  const { device } = allKeys;
  const { archive, 'archive-b': second, confidence } = device.encoders;
  const few = FEW_PIXELS.archive;
  const source = { driver: 'file', path: join(here, 'film.mkv') } as const;
  return {
    ...allKeys,
    device: {
      ...device,
      inputs: { ...device.inputs, 2: { ...device.inputs[2], source } },
      encoders: { archive: { ...archive, ...few }, 'archive-b': { ...second, ...few }, confidence },
      sis: { ...device.sis, ports: {} },
    },
  };
}

test('what is exported from a running box and imported into another makes it equal, over all keys, also after kill -9', async () => {
  const file = join(here, 'all.yaml');
  await writeFile(file, stringify(documentOfAll()));
  const set = await amphi(one.password, 'config', 'import', one.address, file);
  assert.equal(set.code, 0, set.stderr);
  const exported = join(here, 'one.yaml');
  assert.equal((await amphi(one.password, 'config', 'export', one.address, '--secrets', '--output', exported)).code, 0);
  // The other way, by FTP.
  const imported = await amphi(other.password, 'config', 'import', other.address, exported, '--ftp');
  assert.equal(imported.code, 0, imported.stderr);
  const [a, b] = [await one.wanted(), await other.wanted()];
  assert.deepEqual(b, a);
  assert.equal((a['layoutNumber'] as number) ?? 0, 13);
  const again = await amphi(other.password, 'config', 'import', other.address, exported);
  assert.deepEqual([again.code, again.stdout], [0, ''], again.stderr);
  await other.kill9();
  other = await startFleetBox('127.0.0.22', other.folder);
  assert.deepEqual(await other.wanted(), a);
});

test('the commands of the control protocol save and restore the same file', async () => {
  const sis = (command: string) => amphi(one.password, 'sis', one.address, '--exec', command);
  const saved = await sis('W1*2XF');
  assert.deepEqual([saved.code, saved.stdout], [0, 'Cfg1*2\n'], saved.stderr);
  assert.equal((await sis('WOther-hallCN')).code, 0);
  assert.equal((await one.wanted())['hall'], 'Other-hall');
  const restored = await sis('W0*2XF');
  assert.deepEqual([restored.code, restored.stdout], [0, 'Cfg0*2\n']);
  assert.equal((await one.wanted())['hall'], 'Amphi_D');
  // While it records the file that the protocol restores is refused, and an import that would touch the recording.
  assert.equal((await sis('record start')).code, 0);
  const refused = await sis('W0*2XF');
  assert.deepEqual([refused.code, refused.stdout], [1, 'E22\n']);
  await writeFile(join(here, 'hall.yaml'), 'hall: Third\n');
  const busy = await amphi(one.password, 'config', 'import', one.address, 'hall.yaml');
  assert.deepEqual([busy.code, /E22: a recording runs/.test(busy.stdout)], [1, true], busy.stderr);
  assert.equal((await sis('record')).stdout, 'RcdrY1\n');
  assert.equal((await sis('record stop')).code, 0);
  // Nobody asks it any more: the machine is the other's.
  await one.remove();
});

test('a configuration on trial is undone by a box that was killed meanwhile', { skip: lacks('sshpass') }, async () => {
  await writeFile(join(here, 'trial'), 'hall: Tried\n');
  const options = ['-oStrictHostKeyChecking=no', '-oUserKnownHostsFile=/dev/null', '-oBatchMode=no', '-oPort=22022'];
  await writeFile(join(here, 'batch'), 'put trial /nortxe-backup/trial-5.cfg\n');
  const put = await run(
    'sshpass',
    ['-p', other.password, 'sftp', ...options, '-b', 'batch', `admin@${other.address}`],
    { cwd: here },
  );
  assert.equal(put.code, 0, put.stderr);
  await until('it is tried', async () => (await other.wanted())['hall'] === 'Tried');
  await other.kill9();
  other = await startFleetBox('127.0.0.22', other.folder);
  await until('it went back', async () => (await other.wanted())['hall'] === 'Amphi_D');
  const result = (): Promise<string> => readFile(join(other.data, 'nortxe-backup', 'box.cfg.result'), 'utf8');
  await until('it said so', async () => (await result()).includes('"went back"'));
});

test('the scheduler of a box is set from afar: the box begins anew with it, and keeps its password to itself', async () => {
  const scheduler = { url: 'http://127.0.0.1:9', user: 'amphi', password: 'opencast-secret', auth: 'digest' };
  await writeFile(join(here, 'scheduler.yaml'), stringify({ scheduler }));
  const set = await amphi(other.password, 'config', 'import', other.address, 'scheduler.yaml');
  assert.equal(set.code, 0, set.stderr);
  assert.match(set.stderr, /begins anew/);
  assert.doesNotMatch(set.stdout + set.stderr + other.log(), /opencast-secret/);
  await until('it says that it begins anew', () => other.log().includes('beginning anew'));
  let shown = await amphi(other.password, 'config', 'export', other.address);
  await until('it is back', async () => {
    if (shown.code === 0) return true;
    shown = await amphi(other.password, 'config', 'export', other.address);
    return false;
  });
  assert.match(shown.stdout, /scheduler:\n {2}url: http:\/\/127\.0\.0\.1:9\n[\s\S]*password: ["']?\*\*\*/);
  const again = await amphi(other.password, 'config', 'import', other.address, 'scheduler.yaml');
  assert.deepEqual([again.code, again.stdout], [0, ''], again.stderr);
});
