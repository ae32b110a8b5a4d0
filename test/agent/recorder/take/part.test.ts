import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBacklog, bytesOf } from '#agent/recorder/take/backlog.ts';
import type { FileWriter } from '#agent/recorder/take/file-writer.ts';
import { openPart, type Part } from '#agent/recorder/take/part.ts';
import { boxesIn, fragmentRuns } from '#lib/media/mp4-scan.ts';
import type { Packet } from '#lib/media/packet.ts';
import { FRAME_TICKS, picture, sound, WITH_SOUND } from '../samples.ts';

/** A writer that keeps what it is given. */
function keepingWriter(): FileWriter & { pieces: Buffer[] } {
  const pieces: Buffer[] = [];
  return {
    pieces,
    path: undefined,
    get bytes() {
      return pieces.reduce((sum, { length }) => sum + length, 0);
    },
    write: (data) => void pieces.push(data),
    close: () => Promise.resolve(undefined),
    abandon: () => Promise.resolve(),
  };
}

function opened(first: Packet): { part: Part; writer: ReturnType<typeof keepingWriter> } {
  const writer = keepingWriter();
  return { writer, part: openPart(writer, WITH_SOUND, first) };
}

/** The number of pictures and of frames of sound in each fragment. */
const samplesIn = (pieces: Buffer[]): [number, number][] =>
  pieces.slice(1).map((piece) => {
    const moof = boxesIn(piece).find(({ type }) => type === 'moof');
    const runs = fragmentRuns(moof?.content ?? Buffer.alloc(0)) ?? [];
    const count = (track: number): number => runs.find(({ trackId }) => trackId === track)?.sizes.length ?? 0;
    return [count(1), count(2)];
  });

test('the header is written at once, a fragment holds a quarter of a second at most', () => {
  const { part, writer } = opened(picture(0));
  assert.deepEqual(
    boxesIn(writer.pieces[0] ?? Buffer.alloc(0)).map(({ type }) => type),
    ['ftyp', 'moov'],
  );
  for (let number = 0; number < 15; number++) part.add(picture(number));
  part.flush();
  const sizes = samplesIn(writer.pieces).map(([pictures]) => pictures);
  assert.deepEqual(sizes, [3, 3, 3, 3, 3], '3 pictures are 0.2 s, 4 would be 0.27 s');
});

test('a fragment begins at each key picture', () => {
  const { part, writer } = opened(picture(0));
  for (const number of [0, 1, 2, 3, 4]) part.add(picture(number, number === 0 || number === 2));
  part.flush();
  assert.deepEqual(
    samplesIn(writer.pieces).map(([pictures]) => pictures),
    [2, 3],
  );
});

test('a key picture tells where in the file its fragment begins', () => {
  const { part, writer } = opened(picture(0));
  const header = writer.bytes;
  assert.equal(part.add(picture(0)), header);
  assert.equal(part.add(picture(1, false)), header);
  const second = part.add(picture(2, true));
  assert.equal(second, header + (writer.pieces[1]?.length ?? 0));
  part.flush();
  assert.equal(part.add(picture(3, true)), writer.bytes);
});

test('length and number are those of the pictures, in the time of the run', () => {
  const { part } = opened(picture(30));
  assert.deepEqual([part.startTicks, part.endTicks, part.pictures], [30 * FRAME_TICKS, 30 * FRAME_TICKS, 0]);
  for (let number = 30; number < 40; number++) {
    part.add(picture(number, number === 30));
    part.add(sound(number * FRAME_TICKS));
  }
  assert.deepEqual([part.endTicks, part.pictures], [40 * FRAME_TICKS, 10]);
});

test('sound from before the first picture is left out', () => {
  const { part, writer } = opened(picture(10, true));
  part.add(picture(10, true));
  part.add(sound(10 * FRAME_TICKS - 1));
  part.add(sound(10 * FRAME_TICKS));
  part.add(sound(10 * FRAME_TICKS + 1920));
  part.flush();
  assert.deepEqual(samplesIn(writer.pieces), [[1, 2]]);
});

test('a flush without packets writes nothing', () => {
  const { part, writer } = opened(picture(0));
  part.flush();
  part.add(picture(0));
  part.flush();
  part.flush();
  assert.equal(writer.pieces.length, 2);
});

test('the size counts what waits, and what it can come to is more', () => {
  const { part, writer } = opened(picture(0));
  const header = writer.bytes;
  part.add(picture(0, true, 1000));
  assert.equal(part.bytes, header + 1000 + 48);
  assert.equal(part.boundBytes, part.bytes + 16_384);
  part.flush();
  assert.equal(part.bytes, writer.bytes);
  assert.equal(part.boundBytes, writer.bytes + 16_384);
  assert.equal(bytesOf(picture(0, true, 1000)), 1000);
});

test('many small samples cost more in the index than in the fragments', () => {
  const writer = keepingWriter();
  const part = openPart(
    {
      ...writer,
      get bytes() {
        return 0;
      },
    },
    WITH_SOUND,
    picture(0),
  );
  for (let number = 0; number < 1000; number++) part.add(picture(number, true, 1));
  part.flush();
  assert.equal(part.boundBytes, 1000 * 49 + 16_384);
});

test('a backlog begins with nothing and ends with its newest group', () => {
  const backlog = openBacklog();
  assert.deepEqual([backlog.offset, backlog.bytes, backlog.packets], [undefined, 0, []]);
  backlog.limit(0);
  backlog.durable(1e9);
  for (let number = 0; number < 30; number++) backlog.add(picture(number, number % 10 === 0), number * 100);
  assert.deepEqual([backlog.offset, backlog.bytes], [0, 3000]);
  backlog.limit(2000);
  assert.deepEqual([backlog.offset, backlog.bytes, backlog.packets.length], [1000, 2000, 20]);
  backlog.limit(1999);
  assert.deepEqual([backlog.offset, backlog.bytes], [2000, 1000]);
  backlog.limit(0);
  assert.equal(backlog.packets.length, 10);
});
