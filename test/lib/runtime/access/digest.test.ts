import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { promisify } from 'node:util';
import {
  answerChallenge,
  formatChallenge,
  parseAnswer,
  parseChallenge,
  parseChallenges,
  provesKnowledge,
} from '#lib/runtime/access/digest.ts';

const MUFASA = { user: 'Mufasa', password: 'Circle Of Life' };

test('the example of RFC 2617, section 3.5', () => {
  const challenge = parseChallenge(
    'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
  );
  assert.ok(challenge);
  assert.deepEqual(challenge, {
    scheme: 'digest',
    realm: 'testrealm@host.com',
    nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
    opaque: '5ccc069c403ebaf9f0171e9517f40e41',
    qop: 'auth',
    algorithm: 'MD5',
    stale: false,
  });
  const request = { method: 'GET', uri: '/dir/index.html', cnonce: '0a4f113b', nc: '00000001' };
  const header = answerChallenge(challenge, MUFASA, request);
  assert.match(header, /response="6629fae49393a05397450978507c4ef1"/);
  assert.match(header, /opaque="5ccc069c403ebaf9f0171e9517f40e41"/);
  assert.equal(provesKnowledge(parseAnswer(header)!, MUFASA, 'GET'), true);
});

test('the example of RFC 7616, section 3.9.1, in both algorithms', () => {
  const mufasa = { user: 'Mufasa', password: 'Circle of Life' };
  for (const [algorithm, response] of [
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ]) {
    const challenge = parseChallenge(
      `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"`,
    )!;
    const cnonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';
    const header = answerChallenge(challenge, mufasa, { method: 'GET', uri: '/dir/index.html', cnonce });
    assert.ok(header.includes(`response="${response}"`), header);
    assert.equal(provesKnowledge(parseAnswer(header)!, mufasa, 'GET'), true);
  }
});

test('algorithms with `-sess` are answered as curl answers them', async (t) => {
  const seen: string[] = [];
  let challenge = '';
  const server = createServer((request, response) => {
    if (request.headers.authorization) seen.push(request.headers.authorization);
    const answered = request.headers.authorization !== undefined;
    response.writeHead(answered ? 200 : 401, answered ? {} : { 'www-authenticate': challenge }).end();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a?b=c`;
  for (const more of ['algorithm=MD5-sess, qop="auth"', 'algorithm=SHA-256-sess, qop="auth"']) {
    challenge = `Digest realm="Cam", nonce="abc", ${more}`;
    await promisify(execFile)('curl', ['-s', '--digest', '-u', `${MUFASA.user}:${MUFASA.password}`, url]);
    const header = seen.pop() ?? '';
    const [cnonce, nc, response] = ['cnonce', 'nc', 'response'].map(
      (name) => new RegExp(`\\b${name}="?([^",]+)`).exec(header)?.[1],
    );
    const request = { method: 'GET', uri: '/a?b=c', cnonce: cnonce ?? '', ...(nc === undefined ? {} : { nc }) };
    const own = answerChallenge(parseChallenge(challenge)!, MUFASA, request);
    assert.ok(response && own.includes(`response="${response}"`), `${more}: ${header} but ${own}`);
    assert.match(own, /algorithm=(?:MD5|SHA-256)-sess.*cnonce="/);
  }
});

test('our own challenge is answered and verified; a changed word is not', () => {
  const challenge = parseChallenge(formatChallenge('Amphi', 'abc', true))!;
  assert.equal(challenge.stale, true);
  const header = answerChallenge(challenge, MUFASA, { method: 'DESCRIBE', uri: 'rtsp://h/a' });
  const answer = parseAnswer(header)!;
  assert.equal(answer.uri, 'rtsp://h/a');
  assert.equal(provesKnowledge(answer, MUFASA, 'DESCRIBE'), true);
  assert.equal(provesKnowledge(answer, MUFASA, 'PLAY'), false);
  assert.equal(provesKnowledge(answer, { ...MUFASA, password: 'circle of life' }, 'DESCRIBE'), false);
  assert.equal(provesKnowledge(answer, { ...MUFASA, user: 'Scar' }, 'DESCRIBE'), false);
  assert.equal(provesKnowledge({ ...answer, uri: 'rtsp://h/b' }, MUFASA, 'DESCRIBE'), false);
  assert.equal(provesKnowledge({ ...answer, nonce: 'abd' }, MUFASA, 'DESCRIBE'), false);
  assert.equal(provesKnowledge({ ...answer, response: '' }, MUFASA, 'DESCRIBE'), false);
});

test('a name or realm with quotes cannot break out of the header', () => {
  const challenge = parseChallenge(formatChallenge('a"b\r\nX: 1', 'n', false))!;
  assert.equal(challenge.realm, 'abX: 1');
  const header = answerChallenge(challenge, { user: 'x", uri="y', password: 'p' }, { method: 'PLAY', uri: 'u' });
  assert.equal(parseAnswer(header)?.uri, 'u');
});

test('what is no digest is no answer', () => {
  for (const header of [
    '',
    'Digest',
    'Basic dXNlcjpwYXNz',
    'Digest username="a"',
    'Digest username="a", realm="b", nonce="c", uri="d", response="e", algorithm=SHA-512',
    'Digest username="a", realm="b", nonce="c", uri="d", response="e", qop=auth-int',
    `Digest ${'a='.repeat(5000)}`,
  ]) {
    assert.equal(parseAnswer(header), undefined, header.slice(0, 80));
  }
  assert.equal(parseChallenge('Negotiate'), undefined);
  assert.equal(parseChallenge('Basic realm="x"')?.scheme, 'basic');
});

test('one header may have several challenges; auth-int counts the body', () => {
  const many =
    'Basic realm="a, b", Digest realm="c", nonce="n", qop="auth-int", Digest realm="d", nonce="m", qop="auth-int,auth"';
  assert.deepEqual(
    parseChallenges(many).map(({ scheme, realm, qop }) => [scheme, realm, qop]),
    [
      ['basic', 'a, b', undefined],
      ['digest', 'c', 'auth-int'],
      ['digest', 'd', 'auth'],
    ],
  );
  const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
  const [, challenge] = parseChallenges(many);
  const request = { method: 'ANNOUNCE', uri: 'rtsp://h/a', body: Buffer.from('v=0'), cnonce: 'k', nc: '00000001' };
  const answer = answerChallenge(challenge!, { user: 'u', password: 'p' }, request);
  const expected = md5(`${md5('u:c:p')}:n:00000001:k:auth-int:${md5(`ANNOUNCE:rtsp://h/a:${md5('v=0')}`)}`);
  assert.match(answer, new RegExp(`response="${expected}", qop=auth-int, nc=00000001`));
});
