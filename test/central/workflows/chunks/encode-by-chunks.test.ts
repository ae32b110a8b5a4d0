import assert from 'node:assert/strict';
import { copyFile, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { probe } from '#central/store/probe.ts';
import { writeWhole } from '#central/store/lists/whole-file.ts';
import { assemble } from '#central/workflows/chunks/finished/assemble.ts';
import { encodeByChunks, type ChunkOrder, type ChunkResult } from '#central/workflows/chunks/encode-by-chunks.ts';
import {
  beepsIn,
  BOX_CODING,
  film,
  openChunkRig,
  OTHER_CODING,
  profile,
  seenIn,
  type ChunkRig,
  type Seen,
} from './film-rig.ts';

let rig: ChunkRig;
before(async () => void (rig = await openChunkRig()));
after(() => rig.close());

const LOW = profile('low', '-c:v libx264 -preset veryfast -crf 30 -vf scale=-2:144 -c:a aac -b:a 64k -ar 44100');
const SAME = profile('same', '-c:v libx264 -preset fast -crf 26 -profile:v high -c:a copy -movflags faststart');
const PLAIN = profile('plain', '-c:v libx264 -profile:v baseline -preset veryfast -an');
const MAIN = profile('main', '-c:v libx264 -profile:v main -preset veryfast -bf 2 -c:a aac -ac 1 -b:a 48k -ar 22050');
const QUICK = profile('quick', '-c:v libx264 -preset veryfast -crf 30 -r 25 -c:a aac -b:a 96k');

const order = (more: Pick<ChunkOrder, 'event' | 'source' | 'profiles'> & Partial<ChunkOrder>): ChunkOrder => ({
  folder: rig.folder,
  log: () => undefined,
  progress: () => undefined,
  ...more,
});

async function encoded(more: Parameters<typeof order>[0]): Promise<ChunkResult[]> {
  const result = await encodeByChunks(rig.needs, order(more));
  assert.ok('files' in result, 'why' in result ? result.why : '');
  return result.files;
}

/** Time of the film that is shown at a time of the result. */
const filmTime = (pictures: readonly Seen[], atMs: number): number => {
  const shown = pictures.findLast(({ ptsMs }) => ptsMs <= atMs + 0.5);
  assert.ok(shown?.codeMs !== undefined, `nothing is shown at ${atMs} ms`);
  return shown.codeMs + atMs - shown.ptsMs;
};

/** Every beep of the result stands where the film has one: at a whole second, to within a frame of sound. */
async function assertInStep(path: string, pictures: readonly Seen[], beeps: number): Promise<void> {
  const found = await beepsIn(path);
  assert.equal(found.length, beeps, `beeps at ${found.map(Math.round).join(' ')}`);
  for (const beep of found) {
    const there = filmTime(pictures, beep);
    const off = there - Math.round(there / 1000) * 1000;
    assert.ok(
      Math.abs(off) <= 1024 / 44.1 + 3,
      `the beep at ${beep.toFixed(1)} ms is ${off.toFixed(1)} ms off its picture`,
    );
  }
}

describe('a film as a whole', () => {
  test('every output has every picture once, at its time, and the sound in step', async () => {
    const event = await rig.event();
    const source = await rig.bring(await film({ seconds: 10, fps: 15, coding: BOX_CODING }));
    const files = await encoded({ event, source, profiles: [LOW, SAME, QUICK] });
    assert.deepEqual(
      files.map(({ profile: id, pictures }) => [id, pictures]),
      [
        ['low', 150],
        ['same', 150],
        ['quick', 250],
      ],
    );
    for (const { path, profile: id } of files) {
      const { pictures, complaints } = await seenIn(path);
      assert.equal(complaints, '');
      const rate = id === 'quick' ? 25 : 15;
      for (const [n, { ptsMs, codeMs }] of pictures.entries()) {
        assert.ok(Math.abs(ptsMs - (n * 1000) / rate) < 0.1, `${id}: picture ${n} at ${ptsMs}`);
        if (id !== 'quick') assert.equal(codeMs, Math.round((n * 1000) / 15));
      }
      await assertInStep(path, pictures, 10);
    }
  });

  const bare = (told: unknown): unknown => JSON.parse(JSON.stringify(told ?? null));
  test('what is told of a file is what ffprobe finds in it', async () => {
    const profiles = [LOW, QUICK, PLAIN, MAIN];
    const kept = [
      { fromMs: 1210, toMs: 5430 },
      { fromMs: 7000, toMs: 9100 },
    ];
    for (const coding of [BOX_CODING, OTHER_CODING])
      for (const cut of [undefined, kept]) {
        const event = await rig.event();
        const source = await rig.bring(await film({ seconds: 10, fps: 15, coding }));
        const files = await encoded({ event, source, profiles, kept: cut, name: `told-${crypto.randomUUID()}` });
        for (const { path, told } of files) assert.deepEqual(bare(told), bare(await probe('ffprobe', path)), path);
      }
  });

  test('as a list, it is the same film, byte for byte', async () => {
    const event = await rig.event();
    const source = await rig.bring(await film({ seconds: 10, fps: 15, coding: BOX_CODING }));
    const kept = [{ fromMs: 1200, toMs: 5400 }];
    const { folder } = rig.needs.store;
    for (const [n, cut] of [undefined, kept].entries()) {
      const [file] = await encoded({ event, source, profiles: [LOW], kept: cut, name: `file-${n}`, folder });
      const [list] = await encoded({
        event,
        source,
        profiles: [LOW],
        kept: cut,
        name: `list-${n}`,
        folder,
        asLists: true,
      });
      assert.equal(list!.sizeBytes, file!.sizeBytes);
      assert.ok((await stat(list!.path)).size < file!.sizeBytes / 2);
      const path = relative(folder, list!.path);
      const whole = await writeWhole(rig.needs.store, path);
      assert.deepEqual(await readFile(whole), await readFile(file!.path));
    }
  });

  test('B-frames and groups of any length come out in order', async () => {
    const event = await rig.event();
    const source = await rig.bring(await film({ seconds: 9, fps: 15, coding: OTHER_CODING }));
    const [file] = await encoded({ event, source, profiles: [SAME] });
    const { pictures, complaints } = await seenIn(file!.path);
    assert.equal(complaints, '');
    assert.deepEqual(
      pictures.map(({ codeMs }) => codeMs),
      Array.from({ length: 135 }, (_, n) => Math.round((n * 1000) / 15)),
    );
    await assertInStep(file!.path, pictures, 9);
  });

  test('who wants the same sound at the same time waits for it; if its maker is aborted, another one makes it', async () => {
    const event = await rig.event();
    const source = await rig.bring(await film({ seconds: 12, fps: 15, coding: BOX_CODING }));
    const runs = join(rig.folder, 'runs-of-ffmpeg');
    const counting = join(rig.folder, 'counting-ffmpeg');
    await writeFile(counting, `#!/bin/sh\nprintf '%s\\n' "$*" >> '${runs}'\nexec ${rig.needs.ffmpeg} "$@"\n`, {
      mode: 0o755,
    });
    const encodes = async (): Promise<number> =>
      (await readFile(runs, 'utf8')).split('\n').filter((line) => line.includes('-c:a aac')).length;
    const needs = { ...rig.needs, ffmpeg: counting };
    const both = [LOW, profile('other', '-c:v libx264 -preset ultrafast -crf 35 -c:a aac -b:a 64k -ar 44100')];
    const made = await Promise.all(
      both.map((one) => encodeByChunks(needs, order({ event, source, profiles: [one], name: `both-${one.id}` }))),
    );
    assert.ok(made.every((one) => 'files' in one));
    assert.equal(await encodes(), 1);
    const again = await rig.event();
    const ending = new AbortController();
    const [first, second] = both.map((one, n) =>
      encodeByChunks(
        needs,
        order({
          event: again,
          source,
          profiles: [one],
          name: `again-${one.id}`,
          ...(n === 0 ? { signal: ending.signal } : {}),
        }),
      ),
    );
    const aborted = assert.rejects(first!, /^Error: enough$/);
    ending.abort(new Error('enough'));
    await aborted;
    assert.ok('files' in (await second!));
  });

  test('what was made is taken again: nothing is encoded a second time', async () => {
    const event = await rig.event();
    const source = await rig.bring(await film({ seconds: 10, fps: 15, coding: BOX_CODING }));
    await encoded({ event, source, profiles: [LOW] });
    const lines: string[] = [];
    const broken = { ...rig.needs, ffmpeg: '/bin/false' };
    const again = await encodeByChunks(
      broken,
      order({ event, source, profiles: [LOW], log: (line) => lines.push(line) }),
    );
    assert.ok('files' in again);
    assert.deepEqual(lines, []);
  });
});

describe('a cut', () => {
  const KEPT = [
    { fromMs: 1200, toMs: 3533 },
    { fromMs: 5000, toMs: 5400 },
    { fromMs: 6067, toMs: 9700 },
  ];

  /** Times of the pictures of the film that are kept. */
  const keptMs = (seconds: number, fps: number): number[] =>
    Array.from({ length: seconds * fps }, (_, n) => (n * 1000) / fps)
      .filter((ms) => KEPT.some(({ fromMs, toMs }) => Math.round(ms) >= fromMs && Math.round(ms) < toMs))
      .map(Math.round);

  for (const [name, coding] of [
    ['of a box', BOX_CODING],
    ['with B-frames', OTHER_CODING],
  ] as const) {
    test(`exact to the picture, at every joint, of a film ${name}`, async () => {
      const event = await rig.event();
      const source = await rig.bring(await film({ seconds: 10, fps: 15, coding }));
      const files = await encoded({ event, source, profiles: [LOW, SAME], kept: KEPT });
      for (const { path } of files) {
        const { pictures, complaints } = await seenIn(path);
        assert.equal(complaints, '');
        assert.deepEqual(
          pictures.map(({ codeMs }) => codeMs),
          keptMs(10, 15),
        );
        for (const [n, { ptsMs }] of pictures.entries()) assert.ok(Math.abs(ptsMs - (n * 1000) / 15) < 1);
        await assertInStep(path, pictures, 6);
      }
    });
  }

  test('encodes only the groups at its borders', async () => {
    const event = await rig.event();
    const source = await rig.bring(await film({ seconds: 10, fps: 15, coding: BOX_CODING }));
    await encoded({ event, source, profiles: [SAME] });
    const before = await rig.database.selectFrom('fragments').select('digest').execute();
    const lines: string[] = [];
    await encoded({
      event,
      source,
      profiles: [SAME],
      kept: [{ fromMs: 1200, toMs: 9000 }],
      log: (line) => lines.push(line),
    });
    const now = await rig.database.selectFrom('fragments').select('digest').execute();
    assert.equal(now.length - before.length, 2);
    assert.deepEqual(lines, ['of 5 groups 2 are encoded, the others are there already']);
  });

  test('at another rate, in the picture that is shown at the border', async () => {
    const event = await rig.event();
    const source = await rig.bring(await film({ seconds: 10, fps: 15, coding: BOX_CODING }));
    const [file] = await encoded({
      event,
      source,
      profiles: [QUICK],
      kept: [
        { fromMs: 1200, toMs: 2960 },
        { fromMs: 4040, toMs: 7800 },
      ],
    });
    assert.equal(file!.pictures, 44 + 94);
    const { pictures, complaints } = await seenIn(file!.path);
    assert.equal(complaints, '');
    // A picture of the film is shown for 67 ms.
    assert.ok(Math.abs(pictures[0]!.codeMs! - 1200) <= 67);
    assert.ok(Math.abs(pictures[44]!.codeMs! - 4040) <= 67);
    // The beeps of 2, 5, 6 and 7 s of the film.
    const beeps = await beepsIn(file!.path);
    assert.equal(beeps.length, 4);
    for (const [n, expected] of [800, 2720, 3720, 4720].entries())
      assert.ok(Math.abs(beeps[n]! - expected) <= 1024 / 48 + 3, `beep ${n} at ${beeps[n]}`);
  });

  test('that leaves nothing, or is none, is refused in words', async () => {
    const event = await rig.event();
    const source = await rig.bring(await film({ seconds: 10, fps: 15, coding: BOX_CODING }));
    const cut = (kept: ChunkOrder['kept']) =>
      encodeByChunks(rig.needs, order({ event, source, profiles: [SAME], kept }));
    await assert.rejects(cut([]), /leaves nothing/);
    await assert.rejects(cut([{ fromMs: 20_000, toMs: 30_000 }]), /leaves nothing/);
    await assert.rejects(cut([{ fromMs: 5000, toMs: 4000 }]), /before its end/);
    await assert.rejects(
      cut([
        { fromMs: 0, toMs: 4000 },
        { fromMs: 3000, toMs: 5000 },
      ]),
      /before the end of the one before/,
    );
  });
});

describe('a film that does not go by pieces', () => {
  const reason = async (source: string, options = '-c:v libx264 -preset veryfast'): Promise<string> => {
    const result = await encodeByChunks(
      rig.needs,
      order({ event: await rig.event(), source, profiles: [profile('one', options)] }),
    );
    return 'why' in result ? result.why : 'it goes';
  };

  test('says why, in words', async () => {
    const open = await film({
      seconds: 6,
      fps: 15,
      coding: '-c:v libx264 -preset veryfast -x264-params open-gop=1:keyint=20:scenecut=0:bframes=3',
      sound: false,
    });
    assert.match(await reason(open), /groups are open/);
    const other = await film({ seconds: 2, fps: 15, coding: '-c:v mpeg4 -q:v 5', sound: false });
    assert.match(await reason(other), /coded as "mp4v", not as H.264/);
    assert.match(await reason(join(import.meta.dirname, 'film-rig.ts')), /no MP4 file/);
    const good = await film({ seconds: 10, fps: 15, coding: BOX_CODING });
    const short = rig.store.at('short.mp4');
    await copyFile(await film({ seconds: 10, fps: 15, coding: BOX_CODING, container: '-movflags +faststart' }), short);
    await truncate(short, (await stat(short)).size - 20_000);
    assert.match(await reason(short), /cut off: by its index it has \d+ bytes, but only \d+ are there/);
    assert.match(await reason(good, '-c:v libvpx'), /coded by libvpx/);
    assert.match(await reason(good, '-c:v libx264 -vf fade=in:0:30'), /"fade=in:0:30" may look at other pictures/);
    assert.match(await reason(good, '-c:v libx264 -t 5'), /-t 5 is not known/);
  });
});

test('a piece that has fewer bytes than its index says makes no file', async () => {
  const sample = { size: 100, time: 0, composition: 0 };
  const piece = { atTicks: 0, ticks: 6000, samples: [sample], read: async () => Buffer.alloc(99) };
  const to = join(rig.folder, 'never.mp4');
  const parts = { pieces: [piece], entry: Buffer.alloc(86), widthPx: 64, heightPx: 64, sound: undefined };
  await assert.rejects(assemble(parts, to), /99 of the 100 bytes that its index says/);
  assert.deepEqual(
    (await readdir(rig.folder)).filter((name) => name.startsWith('never')),
    [],
  );
});
