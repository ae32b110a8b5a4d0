import assert from 'node:assert/strict';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { encode } from '#central/workflows/operations/media/encode.ts';
import { inspect } from '#central/workflows/operations/media/inspect.ts';
import { decoded, makeFilm, turnedCopy } from './made-films.ts';
import { addedOf, changedOf, mediaRig, videoOf } from './media-rig.ts';

const of = mediaRig();

const HD = {
  'source-flavor': '*/source',
  'target-flavor': '*/delivery',
  'target-tags': 'engage-download',
  'encoding-profile': 'mp4-hd.http',
};

test('a track is encoded: every picture is there, in closed groups of two seconds, and it is not made larger', async () => {
  const film = await makeFilm(of.folder, 'Été 1.mp4', { size: '640x360', rate: 30, seconds: 5, sound: 440 });
  const source = await of.rig.element(film, 'presenter/source', { tags: ['archive'] });
  const { result } = await of.rig.run(encode(of.rig.needs), { ...HD, 'tag-with-profile': 'true' }, [source]);
  const [made, ...others] = addedOf(result);
  assert.deepEqual(others, []);
  assert.deepEqual(
    [made?.kind, made?.flavor, made?.tags, made?.file_name, videoOf(made!)?.widthPx, videoOf(made!)?.heightPx],
    ['track', 'presenter/delivery', ['engage-download', 'mp4-hd.http'], 'Été_1-hd.mp4', 640, 360],
  );
  const { frames, errors, keyTimes } = await decoded(of.rig.pathOf(made!));
  assert.deepEqual([frames, errors], [150, '']);
  assert.deepEqual(keyTimes.map(Math.round), [0, 2, 4]);
});

test('a profile with several outputs decodes once and gives each its tag; what would be larger is left out', async () => {
  const film = await makeFilm(of.folder, 'wide.mp4', { size: '1280x720', rate: 10, seconds: 2, sound: 440 });
  const source = await of.rig.element(film, 'presenter/source');
  const keys = { ...HD, 'encoding-profile': 'adaptive-parallel.http' };
  const { result } = await of.rig.run(encode(of.rig.needs), keys, [source]);
  assert.deepEqual(
    addedOf(result).map((made) => [made.tags, made.file_name, videoOf(made)?.heightPx]),
    [
      [['engage-download', '480p-quality'], 'wide-480p.mp4', 480],
      [['engage-download', '720p-quality'], 'wide-720p.mp4', 720],
    ],
  );
});

test('several profiles and several sources; what a profile does not take is left out with a word', async () => {
  const film = await makeFilm(of.folder, 'film.mp4', { size: '320x180', seconds: 1, sound: 440 });
  const sound = await makeFilm(of.folder, 'sound.m4a', { seconds: 1, sound: 440 });
  const elements = [await of.rig.element(film, 'presenter/source'), await of.rig.element(sound, 'presentation/source')];
  const keys = { ...HD, 'encoding-profile': 'mp4-low.http', 'encoding-profiles': 'mp3.http' };
  const { result, lines } = await of.rig.run(encode(of.rig.needs), keys, elements);
  assert.deepEqual(
    addedOf(result).map(({ flavor, file_name }) => [flavor, file_name]),
    [
      ['presenter/delivery', 'film-low.mp4'],
      ['presenter/delivery', 'film-audio.mp3'],
      ['presentation/delivery', 'sound-audio.mp3'],
    ],
  );
  assert.match(lines.join('\n'), /presentation\/source \(sound\.m4a\) is left out of mp4-low\.http: it has no picture/);
});

test('nothing to encode is no failure; an unknown profile is one, with the names of those there are', async () => {
  const none = await of.rig.run(encode(of.rig.needs), HD, []);
  assert.equal(none.result.kind, 'skip');
  await assert.rejects(
    of.rig.run(encode(of.rig.needs), { ...HD, 'encoding-profile': 'mp5' }, []),
    /there is no encoding profile mp5; there are .*mp4-hd\.http/,
  );
});

test('odd sizes, a turned picture, and a source of a fifth of a second', async () => {
  const odd = await makeFilm(of.folder, 'odd.mkv', { size: '1890x1063', seconds: 0.2, more: ['-pix_fmt', 'yuv444p'] });
  const straight = await makeFilm(of.folder, 'straight.mp4', { size: '320x180', seconds: 1 });
  const turned = await turnedCopy(of.folder, 'turned.mp4', straight);
  const keys = { ...HD, 'encoding-profile': 'mp4-hd.http,fast.http' };
  const elements = [await of.rig.element(odd, 'presenter/source'), await of.rig.element(turned, 'presentation/source')];
  const { result } = await of.rig.run(encode(of.rig.needs), keys, elements);
  assert.deepEqual(
    addedOf(result).map((made) => `${made.file_name} ${videoOf(made)?.widthPx}x${videoOf(made)?.heightPx}`),
    ['odd-hd.mp4 1280x718', 'odd.mp4 1890x1062', 'turned-hd.mp4 180x320', 'turned.mp4 180x320'],
  );
  const [hd] = addedOf(result);
  assert.equal((await decoded(of.rig.pathOf(hd!))).frames, 5);
});

test('a damaged source is encoded as far as it can be read, and it is told', async () => {
  const film = await makeFilm(of.folder, 'hole.mp4', {
    size: '320x180',
    seconds: 10,
    more: ['-movflags', '+faststart'],
  });
  const bytes = await readFile(film);
  await writeFile(film, bytes.subarray(0, Math.round(bytes.length * 0.6)));
  const source = await of.rig.element(film, 'presenter/source');
  const { result, lines } = await of.rig.run(encode(of.rig.needs), { ...HD, 'encoding-profile': 'mp4-low.http' }, [
    source,
  ]);
  assert.equal(addedOf(result).length, 1);
  assert.match(lines.join('\n'), /presenter\/source \(hole\.mp4\) is damaged: \d+ s of it cannot be read/);
});

test('what is no media fails in words that name the file, for inspect and for encode', async () => {
  const noise = join(of.folder, 'noise.mp4');
  await writeFile(noise, Buffer.alloc(50_000, 'noise'));
  const list = join(of.folder, 'list.mp4');
  await writeFile(list, '#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfilm.mp4\n#EXT-X-ENDLIST\n');
  const text = join(of.folder, 'text.mp4');
  await writeFile(text, 'WEBVTT\n\n00:00.000 --> 00:01.000\nA\n');
  for (const path of [noise, list, text]) {
    const source = await of.rig.element(path, 'presenter/source');
    const words = /presenter\/source \(\w+\.mp4\) cannot be read: .*It has to be brought again/;
    await assert.rejects(of.rig.run(inspect(of.rig.needs), {}, [source]), words);
    await assert.rejects(of.rig.run(encode(of.rig.needs), HD, [source]), words);
  }
});

test('inspect finds streams and length, also of a film that does not say its length', async () => {
  const film = await makeFilm(of.folder, 'long.mp4', { size: '320x180', seconds: 3, sound: 440 });
  const raw = await makeFilm(of.folder, 'raw.mkv', {
    size: '320x180',
    seconds: 3,
    more: ['-f', 'matroska', '-live', '1'],
  });
  const known = await of.rig.element(film, 'presenter/source');
  const unknown = { ...known, streams: null, duration_ms: null };
  const endless = await of.rig.element(raw, 'presentation/source');
  assert.equal(endless.duration_ms, null);
  const nothing = await of.rig.run(inspect(of.rig.needs), {}, [known]);
  assert.deepEqual(changedOf(nothing.result), []);
  const { result } = await of.rig.run(inspect(of.rig.needs), {}, [unknown, endless]);
  const [first, second] = changedOf(result);
  assert.deepEqual([first?.id, first?.streams, first?.duration_ms], [known.id, known.streams, known.duration_ms]);
  assert.ok(Math.abs((second?.duration_ms ?? 0) - 3000) < 100, String(second?.duration_ms));
});

test('inspect counts every picture if it is asked to, and says when there is no track', async () => {
  const raw = await makeFilm(of.folder, 'count.mkv', { size: '320x180', rate: 10, seconds: 2 });
  const source = await of.rig.element(raw, 'presenter/source');
  const { result } = await of.rig.run(inspect(of.rig.needs), { 'accurate-frame-count': 'true' }, [source]);
  assert.equal(videoOf(changedOf(result)[0]!)?.frames, 20);
  await assert.rejects(of.rig.run(inspect(of.rig.needs), {}, []), /there is no track to process/);
  assert.equal((await of.rig.run(inspect(of.rig.needs), { 'accept-no-media': 'true' }, [])).result.kind, 'skip');
});

test('what can be encoded in pieces is, and why not stands in the log else', async () => {
  const film = await makeFilm(of.folder, 'pieces.mp4', { size: '320x180', seconds: 1 });
  const source = await of.rig.element(film, 'presenter/source');
  const inPieces = encode({
    ...of.rig.needs,
    async encodeByChunks({ profiles, folder }) {
      await copyFile(film, join(folder, 'x-480p.mp4'));
      return { files: [{ profile: profiles[0]!.id, tag: '480p-quality', path: join(folder, 'x-480p.mp4') }] };
    },
  });
  const keys = { ...HD, 'encoding-profile': 'adaptive-parallel.http' };
  const [made] = addedOf((await of.rig.run(inPieces, keys, [source])).result);
  assert.deepEqual([made?.file_name, made?.tags], ['pieces-480p.mp4', ['engage-download', '480p-quality']]);
  const whole = encode({ ...of.rig.needs, encodeByChunks: async () => ({ why: 'its groups are open' }) });
  const { lines } = await of.rig.run(whole, { ...HD, 'encoding-profile': 'mp4-low.http' }, [source]);
  assert.match(lines.join('\n'), /is encoded whole: its groups are open/);
});
