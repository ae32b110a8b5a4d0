import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyzeAudio } from '#central/workflows/operations/media/analyze-audio.ts';
import { encode } from '#central/workflows/operations/media/encode.ts';
import { normalizeAudio } from '#central/workflows/operations/media/normalize-audio.ts';
import type { ElementRow } from '#central/store/tables.ts';
import { decoded, makeFilm } from './made-films.ts';
import { addedOf, changedOf, mediaRig } from './media-rig.ts';

const of = mediaRig();
const KEYS = { 'source-flavor': '*/work', 'target-flavor': '*/normalized' };
const soundOf = ({ streams }: ElementRow) => streams?.find(({ kind }) => kind === 'audio');

/** Levels of an element, measured by the other operation. */
async function measured(element: ElementRow) {
  const { result } = await of.rig.run(analyzeAudio(of.rig.needs), { 'source-flavor': '*/*' }, [element]);
  const [changed] = changedOf(result);
  assert.equal(changed?.id, element.id);
  return soundOf(changed);
}

const near = (seen: number | undefined, wanted: number, by = 0.5): void =>
  assert.ok(seen !== undefined && Math.abs(seen - wanted) <= by, `${seen} instead of ${wanted}`);

test('a quiet recording gets -16 LUFS; its picture is copied, and no picture is lost', async () => {
  const film = await makeFilm(of.folder, 'quiet.mp4', { size: '320x180', seconds: 5, sound: 1000, volume: 0.05 });
  const source = await of.rig.element(film, 'presenter/work');
  const before = await measured(source);
  assert.ok((before?.loudnessLufs ?? 0) < -25, String(before?.loudnessLufs));
  const { result, lines } = await of.rig.run(normalizeAudio(of.rig.needs), KEYS, [source]);
  const [made] = addedOf(result);
  assert.deepEqual([made?.flavor, made?.file_name], ['presenter/normalized', 'quiet-normalized.mp4']);
  near((await measured(made!))?.loudnessLufs, -16);
  const { frames, errors } = await decoded(of.rig.pathOf(made!));
  assert.deepEqual([frames, errors], [125, '']);
  assert.match(lines.join('\n'), /LUFS, changed by \d/);
});

test('with the flavor of its source the result takes its place, with its tags', async () => {
  const film = await makeFilm(of.folder, 'quiet.mp4', { size: '320x180', seconds: 5, sound: 1000, volume: 0.05 });
  const source = await of.rig.element(film, 'presenter/work', { tags: ['kept'] });
  const other = await of.rig.element(film, 'presenter/work');
  const keys = { ...KEYS, 'target-flavor': '*/work' };
  const { result } = await of.rig.run(normalizeAudio(of.rig.needs), keys, [source, other]);
  assert.ok(result.kind === 'done');
  assert.deepEqual(result.removed, [source.id, other.id]);
  assert.deepEqual(
    addedOf(result).map(({ flavor, tags }) => [flavor, tags]),
    [
      ['presenter/work', ['kept']],
      ['presenter/work', []],
    ],
  );
  const beside = await of.rig.run(normalizeAudio(of.rig.needs), KEYS, [source]);
  assert.ok(beside.result.kind === 'done' && beside.result.removed?.length === 0);
});

test('by the mean level, as Opencast does; sound alone keeps its format; peaks are held down', async () => {
  const wav = await makeFilm(of.folder, 'loud.wav', { seconds: 3, sound: 1000, volume: 0.2 });
  const source = await of.rig.element(wav, 'presenter/work');
  const [made] = addedOf(
    (await of.rig.run(normalizeAudio(of.rig.needs), { ...KEYS, 'target-decibel': '-30' }, [source])).result,
  );
  assert.equal(soundOf(made!)?.codec, 'pcm_s16le');
  near((await measured(made!))?.rmsLevelDb, -30);
  const [loud] = addedOf(
    (await of.rig.run(normalizeAudio(of.rig.needs), { ...KEYS, 'target-lufs': '-5' }, [source])).result,
  );
  const levels = await measured(loud!);
  assert.ok((levels?.peakLevelDb ?? 0) <= -1, String(levels?.peakLevelDb));
});

test('levels that were measured are used; silence and no sound stay as they are, with a word', async () => {
  const film = await makeFilm(of.folder, 'silent.mp4', { size: '320x180', seconds: 2, sound: 440, volume: 0 });
  const mute = await makeFilm(of.folder, 'mute.mp4', { size: '320x180', seconds: 1 });
  const silent = await of.rig.element(film, 'presenter/work');
  const { result, lines } = await of.rig.run(normalizeAudio(of.rig.needs), KEYS, [silent]);
  assert.equal(addedOf(result)[0]?.path, silent.path);
  assert.match(lines.join('\n'), /silent\.mp4\): .* it is taken as it is/);
  const without = await of.rig.element(mute, 'presenter/work');
  assert.equal(
    addedOf((await of.rig.run(normalizeAudio(of.rig.needs), KEYS, [without])).result)[0]?.path,
    without.path,
  );
  assert.equal((await of.rig.run(analyzeAudio(of.rig.needs), KEYS, [without])).result.kind, 'skip');
  const streams = silent.streams?.map((stream) => ({
    ...stream,
    loudnessLufs: -16.05,
    truePeakDb: -3,
    rmsLevelDb: -20,
    peakLevelDb: -3,
  }));
  const known = { ...silent, streams: streams ?? null };
  assert.equal(addedOf((await of.rig.run(normalizeAudio(of.rig.needs), KEYS, [known])).result)[0]?.path, silent.path);
  await assert.rejects(
    of.rig.run(normalizeAudio(of.rig.needs), { ...KEYS, 'target-lufs': '3' }, [silent]),
    /from -60 to -5 is possible/,
  );
});

test('what viewers get has -16 LUFS: encode measures once, and levels by the profile', async () => {
  const film = await makeFilm(of.folder, 'lecture.mp4', { size: '320x180', seconds: 5, sound: 1000, volume: 0.02 });
  const source = await of.rig.element(film, 'presenter/trimmed');
  const keys = {
    'source-flavor': '*/trimmed',
    'target-flavor': '*/delivery',
    'encoding-profiles': 'mp4-low.http,fast.http',
  };
  const operation = encode(of.rig.needs);
  for (const made of addedOf((await of.rig.run(operation, keys, [source])).result))
    near((await measured(made))?.loudnessLufs, -16);
  const silent = await of.rig.element(
    await makeFilm(of.folder, 'still.mp4', { size: '320x180', seconds: 1 }),
    'presenter/trimmed',
  );
  assert.equal(addedOf((await of.rig.run(operation, keys, [silent])).result).length, 2);
});
