import assert from 'node:assert/strict';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parseMediaPackage } from '#lib/opencast/media-package.ts';
import { runProgram } from '#lib/runtime/processes/run-program.ts';
import { mountSmallDisk } from '#test/support/disks.ts';
import { runCentral, startCentralProcess, type CentralProcess } from '#test/support/central.ts';
import { PATIENCE_MS, until } from '#test/support/until.ts';

let central: CentralProcess;
/** The disk of the media is small, where this machine lets us make one. */
let disk: Awaited<ReturnType<typeof mountSmallDisk>> | undefined;
let movie = '';
const options = () => ({ argv: ['--min-free', '0', ...(disk ? ['--media', disk.folder] : [])] });
const media = (): string => disk?.folder ?? join(central.data, 'media');

before(async () => {
  disk = await mountSmallDisk(48 << 20);
  central = await startCentralProcess(options());
  movie = join(central.data, 'movie.mp4');
  await ffmpeg(`-f lavfi -i testsrc2=s=640x360:r=15:d=2 -c:v libx264 -preset ultrafast ${movie}`);
});
after(async () => {
  await central?.remove();
  await disk?.remove();
});

async function ffmpeg(argv: string): Promise<void> {
  const { code, reason } = await runProgram('ffmpeg', ['-v', 'error', '-y', ...argv.split(' ')], {
    timeoutMs: PATIENCE_MS,
  });
  assert.equal(code, 0, reason);
}

/** As agents do: curl, with what they send. */
async function curl(path: string, ...argv: string[]): Promise<{ status: number; text: string }> {
  const agent = ['-u', `agent:${central.passwords.agent}`, '-H', 'X-Requested-Auth: Digest', '--digest'];
  const { stdout, code, reason } = await runProgram(
    'curl',
    ['-s', '-S', '-w', '\n%{http_code}', ...agent, ...argv, `${central.url}${path}`],
    { timeoutMs: PATIENCE_MS },
  );
  assert.equal(code, 0, reason);
  const at = stdout.lastIndexOf('\n');
  return { status: Number(stdout.slice(at + 1)), text: stdout.slice(0, at) };
}

const form = (fields: Record<string, string>): string[] =>
  Object.entries(fields).flatMap(([name, value]) => [
    value.startsWith('@') ? '-F' : '--form-string',
    `${name}=${value}`,
  ]);

const addTrack = async (file = movie): Promise<string> => {
  const { text } = await curl('/ingest/createMediaPackage');
  const added = await curl(
    '/ingest/addTrack',
    ...form({ mediaPackage: text, flavor: 'presenter/source', BODY: `@${file}` }),
  );
  assert.equal(added.status, 200, added.text);
  return added.text;
};
const ingestedVersions = async (id: string): Promise<number> => {
  const reply = await fetch(`${central.url}/api/v1/events/${id}`, { headers: central.as('admin') });
  return reply.status === 404 ? 0 : ((await reply.json()) as { versions: unknown[] }).versions.length;
};
const incoming = (): Promise<string[]> => readdir(join(media(), '.incoming'));

test('starts with nothing configured: says where it is and how one gets in; a secret is for its owner alone', async () => {
  assert.match(central.said(), /^password of admin .*: in \S+first-passwords/m);
  assert.equal((await stat(join(central.data, 'first-passwords'))).mode & 0o777, 0o600);
  assert.equal((await stat(central.data)).mode & 0o777, 0o700);
  assert.equal((await fetch(`${central.url}/healthz`)).status, 200);
  assert.equal((await curl('/capture-admin/agents/Amphi_D', '-d', 'state=idle')).text, 'Amphi_D set to idle');
  const admin = await fetch(`${central.url}/api/v1/halls`, { headers: central.as('admin') });
  assert.equal(((await admin.json()) as { halls: { name: string }[] }).halls[0]?.name, 'Amphi_D');
});

/** Begins to send a track on a bare line, and never ends. */
async function beginUpload(bytes: number): Promise<Socket> {
  const mediaPackage = (await curl('/ingest/createMediaPackage')).text;
  const { port } = new URL(central.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => undefined);
  const part = (name: string, value: string): string =>
    `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  socket.write(
    `POST /ingest/addTrack HTTP/1.1\r\nHost: a\r\nAuthorization: ${central.as('agent').authorization}\r\n` +
      `Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 500000000\r\n\r\n` +
      part('mediaPackage', mediaPackage) +
      part('flavor', 'presenter/source') +
      '--x\r\nContent-Disposition: form-data; name="BODY"; filename="a.mp4"\r\n\r\n',
  );
  socket.write(Buffer.alloc(bytes, 7));
  await until('it comes', async () => (await incoming()).length > 0);
  return socket;
}

describe('nothing half is kept, and nothing is lost', () => {
  test('when a line is cut in the middle of a file', async () => {
    const socket = await beginUpload(1 << 20);
    socket.destroy();
    await until('it is removed', async () => (await incoming()).length === 0);
    assert.equal((await fetch(`${central.url}/healthz`)).status, 200);
  });

  test('when the answer to an ingest is lost: asked once more, it is the same', async () => {
    const mediaPackage = await addTrack();
    const { id } = parseMediaPackage(mediaPackage);
    const body = new URLSearchParams({ mediaPackage }).toString();
    const socket = connect(Number(new URL(central.url).port), '127.0.0.1');
    socket.write(
      `POST /ingest/ingest HTTP/1.1\r\nHost: a\r\nAuthorization: ${central.as('agent').authorization}\r\n` +
        `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      () => socket.destroy(),
    );
    await until('it is ingested', async () => (await ingestedVersions(id)) === 1);
    const again = await curl('/ingest/ingest', ...form({ mediaPackage }));
    assert.equal(again.status, 200, again.text);
    assert.equal(await ingestedVersions(id), 1);
  });

  test('when it is killed while a file comes: the next start cleans up, takes PostgreSQL over, and takes the file', async () => {
    const kept = await addTrack();
    const socket = await beginUpload(1 << 20);
    const pid = async (): Promise<string> =>
      (await readFile(join(central.data, 'postgres/postmaster.pid'), 'utf8')).split('\n')[0] ?? '';
    const postgres = await pid();
    await central.kill9();
    socket.destroy();
    central = await startCentralProcess({ data: central.data, ...options() });
    assert.equal(await pid(), postgres);
    await until('nothing half is left', async () => (await incoming()).length === 0);
    const done = await curl('/ingest/ingest', ...form({ mediaPackage: kept }));
    assert.equal(done.status, 200, 'what was whole is there still');
  });

  test('when the disk is full: 507, and what is smaller still comes', { skip: process.getuid?.() !== 0 }, async (t) => {
    if (!disk) return t.skip('no small disk can be made here');
    const large = join(central.data, 'large.mp4');
    await writeFile(large, Buffer.alloc(60 << 20, 1));
    const { text } = await curl('/ingest/createMediaPackage');
    const refused = await curl(
      '/ingest/addTrack',
      ...form({ mediaPackage: text, flavor: 'presenter/source', BODY: `@${large}` }),
    );
    assert.equal(refused.status, 507, refused.text);
    assert.match(refused.text, /disk of the server is full/);
    await until('nothing half is left', async () => (await incoming()).length === 0);
    await addTrack();
  });
});

describe('what keeps it from starting is told in one line', () => {
  const refused = async (argv: string[], why: RegExp): Promise<void> => {
    const run = runCentral(argv);
    assert.notEqual(await run.ended, 0);
    assert.match(run.said(), why);
    assert.doesNotMatch(run.said(), /^ +at /m);
  };
  test('another server has the folder', () =>
    refused(['--data', central.data, '--port', '0'], /^amphi central: another server runs with the folder/m));
  test('the folder cannot be', () =>
    refused(['--data', join(movie, 'x'), '--port', '0'], /^amphi central: the folder \S+ cannot be used/m));
  test('PostgreSQL is not where it should be', () =>
    refused(
      ['--data', join(central.data, '../other'), '--postgres', '/usr', '--port', '0'],
      /^amphi central: there is no postgres and no initdb in \/usr/m,
    ));
  test('a value is none', () => refused(['--port', 'many'], /^ {2}port: /m));
  test('the port is taken, and PostgreSQL is not left running', async () => {
    const { port } = new URL(central.url);
    const data = join(central.data, '../second');
    await refused(
      ['--data', data, '--listen', '127.0.0.1', '--port', port],
      /^amphi central: port \d+ of 127.0.0.1 is taken by another program/m,
    );
    await assert.rejects(stat(join(data, 'postgres/postmaster.pid')));
  });
});

test('ends when it is told to, with its PostgreSQL, and begins again with what it had', async () => {
  assert.equal(await central.stop(), 0);
  await assert.rejects(stat(join(central.data, 'postgres/postmaster.pid')));
  central = await startCentralProcess({ data: central.data, ...options() });
  assert.equal((await curl('/capture-admin/agents/Amphi_D.json')).status, 200);
});
