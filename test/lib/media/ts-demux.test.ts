import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { NAL, nalType } from '#lib/media/h264.ts';
import type { Packet, StreamParameters } from '#lib/media/packet.ts';
import { openTsDemux } from '#lib/media/ts-demux.ts';
import { between, seeded } from '#test/support/seeded.ts';

const FILE = readFileSync(new URL('../../fixtures/media/bframes.mpegts', import.meta.url));
const TS_BYTES = 188;
/** What ffprobe says of the file: pts of each picture, in the order of decoding, in frames of 6000 ticks. */
const PICTURES = [2, 5, 3, 4, 8, 6, 7, 10, 9, 11, 14, 12, 13, 17, 15, 16, 19, 18];
const SOUNDS = 58;

interface Seen {
  packets: Packet[];
  parameters: StreamParameters[];
}

function demux(chunks: readonly Buffer[], nearTicks = 0): Seen {
  const seen: Seen = { packets: [], parameters: [] };
  const events = {
    onPacket: (packet: Packet) => void seen.packets.push(packet),
    onParameters: (parameters: StreamParameters) => void seen.parameters.push(parameters),
  };
  const stream = openTsDemux(events, nearTicks);
  for (const chunk of chunks) stream.write(chunk);
  stream.flush();
  return seen;
}

const track = ({ packets }: Seen, name: Packet['track']): Packet[] => packets.filter((packet) => packet.track === name);
const said = ({ packets }: Seen): string =>
  JSON.stringify(
    packets.map(({ track, ptsTicks, dtsTicks, key, units, ts }) => [
      track,
      ptsTicks,
      dtsTicks,
      key,
      ts.length,
      ...units.map((unit) => [unit.length, unit[0], unit.at(-1)]),
    ]),
  );
const WHOLE = demux([FILE]);

test('pictures with their times, key marks and units; sound frame by frame', () => {
  const pictures = track(WHOLE, 'video');
  assert.equal(pictures.length, PICTURES.length);
  pictures.forEach(({ ptsTicks, dtsTicks, key, units }, n) => {
    assert.equal(dtsTicks, n * 6000);
    assert.equal(key, n % 9 === 0);
    const kinds = units.map(nalType);
    assert.ok(!kinds.includes(NAL.delimiter));
    if (!key) assert.deepEqual(kinds, [NAL.slice]);
    else
      assert.deepEqual(
        kinds.filter((kind) => kind !== NAL.sei),
        [NAL.sps, NAL.pps, NAL.idr],
      );
    assert.equal(ptsTicks, PICTURES[n]! * 6000);
  });
  const sounds = track(WHOLE, 'audio');
  assert.equal(sounds.length, SOUNDS);
  sounds.forEach(({ ptsTicks, key, units }, n) => {
    assert.equal(ptsTicks, 10_080 + n * 1920);
    assert.equal(key, false);
    assert.equal(units.length, 1);
    assert.notEqual(units[0]![0], 0xff);
  });
});

test('parameters are told once they are whole, and once only', () => {
  assert.equal(WHOLE.parameters.length, 1);
  const [{ video, audio }] = WHOLE.parameters as [StreamParameters];
  assert.deepEqual([video?.codec, video?.widthPx, video?.heightPx], ['h264', 128, 72]);
  assert.deepEqual([nalType(video!.sps), nalType(video!.pps)], [NAL.sps, NAL.pps]);
  assert.deepEqual(audio, { codec: 'aac', config: Buffer.from([0x11, 0x90]), sampleRateHz: 48_000, channels: 2 });
});

test('each packet carries its transport packets; a key picture begins with the tables', () => {
  for (const { track, key, ts } of WHOLE.packets) {
    assert.equal(ts.length % TS_BYTES, 0);
    for (let at = 0; at < ts.length; at += TS_BYTES) assert.equal(ts[at], 0x47);
    if (track !== 'video') continue;
    const pids = Array.from({ length: ts.length / TS_BYTES }, (_, n) => ts.readUInt16BE(n * TS_BYTES + 1) & 0x1fff);
    assert.deepEqual(pids.slice(0, 3), key ? [0, 0x1000, 0x100] : pids.slice(0, 3).map(() => 0x100));
  }
  // What was put out is a transport stream again, with the same in it.
  const again = demux(WHOLE.packets.map(({ ts }) => ts));
  assert.equal(said(again), said(WHOLE));
});

test('cut in two at any byte, or into pieces of any size: always the same', () => {
  const due = said(WHOLE);
  for (let at = 0; at <= 4 * TS_BYTES; at++)
    assert.equal(said(demux([FILE.subarray(0, at), FILE.subarray(at)])), due, `cut at ${at}`);
  for (const size of [1, 2, 3, 7, 187, 188, 189, 375, 1000, 65_536]) {
    const chunks: Buffer[] = [];
    for (let at = 0; at < FILE.length; at += size) chunks.push(FILE.subarray(at, at + size));
    assert.equal(said(demux(chunks)), due, `pieces of ${size}`);
  }
});

test('garbage before the stream costs at most what it hides', () => {
  const random = seeded(3);
  for (const length of [1, 5, 187, 188, 200, 1000]) {
    const garbage = Buffer.from(
      Array.from({ length }, () => between(random, 0, 255)).map((byte) => (byte === 0x47 ? 0 : byte)),
    );
    assert.equal(said(demux([garbage, FILE])), said(WHOLE), `${length} bytes`);
  }
});

test('garbage inside, lost packets, flipped bytes: never an error, and whole again with the next key picture', () => {
  const random = seeded(4);
  const lastKey = WHOLE.packets.filter(({ key }) => key).at(-1)!;
  const end = FILE.indexOf(lastKey.ts.subarray(2 * TS_BYTES, 3 * TS_BYTES)) - 2 * TS_BYTES;
  const intact = FILE.subarray(end - (end % TS_BYTES));
  for (let round = 0; round < 300; round++) {
    const damaged = Buffer.from(FILE.subarray(0, FILE.length - intact.length));
    for (let flips = between(random, 0, 40); flips > 0; flips--)
      damaged[between(random, 0, damaged.length - 1)] = between(random, 0, 255);
    const lost = between(random, 0, damaged.length - 1);
    const holes = [
      damaged.subarray(0, lost),
      damaged.subarray(Math.min(damaged.length, lost + between(random, 0, 2000))),
    ];
    const seen = demux([...holes, Buffer.alloc(3 * TS_BYTES), intact]);
    const pictures = track(seen, 'video').slice(-8);
    assert.deepEqual(
      pictures.map(({ units }) => units.length),
      track(WHOLE, 'video')
        .slice(-8)
        .map(({ units }) => units.length),
      `round ${round}`,
    );
  }
});

test('bytes that mean nothing, by the megabyte', () => {
  const random = seeded(5);
  const noise = Buffer.from(Array.from({ length: 1 << 20 }, () => between(random, 0, 255)));
  const sync = Buffer.from(noise);
  for (let at = 0; at < sync.length; at += TS_BYTES) sync[at] = 0x47;
  for (const bytes of [noise, sync, Buffer.alloc(1 << 20), Buffer.alloc(1 << 20, 0x47)])
    assert.doesNotThrow(() => demux([FILE.subarray(0, 5 * TS_BYTES), bytes]));
});

/** A transport packet of the video's PID: `start` begins a PES. */
function videoPacket(start: boolean, payload: Buffer): Buffer {
  const packet = Buffer.alloc(TS_BYTES, 0xff);
  const stuffing = TS_BYTES - 4 - payload.length;
  packet.set([0x47, start ? 0x41 : 0x01, 0x00, stuffing > 0 ? 0x30 : 0x10], 0);
  if (stuffing > 0) packet[4] = stuffing - 1;
  if (stuffing > 1) packet[5] = 0;
  payload.copy(packet, TS_BYTES - payload.length);
  return packet;
}

test('a picture without an end does not fill the memory', () => {
  const seen: Packet[] = [];
  const stream = openTsDemux({ onPacket: (packet) => void seen.push(packet), onParameters: () => undefined });
  stream.write(FILE.subarray(0, 3 * TS_BYTES));
  const start = Buffer.concat([
    Buffer.from([0, 0, 1, 0xe0, 0, 0, 0x80, 0x80, 5, 0x21, 0, 1, 0, 1, 0, 0, 1, 1]),
    Buffer.alloc(100, 5),
  ]);
  stream.write(videoPacket(true, start));
  const more = Buffer.concat(Array.from({ length: 5000 }, () => videoPacket(false, Buffer.alloc(184, 7))));
  for (let megabytes = 0; megabytes < 20; megabytes++) stream.write(more);
  stream.write(videoPacket(true, start));
  const longest = Math.max(...seen.map(({ ts }) => ts.length));
  assert.ok(longest < 10 << 20, `${longest} bytes`);
});

test('time stamps go on over the wrap of 33 bits', () => {
  const wrap = 2 ** 33;
  /** The same file, `by` ticks later; stamps wrap. */
  const later = (by: number): Buffer => {
    const bytes = Buffer.from(FILE);
    for (let at = 0; at + TS_BYTES <= bytes.length; at += TS_BYTES) shiftStamps(bytes.subarray(at, at + TS_BYTES), by);
    return bytes;
  };
  for (const by of [0, wrap - 30_000, wrap - 12_000, wrap - 6000, 2 * wrap - 50_000, 5 * wrap + 7]) {
    const seen = demux([later(by)], by);
    track(seen, 'video').forEach(({ ptsTicks, dtsTicks }, n) => {
      assert.equal(dtsTicks, n * 6000 + by);
      assert.equal(ptsTicks, PICTURES[n]! * 6000 + by);
    });
  }
});

/** Adds to the PTS and DTS of the PES that begins in this packet, if one does. */
function shiftStamps(packet: Buffer, by: number): void {
  if ((packet[1]! & 0x40) === 0) return;
  const at = 4 + (packet[3]! & 0x20 ? 1 + packet[4]! : 0);
  if (packet.readUIntBE(at, 3) !== 1 || at + 9 > TS_BYTES) return;
  const flags = packet[at + 7]! >> 6;
  if (flags & 2) shiftStamp(packet, at + 9, by);
  if (flags & 1) shiftStamp(packet, at + 14, by);
}

function shiftStamp(packet: Buffer, at: number, by: number): void {
  const high = BigInt((packet[at]! >> 1) & 7);
  const low = (BigInt(packet.readUInt16BE(at + 1) >> 1) << 15n) | BigInt(packet.readUInt16BE(at + 3) >> 1);
  const ticks = ((high << 30n) + low + BigInt(by)) % (1n << 33n);
  packet[at] = (packet[at]! & 0xf1) | (Number(ticks >> 30n) << 1);
  packet.writeUInt16BE((Number((ticks >> 15n) & 0x7fffn) << 1) | 1, at + 1);
  packet.writeUInt16BE((Number(ticks & 0x7fffn) << 1) | 1, at + 3);
}
