import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { amphiIn, startFleetBox, type FleetBox } from './fleet-boxes.ts';

/** Five real boxes with their real port numbers: one is down, one has another password, one records. */

const NAMES = ['Amphi_A', 'Amphi_B', 'Amphi_C', 'Amphi_D', 'Amphi_E'];
const addressOf = (index: number): string => `127.0.0.${31 + index}`;
let here = '';
let boxes: FleetBox[] = [];
let amphi: ReturnType<typeof amphiIn>;
before(async () => {
  here = await mkdtemp(join(tmpdir(), 'amphi-fleet-'));
  amphi = amphiIn(here);
  // The third is never switched on.
  boxes = await Promise.all([0, 1, 3, 4].map((index) => startFleetBox(addressOf(index))));
});
after(async () => {
  await Promise.all(boxes.map((box) => box.remove()));
  await rm(here, { recursive: true, force: true });
});

test('a push to five boxes does what it can, says what it could not, and again changes nothing', async () => {
  const [first, second, wrong, recording] = boxes as [FleetBox, FleetBox, FleetBox, FleetBox];
  await copyFile(new URL('../../docs/images/composed.png', import.meta.url), join(here, 'faculty.png'));
  await writeFile(
    join(here, 'hall.yaml'),
    [
      "hall: '{{name}}'",
      'device:',
      "  inputs: { 2: { name: Laptop, source: { driver: rtsp, url: '{{slides}}' } } }",
      "  metadata: { publisher: 'Faculté, {{name}}' }",
      "files: { logo-1.png: '{{logo}}' }",
    ].join('\n'),
  );
  const passwords = [first.password, second.password, 'whatever', `not-${wrong.password}`, recording.password];
  const rows = NAMES.map((name, index) =>
    [
      name,
      addressOf(index),
      index === 1 ? 'ftp' : 'sftp',
      passwords[index],
      `rtsp://10.0.0.${index}/s`,
      'faculty.png',
    ].join(';'),
  );
  const table = ['Nom;Adresse;Protocole;Mot de passe;Diapos;Logo', ...rows].join('\r\n');
  await writeFile(join(here, 'hosts.csv'), `\uFEFF${table}\r\n`, { mode: 0o600 });
  await recording.start();
  const push = (...more: string[]) => amphi('', 'config', 'push', 'hall.yaml', '--hosts', 'hosts.csv', ...more);

  const pushed = await push();
  assert.equal(pushed.code, 1, pushed.stderr);
  const expected = ['done', 'done', 'unreachable', 'wrong password', 'recording'];
  NAMES.forEach((name, index) => {
    assert.match(pushed.stdout, new RegExp(`^${name} +${addressOf(index)} +${expected[index]} `, 'm'));
    assert.match(pushed.stderr, new RegExp(`^${name} +\\S`, 'm'));
  });
  assert.match(pushed.stdout, /^5 boxes: 2 done, 1 unreachable, 1 wrong password, 1 recording$/m);
  for (const [box, name] of [
    [first, 'Amphi_A'],
    [second, 'Amphi_B'],
  ] as const) {
    assert.equal((await box.wanted())['hall'], name);
    const logo = await readFile(join(box.data, 'overlays', 'logo-1.png'));
    assert.ok(logo.equals(await readFile(join(here, 'faculty.png'))));
  }
  for (const box of [wrong, recording]) assert.equal((await box.wanted())['hall'], 'E2E');
  assert.equal(((await recording.wanted())['recording'] as { state: string }).state, 'recording');

  const again = await push('--only', 'Amphi_A', 'Amphi_B');
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stdout, /^2 boxes: 2 unchanged$/m);
});

test('a scheduler is taken away again', async () => {
  const [box] = boxes as [FleetBox];
  const scheduler = '{ url: http://127.0.0.1:9, user: amphi, password: opencast-secret, auth: digest }';
  for (const [name, text] of [
    ['scheduler.yaml', `scheduler: ${scheduler}\n`],
    ['none.yaml', 'scheduler: null\n'],
  ] as const) {
    await writeFile(join(here, name), text);
    const set = await amphi(box.password, 'config', 'import', box.address, name);
    assert.equal(set.code, 0, set.stderr);
  }
  const shown = await amphi(box.password, 'config', 'export', box.address);
  assert.match(shown.stdout, /^scheduler: null$/m);
});
