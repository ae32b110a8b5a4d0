import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { health } from '#central/http/health.ts';
import { openApp } from '#central/http/server.ts';
import { addressOf } from '#central/intake/fetch-hosts.ts';
import { dispositionName } from '#central/intake/file-names.ts';
import { openFetcher } from '#central/intake/fetch.ts';
import { NoRoom, openMediaStore, sizeOf } from '#central/store/media-store.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { Registry } from 'prom-client';
import { parseMediaPackage } from '#lib/opencast/media-package.ts';
import { filesOf, openIngestRig, workflowIn, type IngestRig } from '../ingest-rig.ts';

describe('media that the server fetches', () => {
  let on: IngestRig;
  let box: Server;
  let boxUrl = '';
  /** Hosts that the installer allowed. */
  const allowed: string[] = [];
  const ranges: string[] = [];
  /** Of each answer so many bytes come, then the line is cut. */
  let cuts: number[] = [];
  before(async () => {
    on = await openIngestRig(allowed);
    box = createServer((request, response) => {
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      ranges.push(request.headers.range ?? '');
      const rest = on.movie.subarray(from);
      response.writeHead(from > 0 ? 206 : 200, {
        etag: '"one"',
        'content-length': rest.length,
        ...(from > 0 ? { 'content-range': `bytes ${from}-${on.movie.length - 1}/${on.movie.length}` } : {}),
      });
      const cut = cuts.shift();
      if (cut === undefined) return void response.end(rest);
      // The line ends behind these bytes: none of them is lost, however slow the machine is.
      response.write(rest.subarray(0, cut), () => response.socket?.end());
    });
    await new Promise<void>((done) => void box.listen(0, '127.0.0.1', done));
    boxUrl = `http://127.0.0.1:${(box.address() as { port: number }).port}/recordings/x/lecture_S1R1.mp4`;
  });
  after(async () => {
    box.close();
    await on.close();
  });
  const packageOf = (checksum: string, at = boxUrl, bytes = on.movie.length) =>
    `<mediapackage xmlns="http://mediapackage.opencastproject.org" id="${crypto.randomUUID()}"><title>Pris</title><media><track id="${crypto.randomUUID()}" type="presenter/source"><url>${at}</url><checksum type="sha256">${checksum}</checksum><size>${bytes}</size></track></media></mediapackage>`;
  const sha256 = (): string => createHash('sha256').update(on.movie).digest('hex');

  test('comes from registered agents alone', async () => {
    const refused = await on.send('/ingest/ingest', { mediaPackage: packageOf(sha256()) });
    assert.deepEqual([refused.status, ranges], [400, []]);
    assert.match(refused.text, /no registered agent/);
    const byUrl = await on.send('/ingest/addTrack', {
      mediaPackage: await on.create(),
      flavor: 'presenter/source',
      url: 'file:///etc/passwd',
    });
    assert.match(byUrl.text, /http or https/);
  });

  test('goes on where it was cut off, is what was said, and is not fetched again', async () => {
    // This machine itself is no agent, whoever says so: it must be allowed.
    await on.rig.services.roster.tellState('Amphi_D', 'idle', { url: boxUrl, address: '127.0.0.1' });
    assert.equal((await on.send('/ingest/ingest', { mediaPackage: packageOf(sha256()) })).status, 400);
    assert.deepEqual(ranges, []);
    allowed.push('127.0.0.1');
    cuts = [1000, 2000];
    const mediaPackage = packageOf(sha256());
    const done = await on.send('/ingest/ingest', { mediaPackage });
    assert.equal(done.status, 200, done.text);
    assert.deepEqual(ranges, ['', 'bytes=1000-', 'bytes=3000-']);
    const { id } = parseMediaPackage(mediaPackage);
    const [track] = (await filesOf(on.rig, id)).filter(({ kind }) => kind === 'track');
    assert.ok(track);
    assert.equal(track.file_name, 'lecture_S1R1.mp4');
    assert.deepEqual(await readFile(on.rig.services.store.at(track.path)), on.movie);
    const again = await on.send('/ingest/ingest', { mediaPackage });
    assert.deepEqual([again.status, workflowIn(again.text), ranges.length], [200, workflowIn(done.text), 3]);
  });

  test('of another content or size than was said is refused', async () => {
    const wrong = await on.send('/ingest/ingest', { mediaPackage: packageOf('0'.repeat(64)) });
    assert.equal(wrong.status, 400);
    assert.match(wrong.text, /its sha256 is/);
    assert.match(
      (await on.send('/ingest/ingest', { mediaPackage: packageOf(sha256(), boxUrl, 5) })).text,
      /bytes, not 5/,
    );
  });

  test('has the name that its agent gives it, where it gives one', async () => {
    const named = createServer((_request, response) => {
      response.setHeader('content-disposition', 'attachment; filename="Cours 12.mp4"');
      response.end(on.movie);
    });
    await new Promise<void>((done) => void named.listen(0, '127.0.0.1', done));
    const at = `http://127.0.0.1:${(named.address() as { port: number }).port}/download?id=7`;
    const got = await on.rig.services.fetcher.fetch({ url: at });
    assert.deepEqual([got.fileName, got.sizeBytes], ['Cours 12.mp4', on.movie.length]);
    await on.rig.services.store.discard(got.temporary);
    named.close();
  });

  test('that cannot be had is told, with what the agent answers', async () => {
    const gone = createServer((_request, response) => response.writeHead(404).end());
    await new Promise<void>((done) => void gone.listen(0, '127.0.0.1', done));
    const at = `http://127.0.0.1:${(gone.address() as { port: number }).port}/x.mp4`;
    assert.match((await on.send('/ingest/ingest', { mediaPackage: packageOf(sha256(), at) })).text, /answers 404/);
    gone.close();
  });

  test('has the name of filename*, or of its path, however that is written', async () => {
    const disposition: string[] = [];
    const named = createServer((_request, response) => {
      const [header] = disposition;
      if (header) response.setHeader('content-disposition', header);
      response.end(on.movie);
    });
    await new Promise<void>((done) => void named.listen(0, '127.0.0.1', done));
    const at = `http://127.0.0.1:${(named.address() as { port: number }).port}`;
    const nameOf = async (path: string, header?: string): Promise<string> => {
      disposition[0] = header ?? '';
      const { fileName, temporary } = await on.rig.services.fetcher.fetch({ url: `${at}${path}` });
      await on.rig.services.store.discard(temporary);
      return fileName;
    };
    assert.equal(await nameOf('/100%_r.mp4'), '100%_r.mp4');
    assert.equal(await nameOf('/Alg%E8bre.mp4'), 'Alg%E8bre.mp4');
    assert.equal(await nameOf('/a%20b.mp4'), 'a b.mp4');
    assert.equal(await nameOf('/x', `attachment; filename*=UTF-8''Alg%C3%A8bre.mp4; filename="x.mp4"`), 'Algèbre.mp4');
    assert.equal(await nameOf('/x', 'attachment; filename="=?UTF-8?B?QWxnw6hicmUubXA0?="'), 'Algèbre.mp4');
    assert.equal(
      await nameOf('/x', Buffer.from('attachment; filename="Algèbre.mp4"').toString('latin1')),
      'Algèbre.mp4',
    );
    assert.equal(dispositionName('attachment; filename="Alg\u00e8bre.mp4"'), 'Algèbre.mp4', 'Latin-1');
    named.close();
  });

  test('that two ask for at once is fetched once, and each has it', async () => {
    const before = ranges.length;
    const got = await Promise.all([1, 2, 3].map(() => on.rig.services.fetcher.fetch({ url: boxUrl })));
    assert.equal(ranges.length, before + 1);
    assert.equal(new Set(got.map(({ temporary }) => temporary)).size, 3);
    for (const { temporary } of got) {
      assert.deepEqual(await readFile(temporary), on.movie);
      await on.rig.services.store.discard(temporary);
    }
  });

  test('that does not say how long it is ends where no room is left, and leaves nothing', async () => {
    const { store } = on.rig.services;
    const folder = join(store.folder, '.incoming');
    const before = (await readdir(folder)).length;
    let sent = 0;
    const endless = createServer((_request, response) => {
      const more = (): void => {
        sent += 1 << 20;
        if (!response.destroyed) response.write(Buffer.alloc(1 << 20), () => setImmediate(more));
      };
      more();
    });
    await new Promise<void>((done) => void endless.listen(0, '127.0.0.1', done));
    // A disk of our own, on which nobody else makes room meanwhile: 24 MB more do not fit.
    const MB = 1 << 20;
    const used = async (): Promise<number> => {
      const sizes = (await readdir(folder)).map((name) => sizeOf(join(folder, name)));
      return (await Promise.all(sizes)).reduce((sum, bytes) => sum + bytes, 0);
    };
    const usedBefore = await used();
    const small = await openMediaStore(store.folder, 500 * MB, {
      freeBytes: async () => 524 * MB - ((await used()) - usedBefore),
    });
    const fetcher = openFetcher({ store: small, hosts: { agents: () => [], allowed }, log: silentLog });
    const at = `http://127.0.0.1:${(endless.address() as { port: number }).port}/x.mp4`;
    await assert.rejects(fetcher.fetch({ url: at }), NoRoom);
    assert.ok(sent < 200 << 20, `${sent} bytes`);
    assert.equal((await readdir(folder)).length, before);
    endless.closeAllConnections();
    endless.close();
    const app = await openApp({ ...on.rig.services, store: small, registry: new Registry() }, [health]);
    const full = await openMediaStore(store.folder, Number.MAX_SAFE_INTEGER);
    const sick = await openApp({ ...on.rig.services, store: full, registry: new Registry() }, [health]);
    const told = await sick.inject('/healthz');
    assert.deepEqual(
      [told.statusCode, told.json<{ why: string }>().why],
      [503, 'the media folder is full: recordings are refused'],
    );
    await app.close();
    await sick.close();
  });

  test('of this server itself is read from the media folder, by whom it belongs to', async () => {
    const [track] = await on.rig.services.database
      .selectFrom('files')
      .selectAll()
      .where('kind', '=', 'track')
      .execute();
    assert.ok(track);
    const own = `${on.url}/files/mediapackage/${track.path}`;
    const added = await on.send('/ingest/addTrack', {
      mediaPackage: await on.create(),
      flavor: 'presenter/source',
      url: own,
    });
    assert.equal(added.status, 200, added.text);
    const done = await on.send('/ingest/ingest', { mediaPackage: packageOf(sha256(), own) });
    assert.equal(done.status, 200, done.text);
    const none = await on.send('/ingest/ingest', {
      mediaPackage: packageOf(sha256(), `${on.url}/files/mediapackage/a/b/c.mp4`),
    });
    assert.deepEqual([none.status, /has no file a\/b\/c\.mp4/.test(none.text)], [400, true]);
  });
});

describe('whom media are fetched from', () => {
  const hosts = {
    agents: () => [{ address: '10.0.0.7', url: 'http://10.0.0.7:8081/' }],
    allowed: ['media.invalid:8443', '127.0.0.2'],
  };
  const may = (url: string): Promise<string> => addressOf(new URL(url), hosts);
  test('agents at the ports of their pages and of the web, allowed hosts, and nobody else', async () => {
    for (const url of ['http://10.0.0.7/a', 'https://10.0.0.7/a', 'http://10.0.0.7:8081/a', 'http://127.0.0.2:99/a'])
      assert.ok(await may(url), url);
    for (const url of [
      'http://10.0.0.7:5432/a',
      'http://10.0.0.8/a',
      'http://127.0.0.1/a',
      'http://[::1]/a',
      'http://169.254.169.254/',
    ])
      await assert.rejects(may(url), /is no registered agent/, url);
  });
});
