import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { API } from '#agent/web/http/route.ts';
import { fakeAccounts, PASSWORDS, startFakeBox, type FakeBox } from '../fake-box.ts';

let folder = '';
let sessionsFile = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amphi-sessions-'));
  sessionsFile = join(folder, 'sessions.json');
});
afterEach(() => rm(folder, { recursive: true }));

async function signIn(box: FakeBox): Promise<string> {
  const answer = await fetch(`${box.url}${API}/session`, {
    method: 'POST',
    body: JSON.stringify({ name: 'user', password: PASSWORDS.user }),
    headers: { 'content-type': 'application/json' },
  });
  return answer.headers.get('set-cookie')?.split(';', 1)[0]?.split('=')[1] ?? '';
}

/** By the name that the cookie has at this box: ports differ from start to start. */
const statusOf = async (box: FakeBox, value: string): Promise<number> =>
  (await fetch(`${box.url}${API}/session`, { headers: { cookie: `amphi-${box.port}=${value}` } })).status;

test('who signed in still is after a restart; the file tells nobody how, and is its owner’s alone', async () => {
  let cookie = '';
  {
    await using box = await startFakeBox({ sessionsFile });
    cookie = await signIn(box);
  }
  assert.ok(!(await readFile(sessionsFile, 'utf8')).includes(cookie));
  assert.equal((await stat(sessionsFile)).mode & 0o777, 0o600);
  {
    await using box = await startFakeBox({ sessionsFile });
    assert.equal(await statusOf(box, cookie), 200);
    await fetch(`${box.url}${API}/session`, { method: 'DELETE', headers: { cookie: `amphi-${box.port}=${cookie}` } });
  }
  await using box = await startFakeBox({ sessionsFile });
  assert.equal(await statusOf(box, cookie), 401, 'signed out is signed out');
});

test('a password that changed while the box was off ends them; so does their time, and a damaged file', async () => {
  let cookie = '';
  {
    await using box = await startFakeBox({ sessionsFile });
    cookie = await signIn(box);
  }
  const kept = await readFile(sessionsFile, 'utf8');
  {
    await using box = await startFakeBox({ sessionsFile, accounts: fakeAccounts({ admin: 'another' }) });
    assert.equal(await statusOf(box, cookie), 401);
  }
  await writeFile(sessionsFile, kept.replace(/"endsAtMs":\d+/, '"endsAtMs":1000'));
  {
    await using box = await startFakeBox({ sessionsFile });
    assert.equal(await statusOf(box, cookie), 401);
  }
  await writeFile(sessionsFile, kept.slice(0, -20));
  await using box = await startFakeBox({ sessionsFile });
  assert.equal(await statusOf(box, cookie), 401);
});
