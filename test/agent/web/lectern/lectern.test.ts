import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { LecternView } from '#agent/web/lectern/shown.ts';
import { until } from '#test/support/until.ts';
import { fakeAccounts, startFakeBox, type FakeBox } from '../fake-box.ts';

interface Tablet {
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
}

/** Pairs a tablet by a code that the box shows. */
async function pair(box: FakeBox, name = 'Tablet'): Promise<Tablet> {
  const { json } = await box.send('POST', '/api/v1/lectern/codes');
  const paired = await post(box, '/lectern/pairings', { code: (json as { code: string }).code, name });
  assert.equal(paired.status, 204);
  const cookie = paired.headers.get('set-cookie') ?? '';
  assert.match(cookie, /^amphi-lectern-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d{8}$/);
  return tabletWith(box, cookie.split(';')[0] ?? '');
}

const tabletWith = (box: FakeBox, cookie: string): Tablet => ({
  ask: (method, path, body, headers = {}) => call(box, method, path, body, { cookie, ...headers }),
});

const post = (box: FakeBox, path: string, body: unknown): Promise<Response> => call(box, 'POST', path, body, {});

function call(box: FakeBox, method: string, path: string, body: unknown, headers: Record<string, string>) {
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  return fetch(`${box.url}/api/v1${path}`, { method, headers: { ...type, ...headers }, ...json });
}

const viewOf = async (response: Response): Promise<LecternView> => {
  assert.equal(response.status, 200);
  return (await response.json()) as LecternView;
};

test('a paired tablet may record, and nothing that is for technicians', async () => {
  await using box = await startFakeBox();
  assert.equal((await call(box, 'GET', '/lectern', undefined, {})).status, 401);
  const tablet = await pair(box);
  const idle = await viewOf(await tablet.ask('GET', '/lectern'));
  assert.deepEqual([idle.recording.state, idle.may.start, idle.may.stop], ['stopped', true, false]);
  assert.equal(idle.layouts.length, 16);

  const started = await viewOf(await tablet.ask('POST', '/lectern/taps', { do: 'start', title: 'Thermodynamique' }));
  assert.deepEqual([started.recording.state, started.title, started.may.stop], ['setup', 'Thermodynamique', true]);
  assert.equal(box.device.state().wanted.recording.state, 'recording');
  await viewOf(await tablet.ask('POST', '/lectern/taps', { do: 'layout', number: 3 }));
  await viewOf(await tablet.ask('POST', '/lectern/taps', { do: 'mute', muted: true }));
  const { wanted } = box.device.state();
  assert.deepEqual([wanted.layoutNumber, wanted.audio.outputMuted], [3, true]);
  assert.equal((await tablet.ask('GET', '/snapshot.jpg')).status, 200);

  for (const [method, path, body] of [
    ['GET', '/status', undefined],
    ['GET', '/recordings', undefined],
    ['GET', '/events', undefined],
    ['POST', '/recording/stop', {}],
    ['POST', '/requests/hall.set', { hall: 'mine' }],
    ['POST', '/lectern/codes', undefined],
    ['GET', '/lectern/pairings', undefined],
  ] as const)
    assert.equal((await tablet.ask(method, path, body)).status, 403, path);
  assert.equal(box.device.state().wanted.recording.state, 'recording');
});

test('a tap that is sent again is not done again', async () => {
  await using box = await startFakeBox();
  const tablet = await pair(box);
  await tablet.ask('POST', '/lectern/taps', { do: 'start', minutes: 60 });
  const before = box.device.state().wanted.recording.endsAtMs ?? 0;
  const key = { 'idempotency-key': 'tap-1' };
  for (let tries = 0; tries < 3; tries++)
    assert.equal((await tablet.ask('POST', '/lectern/taps', { do: 'extend', minutes: 15 }, key)).status, 200);
  assert.equal(box.device.state().wanted.recording.endsAtMs, before + 15 * 60_000);
});

test('a code is good once, for five minutes, in any spelling, and guessing is slowed down', async () => {
  await using box = await startFakeBox({ limits: { wrongTokens: 3, wrongTokenMs: 60_000 } });
  const beganMs = Date.now();
  const { json } = await box.send('POST', '/api/v1/lectern/codes');
  const { code, expiresAtMs } = json as { code: string; expiresAtMs: number };
  assert.match(code, /^[A-Z0-9]{3}-[A-Z0-9]{3}$/);
  assert.ok(expiresAtMs >= beganMs + 300_000 && expiresAtMs <= Date.now() + 300_000);
  const spelled = ` ${code.toLowerCase().replace('-', ' ')} `;
  assert.equal((await post(box, '/lectern/pairings', { code: spelled })).status, 204);
  const statuses = [];
  for (const wrong of [code, '', 'AAA-AAA', code])
    statuses.push((await post(box, '/lectern/pairings', { code: wrong })).status);
  assert.deepEqual(statuses, [401, 401, 401, 429]);
});

test('tablets that are called the same are told apart by a number', async () => {
  await using box = await startFakeBox();
  for (const name of ['Desk', 'Desk', 'Desk', 'Desk 2']) await pair(box, name);
  const { pairings } = (await box.send('GET', '/api/v1/lectern/pairings')).json as { pairings: { name: string }[] };
  assert.deepEqual(
    pairings.map(({ name }) => name),
    ['Desk', 'Desk 2', 'Desk 3', 'Desk 2 2'],
  );
});

test('a pairing that is taken back ends at once, its events too; the others stay', async () => {
  await using box = await startFakeBox();
  const [mine, other] = [await pair(box, 'Mine'), await pair(box, 'Other')];
  const events = await mine.ask('GET', '/lectern/events');
  const reader = events.body?.getReader();
  await reader?.read();
  const list = await box.send('GET', '/api/v1/lectern/pairings');
  const { pairings } = list.json as { pairings: { id: string; name: string }[] };
  assert.deepEqual(
    pairings.map(({ name }) => name),
    ['Mine', 'Other'],
  );
  assert.doesNotMatch(JSON.stringify(pairings), /hash|token/i);
  const gone = await box.send('DELETE', `/api/v1/lectern/pairings/${pairings[0]?.id}`);
  assert.equal(gone.status, 204);
  await assert.rejects(async () => {
    for (;;) if ((await reader?.read())?.done) throw new Error('ended');
  });
  assert.equal((await mine.ask('GET', '/lectern')).status, 401);
  assert.equal((await other.ask('GET', '/lectern')).status, 200);
  assert.equal((await box.send('DELETE', `/api/v1/lectern/pairings/${pairings[0]?.id}`)).status, 404);
});

test('a change by anybody is told a lectern at once', async () => {
  await using box = await startFakeBox();
  const tablet = await pair(box);
  const events = await tablet.ask('GET', '/lectern/events');
  const told = eventsOf(events);
  assert.equal((await told.next('view')).recording.state, 'stopped');
  await box.send('POST', '/api/v1/recording/start', { metadata: { title: '<img src=x onerror=alert(1)>' } });
  const now = await told.next('view');
  assert.deepEqual([now.recording.state, now.title], ['setup', '<img src=x onerror=alert(1)>']);
  await told.end();
});

test('pairings survive a restart, in a file that lets nobody in', async (t) => {
  const pairingsFile = join(await folderOf(t), 'pairings.json');
  let cookie = '';
  {
    await using box = await startFakeBox({ pairingsFile });
    const { json } = await box.send('POST', '/api/v1/lectern/codes');
    const paired = await post(box, '/lectern/pairings', { code: (json as { code: string }).code });
    cookie = (paired.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  }
  assert.equal((await stat(pairingsFile)).mode & 0o777, 0o600);
  const secret = cookie.split('=')[1] ?? '';
  assert.ok(secret.length > 20 && !(await readFile(pairingsFile, 'utf8')).includes(secret));
  await using box = await startFakeBox({ pairingsFile });
  const tablet = tabletWith(box, `amphi-lectern-${box.port}=${secret}`);
  assert.equal((await tablet.ask('GET', '/lectern')).status, 200);
});

for (const account of ['admin', 'user'] as const) {
  test(`another password of ${account} ends all pairings at once, their events too, and for good`, async (t) => {
    const pairingsFile = join(await folderOf(t), 'pairings.json');
    const accounts = fakeAccounts();
    {
      await using box = await startFakeBox({ pairingsFile, accounts });
      const [one, two] = [await pair(box, 'One'), await pair(box, 'Two')];
      const reader = (await one.ask('GET', '/lectern/events')).body?.getReader();
      await reader?.read();
      let hasEnded = false;
      const reading = async (): Promise<void> => {
        while (!(await reader?.read())?.done);
      };
      void reading()
        .catch(() => undefined)
        .then(() => (hasEnded = true));
      assert.equal(await accounts.set(account, 'another-password'), undefined);
      await until('its events end', () => hasEnded, { limitMs: 5000 });
      for (const tablet of [one, two]) assert.equal((await tablet.ask('GET', '/lectern')).status, 401);
      assert.deepEqual((await box.send('GET', '/api/v1/lectern/pairings')).json, { pairings: [] });
      assert.equal((await (await pair(box, 'New')).ask('GET', '/lectern')).status, 200, 'who is paired anew is');
      await until('the file has the new one alone', async () => {
        const text = await readFile(pairingsFile, 'utf8');
        return text.includes('"New"') && !text.includes('"One"');
      });
    }
    await using box = await startFakeBox({ pairingsFile, accounts });
    const { pairings } = (await box.send('GET', '/api/v1/lectern/pairings')).json as { pairings: { name: string }[] };
    assert.deepEqual(
      pairings.map(({ name }) => name),
      ['New'],
    );
  });
}

test('a password that changed while the box was off ends pairings; those of an older box stay', async (t) => {
  const pairingsFile = join(await folderOf(t), 'pairings.json');
  const names = async (box: FakeBox): Promise<string[]> => {
    const { json } = await box.send('GET', '/api/v1/lectern/pairings');
    return (json as { pairings: { name: string }[] }).pairings.map(({ name }) => name);
  };
  {
    await using box = await startFakeBox({ pairingsFile });
    await pair(box, 'Desk');
  }
  const { pairings } = JSON.parse(await readFile(pairingsFile, 'utf8')) as { pairings: object[] };
  {
    await using box = await startFakeBox({ pairingsFile, accounts: fakeAccounts({ admin: 'another' }) });
    assert.deepEqual(await names(box), []);
  }
  await writeFile(pairingsFile, JSON.stringify(pairings));
  await using box = await startFakeBox({ pairingsFile });
  assert.deepEqual(await names(box), ['Desk']);
});

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-pairings-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

function eventsOf(response: Response) {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    async next(type: string): Promise<LecternView> {
      for (;;) {
        const found = new RegExp(`event: ${type}\ndata: (.*)\n\n`).exec(text);
        if (found) {
          text = text.slice(found.index + found[0].length);
          return JSON.parse(found[1] ?? '') as LecternView;
        }
        const { value, done } = (await reader?.read()) ?? { done: true };
        if (done) throw new Error('the events ended');
        text += value;
      }
    },
    end: async () => reader?.cancel(),
  };
}
