import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { accessToken } from '#agent/box/web/token.ts';
import { openAccounts, type Accounts } from '#agent/control/accounts/accounts.ts';
import { openEntrance } from '#agent/web/access/entrance.ts';
import { openSessions } from '#agent/web/access/sessions.ts';
import { openThrottle } from '#agent/web/access/throttle.ts';
import { openPairingCodes } from '#agent/web/lectern/codes.ts';
import { openPairings } from '#agent/web/lectern/pairings.ts';
import type { Config } from '#firmware-config/schema/config.ts';
import { isRefused } from '#lib/http-api/refusal.ts';
import { openTrail } from '#lib/runtime/access/trail.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { until } from '#test/support/until.ts';

interface Rig {
  file: string;
  accounts: Accounts;
  token: () => string;
}

/** A box's real accounts, and its token. */
async function rig(t: TestContext, http: object = {}): Promise<Rig> {
  const data = await mkdtemp(join(tmpdir(), 'amphi-token-'));
  t.after(() => rm(data, { recursive: true, force: true }));
  const accounts = await openAccounts({ folder: data, log: silentLog });
  const config = { data, http: { open: false, ...http } } as unknown as Config;
  const token = await accessToken(config, accounts, silentLog);
  assert.ok(token);
  return { file: join(data, 'token'), accounts, token };
}

const kept = async (file: string): Promise<string> => (await readFile(file, 'utf8')).trim();

test('the token lies in a file for its owner alone, and is the same after a restart', async (t) => {
  const { file, accounts, token } = await rig(t);
  assert.equal(await kept(file), token());
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  const again = await accessToken(
    { data: join(file, '..'), http: { open: false } } as unknown as Config,
    accounts,
    silentLog,
  );
  assert.equal(again?.(), token());
});

test('a token that is too short to be one is replaced', async (t) => {
  const { file, accounts } = await rig(t);
  await writeFile(file, 'short\n');
  const again = await accessToken(
    { data: join(file, '..'), http: { open: false } } as unknown as Config,
    accounts,
    silentLog,
  );
  assert.match(again?.() ?? '', /^[\w-]{32}$/);
  assert.equal(await kept(file), again?.());
});

test('another password of admin makes another token, in the file too; one of user does not', async (t) => {
  const { file, accounts, token } = await rig(t);
  const first = token();
  assert.equal(await accounts.set('user', 'just-a-user'), undefined);
  assert.equal(token(), first);
  assert.equal(await accounts.set('admin', 'another-password'), undefined);
  const second = token();
  assert.notEqual(second, first);
  assert.match(second, /^[\w-]{32}$/);
  await until('the file has it', async () => (await kept(file)) === second);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
});

test('a configured token stays: whoever configured it changes it', async (t) => {
  const { accounts, token } = await rig(t, { token: 'configured-0123456789' });
  assert.equal(await accounts.set('admin', 'another-password'), undefined);
  assert.equal(token(), 'configured-0123456789');
});

test('the old token lets nobody in any more, and ends what it held open; the new one does', async (t) => {
  const { accounts, token } = await rig(t);
  const sessions = openSessions(() => performance.now());
  t.after(() => sessions.close());
  accounts.onChange(() => sessions.endAll());
  const throttle = openThrottle(() => performance.now(), { tries: 10, everyMs: 1000, addresses: 10 });
  const pairings = await openPairings({ file: undefined, stamp: () => '', nowMs: Date.now, log: silentLog });
  const codes = openPairingCodes(Date.now);
  const trail = openTrail(silentLog);
  const entrance = openEntrance({ token, accounts, sessions, throttle, codes, pairings, deviceCookie: 'x', trail });
  const first = token();
  const asker = entrance.byToken(first, '127.0.0.1');
  assert.ok(!isRefused(asker));
  let ended = 0;
  asker.hold(() => void ended++);
  await accounts.set('user', 'just-a-user');
  assert.equal(ended, 0, 'the password of another account');
  await accounts.set('admin', 'another-password');
  assert.equal(ended, 1);
  assert.ok(isRefused(entrance.byToken(first, '127.0.0.1')));
  assert.ok(!isRefused(entrance.byToken(token(), '127.0.0.1')));
});
