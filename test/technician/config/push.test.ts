import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openDesk, openFileBox, type FileBox } from '../file-box.ts';

const desk = await openDesk();
const boxes = await Promise.all(Array.from({ length: 5 }, () => openFileBox()));
after(async () => {
  await Promise.all(boxes.map((box) => box.close()));
  await desk.close();
});
const { amphi, write } = desk;

test('push: mistakes of tables and templates are told before anything is sent', async () => {
  const template = await write(
    'hall.yaml',
    "hall: '{{name}}'\ndevice:\n  layout: '{{layout}}'\n  locale: '{{langue}}'\nfiles: { logo-1.svg: '{{logo}}' }\n",
  );
  const table = 'Nom;Adresse;Layout;Logo\nAmphi D;127.0.0.2;99;no.svg\n"Amphi_E;127.0.0.3;2;no.svg\n';
  const missing = await amphi('push', template, '--hosts', await write('hosts.csv', table));
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /\{\{langue\}\}: .*has no such column/);
  assert.match(missing.stderr, /line 3: a quotation mark is opened here and never closed/);
  const whole =
    '\uFEFFNom,Hôte,Layout,Logo,Langue\r\nAmphi D,127.0.0.2,99,no.svg,fr\r\nAmphi_E,127.0.0.2,2,no.svg,de\r\n';
  const bad = await amphi('push', template, '--hosts', await write('hosts.csv', whole));
  assert.equal(bad.code, 2);
  for (const words of [
    /line 2 \(Amphi D\): .*hall\.yaml:1:1: hall/,
    /line 2 \(Amphi D\): .*hall\.yaml:3:3: device\.layout/,
    /line 3: 127\.0\.0\.2 is in line 2 already/,
    /line 3 \(Amphi_E\): .*hall\.yaml:4:3: device\.locale/,
  ])
    assert.match(bad.stderr, words);
});

test('push: five boxes, one away, one with another password, one recording', async () => {
  const [fine, byFtp, away, wrong, busy] = boxes as [FileBox, FileBox, FileBox, FileBox, FileBox];
  await away.hangUp();
  await busy.client().ask('\u001bY1RCDR\r');
  await write('logo.png', Buffer.from('not looked at by these boxes'));
  const template = await write(
    'hall.yaml',
    [
      "hall: '{{nom}}'",
      "device:\n  inputs:\n    1: { name: Slides, source: { driver: rtsp, url: '{{slides}}' } }",
      "  encoders: { archive: { videoKbps: '{{débit|750}}' } }",
      "files: { logo-1.png: '{{logo}}' }",
    ].join('\n'),
  );
  const names = ['Amphi_A', 'Amphi_B', 'Amphi_C', 'Amphi_D', 'Amphi_E'];
  const rows = boxes.map((box, index) => {
    const [way, port] = box === byFtp ? ['FTP', box.ports.ftp] : ['', box.ports.sftp];
    const secret = box === wrong ? 'not it' : 'secret';
    return [
      names[index],
      box.address,
      port,
      way,
      secret,
      `"rtsp://10.0.0.${index}/a;b"`,
      'logo.png',
      box === fine ? 900 : '',
    ].join(';');
  });
  const hosts = await write(
    'hosts.csv',
    `Salle;IP;Port;Protocole;Mot de passe;Diapos;Logo;Débit\n${rows.join('\n')}\n`,
  );
  // The table says hall, the template asks for a name.
  const noName = await amphi('push', template, '--hosts', hosts);
  assert.match(noName.stderr, /\{\{nom\}\}/);
  await write('hosts.csv', `Nom;IP;Port;Protocole;Mot de passe;Diapos;Logo;Débit\n${rows.join('\n')}\n`);
  const push = (...more: string[]) => amphi('push', template, '--hosts', hosts, '--json', ...more);
  const resultsOf = (stdout: string) =>
    (JSON.parse(stdout) as { box: string; result: string; changes: string[] }[]).map(({ result }) => result);

  const dry = await push('--dry-run');
  assert.deepEqual(resultsOf(dry.stdout), [
    'would change',
    'would change',
    'unreachable',
    'wrong password',
    'would change',
  ]);
  assert.equal(fine.config.document().hall, 'Amphi');

  const first = await push();
  assert.equal(first.code, 1);
  assert.deepEqual(
    resultsOf(first.stdout),
    ['done', 'done', 'unreachable', 'wrong password', 'recording'],
    first.stdout,
  );
  for (const name of names) assert.match(first.stderr, new RegExp(`^${name} +\\S`, 'm'));
  const { hall, device } = fine.config.document();
  assert.deepEqual([hall, device.encoders.archive.videoKbps], ['Amphi_A', 900]);
  assert.deepEqual(device.inputs[1].source, { driver: 'rtsp', url: 'rtsp://10.0.0.0/a;b', transport: 'tcp' });
  assert.equal(String(await byFtp.overlay('logo-1.png')), 'not looked at by these boxes');
  assert.equal(busy.config.document().hall, 'Amphi');
  await assert.rejects(busy.overlay('logo-1.png'), /ENOENT/);
  assert.equal(busy.device.state().wanted.recording.state, 'recording');

  const second = await amphi('push', template, '--hosts', hosts, '--only', 'Amphi_A', 'Amphi_B');
  assert.equal(second.code, 0, second.stderr);
  assert.match(second.stdout, /^Amphi_A +127\.0\.0\.1 +unchanged +0 /m);
  assert.match(second.stdout, /^2 boxes: 2 unchanged$/m);
});

test('a box that cannot be reached afterwards goes back by itself', async () => {
  const [box] = boxes;
  assert.ok(box);
  const place = [box.address, '--port', String(box.ports.sftp)];
  const { hall } = box.config.document();
  // As if the configuration had cut the way to it.
  const stop = box.device.subscribe(({ before, state }) => {
    if (state.wanted.hall === before.wanted.hall) return;
    void (state.wanted.hall === 'Cut' ? box.hangUp() : box.answerAgain());
  });
  const cut = await amphi('import', ...place, await write('cut.yaml', 'hall: Cut\n'), '--trial', '5');
  stop();
  assert.equal(cut.code, 1, cut.stderr);
  assert.match(cut.stderr, /waiting until it goes back\n.*: rolled back: /);
  assert.equal(box.config.document().hall, hall);
  assert.match(await box.stored('box.cfg.result'), /"went back"/);
  await assert.rejects(box.stored('trial-5.cfg'), /ENOENT/);
});

test('push: a row names a box as it is known, with what is kept of it', async () => {
  const [known, other] = await Promise.all([openFileBox(), openFileBox()]);
  try {
    const secret = await write('secret', 'secret\n');
    const { address, ports } = known;
    const how = ['--ftp', String(ports.ftp), '--keep-password', '--password-file', secret];
    const added = await desk.bare('boxes', 'add', 'Amphi_K', address, ...how);
    assert.equal(added.code, 0, added.stderr);
    const template = await write('known.yaml', "hall: '{{name}}'\n");
    const table = (rows: string) => write('known.csv', `Name;Host;Port;Protocol;Password\n${rows}\n`);
    const hosts = await table(`Hall_K;Amphi_K;;;\nHall_L;${other.address};${other.ports.sftp};;secret`);
    const pushed = await desk.bare('config', 'push', template, '--hosts', hosts, '--json');
    assert.equal(pushed.code, 0, pushed.stderr + pushed.stdout);
    const results = JSON.parse(pushed.stdout) as { box: string; host: string; result: string }[];
    assert.deepEqual(
      results.map(({ box, host, result }) => [box, host, result]),
      [
        ['Hall_K', address, 'done'],
        ['Hall_L', other.address, 'done'],
      ],
    );
    assert.deepEqual(
      [known, other].map(({ config }) => config.document().hall),
      ['Hall_K', 'Hall_L'],
    );
    await table(`Hall_K;Amphi_K;;;\nHall_M;${address};${ports.ftp};FTP;secret`);
    const twice = await desk.bare('config', 'push', template, '--hosts', hosts);
    assert.equal(twice.code, 2);
    assert.match(twice.stderr, /line 3: .* is .*, which is in line 2 already/);
    assert.equal(known.config.document().hall, 'Hall_K');
    await table(`Hall_K;Amphi_K;${other.ports.sftp};SFTP;secret`);
    const elsewhere = await desk.bare('config', 'push', template, '--hosts', hosts);
    assert.equal(elsewhere.code, 0, elsewhere.stderr);
    assert.equal(other.config.document().hall, 'Hall_K', 'what the row says goes before what is kept');
  } finally {
    await Promise.all([known.close(), other.close()]);
  }
});
