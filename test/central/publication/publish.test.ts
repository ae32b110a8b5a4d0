import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { deleteEvents } from '#central/catalogue/events.ts';
import { elementsOfPublications, publicationOf, publicationsOf } from '#central/catalogue/published/publications.ts';
import { removeReplaced, removeStrays } from '#central/publication/tidying.ts';
import { OperationFailed } from '#central/workflows/run/operation.ts';
import { openPublicationRig, type PublicationRig } from './publication-rig.ts';

let rig: PublicationRig;
before(async () => {
  rig = await openPublicationRig();
});
after(() => rig.close());

const KEYS = { 'download-source-flavors': 'dublincore/*,captions/*', 'download-source-tags': 'engage-download' };
const TAGS = { tags: ['engage-download'] };

async function published(event: string, channel?: string) {
  const { database } = rig.opened;
  const publication = await publicationOf(database, event, channel);
  return publication ? elementsOfPublications(database, [publication.id]) : undefined;
}
const textOf = (path: string): string => readFileSync(rig.on.store.at(path), 'utf8');
const flavorsOf = (elements: readonly { flavor: string }[] = []): string[] => elements.map(({ flavor }) => flavor);

describe('publishing for viewers', () => {
  test('takes what the keys select, without descriptions, as hard links that outlive the run', async () => {
    await rig.addEvent('whole');
    const film = await rig.element('low.mp4', 'presenter/delivery', 'film', { ...TAGS, kind: 'track' });
    const captions = await rig.element('fr.vtt', 'captions/delivery', 'WEBVTT\n\n00:01.000 --> 00:02.000\nBonjour\n');
    const other = await rig.element('source.mp4', 'presenter/source', 'raw');
    const description = await rig.element('dc.xml', 'dublincore/episode', '<dublincore/>', TAGS);
    const keys = { ...KEYS, 'download-target-tags': 'atom' };
    const { lines } = await rig.run('publish-engage', keys, [film, captions, other, description], 'whole');
    assert.deepEqual(lines, ['publishes 2 files to load and 0 to stream in engage-player']);
    const elements = (await published('whole')) ?? [];
    assert.deepEqual(flavorsOf(elements), ['presenter/delivery', 'captions/delivery']);
    assert.deepEqual(elements[0]?.tags, ['engage-download', 'atom']);
    const [first] = elements;
    assert.ok(first);
    assert.equal(statSync(rig.on.store.at(first.path)).ino, statSync(rig.on.pathOf(film)).ino);
    await rm(rig.on.pathOf(film));
    assert.equal(textOf(first.path), 'film');
  });

  test('is seen in one step: before the end of the operation there is nothing, or the publication before', async () => {
    await rig.addEvent('step');
    const film = await rig.element('a.mp4', 'presenter/delivery', 'old', { ...TAGS, kind: 'track' });
    const told = { signal: new AbortController().signal, log: () => undefined, progress: () => undefined };
    const of = { event: 'step', version: 1, workflow: 1, channel: 'engage-player', streams: [] };
    const more = { ...told, pathOf: ({ path }: { path: string }) => Promise.resolve(rig.on.store.at(path)) };
    const ready = await rig.needs.publisher.prepare({ ...of, downloads: [film] }, more);
    assert.equal(await published('step'), undefined);
    await rig.opened.database.transaction().execute((within) => ready.settle(within));
    assert.equal((await published('step'))?.length, 1);
    const later = await rig.element('b.mp4', 'presenter/delivery', 'new', { ...TAGS, kind: 'track' });
    const next = await rig.needs.publisher.prepare({ ...of, workflow: 2, downloads: [later] }, more);
    const torn = rig.opened.database.transaction().execute(async (within) => {
      await next.settle(within);
      throw new Error('the power is gone');
    });
    await assert.rejects(torn, /power/);
    assert.deepEqual(
      (await published('step'))?.map(({ path }) => textOf(path)),
      ['old'],
    );
  });

  test('leaves what is published when it fails, and nothing of its own', async () => {
    await rig.addEvent('fails');
    const film = await rig.element('c.mp4', 'presenter/delivery', 'good', { ...TAGS, kind: 'track' });
    await rig.run('publish-engage', KEYS, [film], 'fails');
    const other = await rig.element('d.mp4', 'presenter/delivery', 'other', { ...TAGS, kind: 'track' });
    const lost = await rig.element('e.mp4', 'presenter/delivery', 'lost', { ...TAGS, kind: 'track' });
    await rm(rig.on.pathOf(lost));
    await assert.rejects(rig.run('publish-engage', KEYS, [other, lost], 'fails'), (error: Error) => {
      assert.ok(error instanceof OperationFailed);
      assert.match(error.message, /^e\.mp4 \(presenter\/delivery\) cannot be published: its file is gone$/);
      return true;
    });
    const short = { ...other, size_bytes: other.size_bytes + 1 };
    await assert.rejects(rig.run('publish-engage', KEYS, [short], 'fails'), /has 5 bytes, and should have 6/);
    assert.deepEqual(
      (await published('fails'))?.map(({ path }) => textOf(path)),
      ['good'],
    );
    assert.equal((await readdir(rig.on.store.at('publications/fails'))).length, 1);
  });

  test('skips with a word when nothing is to be published', async () => {
    await rig.addEvent('nothing');
    const { result } = await rig.run('publish-engage', KEYS, [], 'nothing');
    assert.deepEqual(result, { kind: 'skip', why: 'nothing to publish has these flavors or tags' });
    const merge = { ...KEYS, strategy: 'merge', 'merge-only': 'true' };
    const merged = await rig.run('publish-engage', merge, [], 'nothing');
    assert.match('why' in merged.result ? merged.result.why : '', /it is not published/);
  });

  test('adds to what is published, and replaces what has the flavor of something new', async () => {
    await rig.addEvent('merge');
    const film = await rig.element('f.mp4', 'presenter/delivery', 'film', { ...TAGS, kind: 'track' });
    const cover = await rig.element('f.jpg', 'presenter/search+preview', 'cover', TAGS);
    await rig.run('publish-engage', KEYS, [film, cover], 'merge');
    const newer = await rig.element('g.jpg', 'presenter/search+preview', 'newer', TAGS);
    await rig.run('publish-engage', { ...KEYS, strategy: 'merge' }, [newer], 'merge');
    const elements = (await published('merge')) ?? [];
    assert.deepEqual(
      elements.map(({ path }) => textOf(path)),
      ['film', 'newer'],
    );
    const description = await rig.element('dc2.xml', 'dublincore/episode', '<dublincore/>');
    const keys = { 'download-source-flavors': 'dublincore/*,security/*', strategy: 'merge', 'merge-only': 'true' };
    const { lines } = await rig.run('publish-engage', keys, [description], 'merge');
    assert.match(lines[0] ?? '', /always read from the event/);
    assert.equal((await published('merge'))?.length, 2);
  });
});

test('a run never replaces what a later one has published, and two at once leave one publication', async () => {
  await rig.addEvent('race');
  const told = {
    signal: new AbortController().signal,
    log: () => undefined,
    progress: () => undefined,
    pathOf: ({ path }: { path: string }) => Promise.resolve(rig.on.store.at(path)),
  };
  const prepare = async (workflow: number) =>
    rig.needs.publisher.prepare(
      {
        event: 'race',
        version: 1,
        workflow,
        channel: 'engage-player',
        downloads: [await rig.element(`r${workflow}.mp4`, 'presenter/delivery', `run ${workflow}`, { kind: 'track' })],
        streams: [],
      },
      told,
    );
  const ready = await Promise.all([7, 5, 6, 8].map(prepare));
  await Promise.all(ready.map((one) => rig.opened.database.transaction().execute((within) => one.settle(within))));
  const current = await published('race');
  assert.deepEqual(
    current?.map(({ path }) => textOf(path)),
    ['run 8'],
  );
});

test('taking back removes rows and files at once, also those of former publications, and leaves a note', async () => {
  await rig.addEvent('back');
  const first = await rig.element('h.mp4', 'presenter/delivery', 'one', { ...TAGS, kind: 'track' });
  const second = await rig.element('i.mp4', 'presenter/delivery', 'two', { ...TAGS, kind: 'track' });
  await rig.run('publish-engage', KEYS, [first], 'back');
  await rig.run('publish-engage', KEYS, [second], 'back');
  await rig.run('publish-configure', { 'download-source-tags': 'engage-download' }, [second], 'back');
  assert.equal((await readdir(rig.on.store.at('publications/back'))).length, 3);
  assert.equal((await rig.run('retract-engage', {}, [], 'back')).result.kind, 'done');
  assert.equal(await published('back'), undefined);
  assert.equal((await readdir(rig.on.store.at('publications/back'))).length, 1);
  assert.equal((await published('back', 'internal'))?.length, 1);
  const { database } = rig.opened;
  const left = await database.selectFrom('publications').selectAll().where('event', '=', 'back').execute();
  assert.deepEqual(
    left.filter(({ channel }) => channel === 'engage-player').map(({ is_retracted }) => is_retracted),
    [true, true],
  );
  assert.equal((await rig.run('retract-engage', {}, [], 'back')).result.kind, 'skip');
  assert.equal((await rig.run('retract-configure', {}, [], 'back')).result.kind, 'done');
  assert.equal(existsSync(rig.on.store.at('publications/back')), false);
  assert.equal(readFileSync(rig.on.pathOf(second), 'utf8'), 'two');
});

test('an event that is deleted is not published any more, and a run that comes later publishes nothing', async () => {
  await rig.addEvent('gone');
  const film = await rig.element('j.mp4', 'presenter/delivery', 'film', { ...TAGS, kind: 'track' });
  await rig.run('publish-engage', KEYS, [film], 'gone');
  const { database } = rig.opened;
  await database.transaction().execute((within) => deleteEvents(within, ['gone']));
  assert.equal(await published('gone'), undefined);
  await rig.run('publish-engage', KEYS, [film], 'gone');
  assert.equal(await published('gone'), undefined);
});

describe('publishing in other channels', () => {
  test('has the address of its pattern, and refuses what is no address', async () => {
    await rig.addEvent('other');
    const film = await rig.element('k.mp4', 'presenter/preview', 'film', { tags: ['preview'], kind: 'track' });
    const keys = { 'channel-id': 'portal', 'source-tags': 'preview' };
    const pattern = 'https://portal.example.org/watch?v=${event_id}';
    await rig.run('publish-configure', { ...keys, 'url-pattern': pattern }, [film], 'other');
    const [publication] = await publicationsOf(rig.opened.database, ['other'], 'portal');
    assert.equal(publication?.url, 'https://portal.example.org/watch?v=other');
    for (const wrong of ['javascript:alert(1)', '//evil.example', 'data:text/html,x', '/x/${nobody_knows}'])
      await assert.rejects(
        rig.run('publish-configure', { ...keys, 'url-pattern': wrong }, [film], 'other'),
        /is no address/,
      );
    await assert.rejects(
      rig.run('publish-configure', { ...keys, 'channel-id': '../x' }, [film], 'other'),
      /is no name of a channel/,
    );
  });

  test('takes what is published already, and repositories are channels too', async () => {
    await rig.addEvent('again');
    const film = await rig.element('l.mp4', 'presenter/delivery', 'film', { ...TAGS, kind: 'track' });
    await rig.run('publish-engage', KEYS, [film], 'again');
    await rig.run('publish-configure', { 'channel-id': 'api', 'with-published-elements': 'true' }, [], 'again');
    assert.equal((await published('again', 'api'))?.length, 1);
    await rig.run('publish-oaipmh', { 'download-tags': 'engage-download' }, [film], 'again');
    const [publication] = await publicationsOf(rig.opened.database, ['again'], 'oaipmh-default');
    assert.equal(publication?.url, '/oaipmh/default?verb=ListMetadataFormats');
    assert.equal((await rig.run('retract-oaipmh', {}, [], 'again')).result.kind, 'done');
    assert.equal((await rig.run('republish-oaipmh', {}, [], 'again')).result.kind, 'skip');
  });
});

test('what was replaced is removed after a while, and folders that nothing names; what is published stays', async () => {
  await rig.addEvent('tidy');
  const film = await rig.element('m.mp4', 'presenter/delivery', 'film', { ...TAGS, kind: 'track' });
  const other = await rig.element('n.mp4', 'presenter/delivery', 'other', { ...TAGS, kind: 'track' });
  const cover = await rig.element('n.jpg', 'presenter/search+preview', 'cover', TAGS);
  await rig.run('publish-engage', KEYS, [film, cover], 'tidy');
  await rig.run('publish-engage', { ...KEYS, strategy: 'merge' }, [other], 'tidy');
  const { database } = rig.opened;
  const needs = { database, store: rig.on.store };
  await removeReplaced(needs, new Date(Date.now() - 60_000));
  assert.equal((await readdir(rig.on.store.at('publications/tidy'))).length, 2, 'viewers may still watch it');
  await removeReplaced(needs, new Date(Date.now() + 60_000));
  assert.deepEqual((await published('tidy'))?.map(({ path }) => textOf(path)).toSorted(), ['cover', 'other']);
  const files = await readdir(rig.on.store.at('publications/tidy'), { recursive: true });
  assert.deepEqual(
    files
      .filter((name) => /\.(mp4|jpg)$/.test(name))
      .map((name) => basename(name))
      .toSorted(),
    ['n.jpg', 'n.mp4'],
  );
  const stray = rig.on.store.at('publications/tidy/left-over');
  await mkdir(stray);
  await removeStrays(needs, Date.now());
  assert.ok(existsSync(stray), 'it may be in the making');
  await removeStrays(needs, Date.now() + 48 * 3600_000);
  assert.equal(existsSync(stray), false);
  assert.deepEqual((await published('tidy'))?.map(({ path }) => textOf(path)).toSorted(), ['cover', 'other']);
});
