import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { ConfigError, type Override } from '#firmware-config/document/text.ts';
import { parseConfig, readConfig } from '#agent/box/settings/config.ts';
import type { Config } from '#firmware-config/schema/config.ts';

/** The mistakes of a text, without the headline. */
function mistakesOf(text: string, overrides: readonly Override[] = []): readonly string[] {
  try {
    parseConfig(text, 'box.yaml', overrides);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.mistakes;
  }
  return [];
}

test('without a file there are defaults', async () => {
  const config = await readConfig(undefined, []);
  const { hall, listen, data, http, rtsp, device } = config;
  assert.deepEqual(
    { hall, listen, data, device },
    { hall: 'Amphi', listen: '0.0.0.0', data: '/var/lib/amphi', device: {} },
  );
  assert.deepEqual([http, rtsp], [{ enabled: true, port: 80, open: false }, { port: 554 }]);
  assert.deepEqual(parseConfig('', 'x'), config);
  assert.deepEqual(parseConfig('# nothing\n', 'x'), config);
});

const YAML = `
hall: Amphi-3
http: { port: 8080, token: 0123456789abcdef }
rtsp:
  port: 8554
  user: viewer
  password: secret
recordings:
  destinations:
    - { name: internal, folder: /srv/recordings }
    - { name: usb, folder: /media/usb, mustBeMount: true, minFreeMB: 500 }
device:
  inputs:
    1: { name: Slides, source: { driver: rtsp, url: rtsp://cam/1 } }
    3: { source: { driver: test, pattern: motion } }
  routing: { B: 3 }
  layout: 7
  encoders: { archive: { fps: 25 } }
`;

test('YAML and JSON say the same', () => {
  const config = parseConfig(YAML, 'box.yaml');
  assert.equal(config.hall, 'Amphi-3');
  assert.equal(config.recordings.destinations?.[0]?.minFreeMB, 100);
  assert.equal(config.recordings.destinations?.[1]?.mustBeMount, true);
  assert.deepEqual(config.device.inputs?.['1']?.source, { driver: 'rtsp', url: 'rtsp://cam/1', transport: 'tcp' });
  assert.deepEqual(config.device.routing, { B: 3 });
  const { hall, http, rtsp, recordings, device } = config;
  const json: Partial<Config> = { hall, http, rtsp, recordings, device };
  assert.deepEqual(parseConfig(JSON.stringify(json, undefined, 2), 'box.json'), config);
  assert.deepEqual(parseConfig(JSON.stringify(json), 'box.json'), config);
});

test('all mistakes at once, each with its line and column and what would be right', () => {
  const mistakes = mistakesOf(
    [
      'hall: "Amphi 3"',
      'http:',
      '  port: 80000',
      'device:',
      '  layout: 33',
      '  inputs:',
      '    1:',
      '      source:',
    ].join('\n') + '\n        driver: file\n        path: relative.mp4\n',
  );
  assert.equal(mistakes.length, 4, mistakes.join('\n'));
  assert.match(mistakes[0]!, /^box\.yaml:1:1: hall: .*letters, digits/);
  assert.match(mistakes[1]!, /^box\.yaml:3:3: http\.port: .*65535/);
  assert.match(
    mistakes.find((one) => one.includes('layout'))!,
    /^box\.yaml:5:3: device\.layout: .*32/,
  );
  assert.match(
    mistakes.find((one) => one.includes('path'))!,
    /^box\.yaml:10:9: device\.inputs\.1\.source\.path: must be an absolute path/,
  );
});

test('an unknown key is named at its place, also deep inside and in lists', () => {
  assert.deepEqual(mistakesOf('hall: X\nprot: 80\n'), ['box.yaml:2:1: prot: there is no such key']);
  assert.deepEqual(mistakesOf('http:\n  port: 80\n  tokn: x\n  opne: true\n'), [
    'box.yaml:3:3: http.tokn: there is no such key',
    'box.yaml:4:3: http.opne: there is no such key',
  ]);
  const [inList] = mistakesOf('recordings:\n  destinations:\n    - name: a\n      folder: /a\n      fodler: /b\n');
  assert.equal(inList, 'box.yaml:5:7: recordings.destinations.0.fodler: there is no such key');
  const [input] = mistakesOf('device:\n  inputs:\n    6: { name: Six }\n');
  assert.match(input!, /^box\.yaml:3:5: device\.inputs\.6/);
});

test('a missing key is told at the nearest place around it', () => {
  const [mistake] = mistakesOf(
    'device:\n  pushes:\n    - id: a\n      name: A\n      enabled: true\n      stream: archive\n',
  );
  assert.match(mistake!, /^box\.yaml:3:7: device\.pushes\.0\.url: /);
});

test('bad types and halves', () => {
  for (const [text, due] of [
    ['http: 5', /^box\.yaml:1:1: http: /],
    ['http: { port: "80" }', /http\.port: .*number/],
    ['http: { token: short }', /http\.token: must have 16 characters or more/],
    ['rtsp: { user: x }', /rtsp: user and password go together/],
    ['timeZone: Mars/Olympus', /timeZone: is no time zone/],
    ['listen: box.example', /listen: /],
    ['data: relative', /data: must be an absolute path/],
    ['device: { routing: { A: 3 } }', /device\.routing\.A: /],
    ['- a\n- b', /^box\.yaml:1:1: must be a list of keys and values/],
    ['just words', /^box\.yaml:1:1: /],
  ] as const) {
    const mistakes = mistakesOf(text);
    assert.equal(mistakes.length, 1, `${text}: ${mistakes.join('; ')}`);
    assert.match(mistakes[0]!, due, text);
  }
});

test('what is no YAML is told with its place', () => {
  for (const [text, line] of [
    ['hall: X\nhttp: [1, 2\n', 2],
    ['hall: X\nhall: Y\n', 2],
    ['a: "unclosed\n', 1],
    ['{ "hall": "X", }\n}', 2],
  ] as const) {
    const mistakes = mistakesOf(text);
    assert.ok(mistakes.length > 0, text);
    assert.match(mistakes[0]!, new RegExp(`^box\\.yaml:(${line}|${line + 1}):\\d+: `), text);
  }
});

test('bombs of aliases and files of noise do no harm', () => {
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
  for (let n = 1; n < 12; n++) {
    const [name, before] = [String.fromCodePoint(97 + n), String.fromCodePoint(96 + n)];
    bomb.push(`${name}: &${name} [${`*${before},`.repeat(9).slice(0, -1)}]`);
  }
  for (const text of [bomb.join('\n'), '\u0000\u0001\u0002', '&a [*a]', 'hall: *nobody', '__proto__: { hall: X }'])
    assert.ok(mistakesOf(text).length > 0, text.slice(0, 30));
  assert.equal(({} as { hall?: string }).hall, undefined);
});

test('flags and the environment win over the file, and their mistakes name them', () => {
  const port: Override = { from: '--http-port', path: ['http', 'port'], value: 9000 };
  const hall: Override = { from: 'AMPHI_HALL', path: ['hall'], value: 'Other' };
  const config = parseConfig('hall: X\nhttp: { port: 1, open: true }\n', 'x', [port, hall]);
  assert.deepEqual([config.hall, config.http], ['Other', { enabled: true, port: 9000, open: true }]);
  assert.equal(parseConfig('', 'x', [port]).http.port, 9000);
  const [mistake] = mistakesOf('http: { port: 5 }', [{ ...port, value: 70_000 }]);
  assert.match(mistake!, /^--http-port: http\.port: /);
  // A key that the file has as something else is replaced; the last one wins.
  assert.equal(parseConfig('http: 5', 'x', [port, { ...port, value: 9001 }]).http.port, 9001);
});

test('a file is read; one that is not there says so', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-config-'));
  const file = join(folder, 'box.yaml');
  await writeFile(file, YAML);
  assert.equal((await readConfig(file, [])).hall, 'Amphi-3');
  await assert.rejects(readConfig(join(folder, 'none.yaml'), []), (error) => {
    assert.ok(error instanceof ConfigError);
    assert.match(error.message, /there is a mistake in the configuration:\n {2}.*none\.yaml: there is no such file/);
    return true;
  });
  await rm(folder, { recursive: true });
});
