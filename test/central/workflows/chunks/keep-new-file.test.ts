import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { connect, createServer, type AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { databaseOf, openPool, type ConnectionOptions } from '#central/store/connect.ts';
import { findRendition, keepPieces } from '#central/workflows/chunks/rendition-store.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { openChunkRig, type ChunkRig } from './film-rig.ts';

let rig: ChunkRig;
before(async () => void (rig = await openChunkRig()));
after(() => rig.close());

const made = () => ({
  parameters: { codec: 'h264' as const, sps: Buffer.from('sps'), pps: Buffer.from('pps'), widthPx: 64, heightPx: 64 },
  pieces: [{ digest: randomBytes(32), fragment: Buffer.from('fragment'), pictures: 30, ticks: 180_000 }],
});

/** A line to PostgreSQL that is cut at a commit: before the server hears of it, or before the client hears the answer. */
async function lineCutAt(connection: ConnectionOptions, when: 'asking' | 'answering') {
  const { host = '', port = 5432 } = connection;
  const server = createServer((client) => {
    const upstream = connect(host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port });
    let isCut = false;
    client.on('data', (data) => {
      isCut ||= data.includes('commit');
      if (isCut && when === 'asking') upstream.destroy();
      else upstream.write(data);
    });
    upstream.on('data', (data) => void (isCut ? upstream.destroy() : client.write(data)));
    upstream.on('close', () => client.destroy()).on('error', () => undefined);
    client.on('close', () => upstream.destroy()).on('error', () => undefined);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const pool = openPool({ ...connection, host: '127.0.0.1', port: (server.address() as AddressInfo).port }, silentLog);
  return {
    database: databaseOf(pool),
    async close() {
      await pool.end();
      server.close();
    },
  };
}

test('a file whose name was committed stays, though the answer of the database was lost', async () => {
  const event = await rig.event();
  const line = await lineCutAt(rig.connection, 'answering');
  const run = made();
  await keepPieces({ ...rig.needs, database: line.database }, event, 'output', run);
  await line.close();
  const found = await findRendition(rig.database, event, 'output', [run.pieces[0]!.digest]);
  const [fragment] = found?.fragments.values() ?? [];
  assert.ok(fragment);
  assert.ok((await rig.fragmentFiles()).some((name) => fragment.path.endsWith(name)));
});

test('a file of which nobody knows whether it is named stays, and is told as a failure', async () => {
  const event = await rig.event();
  const before = await rig.fragmentFiles();
  const line = await lineCutAt(rig.connection, 'asking');
  await assert.rejects(
    keepPieces({ ...rig.needs, database: line.database }, event, 'output', made()),
    /connection|terminated/i,
  );
  await line.close();
  assert.equal((await rig.fragmentFiles()).length, before.length + 1);
});

test('a file that the database refuses to name is gone', async () => {
  const before = await rig.fragmentFiles();
  await assert.rejects(keepPieces(rig.needs, 'no such event', 'output', made()), { code: '23503' });
  assert.deepEqual(await rig.fragmentFiles(), before);
});
