import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loginCommand, logoutCommand } from '#technician/known/login-command.ts';
import { scheduleCommand } from '#technician/schedule/schedule-command.ts';
import { lacks } from '#test/agent/control/clients.ts';
import { startCentralProcess } from '#test/support/central-process.ts';
import { openTerminal } from '../terminal.ts';
import { typeCommand } from '../type-command.ts';

const AMPHI = new URL('../../../bin/amphi.ts', import.meta.url).pathname;
const folder = await mkdtemp(join(tmpdir(), 'amphi-login-'));
const central = await startCentralProcess();
const password = central.passwords['admin'] ?? '';
after(async () => {
  await central.close();
  await rm(folder, { recursive: true });
});

const home = { AMPHI_CONFIG_HOME: folder };
const COMMANDS = { login: loginCommand, logout: logoutCommand, schedule: scheduleCommand };
/** What others have in their environment says nothing here. */
const NOTHING = { AMPHI_SERVER: undefined, AMPHI_USER: undefined, AMPHI_PASSWORD: undefined, AMPHI_TOKEN: undefined };
const amphi = ([name, ...words]: [keyof typeof COMMANDS, ...string[]], env: Record<string, string> = {}) =>
  typeCommand(COMMANDS[name](), words, { ...NOTHING, ...home, ...env });
const kept = async (): Promise<string> => readFile(join(folder, 'known.json'), 'utf8');
const tokenKept = async (): Promise<string> =>
  (JSON.parse(await kept()) as { servers: { token: string }[] }).servers[0]?.token ?? '';
const sessionOf = (token: string) =>
  fetch(`${central.url}/api/v1/session`, { headers: { authorization: `Bearer ${token}` } });
const tokensThere = async (): Promise<number> => {
  const { tokens } = (await (await central.ask('/api/v1/tokens')).json()) as { tokens: unknown[] };
  return tokens.length;
};
const host = new URL(central.url).host;

test(
  'a person logs in with a password that nobody sees, and needs none afterwards',
  { skip: lacks('script') },
  async () => {
    const { type, until, ended, close } = openTerminal([process.execPath, AMPHI, 'login', central.url], home);
    try {
      await until(/Account \[admin\]: /);
      type('\r');
      await until(/Password: /);
      type(`${password}\r`);
      const shown = await until(/You are admin \(admin\) at http:\S+\.[\s\S]*takes it back/);
      assert.ok(!shown.includes(password), shown);
      assert.equal(await ended, 0);
    } finally {
      close();
    }
    assert.equal((await stat(join(folder, 'known.json'))).mode & 0o777, 0o600);
    assert.ok(!(await kept()).includes(password));
    assert.equal((await sessionOf(await tokenKept())).status, 200);
    const listed = await amphi(['schedule', 'list']);
    assert.deepEqual([listed.code, listed.stdout], [0, 'Nothing is scheduled then.\n'], listed.stderr);
    assert.ok(listed.stderr.startsWith(`${host} (${central.url}), the server that was used last\n`), listed.stderr);
    const named = await amphi(['schedule', 'list', '--server', host]);
    assert.deepEqual([named.code, named.stderr], [0, '']);
  },
);

test('who logs in again has one token there, and who logs out none', async () => {
  const before = await tokenKept();
  const again = await amphi(['login', '--name', 'uni'], { AMPHI_PASSWORD: password });
  assert.deepEqual([again.code, again.stdout], [0, `You are admin (admin) at ${central.url}.\n`], again.stderr);
  assert.equal((await sessionOf(before)).status, 401);
  assert.equal(await tokensThere(), 1);
  assert.match((await amphi(['login', '--list'])).stdout, /^\* {2}uni {2}http:\S+ {2}admin\n$/);
  const token = await tokenKept();
  const out = await amphi(['logout']);
  assert.deepEqual([out.code, out.stdout], [0, `You are logged out of uni (${central.url}).\n`], out.stderr);
  assert.equal((await sessionOf(token)).status, 401);
  assert.equal(await tokensThere(), 0);
  assert.ok(!(await kept()).includes(token));
  assert.equal((await amphi(['logout'])).code, 2);
});

test('a token that was made elsewhere is checked, told whose it is, and not taken back', async () => {
  const made = await fetch(`${central.url}/api/v1/tokens`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${btoa(`agent:${central.passwords['agent']}`)}`,
      'content-type': 'application/json',
    },
    body: '{"name":"by hand"}',
  });
  const { token } = (await made.json()) as { token: string };
  const file = join(folder, 'token');
  await writeFile(file, `${token}\n`, { mode: 0o600 });
  const login = await amphi(['login', central.url, '--token-file', file]);
  assert.deepEqual([login.code, login.stdout], [0, `You are agent (agent) at ${central.url}.\n`], login.stderr);
  const out = await amphi(['logout', central.url]);
  assert.equal(out.code, 1);
  assert.match(out.stderr, /forgotten here, but was not taken back: it was not made here/);
  assert.equal((await sessionOf(token)).status, 200);
  const wrong = await amphi(['login', central.url], { AMPHI_TOKEN: 'none of them' });
  assert.deepEqual([wrong.code, wrong.stdout], [2, '']);
  assert.match(wrong.stderr, /wrong user, password or token/);
});

test('nothing is kept of a login that failed; a token that is no longer good says what to do', async () => {
  const before = await kept();
  const wrong = await amphi(['login', central.url], { AMPHI_PASSWORD: 'not it' });
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /wrong user, password or token/);
  const nobody = await amphi(['login', 'http://127.0.0.1:1'], { AMPHI_PASSWORD: 'x' });
  assert.match(nobody.stderr, /^amphi login: http:\/\/127\.0\.0\.1:1: nobody listens there/);
  assert.match((await amphi(['login'])).stderr, /which server\?/);
  assert.equal(await kept(), before);
  assert.equal((await amphi(['login', central.url, '--name', 'uni'], { AMPHI_PASSWORD: password })).code, 0);
  const { tokens } = (await (await central.ask('/api/v1/tokens')).json()) as { tokens: { id: number }[] };
  for (const { id } of tokens) await central.ask(`/api/v1/tokens/${id}`, { method: 'DELETE' });
  const stale = await amphi(['schedule', 'list']);
  assert.equal(stale.code, 2);
  assert.match(stale.stderr, /wrong user, password or token: amphi login uni gets another/);
});

test('what is damaged harms nobody who says everything', async () => {
  await writeFile(join(folder, 'known.json'), '{', { mode: 0o600 });
  const listed = await amphi(['schedule', 'list', '--server', central.url], { AMPHI_PASSWORD: password });
  assert.equal(listed.code, 0, listed.stderr);
  assert.match(listed.stderr, /is damaged/);
  const last = await amphi(['schedule', 'list'], { AMPHI_PASSWORD: password });
  assert.deepEqual([last.code, /^amphi schedule: .* is damaged/.test(last.stderr)], [2, true], last.stderr);
});
