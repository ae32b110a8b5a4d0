import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columnName, readHosts } from '#firmware-config/document/hosts.ts';
import { fillTemplate, placeholdersIn } from '#firmware-config/document/template.ts';
import { ConfigError } from '#firmware-config/document/text.ts';

const TABLES = {
  'French, semicolons, a byte order mark, CR LF':
    '\uFEFFNom;Hôte;Mot de passe;Débit (kb/s);Logo\r\nAmphi_D;10.0.0.4;"a;b""c";900;d.png\r\n\r\nAmphi_E;10.0.0.5;x;;e.png\r\n',
  'English, commas, cells in quotes':
    'name,"IP address",password,Débit (kb/s),logo\nAmphi_D,10.0.0.4,"a;b""c",900,d.png\nAmphi_E,10.0.0.5,x,,e.png',
  tabs: 'Name\tHost\tPassword\tDebit kb/s\tLogo\nAmphi_D\t10.0.0.4\ta;b"c\t900\td.png\nAmphi_E\t10.0.0.5\tx\t\te.png\n',
};

for (const [name, text] of Object.entries(TABLES))
  test(`a table of boxes: ${name}`, () => {
    const { hosts, mistakes } = readHosts(text, 'hosts.csv');
    assert.deepEqual(mistakes, []);
    const [first, second] = hosts;
    assert.deepEqual(
      [first?.label, first?.host, first?.password, first?.values.get('nom'), first?.values.get('debit_kb_s')],
      ['Amphi_D', '10.0.0.4', 'a;b"c', 'Amphi_D', '900'],
    );
    assert.deepEqual([second?.host, second?.values.get('debit_kb_s')], ['10.0.0.5', '']);
  });

test('every mistake of a table is told, with its line', () => {
  const text = [
    'Nom;Adresse;IP;Port;Protocole;',
    'A;10.0.0.1;10.0.0.1;22;sftp;',
    'B;10.0.0.2',
    'C;;;70000;gopher;',
    'D;a b;a b;;;',
    'A;10.0.0.1;10.0.0.1;22;;',
    'E;10.0.0.5;10.0.0.5;x;http;',
  ].join('\n');
  const { mistakes } = readHosts(text, 'h.csv');
  for (const words of [
    /line 1: columns "Adresse" and "IP" both are host/,
    /line 1: column 6 has no name/,
    /line 3: has 2 cells, the headers are 6/,
    /line 4: has no address/,
    /line 5: "a b" is no address/,
    /line 6: 10\.0\.0\.1 is in line 2 already/,
    /line 7: port "x" is no number/,
    /line 7: protocol "http" is neither sftp nor ftp/,
  ])
    assert.ok(
      mistakes.some((mistake) => words.test(mistake)),
      `${String(words)} in ${mistakes.join('\n')}`,
    );
  assert.match(readHosts('', 'h.csv').mistakes.join(), /is empty/);
  assert.match(readHosts('name;x\na;b\n', 'h.csv').mistakes.join(), /no column for the address/);
  assert.match(readHosts('host\n', 'h.csv').mistakes.join(), /no box/);
});

test('names of columns are small letters, without accents', () => {
  assert.equal(columnName(' Mot de  passe '), 'mot_de_passe');
  assert.equal(columnName('Débit (kb/s)'), 'debit_kb_s');
});

test('a template is filled, with numbers and yes or no where the schema wants them', () => {
  const template = [
    '# not {{this}}',
    "hall: '{{name}}'",
    'device:',
    "  routing: { A: '{{in}}' }",
    "  swapped: '{{swap}}'",
    "  encoders: { archive: { videoKbps: '{{rate|750}}', gopFrames: '{{gop|30}}' } }",
    "  sis: { snmp: { location: '{{name}}, {{rate}}' } }",
    "files: { logo-1.png: '{{logo|none.png}}' }",
  ].join('\n');
  assert.deepEqual(placeholdersIn(template), ['name', 'in', 'swap', 'rate']);
  const values = new Map(Object.entries({ name: '007', in: '2', swap: 'oui', rate: '', gop: '60' }));
  const filled = fillTemplate(template, 't.yaml', values);
  assert.deepEqual(filled.hall, '007');
  assert.deepEqual(filled.device?.routing, { A: 2 });
  assert.equal(filled.device?.swapped, true);
  assert.deepEqual(filled.device?.encoders?.archive, { videoKbps: 750, gopFrames: 60 });
  assert.equal(filled.device?.sis?.snmp?.location, '007, ');
  assert.deepEqual(filled.files, { 'logo-1.png': 'none.png' });
  // A value is a value: it brings no keys along.
  const sly = fillTemplate(
    "hall: D\ndevice: { sis: { snmp: { contact: '{{who}}' } } }",
    't',
    new Map([['who', "x', y: {a: 1}"]]),
  );
  assert.equal(sly.device?.sis?.snmp?.contact, "x', y: {a: 1}");
});

test('what a value spoils is told at its place in the template', () => {
  const text = "hall: '{{name}}'\ndevice:\n  layout: '{{n}}'\nfiles: { '../x': y }\n";
  assert.throws(
    () =>
      fillTemplate(
        text,
        't.yaml',
        new Map([
          ['name', 'a b'],
          ['n', '99'],
        ]),
      ),
    (error: unknown) =>
      error instanceof ConfigError &&
      error.mistakes.length === 3 &&
      ['t.yaml:1:1: hall', 't.yaml:3:3: device.layout', 't.yaml:4:10: files'].every((at) => error.message.includes(at)),
  );
});
