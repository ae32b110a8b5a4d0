import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { openAccounts } from '#agent/control/accounts/accounts.ts';
import { openLoginThrottle } from '#agent/control/accounts/login-throttle.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { heapMb } from '#test/support/memory.ts';

const folders: string[] = [];
const newFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-accounts-'));
  folders.push(folder);
  return folder;
};
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));
const by = { address: '192.0.2.1', via: 'test' };

describe('accounts', () => {
  test('the first start makes a random password, kept hashed, that is gone once an installer has set one', async () => {
    const folder = await newFolder();
    const accounts = await openAccounts({ folder, log: silentLog });
    const first = accounts.firstPassword() ?? '';
    assert.match(first, /^\w{12}$/);
    assert.equal((await readFile(join(folder, 'first-password'), 'utf8')).trim(), first);
    for (const name of ['first-password', 'accounts.json']) {
      assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600);
    }
    assert.ok(!(await readFile(join(folder, 'accounts.json'), 'utf8')).includes(first));
    assert.deepEqual(await accounts.login({ ...by, name: 'admin', password: first }), { access: 'admin' });

    const again = await openAccounts({ folder, log: silentLog });
    assert.equal(again.firstPassword(), first);
    assert.equal(await again.set('admin', 'neu'), undefined);
    assert.equal(again.firstPassword(), undefined);
    await assert.rejects(stat(join(folder, 'first-password')));
    const third = await openAccounts({ folder, log: silentLog });
    assert.deepEqual(await third.login({ ...by, password: 'neu' }), { access: 'admin' });
    assert.deepEqual(await third.login({ ...by, password: first }), { refused: 'wrong' });
  });

  test('two boxes have two first passwords', async () => {
    const [a, b] = await Promise.all(
      [await newFolder(), await newFolder()].map((folder) => openAccounts({ folder, log: silentLog })),
    );
    assert.notEqual(a?.firstPassword(), b?.firstPassword());
  });

  test('no default password works', async () => {
    const accounts = await openAccounts({ folder: await newFolder(), log: silentLog });
    for (const password of ['', 'admin', 'extron', 'password']) {
      assert.deepEqual(await accounts.login({ ...by, name: 'admin', password }), { refused: 'wrong' });
    }
    assert.deepEqual(await accounts.login({ ...by, address: '192.0.2.9', name: 'user', password: '' }), {
      refused: 'wrong',
    });
  });

  test('the rules of a password, of a user without an administrator, and of clearing', async () => {
    const accounts = await openAccounts({ folder: await newFolder(), log: silentLog, allowNoPassword: true });
    assert.equal(accounts.has('admin'), false);
    assert.equal(await accounts.set('user', 'secret'), 'E14');
    for (const bad of ['', 'a b', 'a|b', 'a\tb', 'a\u0007', 'x'.repeat(129)]) {
      assert.equal(await accounts.set('admin', bad), 'E13', JSON.stringify(bad));
    }
    for (const good of ['x', 'x'.repeat(128), 'Grüße!"$']) assert.equal(await accounts.set('admin', good), undefined);
    assert.equal(await accounts.set('user', 'secret'), undefined);
    assert.deepEqual(await accounts.login({ ...by, password: 'secret' }), { access: 'user' });
    assert.deepEqual(await accounts.login({ ...by, name: 'admin', password: 'secret' }), { refused: 'wrong' });
    assert.deepEqual(await accounts.login({ ...by, name: 'root', password: 'Grüße!"$' }), { refused: 'wrong' });
    assert.equal(await accounts.set('admin', null), undefined);
    assert.equal(accounts.has('user'), false);
    assert.deepEqual(await accounts.login({ ...by, password: '' }), { access: 'admin' });
  });

  test('without the setting a password cannot be cleared, and a file without one gives a new random one', async () => {
    const folder = await newFolder();
    const accounts = await openAccounts({ folder, log: silentLog });
    assert.equal(await accounts.set('admin', null), 'E14');
    await writeFile(join(folder, 'accounts.json'), '{"admin":null,"user":null}');
    const again = await openAccounts({ folder, log: silentLog });
    assert.equal(again.has('admin'), true);
    assert.ok(again.firstPassword());
  });

  test('one password for both gives the administrator', async () => {
    const accounts = await openAccounts({ folder: await newFolder(), log: silentLog });
    await accounts.set('admin', 'same');
    await accounts.set('user', 'same');
    assert.deepEqual(await accounts.login({ ...by, password: 'same' }), { access: 'admin' });
    assert.deepEqual(await accounts.login({ ...by, name: 'user', password: 'same' }), { access: 'user' });
  });

  test('a changed password counts at once, also where the old one was used before', async () => {
    const accounts = await openAccounts({ folder: await newFolder(), log: silentLog });
    await accounts.set('admin', 'old');
    assert.deepEqual(await accounts.login({ ...by, password: 'old' }), { access: 'admin' });
    await accounts.set('admin', 'new');
    assert.deepEqual(await accounts.login({ ...by, password: 'old' }), { refused: 'wrong' });
  });

  test('of a damaged file the one before counts; damaged both, nobody gets in by an empty password', async () => {
    const folder = await newFolder();
    const accounts = await openAccounts({ folder, log: silentLog });
    await accounts.set('admin', 'one');
    await accounts.set('user', 'two');
    await writeFile(join(folder, 'accounts.json'), '{"admin":');
    const again = await openAccounts({ folder, log: silentLog });
    assert.deepEqual(await again.login({ ...by, password: 'one' }), { access: 'admin' });
    await writeFile(join(folder, 'accounts.json'), 'x');
    await writeFile(join(folder, 'accounts.before.json'), 'x');
    const third = await openAccounts({ folder, log: silentLog });
    assert.deepEqual(await third.login({ ...by, password: '' }), { refused: 'wrong' });
    assert.ok(third.firstPassword());
  });

  test('a controller that opens twenty sessions at once gets into all; twenty guesses at once do not pass', async () => {
    const accounts = await openAccounts({ folder: await newFolder(), log: silentLog });
    await accounts.set('admin', 'amphi');
    const at = (password: string) => accounts.login({ ...by, password });
    const guesses = await Promise.all(Array.from({ length: 20 }, (_, n) => at(`guess ${n}`)));
    assert.equal(guesses.filter((verdict) => 'refused' in verdict && verdict.refused === 'busy').length, 16);
    const other = { address: '192.0.2.2', via: 'test', password: 'amphi' };
    const all = await Promise.all(Array.from({ length: 20 }, () => accounts.login(other)));
    assert.deepEqual(
      all,
      Array.from({ length: 20 }, () => ({ access: 'admin' })),
    );
    const old = accounts.login({ ...other, address: '192.0.2.3' });
    await accounts.set('admin', 'neu');
    assert.deepEqual(await accounts.login({ ...other, address: '192.0.2.3' }), { refused: 'wrong' });
    await old;
  });

  test('twenty failures from many addresses are an alarm, once, until none came for a while', async (t) => {
    // They come within twenty seconds, however long a machine takes for them.
    t.mock.method(performance, 'now', () => 1);
    const told: boolean[] = [];
    const over = Promise.withResolvers<void>();
    const accounts = await openAccounts({
      folder: await newFolder(),
      log: silentLog,
      quietMs: 300,
      onAuthFailures(many) {
        told.push(many);
        if (!many) over.resolve();
      },
    });
    const alive = setInterval(() => undefined, 1000);
    const tries = Array.from({ length: 22 }, (_, at) =>
      accounts.login({ address: `192.0.2.${at}`, via: 'test', name: 'admin', password: 'wrong' }),
    );
    await Promise.all(tries);
    await over.promise;
    clearInterval(alive);
    assert.deepEqual(told, [true, false]);
  });
});

describe('the throttle', () => {
  test('an address has five wrong tries, then one a second, then is sent away', () => {
    const throttle = openLoginThrottle();
    for (let n = 0; n < 5; n++) {
      assert.equal(throttle.admitInMs('a', n), 0);
      throttle.done('a');
      throttle.failed('a', n);
    }
    const waits = Array.from({ length: 13 }, () => {
      throttle.done('a');
      return throttle.admitInMs('a', 5);
    });
    assert.deepEqual(waits.slice(0, 3), [0, 1000, 2000]);
    assert.equal(waits.at(-1), undefined);
    assert.equal(throttle.admitInMs('b', 5), 0);
    throttle.done('a');
    assert.equal(throttle.admitInMs('a', 70_000), 0);
  });

  test('nobody waits for others that guess; one that was let in before always has a place', () => {
    const throttle = openLoginThrottle();
    throttle.succeeded('10.0.0.1', 0);
    let rang = 0;
    for (let n = 0; n < 25; n++) if (throttle.failed(`10.1.0.${n}`, 100)) rang += 1;
    assert.equal(rang, 1);
    const ofOne = Array.from({ length: 10 }, () => throttle.admitInMs('10.2.0.1', 200));
    assert.equal(ofOne.filter((wait) => wait !== undefined).length, 4, 'one network has four places');
    assert.equal(throttle.admitInMs('10.3.0.1', 200), 0, 'another has its own');
    for (let n = 0; n < 100; n++) throttle.admitInMs(`10.4.0.${n}`, 200);
    assert.equal(throttle.admitInMs('10.5.0.1', 200), undefined);
    assert.equal(throttle.admitInMs('10.0.0.1', 200), 0);
    throttle.done('10.4.0.1');
    throttle.done('10.4.0.2');
    assert.equal(throttle.admitInMs('10.5.0.1', 200), 0);
  });

  test('nineteen in twenty seconds are no alarm', () => {
    const throttle = openLoginThrottle();
    const rings = Array.from({ length: 60 }, (_, n) => throttle.failed(`a${n}`, n * 1060));
    assert.ok(!rings.includes(true));
  });

  test('it does not grow with the number of addresses', () => {
    const throttle = openLoginThrottle();
    const before = heapMb();
    for (let n = 0; n < 200_000; n++) throttle.failed(`address ${n}`, n);
    assert.ok(heapMb() - before < 10);
  });
});
