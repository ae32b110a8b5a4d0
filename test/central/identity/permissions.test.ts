import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { digestChallenge, ha1Of, openNonces, provesHa1, readDigest } from '#central/identity/digest.ts';
import { mayActFor, mayOverlap, mayUse, opencastRolesOf, ROLES, userRoleOf } from '#central/identity/permissions.ts';
import { newSecret, sha256 } from '#central/identity/secrets.ts';
import { whoIs, type Who } from '#central/identity/who.ts';
import type { AccountRow, Role } from '#central/store/tables.ts';

const who = (role: Role, agent: string | null = null): Who => ({
  account: 1,
  name: 'm.dupont',
  role,
  agent,
  address: '',
});

describe('what somebody may use', () => {
  test('what is for anyone: everybody, signed in or not', () => {
    for (const one of [undefined, ...ROLES.map((role) => who(role))]) assert.equal(mayUse(one, 'anyone'), true);
  });

  test('what is for some roles: those, admins, and nobody else', () => {
    const may = (allows: readonly Role[]): Role[] => ROLES.filter((role) => mayUse(who(role), allows));
    assert.deepEqual(may(['scheduler']), ['admin', 'scheduler']);
    assert.deepEqual(may(['agent', 'viewer']), ['admin', 'agent', 'viewer']);
    assert.deepEqual(may([]), ['admin']);
    assert.equal(mayUse(undefined, ['scheduler', 'agent', 'viewer', 'admin']), false);
  });

  test('an account that is for one agent speaks for no other', () => {
    assert.equal(mayActFor(who('agent'), 'Amphi_D'), true);
    assert.equal(mayActFor(who('agent', 'Amphi_D'), 'Amphi_D'), true);
    assert.equal(mayActFor(who('agent', 'Amphi_D'), 'Amphi_E'), false);
    assert.equal(mayActFor(who('admin', 'Amphi_D'), 'Amphi_E'), false);
  });

  test('admins put an event where another is, schedulers where both are their own', () => {
    assert.deepEqual(
      ROLES.map((role) => [role, mayOverlap(who(role))]),
      [
        ['admin', true],
        ['scheduler', 'own'],
        ['agent', false],
        ['viewer', false],
      ],
    );
  });
});

describe('roles as Opencast names them', () => {
  test('those of the kind, its own, and everybody’s', () => {
    assert.deepEqual(opencastRolesOf(who('agent')), [
      'ROLE_CAPTURE_AGENT',
      'ROLE_USER_M_DUPONT',
      'ROLE_USER',
      'ROLE_ANONYMOUS',
    ]);
    assert.ok(opencastRolesOf(who('admin')).includes('ROLE_ADMIN'));
    for (const role of ['scheduler', 'viewer', 'agent'] as const)
      assert.equal(opencastRolesOf(who(role)).includes('ROLE_ADMIN'), false, role);
    assert.ok(opencastRolesOf(who('scheduler')).includes('ROLE_API_EVENTS_CREATE'));
    assert.equal(opencastRolesOf(who('viewer')).includes('ROLE_API_EVENTS_CREATE'), false);
  });

  test('no role twice, and nobody has one', () => {
    for (const role of ROLES) {
      const roles = opencastRolesOf(who(role));
      assert.equal(new Set(roles).size, roles.length);
    }
    assert.deepEqual(opencastRolesOf(undefined), ['ROLE_ANONYMOUS']);
    assert.equal(userRoleOf(undefined), 'ROLE_ANONYMOUS');
    assert.equal(userRoleOf({ name: 'é b-c.9' }), 'ROLE_USER___B_C_9');
  });
});

test('who asks is the account without its secrets', () => {
  const row = { id: 7, name: 'a', role: 'viewer', agent: null, ha1: 'secret', password: null } as AccountRow;
  assert.deepEqual(whoIs(row, '10.0.0.1'), { account: 7, name: 'a', role: 'viewer', agent: null, address: '10.0.0.1' });
});

test('a secret cannot be guessed, and is not what is kept of it', () => {
  const all = new Set(Array.from({ length: 100 }, newSecret));
  assert.equal(all.size, 100);
  for (const secret of all) assert.match(secret, /^[\w-]{32}$/);
  assert.equal(sha256('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

describe('digest', () => {
  const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

  test('a nonce is good for five minutes, and only where it was made', () => {
    let nowMs = 1_000_000;
    const nonces = openNonces(() => nowMs);
    const nonce = nonces.make();
    assert.equal(nonces.judge(nonce), 'good');
    nowMs += 300_000;
    assert.equal(nonces.judge(nonce), 'good');
    nowMs += 1;
    assert.equal(nonces.judge(nonce), 'stale');
    assert.equal(openNonces(() => nowMs).judge(nonce), 'stale', 'of an earlier life of the server');
    for (const foreign of ['', 'x', Buffer.from('12:34').toString('base64'), Buffer.from('a:b').toString('base64')])
      assert.equal(nonces.judge(foreign), 'foreign', foreign);
  });

  test('one whose time was moved on is none of ours', () => {
    const nowMs = 1_000_000;
    const nonces = openNonces(() => nowMs);
    const [, signature] = Buffer.from(nonces.make(), 'base64').toString().split(':');
    const forged = Buffer.from(`${nowMs + 9_000_000}:${signature}`).toString('base64');
    assert.equal(nonces.judge(forged), 'stale');
  });

  test('what Opencast asks for, and says when a nonce was too old', () => {
    assert.equal(digestChallenge('n', false), 'Digest realm="Opencast", qop="auth", nonce="n"');
    assert.match(digestChallenge('n', true), /, stale="true"$/);
  });

  test('an answer proves a password, with qop and without, for its own method and path alone', () => {
    const ha1 = ha1Of('agent', 'secret');
    assert.equal(ha1, md5('agent:Opencast:secret'));
    const header = (qop: boolean): string => {
      const ha2 = md5('GET:/recordings/calendars');
      const response = md5(qop ? `${ha1}:n:00000001:c:auth:${ha2}` : `${ha1}:n:${ha2}`);
      const more = qop ? ', qop=auth, nc=00000001, cnonce="c"' : '';
      return `Digest username="agent", realm="Opencast", nonce="n", uri="/recordings/calendars", response="${response}"${more}`;
    };
    for (const qop of [true, false]) {
      const answer = readDigest(header(qop));
      assert.ok(answer);
      assert.equal(provesHa1(answer, ha1, 'GET'), true);
      assert.equal(provesHa1(answer, ha1, 'PUT'), false);
      assert.equal(provesHa1(answer, ha1Of('agent', 'other'), 'GET'), false);
      assert.equal(provesHa1({ ...answer, uri: '/' }, ha1, 'GET'), false);
    }
    assert.equal(readDigest(header(true).replace('Opencast', 'Elsewhere')), undefined);
    assert.equal(readDigest('Digest nonsense'), undefined);
  });
});
