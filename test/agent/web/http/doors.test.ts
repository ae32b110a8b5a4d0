import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { connect as connectPlain, createServer, type AddressInfo } from 'node:net';
import { before, test } from 'node:test';
import { connect } from 'node:tls';
import { makeCertificate } from '#agent/control/certificate/certificate.ts';
import type { WebCertificate } from '#agent/web/http/doors.ts';
import { OWN_LOOPBACK } from '#test/support/free-port.ts';
import { PASSWORDS, startFakeBox, type FakeBox } from '../fake-box.ts';

type Pem = ReturnType<WebCertificate['current']>;
let first: Pem;
let second: Pem;
before(async () => {
  [first, second] = await Promise.all([makeCertificate(['first.box', OWN_LOOPBACK]), makeCertificate(['second.box'])]);
});

interface Shown {
  status: number | undefined;
  headers: Record<string, unknown>;
  text: string;
}

/** Asks over TLS, trusting this certificate alone. */
function ask(port: number, path: string, ca: string, init: { method?: string; body?: string } = {}): Promise<Shown> {
  return new Promise((resolve, reject) => {
    const agent = new Agent({ keepAlive: false });
    const headers = init.body === undefined ? {} : { 'content-type': 'application/json' };
    const options = { host: OWN_LOOPBACK, port, path, ca, agent, headers, method: init.method ?? 'GET' };
    const asking = request(options, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk) => void (text += String(chunk)));
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
    });
    asking.on('error', reject).end(init.body);
  });
}

/** A box with both doors, and the certificate in the test's hands. */
async function secureBox(): Promise<{ box: FakeBox; port: number; install: (next: Pem) => void }> {
  const listeners = new Set<(next: Pem) => void>();
  let current = first;
  const certificate: WebCertificate = {
    current: () => current,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const box = await startFakeBox({ https: { addresses: [OWN_LOOPBACK], port: 0, certificate } });
  const install = (next: Pem): void => {
    current = next;
    for (const listener of listeners) listener(next);
  };
  return { box, port: box.web.https.port ?? 0, install };
}

test('over HTTPS it answers the same as over HTTP, and its cookies are for HTTPS alone', async () => {
  const { box, port } = await secureBox();
  await using _ = box;
  assert.deepEqual(await ask(port, '/healthz', first.cert).then(({ text }) => JSON.parse(text)), { status: 'ok' });
  assert.equal((await ask(port, '/api/v1/status', first.cert)).status, 401);
  const body = JSON.stringify({ name: 'admin', password: PASSWORDS.admin });
  const signed = await ask(port, '/api/v1/session', first.cert, { method: 'POST', body });
  assert.equal(signed.status, 204, signed.text);
  assert.match(
    String(signed.headers['set-cookie']),
    new RegExp(`^amphi-${port}=.*; HttpOnly; SameSite=Strict; Secure$`),
  );
});

test('another certificate counts from the next connection on', async () => {
  const { box, port, install } = await secureBox();
  await using _ = box;
  await assert.rejects(ask(port, '/healthz', second.cert), /self-signed|unable to verify/);
  install(second);
  const socket = connect({ host: OWN_LOOPBACK, port, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const shown = socket.getPeerX509Certificate();
  assert.equal(shown?.fingerprint256, new X509Certificate(second.cert).fingerprint256);
  socket.destroy();
});

test('old TLS is refused; what is no TLS is shown out and harms nobody', async () => {
  const { box, port } = await secureBox();
  await using _ = box;
  const old = connect({ host: OWN_LOOPBACK, port, maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ca: first.cert });
  await assert.rejects(once(old, 'secureConnect'));
  const plain = connectPlain(port, OWN_LOOPBACK);
  plain.on('error', () => undefined);
  plain.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  plain.resume();
  await once(plain, 'close');
  assert.equal((await ask(port, '/healthz', first.cert)).status, 200);
});

test('a door moves and shuts without ending what runs; a port that is taken leaves it where it was', async () => {
  const { box, port } = await secureBox();
  await using _ = box;
  const events = await box.ask('/api/v1/events');
  await box.web.https.move(undefined);
  assert.equal(box.web.https.port, undefined);
  await assert.rejects(ask(port, '/healthz', first.cert), /ECONNREFUSED/);
  const taken = createServer().listen(0, OWN_LOOPBACK);
  await once(taken, 'listening');
  await assert.rejects(box.web.https.move((taken.address() as AddressInfo).port), /https: .*EADDRINUSE/);
  taken.close();
  await box.web.https.move(port);
  assert.equal((await ask(port, '/healthz', first.cert)).status, 200);
  const before = box.port;
  await box.web.http.move(0);
  assert.notEqual(box.web.http.port, before);
  assert.equal((await fetch(`http://127.0.0.1:${box.web.http.port}/healthz`)).status, 200);
  const reader = events.body?.getReader();
  assert.equal((await reader?.read())?.done, false, 'who listens goes on listening');
  await reader?.cancel();
});

test('a box that cannot listen says where', async () => {
  await using box = await startFakeBox();
  await assert.rejects(startFakeBox({ http: { addresses: ['127.0.0.1'], port: box.port } }), /http: .*EADDRINUSE/);
});

test('it closes while a client has not begun, nor finished, its handshake', async () => {
  const { box, port } = await secureBox();
  const silent = connectPlain(port, OWN_LOOPBACK).on('error', () => undefined);
  const halfway = connectPlain(port, OWN_LOOPBACK).on('error', () => undefined);
  halfway.write(Buffer.from('160301', 'hex'));
  await Promise.all([once(silent, 'connect'), once(halfway, 'connect')]);
  assert.equal((await ask(port, '/healthz', first.cert)).status, 200);
  const cut = Promise.all([once(silent, 'close'), once(halfway, 'close')]);
  await box[Symbol.asyncDispose]();
  await cut;
});
