import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { Registry } from 'prom-client';
import type { FastifyInstance } from 'fastify';
import { openApp } from '#central/http/server.ts';
import { openAccounts } from '#central/identity/accounts.ts';
import { openWebTokens } from '#central/identity/web-tokens.ts';
import { MODULES } from '#central/modules.ts';
import { realClock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import { openIngestRig, type IngestRig } from '../../ingest-rig.ts';
import { handOver } from './recorded-rig.ts';

/** Films without an account, and with a token in the address, as players ask for them. */

let on: IngestRig;
let app: FastifyInstance;
let url = '';
let folder = '';
let key: CryptoKey;
const told: unknown[] = [];
const log: Log = new Proxy({} as Log, {
  get: (_, name) => (name === 'child' ? () => log : (...all: unknown[]) => void told.push(name, all)),
});

before(async () => {
  on = await openIngestRig([], log);
  folder = await mkdtemp(join(tmpdir(), 'amphi-public-'));
  const pair = await generateKeyPair('ES256', { extractable: true });
  key = pair.privateKey;
  await writeFile(join(folder, 'keys.json'), JSON.stringify({ keys: [await exportJWK(pair.publicKey)] }));
  const webTokens = await openWebTokens({ jwtKeys: join(folder, 'keys.json') }, realClock);
  const accounts = openAccounts(on.rig.services.database, realClock, log, webTokens);
  app = await openApp({ ...on.rig.services, accounts, registry: new Registry() }, MODULES);
  url = await app.listen({ host: '127.0.0.1', port: 0 });
  await handOver(on, { id: 'open', terms: { title: 'Open' }, acl: [{ role: 'ROLE_ANONYMOUS', action: 'read' }] });
  await handOver(on, { id: 'course', terms: { title: 'Course' }, acl: [{ role: 'C1_Learner', action: 'read' }] });
  await handOver(on, { id: 'closed', terms: { title: 'Closed' } });
});
after(async () => {
  await app.close();
  await on.close();
  await rm(folder, { recursive: true });
});

const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${url}${path}`, { method, headers, redirect: 'manual' });

async function pathsOf(event: string): Promise<{ film: string; kept: string; security: string | undefined }> {
  const rows = await on.rig.services.database.selectFrom('files').selectAll().where('event', '=', event).execute();
  const film = rows.find(({ kind }) => kind === 'track');
  assert.ok(film);
  const security = rows.find(({ flavor }) => flavor.startsWith('security/'));
  const at = (path: string): string => `/files/mediapackage/${path}`;
  return {
    film: at(film.path),
    kept: `/assets/assets/${event}/${film.id}/${film.version}/${film.file_name}`,
    security: security && at(security.path),
  };
}

test('the film of an event that everybody may read needs no account; others ask who it is, and tell nothing', async () => {
  const open = await pathsOf('open');
  for (const path of [open.film, open.kept]) {
    const whole = await ask(path);
    assert.equal(whole.status, 200, path);
    assert.deepEqual(Buffer.from(await whole.arrayBuffer()), on.movie);
    const part = await ask(path, { range: 'bytes=10-19' });
    assert.equal(part.status, 206);
    assert.deepEqual(Buffer.from(await part.arrayBuffer()), on.movie.subarray(10, 20));
    assert.equal((await ask(path, {}, 'HEAD')).status, 200);
  }
  const play = await ask('/play/open');
  assert.deepEqual([play.status, new URL(play.headers.get('location') ?? '').pathname], [302, open.film]);
  const closed = await pathsOf('closed');
  for (const path of [closed.film, closed.kept, '/play/closed', '/play/none', '/files/mediapackage/a/b/c.mp4']) {
    const refused = await ask(path);
    assert.equal(refused.status, 401, path);
    assert.match(refused.headers.get('www-authenticate') ?? '', /^Basic/);
    await refused.text();
    const digest = await ask(path, { 'x-requested-auth': 'Digest' });
    assert.match(
      digest.headers.get('www-authenticate') ?? '',
      /^Digest .*nonce=/,
      'an agent is asked as it wants to be',
    );
  }
  assert.equal((await ask(closed.film, on.rig.as('scheduler'))).status, 200);
  assert.equal((await ask(closed.film, on.rig.as('viewer'))).status, 403, 'no access list lets a viewer read it');
  assert.equal((await ask(open.film, { authorization: `Basic ${btoa('admin:wrong')}` })).status, 401);
});

test('of an event for everybody, its access list and what another version replaced are not', async () => {
  const { database } = on.rig.services;
  const open = await pathsOf('open');
  await database
    .insertInto('files')
    .values({
      id: '11111111-1111-4111-8111-111111111111',
      event: 'open',
      version: 1,
      kind: 'attachment',
      flavor: 'security/xacml+episode',
      tags: [],
      file_name: 'acl.xml',
      path: 'open/acl/acl.xml',
      mime_type: 'text/xml',
      size_bytes: 3,
      md5: 'x',
    })
    .execute();
  assert.equal((await ask('/files/mediapackage/open/acl/acl.xml')).status, 401);
  const form = new FormData();
  form.append('flavor', 'presenter/source');
  form.append('overwriteExisting', 'true');
  form.append('track', new Blob([new Uint8Array(on.movie)]), 'second.mp4');
  const added = await fetch(`${url}/api/events/open/track`, {
    method: 'POST',
    body: form,
    headers: on.rig.as('scheduler'),
  });
  assert.equal(added.status, 200);
  const track = (await added.json()) as { identifier: string; uri: string };
  const stored = await database.selectFrom('files').selectAll().where('id', '=', track.identifier).execute();
  assert.equal(stored.length, 1, 'what is answered stands in the database');
  assert.deepEqual(track, { ...track, uri: `${url}/files/mediapackage/${stored[0]?.path}` });
  assert.equal((await ask(open.film)).status, 401, 'the version before is for accounts');
  assert.equal((await ask(new URL(track.uri).pathname)).status, 200);
});

test('a token in the address is for whoever only looks, for an hour, and stands in no log', async () => {
  const inS = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;
  const sign = (seconds: number): Promise<string> =>
    new SignJWT({ sub: 'm.dupont', roles: ['C1_Learner'], exp: inS(seconds) })
      .setProtectedHeader({ alg: 'ES256' })
      .sign(key);
  const token = await sign(300);
  const { film } = await pathsOf('course');
  assert.equal((await ask(film)).status, 401);
  const shown = await ask(`${film}?jwt=${token}`);
  assert.equal(shown.status, 200);
  assert.equal(shown.headers.get('referrer-policy'), 'no-referrer');
  const play = await ask(`/play/course?jwt=${token}`);
  assert.equal(play.status, 302);
  assert.equal(
    (await fetch(play.headers.get('location') ?? '')).status,
    200,
    'the film that it leads to is for him too',
  );
  const { result } = (await (await ask(`/search/episode.json?v=16&jwt=${token}`)).json()) as {
    result: { dc: object }[];
  };
  assert.equal(result.length, 2);
  assert.equal((await ask(`${(await pathsOf('closed')).film}?jwt=${token}`)).status, 403);
  assert.equal(
    (await ask(`${film}?jwt=${await sign(7200)}`)).status,
    401,
    'one that is good for long may stand in no address',
  );
  assert.equal((await ask(`${film}?jwt=${await sign(-100)}`)).status, 401);
  assert.equal((await ask(`${film}?jwt=nonsense`)).status, 401);
  assert.notEqual((await ask(`/api/events/course?jwt=${token}`, {}, 'DELETE')).status, 204);
  await ask(`/nothing/here?jwt=${token}`);
  assert.ok(told.length > 10, 'requests are logged');
  assert.ok(!JSON.stringify(told).includes(token.slice(-40)));
});
