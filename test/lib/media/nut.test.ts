import assert from 'node:assert/strict';
import test from 'node:test';
import { openNutReader, type NutReader, type NutSound } from '#lib/media/nut.ts';
import { between, seeded } from '#test/support/seeded.ts';

/** What FFmpeg 5.1 writes before the first packet of raw pictures: headers, and the syncpoint at tick 524288088000. */
const HEADERS = Buffer.from(
  '6e75742f6d756c74696d6564696120636f6e7461696e6572004e4d7a561f5f04ad4a04010181ff7f0101bd8440c000060000' +
    '00000001a00002010128010029002101012002018179c00006000000000001060300000104000001b602fffa02fffb02fffc' +
    '02fffd0234b0092f4e5311405bf2f9db1a00000449343230000ebd844000000082408134010100d05208d04e49ab68b596ba' +
    '7820000000000107656e636f646572020d4c61766635392e32372e3130300d1f10d64e49ab68b596ba785101000000030765' +
    '6e636f64657202164c61766335392e33372e31303020726177766964656f0b446973706f736974696f6e020764656661756c' +
    '740c725f6672616d655f72617465020431352f3193c76d074e4be4adeeca45690b8fa19085af400075de51af',
  'hex',
);
const FIRST = 524_288_088_000n;
/** Bits of a time stamp that are told if it is near the one before. */
const SHIFT = 14n;

/** A number in groups of seven bits. */
function number(value: bigint): number[] {
  const groups = [Number(value & 127n)];
  for (let rest = value >> 7n; rest > 0n; rest >>= 7n) groups.unshift(128 | Number(rest & 127n));
  return groups;
}

/** A packet as FFmpeg writes large ones: a code whose flags follow, time stamp, size, checksum. */
function packetOf(ticks: bigint, bytes: Buffer, isNear = false): Buffer {
  const stamp = isNear ? ticks & ((1n << SHIFT) - 1n) : ticks + (1n << SHIFT);
  const head = [1, ...number(1n + 8n + 32n + 64n), ...number(stamp), ...number(BigInt(bytes.length)), 1, 2, 3, 4];
  return Buffer.concat([Buffer.from(head), bytes]);
}

interface Taken {
  packets: { ticks: bigint; bytes: Buffer }[];
  torn: string[];
}

/** A reader whose packets are read into pieces of memory of any length. */
function reading(most = 3000, pieceBytes = (): number => 100): { reader: NutReader; taken: Taken } {
  const taken: Taken = { packets: [], torn: [] };
  let room = Buffer.alloc(0);
  const reader = openNutReader({
    begins(bytes, ticks) {
      if (bytes < 1 || bytes > most) throw new Error(`no packet has ${bytes} bytes`);
      taken.packets.push({ ticks, bytes: Buffer.alloc(0) });
    },
    room: () => (room = Buffer.alloc(pieceBytes())),
    landed(bytes) {
      const last = taken.packets.at(-1)!;
      last.bytes = Buffer.concat([last.bytes, room.subarray(0, bytes)]);
    },
    torn: (reason) => void taken.torn.push(reason),
  });
  return { reader, taken };
}

function feed(reader: NutReader, bytes: Buffer, stepBytes = (): number => bytes.length): void {
  for (let at = 0; at < bytes.length;) {
    const room = reader.room();
    const count = Math.min(room.length, stepBytes(), bytes.length - at);
    assert.ok(count > 0, 'there is no room');
    bytes.copy(room, 0, at, at + count);
    at += count;
    reader.landed(count);
  }
}

test('packets of any size, cut anywhere, with their time stamps', () => {
  const random = seeded(11);
  for (let round = 0; round < 200; round++) {
    let ticks = FIRST;
    const sent = Array.from({ length: between(random, 1, 12) }, (_, index) => {
      const isNear = between(random, 0, 1) === 1;
      ticks += isNear ? BigInt(between(random, -8000, 8000)) : BigInt(between(random, 1, 2 ** 52));
      // The first one is told from the syncpoint.
      return { ticks, isNear: isNear && index > 0, bytes: Buffer.alloc(between(random, 1, 3000), index + 1) };
    });
    // Headers are repeated now and then, and a text in them may be long.
    const text = Buffer.concat([
      Buffer.from('4e49ab68b596ba78', 'hex'),
      Buffer.from(number(3000n)),
      Buffer.alloc(3000, 7),
    ]);
    const repeated = HEADERS.subarray(25, HEADERS.indexOf(Buffer.from('4e4be4adeeca4569', 'hex')));
    const all = sent.flatMap(({ bytes, ticks: at, isNear }, index) => [
      ...(index === 3 ? [repeated, text] : []),
      packetOf(at, bytes, isNear),
    ]);
    const { reader, taken } = reading(3000, () => between(random, 1, 4000));
    feed(reader, Buffer.concat([HEADERS, ...all]), () => between(random, 1, round % 2 === 0 ? 9 : 2000));
    assert.deepEqual(taken.torn, []);
    assert.deepEqual(
      taken.packets,
      sent.map(({ ticks: at, bytes }) => ({ ticks: at, bytes })),
    );
  }
});

test('the first stamp may be near that of the syncpoint', () => {
  const { reader, taken } = reading();
  feed(reader, Buffer.concat([HEADERS, packetOf(FIRST, Buffer.alloc(4), true)]));
  assert.deepEqual(taken, { packets: [{ ticks: FIRST, bytes: Buffer.alloc(4) }], torn: [] });
});

test('what FFmpeg does not write is told once, and nothing is made of what follows', () => {
  const packet = packetOf(FIRST, Buffer.alloc(50, 5));
  const after = (...bytes: number[]): Buffer => Buffer.concat([HEADERS, packet, Buffer.from(bytes), packet]);
  const other = Buffer.from(HEADERS);
  // Two streams.
  other[36] = 2;
  const table: readonly [Buffer, RegExp][] = [
    [Buffer.from('RIFF1234AVI LIST of nothing at all'), /no NUT/],
    [after(0), /unknown code|flags/],
    [after(255), /unknown code|flags/],
    [after(1, ...number(1n + 2n + 8n + 32n), ...number(FIRST), 50), /flags/],
    [after(1, ...number(1n + 256n + 8n + 32n), ...number(FIRST), 50), /flags/],
    [after(1, ...number(105n), ...number(FIRST), ...number(1n << 40n), 1, 2, 3, 4), /no packet has/],
    [after(1, ...number(105n), ...Array.from({ length: 20 }, () => 255)), /does not end/],
    [after(1, ...number(105n), ...number(FIRST), 0, 1, 2, 3, 4), /no packet has 0/],
    [after(...Buffer.from('4e49ab68b596ba78', 'hex'), ...number(1n << 20n), 1, 2, 3, 4), /a header has/],
    [other, /several streams/],
  ];
  for (const [bytes, reason] of table) {
    const { reader, taken } = reading();
    feed(reader, bytes);
    feed(reader, Buffer.alloc(5000, 3));
    assert.equal(taken.torn.length, 1, `${reason} of ${JSON.stringify(taken.torn)}`);
    assert.match(taken.torn[0]!, reason);
    assert.ok(taken.packets.length <= 2);
  }
});

test('bytes of chance never throw, and never give a packet that is too long', () => {
  const random = seeded(12);
  for (let round = 0; round < 300; round++) {
    const bytes = Buffer.from(Array.from({ length: 900 }, () => between(random, 0, 255)));
    const { reader, taken } = reading();
    feed(reader, Buffer.concat([HEADERS, bytes]), () => between(random, 1, 300));
    assert.ok(taken.packets.every((packet) => packet.bytes.length <= 3000));
  }
});

test('a stream of sound says how many channels and samples it has', () => {
  // What FFmpeg 5.1 writes before the first packet of three channels with 44 100 samples of 32 bits.
  const headers = Buffer.from(
    '6e75742f6d756c74696d6564696120636f6e7461696e6572004e4d7a561f5f04ad5304010181ff7f010182d844c000060000' +
      '00000001a00002010128010029000104000e000c0104010e000c2102018176c00006000000000001060300000104000001b6' +
      '02fffa02fffb02fffc02fffd025c36cd1f4e5311405bf2f9db1800010450464420000e82d84400000082d84401035c97a8d2' +
      '4e49ab68b596ba7820000000000107656e636f646572020d4c61766635392e32372e3130300d1f10d64e49ab68b596ba782a' +
      '010000000107656e636f64657202174c61766335392e33372e3130302070636d5f6633326c659d0651b94e4be4adeeca4569',
    'hex',
  );
  const told: NutSound[] = [];
  const [room, torn] = [Buffer.alloc(1000), [] as string[]];
  const reader = openNutReader({
    sound: (facts) => void told.push(facts),
    begins: () => undefined,
    room: () => room,
    landed: () => undefined,
    torn: (reason) => void torn.push(reason),
  });
  feed(reader, headers, () => 7);
  assert.deepEqual(told, [{ rateHz: 44_100, channels: 3, tickSeconds: 1 / 44_100 }]);
  assert.deepEqual(torn, []);
});
