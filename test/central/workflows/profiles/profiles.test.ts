import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { chunkOutputs } from '#central/workflows/chunks/plan/chunk-output.ts';
import { openProfiles, SHIPPED_PROFILES } from '#central/workflows/profiles/open-profiles.ts';
import { shippedDefinitions } from '#central/workflows/shipped-definitions.ts';

const ours = openProfiles();

test('the profiles that are shipped have no mistake, and none stands twice', async () => {
  assert.deepEqual(ours.mistakes, []);
  const texts = await Promise.all(
    readdirSync(SHIPPED_PROFILES)
      .filter((name) => name.endsWith('.properties'))
      .map((name) => readFile(join(SHIPPED_PROFILES, name), 'utf8')),
  );
  const commands = texts.flatMap((text) => [...text.matchAll(/^profile\.(.+)\.ffmpeg\.command\s*=/gm)]);
  assert.deepEqual(new Set(commands.map(([, id]) => id)), new Set(ours.ids));
  assert.equal(commands.length, ours.ids.length);
});

test('every profile that a definition of ours names is there', () => {
  const named = shippedDefinitions().flatMap(({ definition }) =>
    definition.operations.flatMap(({ configurations }) =>
      configurations.filter(({ key }) => /(^|-)profiles?$/.test(key)).flatMap(({ value }) => value.split(',')),
    ),
  );
  assert.ok(named.length > 5);
  assert.deepEqual(
    named.filter((id) => !ours.find(id.trim())),
    [],
  );
});

/** Profiles that the stock definitions of Opencast 2 and 16 name. */
const STOCK =
  'adaptive-parallel.http audio.wav composite.http concat.work editor.tracks.preview fast.http feed-cover.http image-movie.work mp3.http mp4-hd.http mp4-high.http mp4-low.http mp4-medium.http mp4-preview.dual.http mp4-preview.http mp4-vga-medium.http player-preview.http player-slides.http scale.fhd.framerate.fix search-cover.http trim.work';

test('so is every profile that the stock definitions of Opencast 2 and 16 name', () => {
  assert.deepEqual(
    STOCK.split(' ').filter((id) => !ours.find(id)),
    [],
  );
});

test('all H.264 has closed groups of two seconds, and no pictures that need later ones', () => {
  const flags = '-force_key_frames expr:gte(t,n_forced*2) -g 600 -keyint_min 1 -sc_threshold 0 -bf 0 -flags +cgop';
  for (const id of ours.ids) {
    const { command, pieces } = ours.find(id)!;
    const all = [command, ...pieces.values()].join(' ').replaceAll(/\s+/g, ' ');
    const encoders = all.split('-c:v libx264').length - 1;
    assert.equal(all.split(flags).length - 1, encoders, id);
  }
});

async function folderWith(t: TestContext, files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-profiles-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

test("an administrator's profiles are laid over ours; mistakes are told with file and line, and ours stay", async (t) => {
  const folder = await folderWith(t, {
    'mine.properties':
      'profile.mp4-hd.http.suffix = -mine.mp4\nprofile.mp4-hd.http.ffmpeg.command = -i #{in.video.path} x\n',
    'wrong.properties': '# comment\nprofile.mp4-low.http.suffix = -mine.mp4\n',
    'long.properties': 'a'.repeat(1 << 21),
    'notes.txt': 'profile.a.suffix = x',
  });
  const profiles = openProfiles([SHIPPED_PROFILES, folder]);
  assert.equal(profiles.find('mp4-hd.http')?.outputs[0]?.suffix, '-mine.mp4');
  assert.equal(profiles.find('mp4-low.http')?.outputs[0]?.suffix, '-low.mp4');
  assert.deepEqual(
    profiles.mistakes.map(({ file, line, text }) => [file.slice(folder.length + 1), line, text.slice(0, 30)]),
    [
      ['long.properties', 1, 'a file of properties has at mo'],
      ['wrong.properties', 2, 'profile mp4-low.http: ffmpeg.c'],
    ],
  );
});

test('every film for viewers and for the editor can be encoded in pieces, and all have the same sound', () => {
  const films = ours.ids.filter((id) =>
    /^(mp4-(low|medium|high|hd|preview)|adaptive-parallel|parallel|fast)\.http$/.test(id),
  );
  assert.equal(films.length, 8);
  const sounds = films.flatMap((id) => {
    const outputs = chunkOutputs(ours.find(id)!, () => true);
    assert.ok(Array.isArray(outputs), `${id}: ${'why' in outputs ? outputs.why : ''}`);
    return outputs.map(({ sound }) => JSON.stringify(sound));
  });
  assert.equal(new Set(sounds).size, 1);
});
