import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  certificateIn,
  makeCertificate,
  openCertificate,
  type Certificate,
} from '#agent/control/certificate/certificate.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { lacks, run } from '../clients.ts';

const folder = await mkdtemp(join(tmpdir(), 'amphi-cert-'));
const certsFolder = join(folder, 'certs');
await mkdir(certsFolder);
after(() => rm(folder, { recursive: true }));
const names = ['SMP-351-01-02-03', '127.0.0.1', 'amphi.example'];
const open = () => openCertificate({ folder, certsFolder, names, log: silentLog });

test('the first start makes a certificate that OpenSSL finds right, and keeps it for the owner alone', async (t) => {
  const store = await open();
  assert.equal(store.current().from, 'self-signed');
  const facts = new X509Certificate(store.current().cert);
  assert.equal(facts.subject, 'CN=SMP-351-01-02-03');
  assert.equal(facts.checkIP('127.0.0.1'), '127.0.0.1');
  assert.equal(facts.checkHost('amphi.example'), 'amphi.example');
  assert.ok(facts.verify(facts.publicKey));
  assert.equal((await stat(join(folder, 'self-signed.pem'))).mode & 0o777, 0o600);
  assert.deepEqual((await open()).current(), store.current());
  if (lacks('openssl')) return t.diagnostic('openssl is not installed');
  const path = join(folder, 'only.pem');
  await writeFile(path, store.current().cert);
  const { stdout } = await run('openssl', ['verify', '-CAfile', path, '-purpose', 'sslserver', path]);
  assert.match(stdout, /: OK/);
});

test('one that cannot be used leaves the one before in use and on disk, also after a restart', async () => {
  const store = await open();
  const made = await makeCertificate(['good']);
  const path = join(certsFolder, 'cacert.pem');
  await writeFile(path, made.key + made.cert);
  await store.reload();
  for (const bad of ['', 'rubbish', made.cert, (await makeCertificate(['other'])).key + made.cert]) {
    await writeFile(path, bad);
    assert.ok(await store.reload(), 'it is told');
    assert.deepEqual(store.current(), { ...made, from: 'installed' });
    assert.equal(await readFile(path, 'utf8'), made.key + made.cert);
  }
  await writeFile(path, 'rubbish');
  assert.deepEqual((await open()).current(), { ...made, from: 'installed' });
  await rm(path);
  await store.reload();
  assert.equal(store.current().from, 'self-signed');
});

test('a certificate put into /certs counts at once, and the own one again when it goes', async () => {
  const store = await open();
  const seen: Certificate[] = [];
  const stop = store.onChange((certificate) => seen.push(certificate));
  const made = await makeCertificate(['other']);
  await writeFile(join(certsFolder, 'cacert.pem'), made.cert + made.key);
  assert.equal(await store.reload(), undefined);
  assert.deepEqual(store.current(), { ...made, from: 'installed' });
  await rm(join(certsFolder, 'cacert.pem'));
  await store.reload();
  assert.deepEqual(
    seen.map(({ from }) => from),
    ['installed', 'self-signed'],
  );
  stop();
});

test('halves, rubbish and foreign keys are told, and change nothing', async () => {
  const store = await open();
  const [one, two] = await Promise.all([makeCertificate(['one']), makeCertificate(['two'])]);
  for (const [text, because] of [
    ['rubbish', /no private key/],
    [one.cert, /no private key/],
    [one.cert + two.key, /belongs to the private key/],
    [one.cert.slice(0, 300) + one.key, /belongs to the private key/],
  ] as const) {
    await writeFile(join(certsFolder, 'x.pem'), text);
    assert.match((await store.reload()) ?? '', because);
    assert.equal(store.current().from, 'self-signed');
  }
  await rm(join(certsFolder, 'x.pem'));
});

test('key and certificate may come in two files, with a chain in any order', async () => {
  const [leaf, issuer] = await Promise.all([makeCertificate(['leaf']), makeCertificate(['issuer'])]);
  const found = certificateIn([leaf.key, issuer.cert + leaf.cert]);
  assert.deepEqual(found, { key: leaf.key, cert: leaf.cert + issuer.cert });
});

test('a damaged self-signed one is made anew', async () => {
  const before = (await open()).current();
  await writeFile(join(folder, 'self-signed.pem'), 'x');
  const store = await open();
  assert.notEqual(store.current().cert, before.cert);
  assert.match(await readFile(join(folder, 'self-signed.pem'), 'utf8'), /BEGIN CERTIFICATE/);
});
