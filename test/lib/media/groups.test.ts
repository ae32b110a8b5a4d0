import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { avcConfig } from '#lib/media/groups/avc-config.ts';
import { bytesOf, isImpossible } from '#lib/media/groups/byte-source.ts';
import { closedGroups, type Group } from '#lib/media/groups/closed-groups.ts';
import { openDigest, unitsOf } from '#lib/media/groups/group-digest.ts';
import { openMp4Index, type IndexedTrack } from '#lib/media/groups/mp4-index.ts';
import { openFmp4 } from '#lib/media/fmp4.ts';
import { splitAnnexB } from '#lib/media/h264.ts';
import { box, fullBox, u32 } from '#lib/media/mp4-boxes.ts';
import { fileHead, type FileTrack } from '#lib/media/mp4-file.ts';
import { avcEntry } from '#lib/media/mp4-sample-entries.ts';
import type { Packet, StreamParameters } from '#lib/media/packet.ts';

const PARAMETERS: Required<StreamParameters> = {
  video: {
    codec: 'h264',
    sps: Buffer.from([0x67, 66, 0, 10, 0xf8]),
    pps: Buffer.from([0x68, 1]),
    widthPx: 64,
    heightPx: 64,
  },
  audio: { codec: 'aac', config: Buffer.from([0x11, 0x90]), sampleRateHz: 48_000, channels: 2 },
};
const FRAME = 6000;

/** A picture; the first of a group is an IDR picture. */
const picture = (number: number, isKey: boolean, ptsTicks = number * FRAME, dtsTicks = ptsTicks): Packet => ({
  track: 'video',
  ptsTicks,
  dtsTicks,
  key: isKey,
  units: [Buffer.from([6, 1, 2, 3]), Buffer.concat([Buffer.from([isKey ? 0x65 : 0x41]), u32(0x1111_1111 + number)])],
  ts: Buffer.alloc(0),
});

const sound = (number: number): Packet => ({
  track: 'audio',
  ptsTicks: number * 1920,
  dtsTicks: number * 1920,
  key: false,
  units: [Buffer.alloc(20, 0x21)],
  ts: Buffer.alloc(0),
});

/** A fragmented file of groups of five pictures, with sound, as a box writes it. */
function fragmented(groups: number): Buffer {
  const writer = openFmp4(PARAMETERS, { startTicks: 0 });
  const parts = [writer.init()];
  for (let group = 0; group < groups; group++) {
    const pictures = Array.from({ length: 5 }, (_, n) => picture(group * 5 + n, n === 0));
    const sounds = Array.from({ length: 15 }, (_, n) => sound(group * 15 + n));
    parts.push(writer.fragment([...pictures, ...sounds], { videoDtsTicks: (group + 1) * 5 * FRAME }));
  }
  return Buffer.concat(parts);
}

async function videoOf(file: Buffer): Promise<IndexedTrack> {
  const index = await openMp4Index(bytesOf(file));
  assert.ok(!isImpossible(index), isImpossible(index) ? index.why : '');
  return index.tracks.find(({ kind }) => kind === 'video')!;
}

const groupsIn = async (file: Buffer, isWhole = true) => closedGroups(await videoOf(file), isWhole);

/** The same film as a finished file. */
function finished(pictures: readonly Packet[], more: Partial<FileTrack> = {}): Buffer {
  const samples = pictures.map(({ units }) => Buffer.concat(units.flatMap((unit) => [u32(unit.length), unit])));
  const track: FileTrack = {
    kind: 'video',
    timescale: 90_000,
    entry: avcEntry(PARAMETERS.video),
    widthPx: 64,
    heightPx: 64,
    sizes: samples.map(({ length }) => length),
    durations: pictures.map(() => FRAME),
    compositions: pictures.map(({ ptsTicks, dtsTicks }) => ptsTicks - dtsTicks),
    keys: pictures.flatMap(({ key }, n) => (key ? [n] : [])),
    delay: 0,
    skipped: 0,
    ...more,
  };
  const bytes = samples.reduce((sum, { length }) => sum + length, 0);
  return Buffer.concat([fileHead([track], [{ track: 0, samples: samples.length, bytes }]), ...samples]);
}

const simple = (count: number): Packet[] => Array.from({ length: count }, (_, n) => picture(n, n % 5 === 0));

async function digestsOf(file: Buffer): Promise<string[]> {
  const track = await videoOf(file);
  const groups = (await closedGroups(track, true)) as Group[];
  const { lengthBytes } = avcConfig(track.entry)!;
  return groups.map(({ first, count }) => {
    const digest = openDigest();
    for (let n = first; n < first + count; n++) {
      const at = track.samples.offsets[n]!;
      for (const unit of unitsOf(file.subarray(at, at + track.samples.sizes[n]!), lengthBytes) ?? []) digest.add(unit);
    }
    return digest.value().toString('hex');
  });
}

describe('closed groups', () => {
  test('are the same in a fragmented and in a finished file', async () => {
    const [one, other] = [fragmented(3), finished(simple(15))];
    for (const file of [one, other]) {
      const groups = (await groupsIn(file)) as Group[];
      assert.deepEqual(
        groups.map(({ pictures, endTicks }) => [pictures[0], pictures.length, endTicks]),
        [
          [0, 5, 5 * FRAME],
          [5 * FRAME, 5, 10 * FRAME],
          [10 * FRAME, 5, 15 * FRAME],
        ],
      );
    }
    assert.deepEqual(await digestsOf(one), await digestsOf(other));
    assert.equal(new Set(await digestsOf(one)).size, 3);
  });

  test('have the digest that the units of a stream give', async () => {
    const stream = Buffer.concat(
      simple(5).flatMap(({ units }) =>
        [PARAMETERS.video.sps, ...units].flatMap((unit) => [Buffer.from([0, 0, 0, 1]), unit]),
      ),
    );
    const digest = openDigest();
    for (const unit of splitAnnexB(stream)) digest.add(unit);
    assert.equal(digest.value().toString('hex'), (await digestsOf(fragmented(1)))[0]);
  });

  test('of a film that grows end with the last key picture, and come as it grows', async () => {
    const whole = fragmented(4);
    const begin = openFmp4(PARAMETERS, { startTicks: 0 }).init().length;
    let there = whole.subarray(0, begin);
    const index = await openMp4Index({
      sizeBytes: async () => there.length,
      read: async (at, bytes) => there.subarray(at, at + bytes),
    });
    assert.ok(!isImpossible(index));
    const video = index.tracks.find(({ kind }) => kind === 'video')!;
    const counts = new Set<number>();
    for (let end = begin; end <= whole.length; end++) {
      there = whole.subarray(0, end);
      assert.equal(await index.grow(), undefined);
      const groups = (await closedGroups(video, false)) as Group[];
      assert.ok(groups.every(({ count }) => count === 5));
      counts.add(groups.length);
    }
    assert.deepEqual([...counts], [0, 1, 2, 3]);
    assert.equal(((await closedGroups(video, true)) as Group[]).length, 4);
  });

  test('a fragment takes one reading of the file, and what came in two a second one', async () => {
    const whole = fragmented(200);
    let [reads, there] = [0, whole.subarray(0, whole.length >> 1)];
    const index = await openMp4Index({
      sizeBytes: async () => there.length,
      async read(at, bytes) {
        reads++;
        return there.subarray(at, at + bytes);
      },
    });
    assert.ok(!isImpossible(index));
    there = whole;
    assert.equal(await index.grow(), undefined);
    assert.equal(index.tracks[0]!.samples.count, 1000);
    assert.ok(reads <= 200 + 8, `${reads} readings of 200 fragments`);
  });

  test('with B-frames are found in the order of showing', async () => {
    const order = [0, 3, 1, 2, 4];
    const pictures = [0, 1].flatMap((group) =>
      order.map((shown, n) =>
        picture(group * 5 + shown, n === 0, (group * 5 + shown) * FRAME, (group * 5 + n) * FRAME),
      ),
    );
    const groups = (await groupsIn(finished(pictures))) as Group[];
    assert.deepEqual(
      [...groups[1]!.pictures],
      [5, 6, 7, 8, 9].map((n) => n * FRAME),
    );
  });
});

describe('a film without closed groups says why', () => {
  const why = async (file: Buffer): Promise<string> => {
    const index = await openMp4Index(bytesOf(file));
    if (isImpossible(index)) return index.why;
    const groups = await closedGroups(index.tracks[0]!, true);
    return isImpossible(groups) ? groups.why : `${groups.length} groups`;
  };

  test('of each kind', async () => {
    const open = simple(10);
    // Two pictures of the second group are shown before its key picture.
    open[5] = picture(5, true, 7 * FRAME, 5 * FRAME);
    open[6] = picture(6, false, 5 * FRAME, 6 * FRAME);
    open[7] = picture(7, false, 6 * FRAME, 7 * FRAME);
    assert.match(await why(finished(open)), /groups are open: at 0\.3 s/);
    const late = simple(10).map((one, n) => ({ ...one, key: n === 2 }));
    assert.match(await why(finished(late)), /does not begin with a key picture/);
    const hevc = Buffer.from(avcEntry(PARAMETERS.video));
    hevc.write('hvc1', 4);
    assert.match(await why(finished(simple(10), { entry: hevc })), /coded as "hvc1"/);
    assert.match(await why(finished(simple(10), { skipped: 2 * FRAME })), /cut within a group by an edit list/);
    assert.match(await why(finished(simple(10), { keys: undefined })), /too short to gain anything/);
    assert.match(
      await why(finished(simple(10), { durations: simple(10).map(() => 100 * 90_000) })),
      /a group of 500 s/,
    );
    assert.match(await why(Buffer.from('no film')), /no MP4 file/);
    assert.match(await why(Buffer.concat([box('ftyp'), box('moov')])), /no tracks/);
  });

  test('a file that is cut off, by the bytes that its index names', async () => {
    const file = finished(simple(10));
    assert.equal(await why(file), '2 groups');
    assert.match(await why(file.subarray(0, -1)), new RegExp(`cut off: by its index it has ${file.length} bytes`));
  });

  test('few bytes that announce millions of samples, in one track or in many, are refused at once', async () => {
    const track = (id: number): Buffer => {
      const tkhd = Buffer.alloc(84);
      tkhd.writeUInt32BE(id, 12);
      const count = 4_000_000;
      return box(
        'trak',
        box('tkhd', tkhd),
        box(
          'mdia',
          box('mdhd', Buffer.concat([u32(0, 0, 0), u32(90_000), Buffer.alloc(8)])),
          box('hdlr', Buffer.concat([u32(0, 0), Buffer.from('meta'), Buffer.alloc(12)])),
          box(
            'minf',
            box(
              'stbl',
              box('stsz', u32(0, 1, count)),
              box('stts', u32(0, 1, count, 1)),
              box('stsc', u32(0, 1, 1, count, 1)),
              box('stco', u32(0, 1, 0)),
            ),
          ),
        ),
      );
    };
    const file = Buffer.concat([box('ftyp'), box('moov', ...Array.from({ length: 60 }, (_, n) => track(n + 1)))]);
    assert.match(await why(file), /more than \d+ samples/);
    const crowded = Buffer.concat([
      box('ftyp'),
      box('moov', ...Array.from({ length: 5000 }, () => box('free')), track(1)),
    ]);
    assert.match(await why(crowded), /no tracks/);
  });

  test('a fragment whose tracks announce more samples than a fragment may have', async () => {
    const run = (id: number): Buffer =>
      box('traf', fullBox('tfhd', 0, 0x2_0000, u32(id)), fullBox('trun', 0, 0, u32(40_000)));
    const begin = openFmp4(PARAMETERS, { startTicks: 0 }).init();
    assert.match(await why(Buffer.concat([begin, box('moof', run(1), run(2))])), /fragment at byte \d+ cannot be read/);
  });

  test('and no damage makes the reader throw, wherever it is', async () => {
    const file = finished(simple(10));
    for (let at = 0; at < file.length; at++) {
      await why(file.subarray(0, at));
      for (const byte of [0, 0x7f, 0xff]) {
        const damaged = Buffer.from(file);
        damaged[at] = byte;
        await why(damaged);
      }
    }
  });

  test('nor does damage of a fragmented one', async () => {
    const file = fragmented(2);
    for (let at = 0; at < file.length; at++) {
      const damaged = Buffer.from(file);
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      await why(damaged);
    }
  });
});
