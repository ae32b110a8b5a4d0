import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyzeTracks } from '#central/workflows/operations/media/analyze-tracks.ts';
import { clone } from '#central/workflows/operations/media/clone.ts';
import { chosenTracks, type Muxing } from '#central/workflows/operations/media/commands/chosen-tracks.ts';
import type { Track } from '#central/workflows/operations/media/commands/examined.ts';
import { prepareAv } from '#central/workflows/operations/media/prepare-av.ts';
import { selectTracks } from '#central/workflows/operations/media/select-tracks.ts';
import type { ElementRow } from '#central/store/tables.ts';
import { decoded, makeFilm } from './made-films.ts';
import { addedOf, mediaRig } from './media-rig.ts';

let files: { picture: string; sound: string; film: string };
const of = mediaRig(async () => {
  files = {
    picture: await makeFilm(of.folder, 'picture.mp4', { size: '320x180', seconds: 2 }),
    sound: await makeFilm(of.folder, 'sound.m4a', { seconds: 1, sound: 440 }),
    film: await makeFilm(of.folder, 'film.mp4', { size: '640x480', rate: 30, seconds: 1, sound: 880 }),
  };
});

const streamsOf = ({ flavor, streams }: ElementRow): string =>
  `${flavor} ${(streams ?? []).map(({ kind }) => kind).join('+')}`;

const track = (type: string, kinds: string): Track =>
  ({ flavor: `${type}/source`, streams: kinds.split('+').map((kind) => ({ kind, codec: 'x' })) }) as Track;

/** What becomes of tracks, in short: `presenter all<presentation` has the sound of the presentation. */
function chosen(
  tracks: readonly Track[],
  how: Muxing['how'],
  hidden: readonly string[] = [],
  target = 'presenter',
): string {
  const variables = new Map(hidden.map((name) => [`hide_${name}`, 'true']));
  const type = ({ flavor }: Track): string => flavor.split('/')[0] ?? '';
  return chosenTracks(tracks, variables, { how, target })
    .map((one) => `${type(one.track)} ${one.keeps}${one.soundOf ? `<${type(one.soundOf)}` : ''}`)
    .join(', ');
}

test('which picture and sound is kept', () => {
  const both = [track('presenter', 'video+audio'), track('presentation', 'video+audio')];
  const one = [track('presenter', 'video'), track('presentation', 'video+audio')];
  const cases: [string, string][] = [
    [chosen(both, 'none'), 'presenter all, presentation all'],
    [chosen(both, 'none', ['presenter_audio']), 'presenter picture, presentation all'],
    [chosen(both, 'none', ['presenter_video']), 'presentation all'],
    [chosen(both, 'none', ['presenter_video', 'presentation_audio']), 'presentation all<presenter'],
    [chosen(both, 'none', ['presenter_video', 'presentation_audio', 'presenter_audio']), 'presentation picture'],
    [chosen(both, 'none', ['presenter_video', 'presentation_video']), 'presenter sound, presentation sound'],
    [chosen(one, 'duplicate'), 'presenter all<presentation, presentation all'],
    [chosen(both, 'duplicate'), 'presenter all, presentation all'],
    [chosen(both, 'duplicate', ['presentation_audio']), 'presenter all, presentation all<presenter'],
    [chosen(one, 'force'), 'presenter all<presentation, presentation picture'],
    [chosen(both, 'force'), 'presenter all, presentation all'],
    [chosen(both, 'force', ['presenter_audio']), 'presenter all<presentation, presentation picture'],
    [chosen(one, 'force', [], 'presentation'), 'presenter all, presentation all'],
    [chosen(both, 'select-audio'), 'presenter all, presentation picture'],
    [chosen(both, 'select-audio', ['presenter_audio']), 'presenter all<presentation, presentation picture'],
    [chosen([track('presenter', 'audio')], 'duplicate'), 'presenter all'],
    [chosen([track('presenter', 'audio'), track('presentation', 'video')], 'none'), 'presentation all<presenter'],
    [chosen([...one, track('room', 'audio')], 'none'), 'presenter all, presentation all, room all'],
  ];
  for (const [seen, expected] of cases) assert.equal(seen, expected);
  const nothing = ['presenter_video', 'presenter_audio', 'presentation_video', 'presentation_audio'];
  assert.throws(() => chosen(both, 'none', nothing), /nothing is left/);
  assert.throws(() => chosen(one, 'force', [], 'room'), /force-target is room/);
});

test('select-tracks makes these tracks; the picture is not cut to a shorter sound', async () => {
  const elements = [
    await of.rig.element(files.picture, 'presentation/source', { tags: ['archive'] }),
    await of.rig.element(files.film, 'presenter/source', { tags: ['archive'] }),
  ];
  const keys = {
    'source-flavor': '*/source',
    'target-flavor': '*/work',
    'target-tags': '-archive',
    'audio-muxing': 'force',
    'force-target': 'presentation',
  };
  const made = addedOf((await of.rig.run(selectTracks(of.rig.needs), keys, elements)).result);
  assert.deepEqual(made.map(streamsOf), ['presentation/work video+audio', 'presenter/work video']);
  assert.deepEqual(
    made.map(({ tags }) => tags),
    [[], []],
  );
  const { frames, errors } = await decoded(of.rig.pathOf(made[0]!));
  assert.deepEqual([frames, errors], [50, '']);
});

test('prepare-av joins picture and sound of one flavor; other tracks are written anew, or stay', async () => {
  const elements = [
    await of.rig.element(files.picture, 'presenter/source'),
    await of.rig.element(files.sound, 'presenter/source'),
    await of.rig.element(files.film, 'presentation/source'),
  ];
  const keys = { 'source-flavor': '*/source', 'target-flavor': '*/work' };
  const made = addedOf((await of.rig.run(prepareAv(of.rig.needs), keys, elements)).result);
  assert.deepEqual(made.map(streamsOf), ['presenter/work video+audio', 'presentation/work video+audio']);
  const [, , film] = elements;
  const kept = addedOf((await of.rig.run(prepareAv(of.rig.needs), { ...keys, rewrite: 'false' }, [film!])).result);
  assert.deepEqual([kept[0]?.path, kept[0]?.flavor], [film?.path, 'presentation/work']);
});

test('prepare-av takes the sound of another source where the definition says so, in a container that holds it', async () => {
  const web = await makeFilm(of.folder, 'web.webm', {
    size: '320x180',
    seconds: 1,
    more: ['-c:v', 'libvpx', '-deadline', 'realtime'],
  });
  const elements = [
    await of.rig.element(web, 'presenter/source'),
    await of.rig.element(files.film, 'presentation/source'),
  ];
  const keys = {
    'source-flavor': 'presenter/source',
    'target-flavor': '*/work',
    'audio-muxing-source-flavors': 'room/?,*/?',
  };
  const { result, lines } = await of.rig.run(prepareAv(of.rig.needs), keys, elements);
  const [made] = addedOf(result);
  assert.equal(streamsOf(made!), 'presenter/work video+audio');
  assert.match(made?.file_name ?? '', /\.mkv$/);
  assert.match(lines.join('\n'), /written as Matroska/);
});

test('clone gives the same file another flavor, if flavor and tag fit', async () => {
  const element = await of.rig.element(files.picture, 'smil/cutting', { kind: 'catalog', tags: ['archive'] });
  const keys = { 'source-flavor': 'smil/cutting', 'source-tags': 'archive', 'target-flavor': 'smil/tmp' };
  const [copy] = addedOf((await of.rig.run(clone(), keys, [element])).result);
  assert.deepEqual([copy?.flavor, copy?.tags, copy?.path], ['smil/tmp', ['archive'], element.path]);
  assert.notEqual(copy?.id, element.id);
  const none = await of.rig.run(clone(), { ...keys, 'source-tags': 'other' }, [element]);
  assert.equal(none.result.kind, 'skip');
});

test('analyze-tracks sets variables by flavors', async () => {
  const element = await of.rig.element(files.film, 'presentation/source', { duration_ms: 112_040 });
  const keys = { 'source-flavor': '*/source', 'aspect-ratio': '16/9,4/3' };
  const { result } = await of.rig.run(analyzeTracks(of.rig.needs), keys, [element]);
  const variables = result.kind === 'done' ? Object.fromEntries(result.variables ?? []) : {};
  assert.deepEqual(variables, {
    presentation_source_media: 'true',
    presentation_source_video: 'true',
    presentation_source_audio: 'true',
    presentation_source_resolution_x: '640',
    presentation_source_resolution_y: '480',
    presentation_source_aspect: '4/3',
    presentation_source_aspect_snap: '4/3',
    presentation_source_framerate: '30.0',
    presentation_source_duration: '112.04',
  });
  await assert.rejects(of.rig.run(analyzeTracks(of.rig.needs), { ...keys, 'fail-no-tracks': 'true' }, []), /no track/);
  await assert.rejects(
    of.rig.run(analyzeTracks(of.rig.needs), { ...keys, 'aspect-ratio': 'wide' }, [element]),
    /16\/9 are allowed/,
  );
});
