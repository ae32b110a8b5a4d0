import assert from 'node:assert/strict';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { factoryWanted, initialState } from '#agent/device/initial-state.ts';
import type { DeviceState } from '#agent/device/state.ts';
import { agentConfiguration, agentStateOf } from '#agent/schedule/server/agent-facts.ts';
import { retryAfterMs, troubleOf, troubleText, waitMs, type Trouble } from '#agent/schedule/server/answer.ts';
import { asciiName, jsonBody, multipart, urlEncoded } from '#agent/schedule/server/form.ts';
import { headerOf } from '#agent/schedule/server/headers.ts';
import { openPace } from '#agent/schedule/server/pace.ts';
import { credentialsFrom } from '#agent/schedule/server/secret-file.ts';
import { fileChunks, type WireAnswer, type WireBody } from '#agent/schedule/server/wire.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { virtualClock } from '#test/support/virtual-clock.ts';
import { folderFor } from '../samples.ts';

test('each status means one trouble, or none', () => {
  const rows: [Trouble | undefined, number[]][] = [
    [undefined, [200, 201, 204, 299, 304]],
    ['login', [401]],
    ['forbidden', [403]],
    ['missing', [404, 405, 410, 501]],
    ['conflict', [409]],
    ['full', [413, 507]],
    ['busy', [408, 425, 429, 500, 502, 503, 504, 599]],
    ['refused', [100, 199, 300, 301, 302, 307, 400, 402, 406, 415, 422]],
  ];
  for (const [trouble, all] of rows) for (const status of all) assert.equal(troubleOf(status), trouble, `${status}`);
  for (const page of [
    'https://example.org/Login.html',
    '/admin-ng/login.html?error',
    '/j_spring_security_login',
    '/login',
  ])
    assert.equal(troubleOf(302, page), 'login', page);
  for (const place of ['https://login.example.org/feed.ics', '/cal/login-events/feed.ics', '/feed?next=/login'])
    assert.notEqual(troubleOf(302, place), 'login', place);
  assert.equal(troubleOf(302, 'https://example.org/other'), 'refused');
  assert.equal(troubleOf(200, '/login'), undefined);
});

test('the words of a server are told if they are plain and short', () => {
  const said = (body: string): string => troubleText('busy', 503, 'ingesting', body);
  assert.equal(said(''), 'ingesting: it cannot do it now (503)');
  assert.equal(said('  no\n room '), 'ingesting: it cannot do it now (503: no room)');
  assert.equal(said('<html><title>Gone fishing</title>…'), 'ingesting: it cannot do it now (503: Gone fishing)');
  assert.equal(said('<html><p>secret'), 'ingesting: it cannot do it now (503)');
  assert.equal(said('x'.repeat(500)), `ingesting: it cannot do it now (503: ${'x'.repeat(160)})`);
  const emoji = said(`${'x'.repeat(159)}😀 and more`);
  assert.ok(emoji.isWellFormed() && emoji.endsWith(`${'x'.repeat(9)})`), emoji);
  assert.ok(!said('a\0b').includes('\0'));
  assert.match(troubleText('forbidden', 403, 'a', ''), /ROLE_CAPTURE_AGENT/);
});

test('a time to wait is in seconds or a date, an hour at most', () => {
  const nowMs = Date.UTC(2026, 10, 20, 8);
  const rows: [string | undefined, number | undefined][] = [
    [undefined, undefined],
    ['30', 30_000],
    [' 5 ', 5000],
    ['0', undefined],
    ['99999', 3_600_000],
    ['Fri, 20 Nov 2026 08:00:07 GMT', 7000],
    ['Fri, 20 Nov 2026 07:00:00 GMT', undefined],
    ['soon', undefined],
    ['-5', undefined],
  ];
  for (const [header, ms] of rows) assert.equal(retryAfterMs(header, nowMs), ms, String(header));
});

test('waits double up to their limit, a quarter more or less', () => {
  const rules = { firstMs: 1000, mostMs: 60_000 };
  const plain = [1, 2, 3, 6, 7, 8, 100, 5000].map((failures) => waitMs(failures, rules, 0.5));
  assert.deepEqual(plain, [1000, 2000, 4000, 32_000, 60_000, 60_000, 60_000, 60_000]);
  assert.deepEqual([waitMs(1, rules, 0), waitMs(1, rules, 1)], [750, 1250]);
});

const textOf = async (body: WireBody): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body.chunks()) chunks.push(chunk);
  const all = Buffer.concat(chunks);
  assert.equal(all.length, body.bytes, 'its length is that which was told');
  return all.toString();
};

test('a form keeps the order of its fields, and can be sent again', async () => {
  const body = urlEncoded([
    ['state', 'idle'],
    ['address', 'http://10.0.0.5/?a=b&c'],
    ['état', 'à + b'],
  ]);
  const text = 'state=idle&address=http%3A%2F%2F10.0.0.5%2F%3Fa%3Db%26c&%C3%A9tat=%C3%A0+%2B+b';
  assert.deepEqual([await textOf(body), await textOf(body)], [text, text]);
  assert.equal(body.type, 'application/x-www-form-urlencoded');
  assert.equal(await textOf(jsonBody({ a: 'é' })), '{"a":"é"}');
});

test('a form with a file: fields first, then the file, names that cannot break out', async (t) => {
  const path = join(await folderFor(t), 'file');
  await writeFile(path, 'the media');
  const file = { field: 'BO"DY', content: { path }, name: 'é a"\r\nb.mp4', mimeType: 'video/mp4', bytes: 9 };
  const body = multipart([['fla"vor\r\n', 'presenter/source\r\nü']], file);
  const [, boundary = ''] = /^multipart\/form-data; boundary=(amphi-[0-9a-f]{32})$/.exec(body.type) ?? [];
  assert.deepEqual((await textOf(body)).split('\r\n'), [
    `--${boundary}`,
    'Content-Disposition: form-data; name="fla_vor__"',
    'Content-Type: text/plain; charset=UTF-8',
    '',
    'presenter/source',
    'ü',
    `--${boundary}`,
    'Content-Disposition: form-data; name="BO_DY"; filename="__a___b.mp4"',
    'Content-Type: video/mp4',
    '',
    'the media',
    `--${boundary}--`,
    '',
  ]);
  assert.equal(asciiName('B_(1)-2.mp4 é/'), 'B_(1)-2.mp4___');
});

test('a file that has grown or shrunk since is not sent as if it had not', async (t) => {
  const path = join(await folderFor(t), 'file');
  await writeFile(path, Buffer.alloc(200_000));
  const read = async (bytes: number): Promise<number> => {
    let given = 0;
    for await (const chunk of fileChunks(path, bytes)) given += chunk.byteLength;
    return given;
  };
  assert.equal(await read(200_000), 200_000);
  await assert.rejects(read(200_001), /has not the 200001 bytes/);
  await assert.rejects(read(100_000), /has not the 100000 bytes/);
});

test('a header is given as it came, the first of several', () => {
  const answer = { headers: { etag: 'mod5', 'set-cookie': ['a', 'b'] } } as unknown as WireAnswer;
  assert.deepEqual(
    ['etag', 'set-cookie', 'none'].map((name) => headerOf(answer, name)),
    ['mod5', 'a', undefined],
  );
});

test('a transfer is slowed to its limit; unused time is not saved', async () => {
  const clock = virtualClock();
  const pace = openPace(800, clock);
  const waits: number[] = [];
  const send = async (bytes: number): Promise<void> => {
    const sinceMs = clock.monotonicMs();
    const sent = pace(bytes).then(() => waits.push(clock.monotonicMs() - sinceMs));
    while (clock.waiting > 0) clock.advance(1);
    await sent;
  };
  await send(10_000);
  clock.advance(60_000);
  await send(5000);
  await send(300);
  await send(300);
  assert.deepEqual(waits, [100, 50, 0, 6]);
  const free = openPace(undefined, clock);
  await free(1e12);
  assert.equal(clock.waiting, 0);
});

test('a password is the first line of a file that nobody else may read', async (t) => {
  const file = join(await folderFor(t), 'password');
  const given = () => credentialsFrom('u', file);
  assert.equal(await credentialsFrom(undefined, file), undefined);
  await assert.rejects(given(), /there is no password for u: put it into .* \(mode 0600\)/);
  await writeFile(file, 'sécret \r\nnot this', { mode: 0o600 });
  assert.deepEqual(await given(), { user: 'u', password: 'sécret ' });
  for (const mode of [0o640, 0o604, 0o660, 0o601]) {
    await chmod(file, mode);
    await assert.rejects(given(), /others may read/, mode.toString(8));
  }
  await rm(file);
  await writeFile(file, '\nsecond', { mode: 0o400 });
  await assert.rejects(given(), /is empty/);
  assert.equal(await readFile(file, 'utf8'), '\nsecond');
});

function stateWith(change: (state: DeviceState) => void): DeviceState {
  const state = structuredClone(initialState({ ...factoryWanted(factoryLayouts), hall: 'Amphi D' }));
  change(state);
  return state;
}

test('the agent is capturing only while pictures come, and idle only if it could record', () => {
  type Change = Parameters<typeof stateWith>[0];
  const disk = (usable: boolean) => ({
    destination: 'd',
    folder: '/d',
    freeBytes: 1,
    totalBytes: 2,
    usable,
    hoursLeft: 1,
  });
  const recording =
    (seen: 'setup' | 'recording' | 'paused' | 'stopped', sinceMs = 0): Change =>
    (state) => {
      Object.assign(state.wanted, { recording: { state: 'recording', take: 'a', startedAtMs: 100_000 - sinceMs } });
      Object.assign(state.seen, { recording: { state: seen, elapsedMs: 0, bytes: 0 } });
    };
  const halted: Change = (state) => {
    recording('recording')(state);
    const halt = { name: 'record_halt', about: 'a', level: 'critical', text: '', sinceMs: 0 } as const;
    Object.assign(state.seen, { alarms: [halt] });
  };
  const disks =
    (...usable: boolean[]): Change =>
    (state) =>
      void Object.assign(state.seen, { disk: usable.map(disk) });
  const rows: [string, Change, boolean, string][] = [
    ['nothing to do', () => undefined, false, 'idle'],
    ['a usable disk', disks(false, true), false, 'idle'],
    ['no usable disk', disks(false, false), false, 'error'],
    ['sending', disks(false), true, 'uploading'],
    ['pictures', recording('recording', 60_000), true, 'capturing'],
    ['a pause', recording('paused', 60_000), false, 'capturing'],
    ['none yet', recording('setup', 10_000), false, 'capturing'],
    ['none for long', recording('setup', 10_001), false, 'error'],
    ['no disk takes it', halted, true, 'error'],
  ];
  for (const [name, change, sending, expected] of rows)
    assert.equal(agentStateOf(stateWith(change), sending, 100_000), expected, name);
});

test('the configuration of the agent names its inputs, its zone and how often it asks', () => {
  const state = stateWith((is) => Object.assign(is.wanted.encoders.archive, { widthPx: 1280, heightPx: 720 }));
  const flavors = { A: 'slides/source', B: 'camera/source' };
  const facts = { zone: 'Europe/Paris', url: 'https://oc', pollSeconds: 20, streamUrl: 'rtsp://box/1', flavors };
  const plain = agentConfiguration(state, facts);
  assert.deepEqual(plain, {
    'capture.device.names': 'Channel A,Channel B',
    'capture.device.timezone': 'Europe/Paris',
    'capture.device.Channel A.flavor': 'presentation/source',
    'capture.device.Channel B.flavor': 'presenter/source',
    'capture.device.live.resolution.1280x720': 'rtsp://box/1',
    'capture.agent.name': 'Amphi D',
    'capture.schedule.remote.polling.interval': '1',
    'org.opencastproject.server.url': 'https://oc',
  });
  const live = agentConfiguration(state, { ...facts, pollSeconds: 150, liveUrl: 'https://live' });
  assert.equal(live['capture.device.names'], 'Channel A,Channel B,live');
  assert.equal(live['capture.device.live.resolution.1280x720'], 'https://live');
  assert.equal(live['capture.schedule.remote.polling.interval'], '3');
  const dual = agentConfiguration({ ...state, wanted: { ...state.wanted, encoderMode: 'dual' } }, facts);
  assert.deepEqual(
    ['A', 'B'].map((channel) => dual[`capture.device.Channel ${channel}.flavor`]),
    ['slides/source', 'camera/source'],
    'as their files are handed over',
  );
});
