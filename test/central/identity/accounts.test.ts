import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { openAccounts, type Accounts, type Asking, type Identified } from '#central/identity/accounts.ts';
import { auditEntries, tellAudit } from '#central/identity/audit.ts';
import { forgetFirstPassword, makeFirstAccounts } from '#central/identity/first-accounts.ts';
import { changeAccount, createAccount, deleteAccount, listAccounts } from '#central/identity/manage-accounts.ts';
import { createToken, deleteToken, listTokens } from '#central/identity/tokens.ts';
import type { Who } from '#central/identity/who.ts';
import type { Database } from '#central/store/connect.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { virtualClock, type VirtualClock } from '#test/support/virtual-clock.ts';
import { freshDatabase, type TestDatabase } from '../postgres.ts';

const HOUR_MS = 3_600_000;
let opened: TestDatabase;
let database: Database;
let clock: VirtualClock;
let accounts: Accounts;
let admin: Who;

before(async () => {
  opened = await freshDatabase();
  ({ database } = opened);
});
after(() => opened.close());
beforeEach(async () => {
  await database.deleteFrom('accounts').execute();
  await database.deleteFrom('audit_log').execute();
  clock = virtualClock(0, Date.now());
  accounts = openAccounts(database, clock, silentLog);
  const { id } = await database
    .insertInto('accounts')
    .values({ name: 'root', role: 'admin' })
    .returning('id')
    .executeTakeFirstOrThrow();
  admin = { account: id, name: 'root', role: 'admin', agent: null, address: '10.0.0.1' };
});

const needs = () => ({ database, accounts });
const basic = (name: string, password: string): string => `Basic ${btoa(`${name}:${password}`)}`;
const ask = (some: Partial<Asking>): Promise<Identified> =>
  accounts.identify({
    method: 'GET',
    target: '/',
    authorization: undefined,
    session: undefined,
    address: '10.0.0.9',
    ...some,
  });
const kindOf = async (some: Partial<Asking>): Promise<string> => (await ask(some)).kind;
const nameOf = async (some: Partial<Asking>): Promise<string> => {
  const found = await ask(some);
  return found.kind === 'known' ? `${found.who.name} by ${found.by}` : found.kind;
};
const audited = async (): Promise<string[]> =>
  (await auditEntries(database, { limit: 100 })).map(({ action, kind, object }) => `${action} ${kind} ${object}`);

describe('an account', () => {
  test('that a person made is known by its password, which is kept as scrypt', async () => {
    assert.equal(
      await createAccount(needs(), admin, { name: 'marie', role: 'scheduler', password: 'une longue phrase' }),
      'une longue phrase',
    );
    assert.equal(await nameOf({ authorization: basic('marie', 'une longue phrase') }), 'marie by password');
    assert.equal(await kindOf({ authorization: basic('marie', 'une autre phrase') }), 'wrong');
    assert.equal(await kindOf({ authorization: basic('marc', 'une longue phrase') }), 'wrong');
    const [row] = (await listAccounts(database)).filter(({ name }) => name === 'marie');
    assert.equal(row?.ha1, null);
    assert.ok(row.password?.salt);
    assert.deepEqual(await audited(), ['create account marie']);
  });

  test('of a machine, or with a password that we made, is kept as what digest needs', async () => {
    const made = await createAccount(needs(), admin, { name: 'box', role: 'agent', agent: 'Amphi_D' });
    assert.match(made ?? '', /^[\w-]{32}$/);
    await createAccount(needs(), admin, { name: 'old', role: 'agent', password: 'chosen by hand' });
    for (const row of await listAccounts(database)) {
      if (row.name === 'root') continue;
      assert.equal(row.password, null, row.name);
      assert.match(row.ha1 ?? '', /^[\da-f]{32}$/, row.name);
    }
    const found = await ask({ authorization: basic('box', made ?? '') });
    assert.equal(found.kind === 'known' ? found.who.agent : '', 'Amphi_D');
    assert.equal(found.kind === 'known' ? found.who.address : '', '10.0.0.9');
  });

  test('whose name is taken is not made, and nothing is told of it', async () => {
    assert.equal(await createAccount(needs(), admin, { name: 'root', role: 'viewer' }), undefined);
    assert.deepEqual(await audited(), []);
    assert.equal((await listAccounts(database)).length, 1);
  });

  test('changes at once: role, password, and whether it is enabled', async () => {
    await createAccount(needs(), admin, { name: 'marie', role: 'viewer', password: 'une longue phrase' });
    const first = { authorization: basic('marie', 'une longue phrase') };
    assert.equal(await kindOf(first), 'known');
    assert.equal(
      await changeAccount(needs(), admin, 'marie', { role: 'scheduler', password: 'another phrase' }),
      'done',
    );
    assert.equal(await kindOf(first), 'wrong');
    const second = { authorization: basic('marie', 'another phrase') };
    const found = await ask(second);
    assert.equal(found.kind === 'known' && found.who.role, 'scheduler');
    assert.equal(await changeAccount(needs(), admin, 'marie', { enabled: false }), 'done');
    assert.equal(await kindOf(second), 'wrong');
    assert.equal(await changeAccount(needs(), admin, 'marie', {}), 'done', 'nothing is changed');
    assert.equal(await changeAccount(needs(), admin, 'nobody', { enabled: false }), 'missing');
    const [, newest] = await auditEntries(database, { kind: 'account', limit: 10 });
    assert.deepEqual(newest?.change, { enabled: false });
    const told = JSON.stringify(await auditEntries(database, { limit: 100 }));
    assert.doesNotMatch(told, /phrase/);
    assert.match(told, /"password":"changed"/);
  });

  test('that is the last admin stays one', async () => {
    for (const patch of [{ role: 'viewer' as const }, { enabled: false }])
      assert.equal(await changeAccount(needs(), admin, 'root', patch), 'last admin');
    assert.equal(await deleteAccount(needs(), admin, 'root'), 'last admin');
    await createAccount(needs(), admin, { name: 'second', role: 'admin' });
    await changeAccount(needs(), admin, 'second', { enabled: false });
    assert.equal(await deleteAccount(needs(), admin, 'root'), 'last admin', 'the other one is not enabled');
    await changeAccount(needs(), admin, 'second', { enabled: true });
    assert.equal(await changeAccount(needs(), admin, 'root', { role: 'viewer' }), 'done');
  });

  test('two admins who remove each other at the same moment leave one', async () => {
    await createAccount(needs(), admin, { name: 'second', role: 'admin' });
    const done = await Promise.all(['root', 'second'].map((name) => deleteAccount(needs(), admin, name)));
    assert.deepEqual(done.toSorted(), ['done', 'last admin']);
    assert.equal((await listAccounts(database)).length, 1);
  });

  test('whose password changes, or that is shut, ends its sessions and tokens for good, and those of nobody else', async () => {
    for (const change of [{ password: 'another phrase' }, { enabled: false }]) {
      await createAccount(needs(), admin, { name: 'marie', role: 'viewer', password: 'une longue phrase' });
      const found = await accounts.signIn('marie', 'une longue phrase', '10.0.0.1');
      assert.ok(found.kind === 'known');
      const [session, other] = [await accounts.openSession(found.who), await accounts.openSession(admin)];
      const [{ token }, mine] = [
        await createToken(database, found.who, { name: 'script' }),
        await createToken(database, admin, { name: 'of root' }),
      ];
      const ways = [{ session: session.secret }, { authorization: `Bearer ${token}` }];
      for (const way of ways) assert.equal(await kindOf(way), 'known');
      assert.equal(await changeAccount(needs(), admin, 'marie', change), 'done');
      for (const way of ways) assert.notEqual(await kindOf(way), 'known', JSON.stringify(change));
      await changeAccount(needs(), admin, 'marie', { enabled: true });
      for (const way of ways) assert.notEqual(await kindOf(way), 'known', 'nor when it is open again');
      assert.equal(await nameOf({ session: other.secret }), 'root by session');
      assert.equal(await nameOf({ authorization: `Bearer ${mine.token}` }), 'root by token');
      await deleteAccount(needs(), admin, 'marie');
    }
  });

  test('that gets another role or hall keeps its sessions', async () => {
    await createAccount(needs(), admin, { name: 'marie', role: 'viewer', password: 'une longue phrase' });
    const found = await accounts.signIn('marie', 'une longue phrase', '10.0.0.1');
    assert.ok(found.kind === 'known');
    const { secret } = await accounts.openSession(found.who);
    await changeAccount(needs(), admin, 'marie', { role: 'scheduler' });
    const now = await ask({ session: secret });
    assert.equal(now.kind === 'known' && now.who.role, 'scheduler');
  });

  test('that is gone takes its sessions and tokens along', async () => {
    await createAccount(needs(), admin, { name: 'marie', role: 'viewer', password: 'une longue phrase' });
    const found = await accounts.signIn('marie', 'une longue phrase', '10.0.0.1');
    assert.ok(found.kind === 'known');
    const { secret } = await accounts.openSession(found.who);
    const { token } = await createToken(database, found.who, { name: 'script' });
    assert.equal(await kindOf({ session: secret }), 'known');
    assert.equal(await deleteAccount(needs(), admin, 'marie'), 'done');
    assert.equal(await kindOf({ session: secret }), 'nobody');
    assert.equal(await kindOf({ authorization: `Bearer ${token}` }), 'wrong');
    assert.equal(await deleteAccount(needs(), admin, 'marie'), 'missing');
  });
});

describe('a session', () => {
  test('ends after 12 hours, however it is used, and what has ended is removed', async () => {
    const { secret, expiresAtMs } = await accounts.openSession(admin);
    assert.equal(expiresAtMs, clock.nowMs() + 12 * HOUR_MS);
    assert.equal(await nameOf({ session: secret }), 'root by session');
    clock.advance(12 * HOUR_MS - 1000);
    assert.equal(await kindOf({ session: secret }), 'known');
    clock.advance(20_000);
    assert.equal(await kindOf({ session: secret }), 'nobody');
    await accounts.openSession(admin);
    assert.equal((await database.selectFrom('sessions').selectAll().execute()).length, 1);
  });

  test('is kept as a hash, and ends when it is closed', async () => {
    const { secret } = await accounts.openSession(admin);
    const [row] = await database.selectFrom('sessions').selectAll().execute();
    assert.ok(row);
    assert.equal(JSON.stringify(row).includes(secret), false);
    assert.equal(row.address, '10.0.0.1');
    assert.equal(await kindOf({ session: secret }), 'known');
    await accounts.closeSession(secret);
    assert.equal(await kindOf({ session: secret }), 'nobody');
    assert.equal(await kindOf({ session: 'made up' }), 'nobody');
    assert.equal(await kindOf({}), 'nobody');
  });
});

describe('a token', () => {
  test('acts for its account until it expires', async () => {
    const { token } = await createToken(database, admin, {
      name: 'week',
      expiresAtMs: clock.nowMs() + 7 * 24 * HOUR_MS,
    });
    const bearer = { authorization: `Bearer ${token}` };
    assert.equal(await nameOf(bearer), 'root by token');
    clock.advance(7 * 24 * HOUR_MS - 1000);
    assert.equal(await kindOf(bearer), 'known');
    clock.advance(20_000);
    assert.equal(await kindOf(bearer), 'wrong');
  });

  test('without an end lasts, and is taken back by whom it belongs to alone', async () => {
    const { id, token } = await createToken(database, admin, { name: 'forever' });
    clock.advance(1000 * 24 * HOUR_MS);
    assert.equal(await kindOf({ authorization: `Bearer ${token}` }), 'known');
    assert.deepEqual(
      (await listTokens(database, admin)).map(({ name, expires_at }) => [name, expires_at]),
      [['forever', null]],
    );
    const other = { ...admin, account: admin.account + 1 };
    assert.deepEqual(await listTokens(database, other), []);
    assert.equal(await deleteToken(needs(), other, id), false);
    assert.equal(await deleteToken(needs(), admin, id), true);
    assert.equal(await kindOf({ authorization: `Bearer ${token}` }), 'wrong');
    assert.deepEqual(await audited(), [`delete token ${id}`, 'create token forever']);
  });
});

describe('who asks in no way that is known', () => {
  test('is wrong, not nobody', async () => {
    for (const authorization of ['Basic', 'Basic bm9jb2xvbg==', 'Negotiate abc', 'Bearer ', 'Digest x', '?'])
      assert.equal(await kindOf({ authorization, address: `10.1.0.${authorization.length}` }), 'wrong', authorization);
  });

  test('a password may hold colons, a name may not', async () => {
    await createAccount(needs(), admin, { name: 'marie', role: 'viewer', password: 'une:longue:phrase' });
    assert.equal(await kindOf({ authorization: basic('marie', 'une:longue:phrase') }), 'known');
  });

  test('another server that changes an account is heard within 15 seconds', async () => {
    const made = (await createAccount(needs(), admin, { name: 'box', role: 'agent' })) ?? '';
    const asked = { authorization: basic('box', made) };
    assert.equal(await kindOf(asked), 'known');
    await database.updateTable('accounts').set({ enabled: false }).where('name', '=', 'box').execute();
    assert.equal(await kindOf(asked), 'known', 'it is remembered');
    clock.advance(15_001);
    assert.equal(await kindOf(asked), 'wrong');
  });
});

describe('the first accounts', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'amphi-first-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('are made once, with passwords that work, in a file for its owner alone', async () => {
    await database.deleteFrom('accounts').execute();
    const file = await makeFirstAccounts(database, folder);
    assert.equal(file, join(folder, 'first-passwords'));
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    assert.deepEqual(
      lines.map((line) => line.split(' ')[0]),
      ['admin', 'agent'],
    );
    for (const line of lines) {
      const [name = '', password = ''] = line.split(' ');
      const found = await ask({ authorization: basic(name, password) });
      assert.equal(found.kind === 'known' && found.who.role, name);
    }
    const before = await readFile(file, 'utf8');
    assert.equal(await makeFirstAccounts(database, folder), file, 'told while it is there');
    assert.equal(await readFile(file, 'utf8'), before);
  });

  test('are made by one of several processes that begin at the same time', async () => {
    await database.deleteFrom('accounts').execute();
    const folders = await Promise.all([1, 2, 3, 4].map(() => mkdtemp(join(folder, 'at-once-'))));
    const files = await Promise.all(folders.map((one) => makeFirstAccounts(database, one)));
    assert.equal(files.filter((file) => file !== undefined).length, 1);
    const { count } = await database
      .selectFrom('accounts')
      .select((of) => of.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    assert.equal(count, 2);
  });

  test('are forgotten one by one; when the last is, the file goes', async () => {
    const file = join(folder, 'first-passwords');
    await forgetFirstPassword(folder, 'admin');
    assert.match(await readFile(file, 'utf8'), /^agent \S+\n$/);
    await forgetFirstPassword(folder, 'agent');
    await assert.rejects(stat(file), { code: 'ENOENT' });
    assert.equal(await makeFirstAccounts(database, folder), undefined);
    await forgetFirstPassword(folder, 'agent');
  });
});

describe('the audit log', () => {
  test('keeps who, from where, what and how, the newest first, page by page', async () => {
    await tellAudit(database, admin, { action: 'create', kind: 'event', object: 'e1', change: { title: 'x' } });
    await tellAudit(database, undefined, [
      { action: 'update', kind: 'event', object: 'e1' },
      { action: 'delete', kind: 'series', object: 's1' },
    ]);
    const all = await auditEntries(database, { limit: 10 });
    assert.deepEqual(
      all.map(({ account, address, action, object, change }) => [account, address, action, object, change]),
      [
        [null, null, 'delete', 's1', null],
        [null, null, 'update', 'e1', null],
        ['root', '10.0.0.1', 'create', 'e1', { title: 'x' }],
      ],
    );
    const actions = async (query: object): Promise<string> =>
      (await auditEntries(database, { limit: 10, ...query })).map(({ action }) => action).join();
    assert.equal(await actions({ kind: 'event' }), 'update,create');
    assert.equal(await actions({ object: 's1' }), 'delete');
    assert.equal(await actions({ account: 'root' }), 'create');
    assert.equal(await actions({ before: all[0]?.id }), 'update,create');
    assert.equal(await actions({ limit: 1 }), 'delete');
    await tellAudit(database, admin, []);
    assert.equal((await auditEntries(database, { limit: 10 })).length, 3);
  });

  test('takes more entries than one statement holds', async () => {
    const entries = Array.from({ length: 2500 }, (_, n) => ({ action: 'create', kind: 'event', object: `e${n}` }));
    await tellAudit(database, admin, entries);
    assert.equal((await auditEntries(database, { limit: 5000 })).length, 2500);
  });

  test('knows nothing of what was rolled back', async () => {
    await assert.rejects(
      database.transaction().execute(async (within) => {
        await tellAudit(within, admin, { action: 'create', kind: 'event', object: 'e' });
        throw new Error('no');
      }),
    );
    assert.deepEqual(await audited(), []);
  });
});
