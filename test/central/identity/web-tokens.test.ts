import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { Registry } from 'prom-client';
import type { FastifyInstance } from 'fastify';
import { openApp } from '#central/http/server.ts';
import { openAccounts } from '#central/identity/accounts.ts';
import { openWebTokens } from '#central/identity/web-tokens.ts';
import { MODULES } from '#central/modules.ts';
import { realClock } from '#lib/runtime/clock.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { openRig, type Rig } from '../rig.ts';

let rig: Rig;
let app: FastifyInstance;
let folder = '';
let own: { publicKey: CryptoKey; privateKey: CryptoKey };
let strange: { publicKey: CryptoKey; privateKey: CryptoKey };
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amphi-jwt-'));
  [own, strange] = await Promise.all([
    generateKeyPair('ES256', { extractable: true }),
    generateKeyPair('ES256', { extractable: true }),
  ]);
  await writeFile(
    join(folder, 'keys.json'),
    JSON.stringify({ keys: [{ ...(await exportJWK(own.publicKey)), kid: 'a' }] }),
  );
  rig = await openRig(MODULES);
  const settings = { jwtKeys: join(folder, 'keys.json'), jwtIssuer: 'lms', jwtAudience: 'amphi' };
  const webTokens = await openWebTokens(settings, realClock);
  const accounts = openAccounts(rig.services.database, realClock, silentLog, webTokens);
  app = await openApp({ ...rig.services, accounts, registry: new Registry() }, MODULES);
  for (const [id, role] of [
    ['mine', 'C1_Learner'],
    ['other', 'C2_Learner'],
    ['named', 'ROLE_USER_M_DUPONT'],
  ] as const) {
    const acl = JSON.stringify([{ role, action: 'read', allow: true }]);
    await rig.services.database.insertInto('events').values({ id, title: id, acl }).execute();
  }
});
after(async () => {
  await app.close();
  await rig.close();
  await rm(folder, { recursive: true });
});

const RIGHT: JWTPayload = { sub: 'm.dupont', iss: 'lms', aud: 'amphi', roles: ['C1_Learner'] };
const inS = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;
const sign = (payload: JWTPayload, key: CryptoKey | Uint8Array = own.privateKey, alg = 'ES256'): Promise<string> =>
  new SignJWT(payload).setProtectedHeader({ alg, kid: 'a' }).sign(key);

const ask = async (
  token: string,
  url: string,
  more: { on?: FastifyInstance; method?: 'GET' | 'POST' | 'DELETE'; headers?: Record<string, string> } = {},
) => {
  const headers = { authorization: `Bearer ${token}`, ...more.headers };
  const { statusCode: status, body } = await (more.on ?? app).inject({ method: more.method ?? 'GET', url, headers });
  return { status, body };
};

describe('a token of a learning platform', () => {
  test('lets somebody see what access lists allow his roles and his name, and change nothing', async () => {
    const token = await sign({ ...RIGHT, exp: inS(60) });
    const { status, body } = await ask(token, '/api/events');
    assert.equal(status, 200, body);
    const ids = (JSON.parse(body) as { identifier: string }[]).map(({ identifier }) => identifier);
    assert.deepEqual(ids.toSorted(), ['mine', 'named']);
    assert.equal((await ask(token, '/api/events/other')).status, 403);
    assert.deepEqual((JSON.parse((await ask(token, '/info/me.json')).body) as { roles: string[] }).roles, [
      'C1_Learner',
      'ROLE_USER_M_DUPONT',
      'ROLE_USER',
      'ROLE_ANONYMOUS',
    ]);
    assert.equal((await ask(token, '/search/episode.json')).status, 200);
    assert.equal((await ask(token, '/sysinfo/bundles/version')).status, 200, 'what everybody gets');
    for (const [method, url] of [
      ['DELETE', '/api/events/mine'],
      ['POST', '/api/events'],
      ['GET', '/api/v1/audit'],
      ['GET', '/recordings/calendars'],
      ['GET', '/api/v1/halls'],
      ['POST', '/api/v1/tokens'],
    ] as const)
      assert.equal((await ask(token, url, { method })).status, 403, url);
  });

  test('makes nobody an admin, whatever roles it has, and acts for nobody else', async () => {
    const token = await sign({ ...RIGHT, roles: ['ROLE_ADMIN', 'ROLE_SUDO'], sub: 'admin', exp: inS(60) });
    const { body } = await ask(token, '/api/events');
    assert.deepEqual(JSON.parse(body), []);
    assert.equal((await ask(token, '/api/v1/accounts')).status, 403);
    assert.equal((await ask(token, '/api/events', { headers: { 'x-run-as-user': 'admin' } })).status, 403);
    assert.equal((await ask(token, '/api/events', { headers: { 'x-run-with-roles': 'C2_Learner' } })).status, 403);
  });

  test('counts for nothing where anything of it is wrong', async () => {
    const spki = new TextEncoder().encode(await exportSPKI(own.publicKey));
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ ...RIGHT, exp: inS(60) })).toString('base64url')}.`;
    const good = await sign({ ...RIGHT, exp: inS(60) });
    const [head, , signature] = good.split('.');
    const forged = `${head}.${Buffer.from(JSON.stringify({ ...RIGHT, roles: ['C2_Learner'], exp: inS(60) })).toString('base64url')}.${signature}`;
    for (const [what, token] of [
      ['of a strange key', await sign({ ...RIGHT, exp: inS(60) }, strange.privateKey)],
      ['unsigned', none],
      ['signed with the public key as a secret', await sign({ ...RIGHT, exp: inS(60) }, spki, 'HS256')],
      ['changed', forged],
      ['over', await sign({ ...RIGHT, exp: inS(-60) })],
      ['endless', await sign(RIGHT)],
      ['of the future', await sign({ ...RIGHT, nbf: inS(120), exp: inS(180) })],
      ['of another issuer', await sign({ ...RIGHT, iss: 'x', exp: inS(60) })],
      ['for others', await sign({ ...RIGHT, aud: 'x', exp: inS(60) })],
      ['of nobody', await sign({ iss: 'lms', aud: 'amphi', exp: inS(60) })],
      ['with roles that are no list', await sign({ ...RIGHT, roles: 'C1_Learner', exp: inS(60) })],
      ['with NUL', await sign({ ...RIGHT, roles: ['a\0'], exp: inS(60) })],
    ] as const)
      assert.equal((await ask(token, '/api/events')).status, 401, what);
    assert.equal((await ask(good, '/api/events')).status, 200, 'a right one does not wait behind wrong ones');
  });

  test('counts for nothing where no keys are configured', async () => {
    assert.equal((await ask(await sign({ ...RIGHT, exp: inS(60) }), '/api/events', { on: rig.app })).status, 401);
  });
});

test('a file without public keys is told to the installer', async () => {
  const write = async (text: string): Promise<string> => {
    const path = join(folder, 'wrong.json');
    await writeFile(path, text);
    return path;
  };
  const open = (jwtKeys: string) => openWebTokens({ jwtKeys }, realClock);
  await assert.rejects(open(join(folder, 'none.json')), /--jwt-keys cannot be used: .*none\.json is not there/);
  await assert.rejects(open(await write('PEM')), /is no JSON/);
  await assert.rejects(open(await write('{"keys":[]}')), /has no keys/);
  const secret = JSON.stringify({ keys: [await exportJWK(own.privateKey)] });
  await assert.rejects(open(await write(secret)), /has secret keys/);
});
