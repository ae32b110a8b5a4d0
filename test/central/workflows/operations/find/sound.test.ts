import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { silence } from '#central/workflows/operations/find/sound/silence.ts';
import { waveform } from '#central/workflows/operations/find/sound/waveform.ts';
import { parseCutList } from '#lib/opencast/smil/read-cut-list.ts';
import { madeOnce } from '#test/support/made-once.ts';
import { openOperationRig, type OperationRig } from '../operation-rig.ts';
import { addedBy, numberedFilm } from './find-rig.ts';

const run = promisify(execFile);
let rig: OperationRig;
before(async () => {
  rig = await openOperationRig();
});
after(() => rig.close());

/** Sound of 220 s: 70 s of speech (a tone), 30 s of silence, 80 s of speech, 40 s of silence. */
const lecture = (): Promise<string> =>
  madeOnce('find-silence-1.m4a', async (path) => {
    const source = `aevalsrc='0.2*sin(2*PI*440*t)*(lt(t,70)+gte(t,100)*lt(t,180))':s=16000:d=220`;
    await run('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', source, '-c:a', 'aac', '-f', 'mp4', path]);
  });

describe('silence', () => {
  const KEYS = {
    'source-flavors': '*/source',
    'reference-tracks-flavor': '*/source,*/preview',
    'smil-flavor-subtype': 'silence',
  };
  test('proposes what is spoken, as a list about the tracks', async () => {
    const sound = await rig.element(await lecture(), 'presenter/source');
    const picture = await rig.element(await numberedFilm(4, '30', ['-an']), 'presentation/source');
    const { result } = await rig.run(silence(rig.needs), { ...KEYS, 'export-segments-duration': 'true' }, [
      sound,
      picture,
    ]);
    const [made, ...more] = addedBy(result);
    assert.deepEqual(more, [], 'a picture without sound has no list');
    assert.deepEqual(
      [made!.flavor, made!.kind, made!.mime_type],
      ['presenter/silence', 'catalog', 'application/smil+xml'],
    );
    const { segments, tracks, mediaPackage } = parseCutList(await readFile(rig.pathOf(made!), 'utf8'));
    assert.equal(mediaPackage, 'lecture-1');
    assert.deepEqual(
      tracks.map(({ id, flavor, kind }) => [id, flavor, kind]),
      [
        [sound.id, 'presenter/source', 'audio'],
        [picture.id, 'presentation/source', 'video'],
      ],
    );
    assert.equal(segments.length, 2);
    const expected = [0, 70_000, 98_000, 180_000];
    const read = segments.flatMap(({ fromMs, toMs }) => [fromMs, toMs]);
    for (const [at, ms] of expected.entries()) assert.ok(Math.abs(read[at]! - ms) < 300, read.join());
    const variables = result.kind === 'done' ? result.variables : undefined;
    assert.deepEqual(
      [...variables!],
      [
        ['presenter_source_active_audio_duration', '152'],
        ['presenter_source_active_audio_duration_percent', '69'],
      ],
    );
  });
  test('without sound, and without what the list is about', async () => {
    const picture = await rig.element(await numberedFilm(4, '30', ['-an']), 'presentation/source');
    const { result } = await rig.run(silence(rig.needs), KEYS, [picture]);
    assert.ok(result.kind === 'skip' && /no track with sound/.test(result.why));
    const sound = await rig.element(await numberedFilm(4, '30'), 'presenter/source');
    const keys = { ...KEYS, 'reference-tracks-flavor': '*/preview' };
    await assert.rejects(rig.run(silence(rig.needs), keys, [sound]), {
      name: 'OperationFailed',
      message: /about nothing/,
    });
  });
});

describe('waveform', () => {
  const KEYS = { 'source-flavor': '*/source', 'target-flavor': '*/waveform', 'target-tags': 'preview' };
  test('is as wide as the recording is long, within limits', async () => {
    const sound = await rig.element(await lecture(), 'presenter/source');
    const draw = async (keys: Record<string, string>) => {
      const [made] = addedBy((await rig.run(waveform(rig.needs), { ...KEYS, ...keys }, [sound])).result);
      assert.deepEqual([made!.flavor, made!.tags, made!.mime_type], ['presenter/waveform', ['preview'], 'image/png']);
      return sharp(rig.pathOf(made!));
    };
    const { width, height } = await (await draw({})).metadata();
    assert.deepEqual([width, height], [5000, 500]);
    const small = await draw({ 'min-width': '100', 'pixels-per-minute': '120', height: '60', color: '#ff0000' });
    const { data, info } = await small.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    assert.ok(Math.abs(info.width - 440) <= 1 && info.height === 60, `${info.width}x${info.height}`);
    // Red where somebody speaks, nothing where nobody does: in the row above the middle.
    const at = (x: number): number => data[(28 * info.width + x) * 4 + 3]!;
    assert.ok(at(60) > 100 && at(260) > 100, 'speech');
    assert.ok(at(170) < 20 && at(400) < 20, 'silence');
  });
  test('without sound, of 0.2 s, and with what nobody can draw', async () => {
    const picture = await rig.element(await numberedFilm(4, '30', ['-an']), 'presentation/source');
    assert.equal((await rig.run(waveform(rig.needs), KEYS, [picture])).result.kind, 'skip');
    const short = await rig.element(await numberedFilm(0.2, '30'), 'presenter/source');
    assert.equal(addedBy((await rig.run(waveform(rig.needs), KEYS, [short])).result).length, 1);
    for (const [keys, says] of [
      [{ height: '0' }, /height has to be between/],
      [{ 'max-width': '99999999' }, /max-width has to be between/],
      [{ color: 'red[x];movie=/etc/passwd' }, /is no colour, such as/],
      [{ color: '|' }, /color has to be 1 to 16 colours/],
    ] as const)
      await assert.rejects(rig.run(waveform(rig.needs), { ...KEYS, ...keys }, [short]), {
        name: 'OperationFailed',
        message: says,
      });
  });
});
