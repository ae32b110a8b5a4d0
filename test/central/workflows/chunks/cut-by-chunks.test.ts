import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { factoryWanted } from '#agent/device/initial-state.ts';
import { encoderArgv } from '#agent/media/encoders/encoder-argv.ts';
import { cutByChunks } from '#central/workflows/chunks/cut-by-chunks.ts';
import { openFilm, type Film } from '#central/workflows/chunks/film/film.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { BOX_CODING, beepsIn, film, OTHER_CODING, seenIn, SIZE } from './film-rig.ts';

let folder: string;
before(async () => void (folder = await mkdtemp(join(tmpdir(), 'amphi-cut-'))));
after(() => rm(folder, { recursive: true, force: true }));

const KEPT = [
  { fromMs: 1200, toMs: 3533 },
  { fromMs: 6067, toMs: 9700 },
];
const kept = Array.from({ length: 150 }, (_, n) => Math.round((n * 1000) / 15)).filter((ms) =>
  KEPT.some(({ fromMs, toMs }) => ms >= fromMs && ms < toMs),
);

async function cut(source: string, name: string) {
  const lines: string[] = [];
  const to = join(folder, `${name}.mp4`);
  const answer = await cutByChunks('ffmpeg')(
    { source: { path: source, picture: true, sound: true, framesPerSecond: 15 }, kept: KEPT, to },
    { signal: new AbortController().signal, log: (line) => lines.push(line), progress: () => undefined },
  );
  return { answer, to, lines };
}

/** Arguments with which a box encodes its archive, from the codec on. */
function boxCoding(): string {
  const wanted = { ...factoryWanted(factoryLayouts).encoders.archive, ...SIZE, gopFrames: 30, fps: 15 };
  const argv = encoderArgv(wanted, 'software', 0);
  const video = argv.slice(argv.indexOf('-enc_time_base'), argv.indexOf('-c:a'));
  const keys = video.indexOf('-force_key_frames');
  return video.toSpliced(keys, 2).join(' ');
}

for (const [name, coding] of [
  ['a box makes', boxCoding()],
  ['has no B-frames', BOX_CODING],
  ['has B-frames', OTHER_CODING],
  ['has a bit rate and the profile main', '-c:v libx264 -preset medium -profile:v main -b:v 300k -g 30 -bf 2'],
  ['has the profile baseline', '-c:v libx264 -profile:v baseline -crf 28 -g 45'],
] as const) {
  test(`of a recording that ${name} only the groups at the borders are encoded, and it has one kind of parameters`, async () => {
    const source = await film({ seconds: 10, fps: 15, coding });
    const { answer, to, lines } = await cut(source, name.replaceAll(' ', '-'));
    assert.equal(answer, undefined);
    assert.match(lines.join(), /^\d+ groups are taken as they are, [34] at borders are encoded$/);
    const { pictures, complaints } = await seenIn(to);
    assert.equal(complaints, '');
    assert.deepEqual(
      pictures.map(({ codeMs }) => codeMs),
      kept,
    );
    for (const [n, { ptsMs }] of pictures.entries()) assert.ok(Math.abs(ptsMs - (n * 1000) / 15) < 1);
    const beeps = await beepsIn(to);
    // The beeps of 2, 3, 7, 8 and 9 s of the film; the second part begins at 2333 ms.
    const expected = [800, 1800, 3267, 4267, 5267];
    assert.equal(beeps.length, expected.length, beeps.join(' '));
    for (const [n, beep] of beeps.entries())
      assert.ok(Math.abs(beep - expected[n]!) <= 1024 / 48 + 3, `beep at ${beep}`);

    const [before, cutFilm] = [(await openFilm(source, true)) as Film, (await openFilm(to, true)) as Film];
    assert.ok(before.config.sps[0]!.equals(cutFilm.config.sps[0]!));
    assert.ok(before.config.pps[0]!.equals(cutFilm.config.pps[0]!));
    await Promise.all([before.close(), cutFilm.close()]);
  });
}

test('a recording of an encoder that is not x264 says so, and is left to be encoded', async () => {
  const source = await film({
    seconds: 10,
    fps: 15,
    coding: `${BOX_CODING} -x264-params nal-hrd=vbr:vbv-maxrate=500:vbv-bufsize=500`,
  });
  const { answer } = await cut(source, 'hrd');
  assert.match(answer?.whyNot ?? '', /HRD/);
});
