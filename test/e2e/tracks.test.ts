// Runs alone: it compares each frame of a recording with what the box says of it.
/** What a box says of its recordings besides the films: where the channels are in each frame, and the slides. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import test, { after, before } from 'node:test';
import sharp from 'sharp';
import { tracksOf } from '#agent/box/schedule/recording-tracks.ts';
import type { Recording } from '#agent/device/recording.ts';
import { parseManifest } from '#agent/recorder/catalog/manifest.ts';
import { parseSlideList } from '#lib/analysis/slides/slide-list.ts';
import { findFfmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { makeDeck, trueSlides } from '#simulator/decks/deck.ts';
import { writeDeck } from '#simulator/decks/write-deck.ts';
import { pathOf, type RecordedPart } from '#test/support/box-api.ts';
import { startBox, type Box } from '#test/support/box.ts';
import { decodeStream } from '#test/support/decode.ts';
import { madeOnce } from '#test/support/made-once.ts';
import { until } from '#test/support/until.ts';

const { ffmpeg } = await findFfmpeg();
const WHOLE = { x: 0, y: 0, width: 1, height: 1 };
const [LEFT, RIGHT] = [
  { ...WHOLE, width: 0.5 },
  { ...WHOLE, x: 0.5, width: 0.5 },
];
const layoutOf = (name: string, windows: object[]) => ({
  name,
  background: { colour: '#000000' },
  windows,
  overlays: [],
});
const SLIDES = layoutOf('Slides', [{ channel: 'A', rect: WHOLE, z: 0 }]);
const CAMERA = layoutOf('Camera', [{ channel: 'B', rect: WHOLE, z: 0 }]);
const BOTH = layoutOf('Both', [
  { channel: 'A', rect: LEFT, z: 0 },
  { channel: 'B', rect: RIGHT, z: 1 },
]);
const DECK = makeDeck({
  name: 'e2e',
  seed: 17,
  look: 'light',
  bodies: ['points', 'chart'],
  count: 6,
  lastsMs: [5000, 8000],
});

let box: Box;
before(async () => {
  const path = await madeOnce('tracks-deck-17-1.mp4', (to) =>
    writeDeck(DECK, to, { ffmpeg, size: { widthPx: 640, heightPx: 360 }, fps: 5, bitrateKbps: 750, groupPictures: 10 }),
  );
  const inputs = {
    1: { source: { driver: 'file', path }, aspect: 'fill' },
    3: { source: { driver: 'test', pattern: 'black' }, aspect: 'fill' },
  };
  const encoders = { archive: { widthPx: 640, heightPx: 360 }, confidence: { enabled: false } };
  // A source that gets no core for a while is no subject here: its last picture stays.
  const device = { inputs, encoders, layout: 1, overlays: {}, noSignalHoldMs: 600_000 };
  box = await startBox({ device });
  await Promise.all([box.input(1, 'live'), box.input(3, 'live')]);
  await show(SLIDES);
  await until('the slides are seen', async () => {
    const jpeg = Buffer.from(await (await box.raw('/snapshot.jpg?width=320')).arrayBuffer());
    const { channels } = await sharp(jpeg).greyscale().stats();
    return channels[0]!.mean > 60;
  });
});
after(() => box?.remove());

const show = (layout: object): Promise<unknown> => box.send('PUT', '/layout', layout);

/** Waits until the part of the recording that is written is longer by so much. */
async function untilLonger(take: string, ms: number, part = 0): Promise<void> {
  const lengthMs = async (): Promise<number> => (await box.recording(take)).parts[part]?.durationMs ?? 0;
  const fromMs = await lengthMs();
  await until(`${ms} ms more are recorded`, async () => (await lengthMs()) >= fromMs + ms);
}

async function manifestOf(take: string): Promise<Recording> {
  const { parts } = await box.recording(take);
  const { folder } = parts[0]!;
  return parseManifest(await readFile(join(folder, `${basename(folder)}.json`), 'utf8'));
}

const SMALL = { widthPx: 64, heightPx: 36 };

/** What each frame of a file shows in its left and right half: slides are bright, the camera is black. */
async function looksOf(part: RecordedPart): Promise<{ atMs: number; look: string }[]> {
  const { pictures, complaints } = await decodeStream(ffmpeg, await readFile(pathOf(part)), SMALL);
  assert.deepEqual(complaints, []);
  return pictures.map(({ ptsMs, luma }) => {
    const half = (from: number): string => {
      let sum = 0;
      for (let y = 0; y < SMALL.heightPx; y++)
        for (let x = from + 2; x < from + 30; x++) sum += luma[y * SMALL.widthPx + x]!;
      return sum / (SMALL.heightPx * 28) > 60 ? 'A' : 'B';
    };
    return { atMs: ptsMs, look: half(0) + half(32) };
  });
}

/** What the box says that each frame of a part shows. */
function toldOf({ layouts = [] }: Recording, part: number, atMs: number): string {
  const on = layouts.findLast((one) => one.part === part && one.offsetMs <= atMs + 1);
  assert.ok(on, `no layout at ${atMs} ms of part ${part}`);
  const channelAt = (x: number): string =>
    on.windows.findLast(({ rect }) => rect.x <= x && rect.x + rect.width > x)?.channel ?? '-';
  return channelAt(on.sizePx.widthPx * 0.25) + channelAt(on.sizePx.widthPx * 0.75);
}

/** How well moments fit those of the deck, which goes round, if it began at this time. */
function missedBy(found: readonly number[], beganMs: number): number {
  const truth = trueSlides(DECK, 0).map(({ atMs }) => atMs);
  const off = (ms: number): number => {
    const inDeck = (((ms - beganMs) % DECK.lengthMs) + DECK.lengthMs) % DECK.lengthMs;
    return Math.min(...truth.map((one) => Math.min(Math.abs(inDeck - one), DECK.lengthMs - Math.abs(inDeck - one))));
  };
  return Math.max(...found.map(off));
}

test('each frame has the layout that is told of it, over changes, a swap and kill -9; slides are found at their moments', async () => {
  const { take } = await box.start({ metadata: { title: 'Tracks' } });
  await untilLonger(take, 25_000);
  await show(BOTH);
  await untilLonger(take, 2000);
  await box.send('POST', '/swap', {});
  await untilLonger(take, 2000);
  await show(CAMERA);
  await untilLonger(take, 2000);
  await box.send('POST', '/swap', {});
  await show(SLIDES);
  // Changes are on the disk within half a minute; a crash costs those of this time.
  let before = await manifestOf(take);
  const isThere = async (): Promise<boolean> => ((before = await manifestOf(take)).layouts ?? []).length >= 5;
  await until('the changes are on the disk', isThere);
  assert.ok((before.slides ?? []).length >= 3, JSON.stringify(before.slides));
  await box.kill9();
  box = await startBox({ folder: box.folder });
  await until('the take goes on', async () => {
    const { recording } = await box.get<{ recording: { take: string; wanted: string } }>('/recording');
    return recording.take === take && recording.wanted === 'recording';
  });
  await until('the second part begins', async () => (await box.recording(take)).parts.length === 2);
  await untilLonger(take, 12_000, 1);
  await show(BOTH);
  await untilLonger(take, 2000, 1);
  const recorded = await box.stopRecording(take);
  const manifest = await manifestOf(take);
  assert.equal(recorded.parts.length, 2);
  for (const [at, part] of recorded.parts.entries()) {
    const all = await looksOf(part);
    // A box that was started again draws before its sources are there.
    const looks = all.slice(all.findIndex(({ look }) => look.includes('A')));
    const wrong = looks.filter(({ atMs, look }) => look !== toldOf(manifest, at + 1, atMs));
    assert.deepEqual(
      wrong.map(({ atMs, look }) => `${atMs}: ${look}, not ${toldOf(manifest, at + 1, atMs)}`),
      [],
    );
    assert.ok(looks.length > 100);
    if (at === 0) assert.deepEqual(new Set(looks.map(({ look }) => look)), new Set(['AA', 'AB', 'BA', 'BB']));
  }
  assert.deepEqual(
    manifest.layouts!.map(({ part, name }) => `${part} ${name}`).filter((name) => name.startsWith('2')),
    ['2 Slides', '2 Both'],
  );
  const tracks = tracksOf(manifest);
  assert.deepEqual(
    tracks.map(({ kind }) => kind),
    ['layout', 'slides'],
  );
  const { slides } = parseSlideList(tracks[1]!.text)!;
  const [firstMs] = manifest.parts.map(({ durationMs }) => durationMs);
  const moments = slides.map(({ fromMs }) => fromMs).filter((ms) => ms > 0 && ms < 25_000);
  assert.ok(moments.length >= 2, JSON.stringify(slides));
  const best = Math.min(...Array.from({ length: DECK.lengthMs / 100 }, (_, n) => missedBy(moments, -n * 100)));
  assert.ok(best <= 1100, `slides at ${moments.join()} ms are ${best} ms from those of the deck`);
  const later = slides.filter(({ fromMs }) => fromMs > firstMs! + 2000);
  assert.ok(later.length >= 1, `nothing was found after the kill: ${JSON.stringify(slides)}`);
});
