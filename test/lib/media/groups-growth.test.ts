// Runs alone: it measures the processor's time.
import { test } from 'node:test';
import { chainFacts } from '#central/workflows/chunks/plan/filter-chain.ts';
import { x264Parameters } from '#central/workflows/chunks/plan/x264-parameters.ts';
import { bytesOf, isImpossible } from '#lib/media/groups/byte-source.ts';
import { closedGroups } from '#lib/media/groups/closed-groups.ts';
import { unitsOf } from '#lib/media/groups/group-digest.ts';
import { openMp4Index } from '#lib/media/groups/mp4-index.ts';
import { trackFacts } from '#lib/media/groups/track-facts.ts';
import { box, fullBox, u32 } from '#lib/media/mp4-boxes.ts';
import { fileHead } from '#lib/media/mp4-file.ts';
import { childrenOf } from '#lib/media/mp4-scan.ts';
import { avcEntry } from '#lib/media/mp4-sample-entries.ts';
import { growthRow, judgeGrowth } from '#test/support/growth.ts';

const ENTRY = avcEntry({
  codec: 'h264',
  sps: Buffer.from([0x67, 66, 0, 10, 0xf8]),
  pps: Buffer.from([0x68, 1]),
  widthPx: 64,
  heightPx: 64,
});

/** A finished file with a track of so many pictures, in groups of 30. */
function plain(pictures: number): Buffer {
  const sizes = Array.from({ length: pictures }, () => 10);
  const keys = sizes.flatMap((_, n) => (n % 30 === 0 ? [n] : []));
  const durations = sizes.map((_, n) => 6000 + (n % 3));
  const fixed = { timescale: 90_000, entry: ENTRY, widthPx: 64, heightPx: 64, compositions: [], delay: 0, skipped: 0 };
  const chunks = sizes.map(() => ({ track: 0, samples: 1, bytes: 10 }));
  const head = fileHead([{ kind: 'video', ...fixed, sizes, durations, keys }], chunks);
  return Buffer.concat([head, Buffer.alloc(10 * pictures)]);
}

const fragmentHead = (count: number): Buffer =>
  box(
    'moof',
    box(
      'traf',
      fullBox('tfhd', 0, 0x2_0000, u32(1)),
      ...Array.from({ length: count }, () => fullBox('trun', 0, 0x301, u32(1, 0, 6000, 10))),
    ),
  );

async function readAll(file: Buffer): Promise<void> {
  const index = await openMp4Index(bytesOf(file));
  if (!isImpossible(index)) for (const track of index.tracks) await closedGroups(track, true);
}

const ROWS = [
  growthRow('an index of pictures', 40_000, plain, readAll),
  growthRow(
    'fragments without end',
    2000,
    (n) => Buffer.concat([plain(30), ...Array.from({ length: n }, () => fragmentHead(1))]),
    readAll,
  ),
  growthRow('a fragment of many runs', 4000, (n) => Buffer.concat([plain(30), fragmentHead(n)]), readAll),
  growthRow('boxes without end', 20_000, (n) => Buffer.concat(Array.from({ length: n }, () => box('free'))), readAll),
  growthRow('children of a box', 400_000, (n) => Buffer.alloc(n * 8, box('free')), childrenOf),
  growthRow(
    'a track of boxes',
    200_000,
    (n) => Buffer.alloc(n * 8, box('free')),
    (data) => trackFacts(data, 1000),
  ),
  growthRow(
    'units of a picture',
    400_000,
    (n) => Buffer.alloc(n * 5, Buffer.from([0, 0, 0, 1, 0x41])),
    (data) => unitsOf(data, 4),
  ),
  growthRow('a chain of filters', 400_000, (n) => 'null,'.repeat(n), chainFacts),
  growthRow('parameters of x264', 400_000, (n) => 'a=1:'.repeat(n), x264Parameters),
];

for (const row of ROWS) test(`${row[0]}: four times as much to read takes four times as long`, () => judgeGrowth(row));
