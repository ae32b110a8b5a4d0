import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { ElementRow } from '#central/store/tables.ts';
import { cutByChunks, cutLengthByChunks } from '#central/workflows/chunks/cut-by-chunks.ts';
import { encodeByChunks } from '#central/workflows/chunks/encode-by-chunks.ts';
import { editor } from '#central/workflows/operations/find/editor.ts';
import { timelinepreviews } from '#central/workflows/operations/find/slides/timelinepreviews.ts';
import { waveform } from '#central/workflows/operations/find/sound/waveform.ts';
import { envelopeOfTrack } from '#central/workflows/operations/media/commands/envelope-of-track.ts';
import { encode } from '#central/workflows/operations/media/encode.ts';
import { image } from '#central/workflows/operations/media/image.ts';
import type { OperationNeeds } from '#central/workflows/run/operation.ts';
import { blocksOf, PEAK, PER_BLOCK } from '#lib/analysis/sound/envelope.ts';
import { formatCutList } from '#lib/opencast/smil/write-cut-list.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { beepsIn, BOX_CODING, film, seenIn } from '../../chunks/film-rig.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { openOperationRig, type OperationRig } from '../operation-rig.ts';
import { addedBy, textFile } from './find-rig.ts';

let opened: TestDatabase;
let rig: OperationRig;
let needs: OperationNeeds;
/** The cut film, and its pictures as they must be. */
let cut: ElementRow;
const KEPT = [
  [1200, 3533],
  [6067, 9000],
] as const;
const EXPECTED = Array.from({ length: 150 }, (_, n) => Math.round((n * 1000) / 15)).filter((ms) =>
  KEPT.some(([from, to]) => ms >= from && ms < to),
);

before(async () => {
  opened = await freshDatabase();
  await opened.database.insertInto('events').values({ id: 'lecture-1', title: 'Anatomie' }).execute();
  rig = await openOperationRig(opened.database);
  const chunks = { ...rig.needs, database: opened.database, jobs: undefined, log: silentLog };
  needs = {
    ...rig.needs,
    encodeByChunks: (order) => encodeByChunks(chunks, order),
    cutByChunks: cutByChunks(rig.needs.ffmpeg),
    cutLength: cutLengthByChunks,
  };
  const recording = await film({ seconds: 10, fps: 15, coding: BOX_CODING });
  const source = await rig.element(recording, 'presenter/source', { file_name: 'lecture.mp4' });
  const tracks = [{ src: 'lecture.mp4', flavor: 'presenter/source', kind: 'video' as const }];
  const segments = KEPT.map(([fromMs, toMs]) => ({ fromMs, toMs }));
  const file = await textFile(rig.store.folder, 'cutting.smil', formatCutList({ tracks, segments }));
  const list = await rig.element(file, 'smil/cutting', { kind: 'catalog' });
  const keys = { 'source-flavors': '*/source', 'smil-flavors': 'smil/cutting', 'target-flavor-subtype': 'trimmed' };
  [cut] = addedBy((await rig.run(editor(needs), keys, [source, list])).result) as [ElementRow];
});
after(async () => {
  await rig.close();
  await opened.close();
});

test('a recording that is cut by its groups is not written: what is kept of it stands for it', async () => {
  assert.match(cut.path, /0\.mp4~cut$/);
  assert.equal(cut.file_name, 'lecture.mp4');
  assert.ok((await stat(rig.pathOf(cut))).size < 1000);
  assert.ok(Math.abs(cut.duration_ms! - (EXPECTED.length * 1000) / 15) < 2, String(cut.duration_ms));
  assert.equal(cut.streams?.find(({ kind }) => kind === 'video')?.widthPx, 320);
});

test('its qualities are made of the recording: exact to the picture, and the sound in step', async () => {
  const keys = { 'source-flavor': '*/trimmed', 'target-flavor': '*/delivery', 'encoding-profiles': 'mp4-low.http' };
  const { result, lines } = await rig.run(encode(needs), keys, [cut]);
  const [made] = addedBy(result);
  assert.match(made!.path, /~list$/);
  assert.doesNotMatch(lines.join('\n'), /encoded whole/);
  const whole = await rig.wholeOf(made!);
  assert.equal((await stat(whole)).size, made!.size_bytes);
  const { pictures, complaints } = await seenIn(whole);
  assert.deepEqual([pictures.map(({ codeMs }) => codeMs), complaints], [EXPECTED, '']);
  // Beeps of the seconds 2 and 3, then 7 and 8, moved by what was cut before them.
  const beeps = await beepsIn(whole);
  for (const [n, ms] of [800, 1800, 3266, 4266].entries())
    assert.ok(Math.abs(beeps[n]! - ms) < 45, `beep ${n} at ${beeps[n]} ms, not ${ms}`);
});

test('stills and previews are taken of the recording, at the moments of the cut', async () => {
  const keys = {
    'source-flavor': '*/trimmed',
    'target-flavor': '*/search+preview',
    'encoding-profile': 'search-cover.http',
  };
  const stills = addedBy((await rig.run(image(needs), { ...keys, time: '1,3' }, [cut])).result);
  for (const [n, ms] of [2200, 6733].entries()) {
    const { pictures } = await seenIn(rig.pathOf(stills[n]!));
    assert.equal(pictures[0]?.codeMs, ms, `still ${n}`);
  }
  const asked = { 'source-flavor': '*/trimmed', 'target-flavor': '*/timeline+preview', 'image-count': '1' };
  const [previews] = addedBy((await rig.run(timelinepreviews(needs), asked, [cut])).result);
  const { pictures } = await seenIn(rig.pathOf(previews!));
  // The key picture before the middle, which is in the second stretch.
  assert.ok(pictures.length === 1);
  const written = await stat(rig.pathOf(cut).replace('~cut', '')).catch(() => undefined);
  assert.equal(written, undefined, 'nothing of that has written the cut');
});

test('the sound of a cut is put together of its recording, without writing it', async () => {
  const pathOf = ({ path }: Pick<ElementRow, 'path'>) => Promise.resolve(rig.store.at(path));
  const asking = { workflow: { event: 'lecture-1' }, pathOf, signal: new AbortController().signal };
  const envelope = await envelopeOfTrack(needs, asking, cut);
  assert.ok(Math.abs(blocksOf(envelope) - cut.duration_ms! / 10) <= 1, `${blocksOf(envelope)}`);
  const peak = (at: number): number => envelope.values[at * PER_BLOCK + PEAK]!;
  const loud = Array.from({ length: blocksOf(envelope) }, (_, at) => at).filter((at) => peak(at) > 0.3);
  const begins = loud.filter((at, n) => n === 0 || at - loud[n - 1]! > 5).map((at) => at * 10);
  for (const [n, ms] of [800, 1800, 3266, 4266].entries())
    assert.ok(Math.abs(begins[n]! - ms) < 45, `beep ${n} at ${begins[n]} ms, not ${ms}`);
  const keys = { 'source-flavor': '*/trimmed', 'target-flavor': '*/waveform' };
  assert.equal(addedBy((await rig.run(waveform(needs), keys, [cut])).result).length, 1);
  const written = await stat(rig.pathOf(cut).replace('~cut', '')).catch(() => undefined);
  assert.equal(written, undefined, 'nothing of that has written the cut');
});

test('a program that needs a file gets one, exact to the picture', async () => {
  const { pictures, complaints } = await seenIn(await rig.wholeOf(cut));
  assert.deepEqual([pictures.map(({ codeMs }) => codeMs), complaints], [EXPECTED, '']);
  assert.equal(await rig.wholeOf(cut), await rig.wholeOf(cut));
});
