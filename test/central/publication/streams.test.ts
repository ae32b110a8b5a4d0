import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { elementsOfPublications, publicationOf } from '#central/catalogue/published/publications.ts';
import { openStreamFolder } from '#central/publication/streams.ts';
import { removeOldStreams, restoreLists } from '#central/publication/stream-rows.ts';
import { OperationFailed } from '#central/workflows/run/operation.ts';
import type { ElementRow } from '#central/store/tables.ts';
import { openPublicationRig, type PublicationRig } from './publication-rig.ts';

/** Folder of a Wowza, on a share that is bound to a folder and taken away. */

let base = '';
let rig: PublicationRig;
const nas = (): string => join(base, 'nas');
const share = (): string => join(base, 'share');

before(async () => {
  base = await mkdtemp(join(tmpdir(), 'amphi-nas-'));
  await mkdir(nas());
  await mkdir(share());
  rig = await openPublicationRig(() => ({
    streams: openStreamFolder({
      folder: nas(),
      url: 'https://wowza.example.org/opencast-engage/',
      formats: ['hls', 'dash'],
    }),
  }));
});
after(async () => {
  await rig.close();
  await rm(base, { recursive: true, force: true });
});

const byText = (one: string, other: string): number => (one < other ? -1 : 1);

const KEYS = { 'streaming-source-tags': 'engage-streaming', 'download-source-tags': 'engage-download' };
const quality = (
  name: string,
  flavor: string,
  heightPx: number,
  bitrateBps: number,
  tags = ['engage-streaming'],
  of: PublicationRig = rig,
) =>
  of.element(`${name}.mp4`, flavor, name, {
    tags,
    kind: 'track',
    duration_ms: 60_000,
    streams: [
      { kind: 'video', codec: 'h264', widthPx: Math.round((heightPx * 16) / 9), heightPx, bitrateBps },
      { kind: 'audio', codec: 'aac', bitrateBps: 64_000 },
    ],
  });
const list = (event: string, type = 'presenter'): string =>
  readFileSync(join(nas(), `mh_default_org/engage-player_${event}_${type}.smil`), 'utf8');
const elementsIn = async (event: string) => {
  const publication = await publicationOf(rig.opened.database, event);
  return publication ? elementsOfPublications(rig.opened.database, [publication.id]) : [];
};
const filesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name).slice(folder.length + 1))
    .toSorted();

test('films and a list for each picture stand where a Wowza looks for them, and the publication has its addresses', async () => {
  await rig.addEvent('stream');
  const elements = [
    await quality('hd', 'presenter/delivery', 720, 1_200_000, ['engage-streaming', '720p', 'engage-download']),
    await quality('low', 'presenter/delivery', 288, 300_000),
    await quality('slides', 'presentation/delivery', 720, 500_000),
  ];
  await rig.run('publish-engage', KEYS, elements, 'stream');
  const [hd, low, slides] = elements as [ElementRow, ElementRow, ElementRow];
  assert.equal(
    list('stream'),
    '<?xml version="1.0" encoding="UTF-8" standalone="no"?><smil><head/><body><switch>' +
      `<video src="engage-player/stream/${low.id}/low.mp4" video-bitrate="364000" system-bitrate="364000" width="512" height="288"/>` +
      `<video src="engage-player/stream/${hd.id}/hd.mp4" video-bitrate="1264000" system-bitrate="1264000" width="1280" height="720"/>` +
      '</switch></body></smil>',
  );
  assert.match(list('stream', 'presentation'), new RegExp(`engage-player/stream/${slides.id}/slides.mp4`));
  assert.equal(readFileSync(join(nas(), `mh_default_org/engage-player/stream/${low.id}/low.mp4`), 'utf8'), 'low');
  const published = await elementsIn('stream');
  assert.deepEqual(
    published
      .map(({ flavor, url, transport, mime_type }) => [flavor, url, transport, mime_type].join(' '))
      .toSorted(byText),
    [
      ...[
        ['presentation', 'manifest_mpm4sav_mvlist.mpd', 'DASH application/dash+xml'],
        ['presentation', 'playlist.m3u8', 'HLS application/x-mpegURL'],
        ['presenter', 'manifest_mpm4sav_mvlist.mpd', 'DASH application/dash+xml'],
        ['presenter', 'playlist.m3u8', 'HLS application/x-mpegURL'],
      ].map(
        ([type = '', end = '', told = '']) =>
          `${type}/delivery https://wowza.example.org/opencast-engage/smil:engage-player_stream_${type}.smil/${end} ${told}`,
      ),
      'presenter/delivery   video/mp4',
    ].toSorted(byText),
  );
});

test('taking back removes lists and films; what was replaced stays for those who watch it, and goes later', async () => {
  await rig.addEvent('gone');
  const first = await quality('one', 'presenter/delivery', 288, 300_000);
  const second = await quality('two', 'presenter/delivery', 288, 300_000);
  await rig.run('publish-engage', KEYS, [first], 'gone');
  await rig.run('publish-engage', KEYS, [second], 'gone');
  const film = (id: string, name: string): boolean =>
    existsSync(join(nas(), `mh_default_org/engage-player/gone/${id}/${name}.mp4`));
  assert.ok(film(first.id, 'one') && film(second.id, 'two'));
  assert.match(list('gone'), /two\.mp4/);
  const needs = {
    database: rig.opened.database,
    streams: openStreamFolder({ folder: nas(), url: 'x', formats: ['hls'] }),
  };
  await removeOldStreams(needs, new Date(Date.now() + 60_000));
  assert.ok(!film(first.id, 'one') && film(second.id, 'two'));
  await writeFile(join(nas(), 'mh_default_org/engage-player_gone_presenter.smil'), 'left by a run that was stopped');
  await restoreLists(needs, new Date(Date.now() - 60_000));
  assert.match(list('gone'), /two\.mp4/);
  const fileOfList = (): number => statSync(join(nas(), 'mh_default_org/engage-player_gone_presenter.smil')).ino;
  const before = fileOfList();
  await restoreLists(needs, new Date(Date.now() - 60_000));
  assert.equal(fileOfList(), before, 'a list that is right is not written again');
  await rig.run('retract-engage', {}, [], 'gone');
  assert.deepEqual(
    (await filesIn(nas())).filter((path) => path.includes('gone')),
    [],
  );
  assert.equal(existsSync(join(nas(), 'mh_default_org/engage-player/gone')), false);
});

test('what is no MP4 with a picture can be loaded, and the log says so', async () => {
  await rig.addEvent('sound');
  const sound = await rig.element('sound.mp3', 'presenter/delivery', 'mp3', {
    tags: ['engage-streaming'],
    kind: 'track',
  });
  const { lines } = await rig.run('publish-engage', KEYS, [sound], 'sound');
  assert.match(lines[0] ?? '', /sound\.mp3 is no MP4 with a picture: it can be loaded/);
  assert.deepEqual(
    (await elementsIn('sound')).map(({ url, file_name }) => [url, file_name]),
    [[null, 'sound.mp3']],
  );
});

test('a share that is taken away for a minute fails in words, is tried again, and leaves nothing half', async (t) => {
  const mounted = join(base, 'mounted');
  await mkdir(mounted);
  const mount = (): void => void execFileSync('mount', ['--bind', share(), mounted], { stdio: 'ignore' });
  const unmount = (): void => void execFileSync('umount', [mounted], { stdio: 'ignore' });
  try {
    mount();
  } catch {
    t.skip('this machine does not let us mount');
    return;
  }
  const streams = openStreamFolder({ folder: mounted, url: 'https://wowza.example.org/vod', formats: ['hls'] });
  const other = await openPublicationRig(() => ({ streams }));
  let isMounted = true;
  try {
    await other.addEvent('away');
    const again = [await quality('again', 'presenter/delivery', 288, 300_000, undefined, other)];
    await other.run('publish-engage', KEYS, again, 'away');
    const before = await filesIn(share());
    assert.equal(before.length, 3);
    unmount();
    isMounted = false;
    const next = [await quality('next', 'presenter/delivery', 288, 300_000, undefined, other)];
    await assert.rejects(other.run('publish-engage', KEYS, next, 'away'), (error: Error) => {
      assert.ok(error instanceof OperationFailed);
      assert.match(error.message, /the folder of the streaming server .* is away: .*not mounted/);
      return true;
    });
    assert.deepEqual(await readdir(mounted), [], 'nothing is written below a share that is away');
    assert.deepEqual(await filesIn(share()), before);
    const current = await publicationOf(other.opened.database, 'away');
    const shown = await elementsOfPublications(other.opened.database, [current?.id ?? '']);
    assert.deepEqual(
      shown.map(({ transport }) => transport),
      ['HLS'],
      'what was published is published',
    );
    mount();
    isMounted = true;
    await other.run('publish-engage', KEYS, next, 'away');
    assert.match(readFileSync(join(share(), 'mh_default_org/engage-player_away_presenter.smil'), 'utf8'), /next\.mp4/);
    unmount();
    isMounted = false;
    await assert.rejects(other.run('retract-engage', {}, [], 'away'), /away/);
    assert.equal(await publicationOf(other.opened.database, 'away'), undefined, 'viewers do not see it any more');
    mount();
    isMounted = true;
    await removeOldStreams({ database: other.opened.database, streams }, new Date(0));
    assert.deepEqual(await filesIn(share()), ['mh_default_org/.amphi-streams']);
  } finally {
    if (isMounted) unmount();
    await other.close();
  }
});
