import { openTurns } from '#lib/runtime/turns.ts';
import { childrenOf } from '../mp4-scan.ts';
import type { Impossible } from './byte-source.ts';
import { addPlace, newSampleTable, type SampleTable } from './sample-table.ts';

/** A table of boxes of equal entries: version, flags, count, entries. */
interface Entries {
  data: Buffer;
  count: number;
}

/** Reads the head of a table; undefined if it announces more entries than it has. */
function entriesOf(data: Buffer | undefined, bytesEach: number, countAt = 4): Entries | undefined {
  if (!data || data.length < countAt + 4) return undefined;
  const count = data.readUInt32BE(countAt);
  const entries = data.subarray(countAt + 4);
  return count * bytesEach <= entries.length ? { data: entries, count } : undefined;
}

/**
 * Reads the sample tables of a track (ISO 14496-12, 8.6 and 8.7): the content of `stbl`. A track of a fragmented file
 * has none, and gives an empty table. In words why not if they cannot be read, have more than `mostSamples`, or name
 * bytes beyond the end of the file.
 */
export async function plainSamples(
  stbl: Buffer,
  { mostSamples, fileBytes }: { mostSamples: number; fileBytes: number },
): Promise<SampleTable | Impossible> {
  const boxes = childrenOf(stbl);
  const sizes = sizesIn(boxes);
  if (!sizes) return { why: 'the sizes of its samples (stsz) cannot be read' };
  if (sizes.count > mostSamples) return { why: `it has more than ${mostSamples} samples` };
  const table = newSampleTable(sizes.areWritten ? sizes.count : Math.min(sizes.count, FIRST_ROOM));
  if (sizes.count === 0) return table;
  const runs = entriesOf(boxes.get('stts'), 8);
  const chunks = chunksIn(boxes);
  if (!runs || !chunks) return { why: 'the times or places of its samples (stts, stsc, stco) cannot be read' };
  const endsAt = await placeSamples(table, sizes, chunks);
  if (endsAt === undefined) return { why: 'its samples have no places in the file (stsc, stco)' };
  if (endsAt > fileBytes)
    return { why: `it is cut off: by its index it has ${endsAt} bytes, but only ${fileBytes} are there` };
  await timeSamples(table, runs);
  await composeSamples(table, boxes.get('ctts'));
  markKeys(table, boxes.get('stss'));
  return table;
}

/** Samples of one size for which there is room at first: a few bytes can announce millions. */
const FIRST_ROOM = 1 << 14;

interface Sizes {
  count: number;
  /** Whether the size of each is written, and not one for all. */
  areWritten: boolean;
  of(index: number): number;
}

function sizesIn(boxes: ReadonlyMap<string, Buffer>): Sizes | undefined {
  const stsz = boxes.get('stsz');
  if (!stsz || stsz.length < 12) return undefined;
  const [all, count] = [stsz.readUInt32BE(4), stsz.readUInt32BE(8)];
  if (all > 0) return { count, areWritten: false, of: () => all };
  if (12 + count * 4 > stsz.length) return undefined;
  return { count, areWritten: true, of: (index) => stsz.readUInt32BE(12 + index * 4) };
}

interface Chunks {
  count: number;
  placeOf(index: number): number;
  /** Entries of `stsc`: first chunk (from 1), samples in each, description. */
  runs: Entries;
}

function chunksIn(boxes: ReadonlyMap<string, Buffer>): Chunks | undefined {
  const runs = entriesOf(boxes.get('stsc'), 12);
  const short = entriesOf(boxes.get('stco'), 4);
  const long = entriesOf(boxes.get('co64'), 8);
  if (!runs) return undefined;
  if (short) return { count: short.count, placeOf: (index) => short.data.readUInt32BE(index * 4), runs };
  return long && { count: long.count, placeOf: (index) => Number(long.data.readBigUInt64BE(index * 8)), runs };
}

/** Gives each sample its size and place, and tells where the last one ends. Undefined if there are too few chunks. */
async function placeSamples(table: SampleTable, sizes: Sizes, chunks: Chunks): Promise<number | undefined> {
  const turns = openTurns();
  let endsAt = 0;
  const { runs } = chunks;
  let run = -1;
  for (let chunk = 0; chunk < chunks.count && table.count < sizes.count; chunk++) {
    while (run + 1 < runs.count && runs.data.readUInt32BE((run + 1) * 12) <= chunk + 1) run++;
    if (run < 0) return undefined;
    let offset = chunks.placeOf(chunk);
    for (let left = runs.data.readUInt32BE(run * 12 + 4); left > 0 && table.count < sizes.count; left--) {
      const size = sizes.of(table.count);
      addPlace(table, offset, size);
      offset += size;
      if (table.count % 1024 === 0) await turns.over();
    }
    endsAt = Math.max(endsAt, offset);
    if (chunk % 1024 === 0) await turns.over();
  }
  return table.count === sizes.count ? endsAt : undefined;
}

async function timeSamples(table: SampleTable, runs: Entries): Promise<void> {
  const turns = openTurns();
  let time = 0;
  let duration = 0;
  for (let run = 0, at = 0; at < table.count; run++) {
    // Samples without an entry are as long as the one before.
    const isThere = run < runs.count;
    const many = isThere ? runs.data.readUInt32BE(run * 8) : table.count;
    if (isThere) duration = runs.data.readUInt32BE(run * 8 + 4);
    for (let left = Math.min(many, table.count - at); left > 0; left--, at++) {
      table.times[at] = time;
      table.durations[at] = duration;
      time += duration;
      if (at % 1024 === 0) await turns.over();
    }
    if (run % 1024 === 0) await turns.over();
  }
}

/** Version 1 of `ctts` has signed offsets; writers put negative ones into version 0 too, so all are read as signed. */
async function composeSamples(table: SampleTable, ctts: Buffer | undefined): Promise<void> {
  const runs = entriesOf(ctts, 8);
  if (!runs) return;
  const turns = openTurns();
  for (let run = 0, at = 0; run < runs.count && at < table.count; run++) {
    const many = Math.min(runs.data.readUInt32BE(run * 8), table.count - at);
    table.compositions.fill(runs.data.readInt32BE(run * 8 + 4), at, at + many);
    at += many;
    if (run % 1024 === 0) await turns.over();
  }
}

/** Without `stss` every sample is one at which decoding can begin. */
function markKeys(table: SampleTable, stss: Buffer | undefined): void {
  if (!stss) return void table.keys.fill(1);
  const keys = entriesOf(stss, 4);
  if (!keys) return;
  for (let index = 0; index < keys.count; index++) {
    const sample = keys.data.readUInt32BE(index * 4) - 1;
    if (sample >= 0 && sample < table.count) table.keys[sample] = 1;
  }
}
