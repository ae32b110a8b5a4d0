import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import { MODULES } from '#central/modules.ts';
import { openMediaStore } from '#central/ingest/media-store.ts';
import { openRig, type Rig } from './scheduling/rig.ts';
import { zipOf } from './small-zip.ts';
import { parseCatalog } from '#lib/opencast/dublin-core.ts';
import { parseMediaPackage } from '#lib/opencast/media-package.ts';
import { runProgram } from '#lib/runtime/run-program.ts';

let rig: Rig;
let url = '';
let movie: Buffer;

before(async () => {
  rig = await openRig(MODULES);
  url = await rig.app.listen({ host: '127.0.0.1', port: 0 });
  movie = await movieOf(1);
});
after(() => rig.close());

/** A second of picture and sound; another number, another picture. */
async function movieOf(seed: number): Promise<Buffer> {
  const path = join(rig.services.config.data, `movie-${seed}.mp4`);
  const argv = `-v error -y -f lavfi -i testsrc2=s=320x180:r=15:d=1 -f lavfi -i sine=d=1 -t 1 -metadata title=${seed} -c:v libx264 -preset ultrafast -c:a aac`;
  const { code, reason } = await runProgram('ffmpeg', [...argv.split(' '), path]);
  assert.equal(code, 0, reason);
  return readFile(path);
}

type Field = string | { file: Buffer; name: string };

async function send(path: string, fields: Record<string, Field>, as: 'agent' | 'viewer' = 'agent') {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, new Blob([new Uint8Array(value.file)]), value.name);
  }
  const reply = await fetch(`${url}${path}`, { method: 'POST', body: form, headers: rig.as(as) });
  return { status: reply.status, type: reply.headers.get('content-type'), text: await reply.text() };
}

const get = async (path: string, headers: Record<string, string> = {}) =>
  fetch(path.startsWith('http') ? path : `${url}${path}`, { headers: { ...rig.as('agent'), ...headers } });

const create = async (): Promise<string> => (await get('/ingest/createMediaPackage')).text();

const schedule = async (id: string, title: string): Promise<void> => {
  await rig.services.database
    .insertInto('events')
    .values({
      ...{
        id,
        title,
        agent: 'Amphi_D',
        workflow: 'hd-720p',
        workflow_configuration: '{"publish":"true","trim":"false"}',
      },
      ...{ series: 'PAES_2016_S2', starts_at: new Date(Date.now() - 60_000), ends_at: new Date() },
    })
    .execute();
};

const filesOf = (event: string) =>
  rig.services.database
    .selectFrom('files')
    .selectAll()
    .where('event', '=', event)
    .orderBy('version')
    .orderBy('kind')
    .execute();
const workflowIn = (text: string): string => /<wf:workflow [^>]*\bid="(\d+)"/.exec(text)?.[1] ?? '';

test('a scheduled lecture is brought as pyCA brings it, and once only, however often it is asked', async () => {
  await schedule('lecture-1', 'Informations générales');
  let mp = await create();
  assert.match(mp, /<mediapackage .*xmlns="http:\/\/mediapackage.opencastproject.org"/);
  const track = await send('/ingest/addTrack', {
    mediaPackage: mp,
    flavor: 'presenter/source',
    BODY1: { file: movie, name: 'cours é.mp4' },
  });
  assert.deepEqual([track.status, track.type?.split(';')[0]], [200, 'text/xml']);
  mp = track.text;
  const [element] = parseMediaPackage(mp).tracks;
  assert.equal(element?.checksum?.value, createHash('md5').update(movie).digest('hex'));
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

  const files = await filesOf('lecture-1');
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
  assert.deepEqual(await readFile(rig.services.store.at(stored.path)), movie);
  const catalog = parseCatalog(await readFile(rig.services.store.at(files[0]!.path), 'utf8'));
  assert.deepEqual(
    [catalog.title, catalog.isPartOf, catalog.spatial],
    ['Informations générales', 'PAES_2016_S2', 'Amphi_D'],
  );
  const [workflow] = await rig.services.database
    .selectFrom('workflows')
    .selectAll()
    .where('event', '=', 'lecture-1')
    .execute();
  assert.deepEqual(
    [workflow?.definition, workflow?.configuration],
    ['schedule-and-upload', { publish: 'true', trim: 'true' }],
  );
  const event = await rig.services.database
    .selectFrom('events')
    .selectAll()
    .where('id', '=', 'lecture-1')
    .executeTakeFirstOrThrow();
  assert.equal(event.recording_state, 'upload_finished');
});

test('what is brought of an event a second time is its next version; the same file once more is not', async () => {
  await schedule('lecture-2', 'Deux');
  const bring = async (file: Buffer): Promise<string> => {
    const mp = await (
      await fetch(`${url}/ingest/createMediaPackageWithID/lecture-2`, { method: 'PUT', headers: rig.as('agent') })
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
  const first = await bring(movie);
  assert.equal(await bring(movie), first);
  assert.notEqual(await bring(await movieOf(2)), first);
  const versions = await rig.services.database
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
    track: { file: movie, name: 'a.mp4' },
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
      BODY: { file: movie, name: 'x_S1R1.m4v' },
    })
  ).text;
  const done = await send('/ingest/ingest', { mediaPackage: mp });
  assert.equal(done.status, 200, done.text);
  const id = parseMediaPackage(mp).id;
  const event = await rig.services.database
    .selectFrom('events')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  assert.deepEqual([event.title, event.series, event.agent], ['Libre', 'UE1', null]);
  const known = await rig.services.database
    .selectFrom('series')
    .selectAll()
    .where('id', '=', 'UE1')
    .executeTakeFirstOrThrow();
  assert.equal(known.title, 'Chimie');
  assert.deepEqual((await filesOf(id)).map(({ flavor }) => flavor).toSorted(), [
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
    ['CAMERA.mp4', movie],
  ]);
  const done = await send('/ingest/addZippedMediaPackage', {
    workflowDefinitionId: 'fast',
    workflowInstanceId: 'uid-1',
    trimHold: 'false',
    track: { file: archive, name: 'mp.zip' },
  });
  assert.equal(done.status, 200, done.text);
  assert.deepEqual(
    (await filesOf('uid-1')).map(({ file_name: name }) => name),
    ['dublincore.xml', 'CAMERA.mp4'],
  );
  const bare = await fetch(`${url}/ingest/addZippedMediaPackage/fast`, {
    method: 'POST',
    body: new Uint8Array(
      zipOf([
        ['manifest.xml', Buffer.from(manifest.replace('gal-1', 'gal-2'))],
        ['CAMERA.mp4', movie],
      ]),
    ),
    headers: { ...rig.as('agent'), 'content-type': 'application/zip' },
  });
  assert.equal(bare.status, 200, await bare.text());
  assert.equal((await filesOf('gal-2')).length, 2);
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
    BODY: { file: movie, name: 'b.mp4' },
    publish: 'yes',
  });
  assert.equal(done.status, 200, done.text);
  const { id } = parseMediaPackage(done.text);
  assert.deepEqual(
    (await filesOf(id)).map(({ flavor }) => flavor),
    ['dublincore/episode', 'presentation/source'],
  );
  assert.match(
    (await send('/ingest/addMediaPackage', { flavor: 'a/b', BODY: { file: movie, name: 'b.mp4' } })).text,
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
  const event = await rig.services.database
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
  const body = { file: movie, name: 'a.mp4' };
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
          `<media><track id="x" type="presenter/source"><url>${url}/files/mediapackage/a/b/c.mp4</url></track></media>`,
        ),
      },
      /Could not retrieve all media package elements/,
    ],
  ] as const) {
    const reply = await send(`/ingest/${path}`, fields);
    assert.equal(reply.status, 400, `${path}: ${reply.text}`);
    assert.match(reply.text, why);
  }
  assert.deepEqual(await readdir(join(rig.services.store.folder, '.incoming')), []);
  assert.equal((await send('/ingest/addTrack', {}, 'viewer')).status, 403);
});

test('a full disk is told as 507, and nothing is kept', async () => {
  const { folder } = rig.services.store;
  const full = await openMediaStore(folder, Number.MAX_SAFE_INTEGER);
  await assert.rejects(full.receive(Readable.from([movie])), {
    statusCode: 507,
    message: /disk of the server is full/,
  });
  assert.deepEqual(await readdir(join(folder, '.incoming')), []);
});

test('files are given by ranges, to those who may', async () => {
  const [file] = (await filesOf('lecture-1')).filter(({ kind }) => kind === 'track');
  const path = `/files/mediapackage/${file!.path.split('/').map(encodeURIComponent).join('/')}`;
  const part = await get(path, { range: 'bytes=10-19' });
  assert.deepEqual(
    [part.status, part.headers.get('content-type'), Buffer.from(await part.arrayBuffer())],
    [206, 'video/mp4', movie.subarray(10, 20)],
  );
  assert.equal((await fetch(`${url}${path}`)).status, 401);
  assert.equal((await get('/files/mediapackage/..%2f..%2fx/y/passwd')).status, 404);
});

describe('media that the server fetches', () => {
  let box: Server;
  let boxUrl = '';
  const ranges: string[] = [];
  /** Of each answer so many bytes come, then the line is cut. */
  let cuts: number[] = [];
  before(async () => {
    box = createServer((request, response) => {
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      ranges.push(request.headers.range ?? '');
      const rest = movie.subarray(from);
      response.writeHead(from > 0 ? 206 : 200, {
        etag: '"one"',
        'content-length': rest.length,
        ...(from > 0 ? { 'content-range': `bytes ${from}-${movie.length - 1}/${movie.length}` } : {}),
      });
      const cut = cuts.shift();
      if (cut === undefined) return void response.end(rest);
      response.write(rest.subarray(0, cut), () => setTimeout(() => response.destroy(), 20));
    });
    await new Promise<void>((done) => void box.listen(0, '127.0.0.1', done));
    boxUrl = `http://127.0.0.1:${(box.address() as { port: number }).port}/recordings/x/lecture_S1R1.mp4`;
  });
  after(() => void box.close());
  const packageOf = (checksum: string, at = boxUrl, bytes = movie.length) =>
    `<mediapackage xmlns="http://mediapackage.opencastproject.org" id="${crypto.randomUUID()}"><title>Pris</title><media><track id="${crypto.randomUUID()}" type="presenter/source"><url>${at}</url><checksum type="sha256">${checksum}</checksum><size>${bytes}</size></track></media></mediapackage>`;
  const sha256 = (): string => createHash('sha256').update(movie).digest('hex');

  test('comes from registered agents alone', async () => {
    const refused = await send('/ingest/ingest', { mediaPackage: packageOf(sha256()) });
    assert.deepEqual([refused.status, ranges], [400, []]);
    assert.match(refused.text, /no registered agent/);
    const byUrl = await send('/ingest/addTrack', {
      mediaPackage: await create(),
      flavor: 'presenter/source',
      url: 'file:///etc/passwd',
    });
    assert.match(byUrl.text, /http or https/);
  });

  test('goes on where it was cut off, is what was said, and is not fetched again', async () => {
    await rig.services.roster.tellState('Amphi_D', 'idle', { address: '127.0.0.1' });
    cuts = [1000, 2000];
    const mediaPackage = packageOf(sha256());
    const done = await send('/ingest/ingest', { mediaPackage });
    assert.equal(done.status, 200, done.text);
    assert.deepEqual(ranges, ['', 'bytes=1000-', 'bytes=3000-']);
    const { id } = parseMediaPackage(mediaPackage);
    const [track] = (await filesOf(id)).filter(({ kind }) => kind === 'track');
    assert.equal(track?.file_name, 'lecture_S1R1.mp4');
    assert.deepEqual(await readFile(rig.services.store.at(track!.path)), movie);
    const again = await send('/ingest/ingest', { mediaPackage });
    assert.deepEqual([again.status, workflowIn(again.text), ranges.length], [200, workflowIn(done.text), 3]);
  });

  test('of another content or size than was said is refused', async () => {
    const wrong = await send('/ingest/ingest', { mediaPackage: packageOf('0'.repeat(64)) });
    assert.equal(wrong.status, 400);
    assert.match(wrong.text, /its sha256 is/);
    assert.match((await send('/ingest/ingest', { mediaPackage: packageOf(sha256(), boxUrl, 5) })).text, /bytes, not 5/);
  });

  test('that cannot be had is told, with what the agent answers', async () => {
    const gone = createServer((_request, response) => response.writeHead(404).end());
    await new Promise<void>((done) => void gone.listen(0, '127.0.0.1', done));
    const at = `http://127.0.0.1:${(gone.address() as { port: number }).port}/x.mp4`;
    assert.match((await send('/ingest/ingest', { mediaPackage: packageOf(sha256(), at) })).text, /answers 404/);
    gone.close();
  });
});

test('a package that is given up goes from the disk', async () => {
  const mp = (
    await send('/ingest/addTrack', {
      mediaPackage: await create(),
      flavor: 'presenter/source',
      B: { file: movie, name: 'a.mp4' },
    })
  ).text;
  const [track] = parseMediaPackage(mp).tracks;
  const path = new URL(track!.url!).pathname.replace('/files/mediapackage/', '');
  await stat(rig.services.store.at(path));
  assert.equal((await send('/ingest/discardMediaPackage', { mediaPackage: mp })).status, 200);
  await assert.rejects(stat(rig.services.store.at(path)));
});
