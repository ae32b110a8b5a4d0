import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { parseMediaPackage } from '#lib/opencast/media-package.ts';
import { filesOf, openIngestRig, workflowIn, type IngestRig } from '../ingest-rig.ts';

describe('media that the server fetches', () => {
  let on: IngestRig;
  let box: Server;
  let boxUrl = '';
  const ranges: string[] = [];
  /** Of each answer so many bytes come, then the line is cut. */
  let cuts: number[] = [];
  before(async () => {
    on = await openIngestRig();
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
    await on.rig.services.roster.tellState('Amphi_D', 'idle', { address: '127.0.0.1' });
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
});
