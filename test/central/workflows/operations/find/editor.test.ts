import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type { Interval } from '#lib/media/intervals.ts';
import { formatCutList } from '#lib/opencast/smil/write-cut-list.ts';
import { editor } from '#central/workflows/operations/find/editor.ts';
import type { ElementRow } from '#central/store/tables.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { openOperationRig, type OperationRig } from '../operation-rig.ts';
import { addedBy, beepsOf, numberedFilm, numbersOf, textFile } from './find-rig.ts';

let opened: TestDatabase;
let rig: OperationRig;
before(async () => {
  opened = await freshDatabase();
  rig = await openOperationRig(opened.database);
});
after(async () => {
  await rig.close();
  await opened.close();
});

const KEYS = { 'source-flavors': '*/source', 'smil-flavors': 'smil/cutting', 'target-tags': 'trimmed' };

/** A cut list as an element, of milliseconds from and to. */
async function listOf(...segments: readonly [fromMs: number, toMs: number][]): Promise<ElementRow> {
  const stretches = segments.map(([fromMs, toMs]): Interval => ({ fromMs, toMs }));
  const tracks = [{ src: 'camera.mp4', flavor: 'presenter/source', kind: 'video' as const }];
  const file = await textFile(rig.store.folder, 'cutting.smil', formatCutList({ tracks, segments: stretches }));
  return rig.element(file, 'smil/cutting', { kind: 'catalog' });
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);

test('what is kept is exact to the picture, and sound stays in step', async () => {
  const camera = await rig.element(await numberedFilm(12, '30000/1001'), 'presenter/source', {
    file_name: 'camera.mkv',
  });
  const slides = await rig.element(await numberedFilm(12, '30000/1001', ['-an']), 'presentation/source');
  const list = await listOf([1001, 3003], [5005, 9009], [10_344, 10_377]);
  const { result, lines } = await rig.run(editor(rig.needs), KEYS, [camera, slides, list]);
  const [first, second, ...more] = addedBy(result);
  assert.deepEqual(more, []);
  const expected = [...range(30, 90), ...range(150, 270), 310];
  for (const made of [first!, second!]) assert.deepEqual(await numbersOf(rig.pathOf(made)), expected);
  assert.deepEqual([first!.flavor, second!.flavor], ['presenter/trimmed', 'presentation/trimmed']);
  assert.deepEqual([first!.tags, first!.file_name], [['trimmed'], 'camera.mp4']);
  // The rest of second 1, seconds 2 and 3 of the recording, then 6 to 9: moved by what was cut before them.
  const beeps = await beepsOf(rig.pathOf(first!));
  for (const [at, ms] of [0, 999, 1999, 2997, 3997, 4997, 5997].entries())
    assert.ok(Math.abs(beeps[at]! - ms) < 22, `beep ${at} at ${beeps[at]} ms, not ${ms}`);
  assert.ok(Math.abs(first!.duration_ms! - 6039) < 25, String(first!.duration_ms));
  assert.ok(
    lines.some((line) => /all that is kept is encoded anew: this server cuts no groups/.test(line)),
    lines.join('\n'),
  );
});

test('tracks of other rates are cut at the same moments', async () => {
  const camera = await rig.element(await numberedFilm(12, '30'), 'presenter/source');
  const slides = await rig.element(await numberedFilm(12, '15', ['-an']), 'presentation/source');
  const { result } = await rig.run(editor(rig.needs), KEYS, [camera, slides, await listOf([1033, 2000], [4000, 4533])]);
  const [first, second] = addedBy(result);
  assert.deepEqual(await numbersOf(rig.pathOf(first!)), [...range(31, 60), ...range(120, 136)]);
  assert.deepEqual(await numbersOf(rig.pathOf(second!)), [...range(16, 30), ...range(60, 68)]);
});

describe('nothing is cut', () => {
  test('without a list, and with one that keeps everything: the files are the same', async () => {
    const camera = await rig.element(await numberedFilm(4, '30'), 'presenter/source', { tags: ['archive'] });
    for (const elements of [[camera], [camera, await listOf([0, 4000])]]) {
      const [made, ...more] = addedBy((await rig.run(editor(rig.needs), KEYS, elements)).result);
      assert.deepEqual(more, []);
      const { id, ...expected } = { ...camera, flavor: 'presenter/trimmed', tags: ['trimmed'] };
      const { id: own, ...rest } = made!;
      assert.deepEqual(rest, expected);
      assert.notEqual(own, id);
    }
    const skip = await rig.run(editor(rig.needs), { ...KEYS, 'skip-if-not-trimmed': 'true' }, [camera]);
    assert.deepEqual(skip.result, { kind: 'skip', why: 'nothing is cut' });
  });
  test('other elements may be taken', async () => {
    const camera = await rig.element(await numberedFilm(4, '30'), 'presenter/work');
    const prepared = await rig.element(await numberedFilm(4, '15'), 'presenter/prepared');
    const keys = { 'skipped-flavors': '*/prepared', 'target-flavor-subtype': 'done' };
    const [made] = addedBy((await rig.run(editor(rig.needs), keys, [camera, prepared])).result);
    assert.deepEqual([made!.path, made!.flavor], [prepared.path, 'presenter/done']);
  });
  test('and there is nothing at all', async () => {
    const { result } = await rig.run(editor(rig.needs), KEYS, [await listOf([0, 1000])]);
    assert.equal(result.kind, 'skip');
  });
});

describe('a person is waited for', () => {
  test('then the list is applied', async () => {
    const camera = await rig.element(await numberedFilm(4, '30'), 'presenter/source');
    const keys = { ...KEYS, interactive: 'true' };
    const asked = (await rig.run(editor(rig.needs), keys, [camera])).result;
    assert.ok(asked.kind === 'pause' && asked.again === true, 'it is done once more');
    assert.match(asked.why, /until somebody has cut/);
    // The rig counts positions, as the definition does.
    const [name = ''] = [...asked.variables!.keys()];
    const next = name.replace(/\d+/, (position) => String(Number(position) + 1));
    const list = await listOf([1000, 2000]);
    const { result } = await rig.run(editor(rig.needs), keys, [camera, list], { variables: { [next]: 'true' } });
    assert.deepEqual(await numbersOf(rig.pathOf(addedBy(result)[0]!)), range(30, 60));
  });
  test('or the list is kept under its flavor, without cutting', async () => {
    const camera = await rig.element(await numberedFilm(4, '30'), 'presenter/source');
    const list = await listOf([1000, 2000]);
    const keys = { ...KEYS, 'skip-processing': 'true', 'target-smil-flavor': 'smil/tmp' };
    const made = addedBy((await rig.run(editor(rig.needs), keys, [camera, list])).result);
    assert.deepEqual(
      made.map(({ flavor, path }) => [flavor, path]),
      [['smil/tmp', list.path]],
    );
  });
});

describe('lists that cannot be used are refused in words', () => {
  const refused = async (list: ElementRow, says: RegExp): Promise<void> => {
    const camera = await rig.element(await numberedFilm(4, '30'), 'presenter/source');
    await assert.rejects(rig.run(editor(rig.needs), KEYS, [camera, list]), { name: 'OperationFailed', message: says });
  };
  test('one that leaves nothing', async () => {
    const says = /keeps nothing of the recording \(0:00:04\): keep at least one stretch/;
    await refused(await listOf(), says);
    await refused(await listOf([9000, 12_000]), says);
    await refused(await listOf([1000, 1000]), says);
  });
  test('one with too many stretches', async () => {
    await refused(
      await listOf(...range(0, 501).map((at): [number, number] => [at * 4, at * 4 + 3])),
      /keeps 501 stretches; it may keep 500/,
    );
  });
  test('another document, and a file that is too long', async () => {
    const file = await textFile(rig.store.folder, 'wrong.smil', '<html/>');
    await refused(
      await rig.element(file, 'smil/cutting', { kind: 'catalog' }),
      /wrong.smil cannot be used: .*<smil>, not with <html>/,
    );
    const long = await textFile(rig.store.folder, 'long.smil', Buffer.alloc(9 << 20, ' '));
    await refused(
      await rig.element(long, 'smil/cutting', { kind: 'catalog' }),
      /long.smil has 9.0 MB; .* may have 8.0 MB/,
    );
  });
});

describe('odd recordings', () => {
  const cut = async (film: string, ...segments: readonly [number, number][]) => {
    const camera = await rig.element(film, 'presenter/source');
    return rig.run(editor(rig.needs), KEYS, [camera, await listOf(...segments)]);
  };
  test('of 0.2 s', async () => {
    const { result } = await cut(await numberedFilm(0.2, '30'), [67, 133]);
    assert.deepEqual(await numbersOf(rig.pathOf(addedBy(result)[0]!)), [2, 3]);
  });
  test('without a picture', async () => {
    const { result } = await cut(await numberedFilm(6, '30', ['-vn']), [500, 2500], [3500, 5000]);
    const [made] = addedBy(result);
    assert.deepEqual([made!.mime_type, made!.streams!.map(({ kind }) => kind)], ['audio/mp4', ['audio']]);
    const beeps = await beepsOf(rig.pathOf(made!));
    for (const [at, ms] of [500, 1500, 2500].entries()) assert.ok(Math.abs(beeps[at]! - ms) < 22, String(beeps));
  });
  test('whose sound ends before the picture', async () => {
    const { result } = await cut(await numberedFilm(6, '30', ['-af', 'atrim=end=2']), [1000, 2000], [4000, 5000]);
    const [made] = addedBy(result);
    assert.deepEqual(await numbersOf(rig.pathOf(made!)), [...range(30, 60), ...range(120, 150)]);
  });
  test('that ends before what is kept: it is left out, the others are cut', async () => {
    const camera = await rig.element(await numberedFilm(12, '30'), 'presenter/source');
    const slides = await rig.element(await numberedFilm(4, '30'), 'presentation/source');
    const { result, lines } = await rig.run(editor(rig.needs), KEYS, [camera, slides, await listOf([5000, 6000])]);
    assert.deepEqual(
      addedBy(result).map(({ flavor }) => flavor),
      ['presenter/trimmed'],
    );
    assert.ok(
      lines.some((line) => /is left out: it has nothing of what is kept/.test(line)),
      lines.join('\n'),
    );
  });
  test('a list that reaches beyond the end is applied, with a word', async () => {
    const { result, lines } = await cut(await numberedFilm(4, '30'), [3000, 90_000]);
    assert.deepEqual(await numbersOf(rig.pathOf(addedBy(result)[0]!)), range(90, 120));
    assert.ok(
      lines.some((line) => /3.000 s to 90.000 s is kept to the end of the recording/.test(line)),
      lines.join('\n'),
    );
  });
});

test('groups of pictures are asked for first, and nothing is encoded if they can be used', async () => {
  const camera = await rig.element(await numberedFilm(4, '30'), 'presenter/source');
  const { copyFile } = await import('node:fs/promises');
  const asked: Interval[] = [];
  const needs = {
    ...rig.needs,
    ffmpeg: '/nothing',
    cutByChunks: async ({ source, kept, to }: { source: { path: string }; kept: readonly Interval[]; to: string }) => {
      asked.push(...kept);
      await copyFile(source.path, to);
      return undefined;
    },
  };
  const { result } = await rig.run(editor(needs), KEYS, [camera, await listOf([1010, 2010])]);
  assert.deepEqual(asked, [{ fromMs: 1000, toMs: 2000 }]);
  assert.equal((await stat(rig.pathOf(addedBy(result)[0]!))).size, camera.size_bytes);
});
