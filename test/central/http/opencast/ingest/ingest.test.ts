import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { openMediaStore } from '#central/store/media-store.ts';
import { parseCatalog } from '#lib/opencast/dublin-core.ts';
import { parseMediaPackage } from '#lib/opencast/media-package.ts';
import { filesOf, movieOf, openIngestRig, workflowIn, type IngestRig, type Send } from '../../../ingest-rig.ts';
import { zipOf } from '../../../small-zip.ts';

let on: IngestRig;
before(async () => {
  on = await openIngestRig();
});
after(() => on.close());

const send: Send = (...args) => on.send(...args);
const get: IngestRig['get'] = (...args) => on.get(...args);
const create = (): Promise<string> => on.create();

const schedule = async (id: string, title: string): Promise<void> => {
  const workflow_configuration = '{"publish":"true","trim":"false"}';
  await on.rig.services.database
    .insertInto('events')
    .values({
      id,
      title,
      agent: 'Amphi_D',
      workflow: 'hd-720p',
      workflow_configuration,
      series: 'PAES_2016_S2',
      starts_at: new Date(Date.now() - 60_000),
      ends_at: new Date(),
    })
    .execute();
};

test('a scheduled lecture is brought as pyCA brings it, and once only, however often it is asked', async () => {
  await schedule('lecture-1', 'Informations générales');
  let mp = await create();
  assert.match(mp, /<mediapackage .*xmlns="http:\/\/mediapackage.opencastproject.org"/);
  const track = await send('/ingest/addTrack', {
    mediaPackage: mp,
    flavor: 'presenter/source',
    BODY1: { file: on.movie, name: 'cours é.mp4' },
  });
  assert.deepEqual([track.status, track.type?.split(';')[0]], [200, 'text/xml']);
  mp = track.text;
  const [element] = parseMediaPackage(mp).tracks;
  assert.equal(element?.checksum?.value, createHash('md5').update(on.movie).digest('hex'));
  const asked = {
    mediaPackage: mp,
    workflowDefinitionId: 'schedule-and-upload',
    workflowInstanceId: 'lecture-1',
    trim: 'true',
  };
  const done = await send('/ingest/ingest', asked);
  assert.equal(done.status, 200, done.text);
  assert.match(done.text, /state="INSTANTIATED"/);
  assert.equal(parseMediaPackage(done.text).id, 'lecture-1');
  const again = await send('/ingest/ingest', asked);
  assert.deepEqual([again.status, workflowIn(again.text)], [200, workflowIn(done.text)]);
});

test('of it the store has the file as it was, its facts, our catalog, and a workflow to go on with', async () => {
  const files = await filesOf(on.rig, 'lecture-1');
  assert.deepEqual(
    files.map(({ version, kind, flavor, file_name: name }) => [version, kind, flavor, name]),
    [
      [1, 'catalog', 'dublincore/episode', 'dublincore.xml'],
      [1, 'track', 'presenter/source', 'cours_é.mp4'],
    ],
  );
  const stored = files[1]!;
  assert.deepEqual(
    stored.streams?.map(({ kind, codec }) => [kind, codec]),
    [
      ['video', 'h264'],
      ['audio', 'aac'],
    ],
  );
  assert.ok(Math.abs(stored.duration_ms! - 1000) < 100);
  assert.deepEqual(await readFile(on.rig.services.store.at(stored.path)), on.movie);
  const catalog = parseCatalog(await readFile(on.rig.services.store.at(files[0]!.path), 'utf8'));
  assert.deepEqual(
    [catalog.title, catalog.isPartOf, catalog.spatial],
    ['Informations générales', 'PAES_2016_S2', 'Amphi_D'],
  );
  const [workflow] = await on.rig.services.database
    .selectFrom('workflows')
    .selectAll()
    .where('event', '=', 'lecture-1')
    .execute();
  assert.deepEqual(
    [workflow?.definition, workflow?.configuration],
    ['schedule-and-upload', { publish: 'true', trim: 'true' }],
  );
  const event = await on.rig.services.database
    .selectFrom('events')
    .selectAll()
    .where('id', '=', 'lecture-1')
    .executeTakeFirstOrThrow();
  assert.equal(event.recording_state, 'upload_finished');
});

test('whoever lost an answer can ask what is here, and whether its workflow runs', async () => {
  const kept = await get('/assets/episode/lecture-1');
  assert.equal(kept.status, 200);
  assert.deepEqual(
    parseMediaPackage(await kept.text()).tracks.map(({ flavor }) => flavor),
    ['presenter/source'],
  );
  assert.equal((await get('/assets/episode/none')).status, 404);
  assert.equal(await (await get('/workflow/mediaPackage/lecture-1/hasActiveWorkflows')).text(), 'true');
  assert.equal(await (await get('/workflow/mediaPackage/none/hasActiveWorkflows')).text(), 'false');
});

test('what is brought of an event a second time is its next version; the same file once more is not', async () => {
  await schedule('lecture-2', 'Deux');
  const bring = async (file: Buffer): Promise<string> => {
    const mp = await (
      await fetch(`${on.url}/ingest/createMediaPackageWithID/lecture-2`, { method: 'PUT', headers: on.rig.as('agent') })
    ).text();
    const track = await send('/ingest/addTrack', {
      mediaPackage: mp,
      flavor: 'presenter/source',
      track: { file, name: 'a.mp4' },
    });
    const done = await send('/ingest/ingest/own-workflow', { mediaPackage: track.text });
    assert.equal(done.status, 200, done.text);
    return workflowIn(done.text);
  };
  const first = await bring(on.movie);
  assert.equal(await bring(on.movie), first);
  assert.notEqual(await bring(await movieOf(on.rig, 2)), first);
  const versions = await on.rig.services.database
    .selectFrom('event_versions')
    .select('version')
    .where('event', '=', 'lecture-2')
    .execute();
  assert.deepEqual(
    versions.map(({ version }) => version),
    [1, 2],
  );
});

test('two who bring the same at the same moment bring it once', async () => {
  await schedule('lecture-3', 'Trois');
  const mp = await create();
  const track = await send('/ingest/addTrack', {
    mediaPackage: mp,
    flavor: 'presenter/source',
    track: { file: on.movie, name: 'a.mp4' },
  });
  const asked = { mediaPackage: track.text, workflowInstanceId: 'lecture-3' };
  const done = await Promise.all([1, 2, 3].map(() => send('/ingest/ingest', asked)));
  assert.deepEqual(
    new Set(done.map(({ status, text }) => `${status} ${workflowIn(text)}`)).size,
    1,
    done.map(({ text }) => text).join('\n'),
  );
});

test('a recording that nobody scheduled becomes an event of its own, in its series', async () => {
  const series = `<dublincore xmlns="http://www.opencastproject.org/xsd/1.0/dublincore/" xmlns:dcterms="http://purl.org/dc/terms/"><dcterms:title>Chimie</dcterms:title><dcterms:identifier>UE1</dcterms:identifier></dublincore>`;
  const episode = series
    .replace('Chimie', 'Libre')
    .replace(
      '<dcterms:identifier>UE1</dcterms:identifier>',
      '<dcterms:isPartOf>UE1</dcterms:isPartOf><dcterms:creator>M. Dupont</dcterms:creator>',
    );
  let mp = await create();
  // The Extron sends the catalog as a file.
  mp = (
    await send('/ingest/addDCCatalog', { mediaPackage: mp, dublinCore: { file: Buffer.from(episode), name: 'dc.xml' } })
  ).text;
  mp = (await send('/ingest/addDCCatalog', { mediaPackage: mp, dublinCore: series, flavor: 'dublincore/series' })).text;
  mp = (
    await send('/ingest/addCatalog', {
      mediaPackage: mp,
      flavor: 'technical/extron-smp-351',
      BODY: { file: Buffer.from('{"package":{}}'), name: 'p.json' },
    })
  ).text;
  mp = (
    await send('/ingest/addAttachment', {
      BODY: { file: Buffer.from('jpeg'), name: '00014933.jpg' },
      mediaPackage: mp,
      flavor: 'presenter/search+preview',
    })
  ).text;
  mp = (
    await send('/ingest/addTrack', {
      mediaPackage: mp,
      flavor: 'presenter/source',
      BODY: { file: on.movie, name: 'x_S1R1.m4v' },
    })
  ).text;
  const done = await send('/ingest/ingest', { mediaPackage: mp });
  assert.equal(done.status, 200, done.text);
  const id = parseMediaPackage(mp).id;
  const event = await on.rig.services.database
    .selectFrom('events')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  assert.deepEqual([event.title, event.series, event.agent], ['Libre', 'UE1', null]);
  const known = await on.rig.services.database
    .selectFrom('series')
    .selectAll()
    .where('id', '=', 'UE1')
    .executeTakeFirstOrThrow();
  assert.equal(known.title, 'Chimie');
  assert.deepEqual((await filesOf(on.rig, id)).map(({ flavor }) => flavor).toSorted(), [
    'dublincore/episode',
    'dublincore/series',
    'presenter/search+preview',
    'presenter/source',
    'technical/extron-smp-351',
  ]);
});

test('a zipped package, as Galicaster brings it, and as a bare body', async () => {
  await schedule('uid-1', 'Zip');
  const manifest = `<?xml version="1.0"?><mediapackage id="gal-1" xmlns="http://mediapackage.opencastproject.org"><media><track id="track-0" type="presenter/source"><mimetype>video/mp4</mimetype><url>CAMERA.mp4</url></track></media></mediapackage>`;
  const archive = zipOf([
    ['manifest.xml', Buffer.from(manifest)],
    ['CAMERA.mp4', on.movie],
  ]);
  const done = await send('/ingest/addZippedMediaPackage', {
    workflowDefinitionId: 'fast',
    workflowInstanceId: 'uid-1',
    trimHold: 'false',
    track: { file: archive, name: 'mp.zip' },
  });
  assert.equal(done.status, 200, done.text);
  assert.deepEqual(
    (await filesOf(on.rig, 'uid-1')).map(({ file_name: name }) => name),
    ['dublincore.xml', 'CAMERA.mp4'],
  );
  const bare = await fetch(`${on.url}/ingest/addZippedMediaPackage/fast`, {
    method: 'POST',
    body: new Uint8Array(
      zipOf([
        ['manifest.xml', Buffer.from(manifest.replace('gal-1', 'gal-2'))],
        ['CAMERA.mp4', on.movie],
      ]),
    ),
    headers: { ...on.rig.as('agent'), 'content-type': 'application/zip' },
  });
  assert.equal(bare.status, 200, await bare.text());
  assert.equal((await filesOf(on.rig, 'gal-2')).length, 2);
  for (const wrong of [
    Buffer.from('no zip'),
    zipOf([['a.txt', Buffer.from('x')]]),
    zipOf([['manifest.xml', Buffer.from(manifest)]]),
    archive.subarray(0, -1000),
  ]) {
    const refused = await send('/ingest/addZippedMediaPackage', { track: { file: wrong, name: 'mp.zip' } });
    assert.equal(refused.status, 400, refused.text);
  }
});

test('all in one form', async () => {
  const done = await send('/ingest/addMediaPackage/fast', {
    title: 'D’un coup',
    creator: 'M. Dupont',
    flavor: 'presentation/source',
    BODY: { file: on.movie, name: 'b.mp4' },
    publish: 'yes',
  });
  assert.equal(done.status, 200, done.text);
  const { id } = parseMediaPackage(done.text);
  assert.deepEqual(
    (await filesOf(on.rig, id)).map(({ flavor }) => flavor),
    ['dublincore/episode', 'presentation/source'],
  );
  assert.match(
    (await send('/ingest/addMediaPackage', { flavor: 'a/b', BODY: { file: on.movie, name: 'b.mp4' } })).text,
    /without episode metadata/,
  );
  assert.match((await send('/ingest/addMediaPackage', { title: 'x' })).text, /without actual media/);
});

test('an agent puts an event into the timetable, unless its hall is taken', async () => {
  const catalog = (start: string, end: string, more = '<dcterms:spatial>Amphi_E</dcterms:spatial>') =>
    `<dublincore xmlns="http://www.opencastproject.org/xsd/1.0/dublincore/" xmlns:dcterms="http://purl.org/dc/terms/"><dcterms:title>Ad hoc</dcterms:title><dcterms:temporal>start=${start}; end=${end}; scheme=W3C-DTF;</dcterms:temporal>${more}</dublincore>`;
  const ask = async (dublinCore: string) => {
    const mp = (await send('/ingest/addDCCatalog', { mediaPackage: await create(), dublinCore })).text;
    const done = await send('/ingest/schedule/fast', {
      mediaPackage: mp,
      'org.opencastproject.workflow.config.publish': 'true',
      'capture.device.names': 'Channel A',
    });
    return { ...done, id: parseMediaPackage(mp).id };
  };
  const first = await ask(catalog('2031-01-06T09:00:00Z', '2031-01-06T10:00:00Z'));
  assert.deepEqual([first.status, first.text], [201, '']);
  const event = await on.rig.services.database
    .selectFrom('events')
    .selectAll()
    .where('id', '=', first.id)
    .executeTakeFirstOrThrow();
  assert.deepEqual(
    [event.agent, event.workflow, event.workflow_configuration, event.inputs],
    ['Amphi_E', 'fast', { publish: 'true' }, ['Channel A']],
  );
  assert.equal((await ask(catalog('2031-01-06T09:30:00Z', '2031-01-06T10:30:00Z'))).status, 409);
  assert.equal((await ask(catalog('2031-01-06T10:00:00Z', '2031-01-06T10:30:00Z'))).status, 201, 'back to back');
  assert.equal((await ask(catalog('2031-01-07T10:00:00Z', '2031-01-07T10:30:00Z', ''))).status, 400);
});

test('what an agent does wrong is told in words, and leaves nothing behind', async () => {
  const mp = await create();
  const body = { file: on.movie, name: 'a.mp4' };
  for (const [path, fields, why] of [
    ['addTrack', { flavor: 'presenter/source', BODY: body }, /mediaPackage is missing/],
    ['addTrack', { mediaPackage: mp, flavor: 'presenter', BODY: body }, /Could not parse flavor/],
    ['addTrack', { mediaPackage: mp, flavor: 'presenter/source' }, /neither a file nor a url/],
    [
      'addTrack',
      { mediaPackage: mp, flavor: 'presenter/source', BODY: { file: Buffer.alloc(0), name: 'a.mp4' } },
      /is empty/,
    ],
    ['addTrack', { mediaPackage: '<mediapackage/>', flavor: 'presenter/source', BODY: body }, /cannot be read/],
    [
      'addTrack',
      { mediaPackage: mp.replace(/ id="[^"]+"/, ' id=".."'), flavor: 'presenter/source', BODY: body },
      /is no id/,
    ],
    [
      'addCatalog',
      { mediaPackage: mp, flavor: 'a/b', BODY: { file: Buffer.from('<a>'), name: 'a.xml' } },
      /cannot be read/,
    ],
    ['addDCCatalog', { mediaPackage: mp, dublinCore: '<a' }, /cannot be read/],
    ['ingest', { mediaPackage: mp }, /no track/],
    [
      'ingest',
      {
        mediaPackage: mp.replace(
          '<media/>',
          `<media><track id="x" type="presenter/source"><url>${on.url}/files/mediapackage/a/b/c.mp4</url></track></media>`,
        ),
      },
      /Could not retrieve all media package elements/,
    ],
  ] as const) {
    const reply = await send(`/ingest/${path}`, fields);
    assert.equal(reply.status, 400, `${path}: ${reply.text}`);
    assert.match(reply.text, why);
  }
  assert.deepEqual(await readdir(join(on.rig.services.store.folder, '.incoming')), []);
  assert.equal((await send('/ingest/addTrack', {}, 'viewer')).status, 403);
});

test('a full disk is told as 507, and nothing is kept', async () => {
  const { folder } = on.rig.services.store;
  const full = await openMediaStore(folder, Number.MAX_SAFE_INTEGER);
  await assert.rejects(full.receive(Readable.from([on.movie])), {
    statusCode: 507,
    message: /disk of the server is full/,
  });
  assert.deepEqual(await readdir(join(folder, '.incoming')), []);
});

test('files are given by ranges, to those who may', async () => {
  const [file] = (await filesOf(on.rig, 'lecture-1')).filter(({ kind }) => kind === 'track');
  const path = `/files/mediapackage/${file!.path.split('/').map(encodeURIComponent).join('/')}`;
  const part = await get(path, { range: 'bytes=10-19' });
  assert.deepEqual(
    [part.status, part.headers.get('content-type'), Buffer.from(await part.arrayBuffer())],
    [206, 'video/mp4', on.movie.subarray(10, 20)],
  );
  assert.equal((await fetch(`${on.url}${path}`)).status, 401);
  assert.equal((await get('/files/mediapackage/..%2f..%2fx/y/passwd')).status, 404);
});

test('a package that is given up goes from the disk', async () => {
  const mp = (
    await send('/ingest/addTrack', {
      mediaPackage: await create(),
      flavor: 'presenter/source',
      B: { file: on.movie, name: 'a.mp4' },
    })
  ).text;
  const [track] = parseMediaPackage(mp).tracks;
  const path = new URL(track!.url!).pathname.replace('/files/mediapackage/', '');
  await stat(on.rig.services.store.at(path));
  assert.equal((await send('/ingest/discardMediaPackage', { mediaPackage: mp })).status, 200);
  await assert.rejects(stat(on.rig.services.store.at(path)));
});
