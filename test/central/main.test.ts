import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { sql } from 'kysely';
import { parseConfig, type Config } from '#central/config.ts';
import { packageVersion, startCentral, type Central } from '#central/main.ts';
import { takeDataFolder } from '#central/store/data-folder.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { openScope } from '#lib/runtime/scope.ts';
import { until } from '#test/support/until.ts';
import { freshDatabase, type TestDatabase } from './postgres.ts';

let opened: TestDatabase;
let root = '';
let folder = '';
let databaseUrl = '';
before(async () => {
  opened = await freshDatabase();
  root = await mkdtemp(join(tmpdir(), 'amphi-main-'));
  const { host = '', user = '', database = '' } = opened.connection;
  databaseUrl = `postgres://${user}@${encodeURIComponent(host)}/${database}`;
});
after(async () => {
  await rm(root, { recursive: true, force: true });
  await opened.close();
});
beforeEach(async () => {
  folder = await mkdtemp(join(root, 'test-'));
  await opened.database.deleteFrom('accounts').execute();
});

const configOf = (more: Partial<Config> = {}): Config =>
  parseConfig({ data: join(folder, 'data'), listen: '127.0.0.1', port: 0, databaseUrl, ...more });
const start = (more: Partial<Config> = {}): Promise<Central> => startCentral(configOf(more), '1.2.3', silentLog);

/** Connections to the database besides the one that asks. */
async function connections(): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from pg_stat_activity
    where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`.execute(
    opened.database,
  );
  return rows[0]?.count ?? 0;
}
const timers = (): number => process.getActiveResourcesInfo().filter((what) => what === 'Timeout').length;
/** Another server may have its folder, and it has left the database. */
async function assertClosed(): Promise<void> {
  const scope = openScope();
  await takeDataFolder(join(folder, 'data'), scope);
  await scope.close();
  await until('no connection to the database is left', async () => (await connections()) === 0);
}

describe('a server', () => {
  test('that runs holds its folder, its port and the database; that is closed, none of them', async () => {
    const timersBefore = timers();
    const central = await start();
    assert.equal((await fetch(`${central.url}/healthz`)).status, 200);
    assert.equal(central.url, `http://127.0.0.1:${central.port}`);
    assert.equal(central.services.urlFor({ protocol: 'http', host: 'a:1' }), 'http://a:1', 'as the client came');
    assert.ok((await connections()) > 0);
    const timersOpen = timers();
    await assert.rejects(start(), /another server runs with the folder/);
    await central.close();
    await assert.rejects(fetch(`${central.url}/healthz`));
    await assertClosed();
    // Timers of tests before may end meanwhile: fewer than with the server, and no more than without.
    const isQuiet = (): boolean => timers() < timersOpen && timers() <= timersBefore;
    await until('nothing is done from time to time any more', isQuiet);
    await central.close();
  });

  test('makes its first accounts once, and its media folder where it is told to', async () => {
    const media = join(folder, 'nas');
    const central = await start({ media });
    const { firstPasswords = '' } = central;
    const before_ = await readFile(firstPasswords, 'utf8');
    const [, password = ''] = /^admin (\S+)$/m.exec(before_) ?? [];
    const authorization = `Basic ${btoa(`admin:${password}`)}`;
    const me = await fetch(`${central.url}/api/v1/session`, { headers: { authorization } });
    assert.deepEqual(await me.json(), { name: 'admin', role: 'admin' });
    assert.ok((await stat(join(media, '.incoming'))).isDirectory());
    await central.close();
    const again = await start({ media });
    assert.equal(again.firstPasswords, firstPasswords);
    assert.equal(await readFile(firstPasswords, 'utf8'), before_);
    await again.close();
  });

  test('behind a proxy is reached as its configuration says', async () => {
    const central = await start({ url: 'https://capture.example.org' });
    assert.equal(central.url, 'https://capture.example.org');
    assert.equal(central.services.urlFor({ protocol: 'http', host: 'a:1' }), 'https://capture.example.org');
    await central.close();
  });
});

describe('a server that cannot start says why, and leaves nothing open', () => {
  test('since its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const timersBefore = timers();
    const { port } = other.address() as AddressInfo;
    await assert.rejects(start({ port }), /^Error: port \d+ of 127\.0\.0\.1 is taken by another program: .*--port/);
    await assertClosed();
    await until('nothing is done from time to time any more', () => timers() <= timersBefore);
    other.close();
  });

  test('since its media cannot be kept', async () => {
    const media = join(folder, 'file');
    await writeFile(media, '');
    await assert.rejects(start({ media }), /cannot be used: it is no folder; choose another with --media/);
    await assertClosed();
  });

  test('since its media folder is the empty place of a share that is not mounted', async () => {
    const { database } = opened;
    const media = await mkdtemp(join(folder, 'nas-'));
    await database.insertInto('events').values({ id: 'kept', title: 'kept' }).execute();
    const of = { event: 'kept', version: 1 };
    const ingested_at = new Date();
    await database
      .insertInto('event_versions')
      .values({ ...of, package: 'kept', content: '', manifest: '', ingested_at })
      .execute();
    const film = { id: 'film', kind: 'track' as const, flavor: 'presenter/source', file_name: 'a.mp4', md5: '0' };
    await database
      .insertInto('files')
      .values({ ...film, ...of, path: 'kept/1/a.mp4', mime_type: 'video/mp4', size_bytes: 1 })
      .execute();
    await assert.rejects(start({ media }), /the media folder is away: .* is empty, .* is the disk or share mounted\?/);
    assert.deepEqual(await readdir(media), [], 'nothing is written where the share was');
    await assertClosed();
    await writeFile(join(media, 'what the share has'), '');
    await (await start({ media })).close();
    await database.deleteFrom('events').where('id', '=', 'kept').execute();
  });

  test('since its programs are not there, or its database', async () => {
    const none = join(folder, 'none');
    await assert.rejects(start({ ffmpeg: { ffmpegPath: none, ffprobePath: none } }), new RegExp(none));
    await assertClosed();
    await assert.rejects(start({ databaseUrl: `${databaseUrl}_none` }), /DATABASE_URL cannot be reached: .*_none/);
    await assertClosed();
  });
});

test('the version is that of the package', async () => {
  assert.match(await packageVersion(), /^\d+\.\d+\.\d+/);
});
