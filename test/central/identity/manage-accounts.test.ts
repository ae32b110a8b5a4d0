import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { auditEntries } from '#central/identity/audit.ts';
import { ha1Of } from '#central/identity/digest.ts';
import { changeAccount, createAccount, deleteAccount, listAccounts } from '#central/identity/manage-accounts.ts';
import type { Who } from '#central/identity/who.ts';
import type { AccountRow, Role } from '#central/store/tables.ts';
import { openHasher } from '#lib/runtime/access/passwords.ts';
import { freshDatabase } from '../postgres.ts';

const opened = await freshDatabase();
const { database } = opened;
let forgotten = 0;
const needs = { database, accounts: { hasher: openHasher(), forget: () => void forgotten++ } };
const who: Who = { account: 1, name: 'root', role: 'admin', agent: null, address: '10.0.0.1' };
after(() => opened.close());

const add = (name: string, role: Role, enabled = true) =>
  database.insertInto('accounts').values({ name, role, enabled }).execute();
beforeEach(async () => {
  await database.deleteFrom('accounts').execute();
  await database.deleteFrom('audit_log').execute();
  await add('root', 'admin');
  forgotten = 0;
});

async function row(name: string): Promise<AccountRow> {
  const found = (await listAccounts(database)).find((one) => one.name === name);
  assert.ok(found, name);
  return found;
}
const told = async () =>
  (await auditEntries(database, { limit: 100 })).map(({ account, address, action, object, change }) => [
    `${account} at ${address}`,
    `${action} ${object}`,
    change,
  ]);
const ROOT = 'root at 10.0.0.1';

describe('the audit of accounts', () => {
  test('says who did what, and nothing of a password: not as it is, and not as it is kept', async () => {
    await createAccount(needs, who, { name: 'marie', role: 'scheduler', password: 'une longue phrase' });
    const made = await createAccount(needs, who, { name: 'box', role: 'agent', agent: 'Amphi_D' });
    await changeAccount(needs, who, 'marie', { password: 'another phrase', enabled: false });
    await changeAccount(needs, who, 'box', { password: 'a phrase of a box' });
    await deleteAccount(needs, who, 'marie');
    assert.deepEqual(await told(), [
      [ROOT, 'delete marie', null],
      [ROOT, 'update box', { password: 'changed' }],
      [ROOT, 'update marie', { enabled: false, password: 'changed' }],
      [ROOT, 'create box', { role: 'agent', agent: 'Amphi_D' }],
      [ROOT, 'create marie', { role: 'scheduler' }],
    ]);
    const all = JSON.stringify(await database.selectFrom('audit_log').selectAll().execute());
    for (const secret of ['phrase', made ?? '', ha1Of('box', made ?? ''), ha1Of('box', 'a phrase of a box')])
      assert.ok(secret && !all.includes(secret), secret);
  });

  test('says nothing of what was not done', async () => {
    assert.equal(await changeAccount(needs, who, 'root', { role: 'viewer', password: 'phrase' }), 'last admin');
    assert.equal(await deleteAccount(needs, who, 'root'), 'last admin');
    assert.equal(await changeAccount(needs, who, 'nobody', { password: 'phrase' }), 'missing');
    assert.equal(await createAccount(needs, who, { name: 'root', role: 'admin', password: 'phrase' }), undefined);
    assert.deepEqual(await told(), []);
    const { role, enabled, password, ha1 } = await row('root');
    assert.deepEqual({ role, enabled, password, ha1 }, { role: 'admin', enabled: true, password: null, ha1: null });
  });
});

describe('nobody is left without an admin', () => {
  test('who is enabled: one who is not, and who is none, do not count', async () => {
    await add('asleep', 'admin', false);
    await add('marie', 'scheduler');
    for (const patch of [{ role: 'scheduler' as const }, { enabled: false }, { role: 'agent' as const, enabled: true }])
      assert.equal(await changeAccount(needs, who, 'root', patch), 'last admin', JSON.stringify(patch));
    assert.equal(await deleteAccount(needs, who, 'root'), 'last admin');
  });

  test('the last one may change what leaves it an admin', async () => {
    for (const patch of [{ password: 'une longue phrase' }, { agent: 'Amphi_D' }, { role: 'admin' as const }, {}])
      assert.equal(await changeAccount(needs, who, 'root', patch), 'done', JSON.stringify(patch));
  });

  test('others come and go: an admin who is not enabled, and who is none', async () => {
    await add('asleep', 'admin', false);
    await add('marie', 'scheduler');
    assert.equal(await changeAccount(needs, who, 'marie', { enabled: false }), 'done');
    for (const name of ['asleep', 'marie']) assert.equal(await deleteAccount(needs, who, name), 'done', name);
    assert.deepEqual(
      (await listAccounts(database)).map(({ name }) => name),
      ['root'],
    );
  });

  test('two who take the role from each other at the same moment leave one', async () => {
    await add('second', 'admin');
    const done = await Promise.all([
      changeAccount(needs, who, 'root', { role: 'viewer' }),
      changeAccount(needs, who, 'second', { enabled: false }),
    ]);
    assert.deepEqual(done.toSorted(), ['done', 'last admin']);
    const left = (await listAccounts(database)).filter(({ role, enabled }) => role === 'admin' && enabled);
    assert.equal(left.length, 1);
  });
});

describe('a change of an account', () => {
  test('leaves what it does not speak of, and frees a box from its hall', async () => {
    await createAccount(needs, who, { name: 'box', role: 'agent', agent: 'Amphi_D', password: 'first' });
    await changeAccount(needs, who, 'box', { enabled: false });
    const before = await row('box');
    assert.deepEqual([before.role, before.agent, before.enabled], ['agent', 'Amphi_D', false]);
    assert.equal(before.ha1, ha1Of('box', 'first'));
    await changeAccount(needs, who, 'box', { agent: null });
    const { agent, enabled, changed_at } = await row('box');
    assert.deepEqual([agent, enabled], [null, false]);
    assert.deepEqual(changed_at, before.changed_at, 'its password is as old as it was');
    await changeAccount(needs, who, 'box', { password: 'second' });
    assert.ok((await row('box')).changed_at > before.changed_at);
  });

  test('keeps a password as its new role wants it', async () => {
    await createAccount(needs, who, { name: 'one', role: 'viewer', password: 'first' });
    await changeAccount(needs, who, 'one', { role: 'agent', password: 'second' });
    const asBox = await row('one');
    assert.deepEqual([asBox.password, asBox.ha1], [null, ha1Of('one', 'second')]);
    await changeAccount(needs, who, 'one', { role: 'scheduler', password: 'third' });
    const asPerson = await row('one');
    assert.equal(asPerson.ha1, null);
    assert.ok(asPerson.password && (await needs.accounts.hasher.matches('third', asPerson.password)));
  });

  test('is known at once: what was remembered is forgotten, each time', async () => {
    await createAccount(needs, who, { name: 'one', role: 'viewer' });
    await changeAccount(needs, who, 'one', { enabled: false });
    await deleteAccount(needs, who, 'one');
    assert.equal(forgotten, 3);
  });
});
