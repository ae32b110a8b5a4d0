import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openAccounts } from '#agent/control/accounts/accounts.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { ACCESS, may, type Role } from '#agent/web/access/roles.ts';
import { API } from '#agent/web/http/route.ts';
import { apiRoutes } from '#agent/web/routes/all.ts';
import { fakeAccounts, PASSWORDS, startFakeBox, TOKEN, type FakeBox } from '../fake-box.ts';

const basic = (name: string, password: string): string =>
  `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
const USER = basic('user', PASSWORDS.user);
const ADMIN = basic('admin', PASSWORDS.admin);

const call = (box: FakeBox, method: string, path: string, headers: Record<string, string> = {}, body?: object) =>
  fetch(`${box.url}${API}${path}`, {
    method,
    headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });

async function signIn(box: FakeBox, body: object): Promise<Record<string, string>> {
  const answer = await call(box, 'POST', '/session', {}, body);
  assert.equal(answer.status, 204, await answer.text());
  return { cookie: `other=1; ${cookieIn(answer)}` };
}
const cookieIn = (answer: Response): string => answer.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
const whoIs = async (box: FakeBox, headers: Record<string, string>): Promise<unknown> => {
  const answer = await call(box, 'GET', '/session', headers);
  return answer.status === 200 ? answer.json() : answer.status;
};

test('who may is decided by role and route alone', () => {
  const roles: Role[] = ['lectern', 'user', 'admin'];
  const allowed = roles.map((role) => ACCESS.filter((access) => may(role, access)));
  assert.deepEqual(allowed, [
    ['open', 'lectern'],
    ['open', 'lectern', 'user'],
    ['open', 'lectern', 'user', 'admin'],
  ]);
});

test('a browser signs in with an account and has a cookie that scripts cannot read, until it signs out', async () => {
  await using box = await startFakeBox();
  const answer = await call(box, 'POST', '/session', {}, { name: 'user', password: PASSWORDS.user });
  const given = answer.headers.get('set-cookie') ?? '';
  assert.match(given, new RegExp(`^amphi-${box.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`));
  const headers = { cookie: `other=1; ${cookieIn(answer)}` };
  assert.deepEqual(await whoIs(box, headers), { access: 'user', role: 'user', by: 'session', open: false });
  const left = await call(box, 'DELETE', '/session', headers);
  assert.match(left.headers.get('set-cookie') ?? '', /Max-Age=0/);
  assert.equal(await whoIs(box, headers), 401);
});

test('the token signs in, too, and the cookie does not have it', async () => {
  await using box = await startFakeBox();
  const headers = await signIn(box, { token: TOKEN });
  assert.ok(!headers['cookie']?.includes(TOKEN));
  assert.deepEqual(await whoIs(box, headers), { access: 'admin', role: 'admin', by: 'session', open: false });
});

test('an account asks by Basic, also with a colon and an umlaut in its password', async () => {
  await using box = await startFakeBox();
  assert.deepEqual(await whoIs(box, { authorization: ADMIN }), {
    access: 'admin',
    role: 'admin',
    by: 'password',
    open: false,
  });
  assert.deepEqual(await whoIs(box, { authorization: USER.replace('Basic', 'bASIC') }), {
    access: 'user',
    role: 'user',
    by: 'password',
    open: false,
  });
  for (const wrong of [
    basic('admin', PASSWORDS.user),
    basic('root', PASSWORDS.admin),
    'Basic',
    'Basic !!!',
    'Basic eA==',
  ]) {
    assert.equal(await whoIs(box, { authorization: wrong }), 401, wrong);
  }
});

test('programs are told of Basic; pages are not, as their browser would ask by itself', async () => {
  await using box = await startFakeBox();
  const challenge = async (headers: Record<string, string>): Promise<string> =>
    (await call(box, 'GET', '/status', headers)).headers.get('www-authenticate') ?? '';
  assert.match(await challenge({ 'user-agent': 'curl/7.88.1', 'sec-fetch-mode': '' }), /^Bearer/);
  assert.match(await challenge({ 'user-agent': 'Mozilla/5.0 (X11)' }), /^Bearer realm="amphi"$/);
});

test('each route is for its role', async () => {
  await using box = await startFakeBox();
  const user = { authorization: USER };
  for (const { method, path, access } of apiRoutes) {
    const at = path.replaceAll(/\{\w+\}/g, '1');
    const anonymous = await call(box, method, at);
    await anonymous.body?.cancel();
    if (access === 'open') continue;
    assert.equal(anonymous.status, 401, `${method} ${path} without a name`);
    if (access !== 'admin') continue;
    const answer = await call(box, method, at, user);
    const { error } = (await answer.json()) as { error: { code: string } };
    assert.deepEqual([answer.status, error.code], [403, 'E24'], `${method} ${path} by a user`);
  }
  assert.equal((await call(box, 'POST', '/recording/start', user, {})).status, 200);
  assert.equal((await call(box, 'POST', '/requests/hall.set', user, { hall: 'x' })).status, 403);
});

test('what only reads, and what the device lets users do, is for users; all else is for administrators', () => {
  const unexpected = apiRoutes.filter(
    ({ method, access, tag }) => tag !== 'session' && method === 'DELETE' && access !== 'admin',
  );
  assert.deepEqual(
    unexpected.map(({ id }) => id),
    ['removeOverlay'],
    'overlay.remove is for users',
  );
});

test('when a password changes, all sessions end, and what was still sent to them', async () => {
  const accounts = fakeAccounts();
  await using box = await startFakeBox({ accounts });
  const [admin, user] = [
    await signIn(box, { name: 'admin', password: PASSWORDS.admin }),
    await signIn(box, { name: 'user', password: PASSWORDS.user }),
  ];
  const listening = [user, { authorization: USER }].map(async (headers) => {
    const { body } = await call(box, 'GET', '/events', headers);
    return body?.pipeTo(new WritableStream()).then(
      () => 'whole',
      () => 'broken off',
    );
  });
  const token = await box.ask(`${API}/events`);
  const changed = await call(box, 'PUT', '/accounts/user/password', admin, {
    password: 'another-one',
    present: PASSWORDS.admin,
  });
  assert.equal(changed.status, 204);
  assert.deepEqual(await Promise.all(listening), ['broken off', 'broken off']);
  assert.deepEqual([await whoIs(box, user), await whoIs(box, admin)], [401, 401]);
  assert.equal(await whoIs(box, { authorization: USER }), 401);
  assert.equal(((await whoIs(box, { cookie: cookieIn(changed) })) as { role: string }).role, 'admin', 'who changed it');
  await token.body?.cancel();
});

test('accounts are shown and set', async () => {
  await using box = await startFakeBox();
  const set = async (name: string, password: unknown, authorization = ADMIN): Promise<number> =>
    (await call(box, 'PUT', `/accounts/${name}/password`, { authorization }, { password })).status;
  const shown = await call(box, 'GET', '/accounts', { authorization: ADMIN });
  assert.deepEqual(await shown.json(), {
    accounts: [
      { name: 'admin', hasPassword: true },
      { name: 'user', hasPassword: true },
    ],
    first: false,
  });
  assert.equal(await set('user', 'x y'), 422);
  assert.equal(await set('root', 'xyz'), 400);
  assert.equal(await set('user', 17), 400);
  assert.equal(await set('user', 'a'), 422, 'too short');
  assert.equal(await set('user', 'good-one'), 204);
  assert.equal(await set('user', 'better-one', basic('user', 'good-one')), 403);
  assert.equal(await set('user', null), 204);
});

test('a box whose administrator has no password asks nobody, but answers only to its own names', async () => {
  await using box = await startFakeBox({ accounts: fakeAccounts({}) });
  assert.deepEqual(await whoIs(box, {}), { access: 'admin', role: 'admin', by: 'open', open: true });
});

test('wrong passwords slow down all doors together, and are told as such', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-signing-'));
  const accounts = await openAccounts({ folder, log: silentLog });
  try {
    await using box = await startFakeBox({ accounts });
    const first = accounts.firstPassword() ?? '';
    assert.equal((await call(box, 'POST', '/session', {}, { name: 'admin', password: first })).status, 204);
    for (let tries = 0; tries < 5; tries++) {
      await accounts.login({ password: 'wrong', via: 'telnet', address: '127.0.0.1' });
    }
    const startedMs = performance.now();
    for (const tries of [1, 2]) assert.equal(await whoIs(box, { authorization: basic('admin', `wrong${tries}`) }), 401);
    assert.ok(performance.now() - startedMs > 900, 'one a second is looked at');
    const busy = await startFakeBox({ accounts: { ...accounts, login: async () => ({ refused: 'busy' }) } });
    const answer = await call(busy, 'POST', '/session', {}, { name: 'admin', password: first });
    assert.deepEqual([answer.status, answer.headers.get('retry-after')], [429, '5']);
    await busy[Symbol.asyncDispose]();
  } finally {
    await rm(folder, { recursive: true });
  }
});
