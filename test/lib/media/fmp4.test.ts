import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openFmp4 } from '#lib/media/fmp4.ts';
import type { Packet, StreamParameters } from '#lib/media/packet.ts';

/** A box parser of its own, so that a mistake in the product's is seen. */
interface Box {
  type: string;
  body: Buffer;
  /** Of the body, in the whole. */
  at: number;
}

const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl', 'mvex', 'moof', 'traf', 'edts', 'dinf']);

function parse(data: Buffer, base = 0): Box[] {
  const boxes: Box[] = [];
  for (let at = 0; at < data.length;) {
    const size = data.readUInt32BE(at);
    assert.ok(size >= 8 && at + size <= data.length, `box of ${size} at ${base + at}`);
    const type = data.toString('latin1', at + 4, at + 8);
    const body = data.subarray(at + 8, at + size);
    boxes.push({ type, body, at: base + at + 8 });
    if (CONTAINERS.has(type)) boxes.push(...parse(body, base + at + 8));
    at += size;
  }
  return boxes;
}

const all = (boxes: Box[], type: string): Buffer[] => boxes.filter((box) => box.type === type).map(({ body }) => body);
const only = (boxes: Box[], type: string): Buffer => all(boxes, type)[0] ?? assert.fail(`no ${type}`);

const SPS = Buffer.from('67640029acd9405005bb011000000300100000030300f1832960', 'hex');
const PPS = Buffer.from('68ebecb22c', 'hex');
const parameters: StreamParameters = {
  video: { codec: 'h264', sps: SPS, pps: PPS, widthPx: 1280, heightPx: 720 },
  audio: { codec: 'aac', config: Buffer.from([0x12, 0x10]), sampleRateHz: 44_100, channels: 2 },
};

const picture = (ptsTicks: number, dtsTicks: number, key: boolean, units: Buffer[]): Packet => ({
  track: 'video',
  ptsTicks,
  dtsTicks,
  key,
  units,
  ts: Buffer.alloc(0),
});
const sound = (ticks: number, byte: number): Packet => ({
  track: 'audio',
  ptsTicks: ticks,
  dtsTicks: ticks,
  key: false,
  units: [Buffer.from([byte, byte])],
  ts: Buffer.alloc(0),
});

interface Row {
  duration: number;
  size: number;
  flags?: number;
  composition?: number;
}

function runOf(trun: Buffer): { dataOffset: number; rows: Row[] } {
  const flags = trun.readUIntBE(1, 3);
  const video = flags === 0xf01;
  assert.ok(video || flags === 0x301);
  assert.equal(trun[0], 1, 'signed composition offsets');
  const stride = video ? 16 : 8;
  const rows = Array.from({ length: trun.readUInt32BE(4) }, (_, index) => {
    const at = 12 + index * stride;
    const row = { duration: trun.readUInt32BE(at), size: trun.readUInt32BE(at + 4) };
    return video ? { ...row, flags: trun.readUInt32BE(at + 8), composition: trun.readInt32BE(at + 12) } : row;
  });
  return { dataOffset: trun.readInt32BE(8), rows };
}

test('the header says what the tracks are', () => {
  const boxes = parse(openFmp4(parameters, { startTicks: 1000, leadTicks: 12_000, language: 'fra' }).init());
  assert.deepEqual(
    boxes.filter(({ type }) => ['ftyp', 'moov'].includes(type)).map(({ type }) => type),
    ['ftyp', 'moov'],
  );
  const [video = Buffer.alloc(0), audio = Buffer.alloc(0)] = all(boxes, 'mdhd');
  assert.equal(video.readUInt32BE(12), 90_000);
  assert.equal(audio.readUInt32BE(12), 44_100);
  const code = video.readUInt16BE(20);
  assert.equal(String.fromCharCode(...[10, 5, 0].map((shift) => ((code >> shift) & 31) + 0x60)), 'fra');
  const [videoEntry = Buffer.alloc(0), audioEntry = Buffer.alloc(0)] = all(boxes, 'stsd');
  const avcC = videoEntry.subarray(videoEntry.indexOf('avcC') + 4);
  assert.deepEqual([...avcC.subarray(0, 6)], [1, 0x64, 0, 0x29, 0xff, 0xe1]);
  assert.equal(avcC.indexOf(SPS), 8);
  assert.ok(avcC.includes(PPS));
  assert.deepEqual([...avcC.subarray(-4)], [0xfd, 0xf8, 0xf8, 0], '4:2:0, 8 bits: High profile has to say so');
  assert.equal(videoEntry.readUInt16BE(8 + 8 + 24), 1280);
  assert.ok(audioEntry.includes(Buffer.from([5, 0x80, 0x80, 0x80, 2, 0x12, 0x10])), 'AudioSpecificConfig');
  const [elst] = all(boxes, 'elst');
  assert.deepEqual([elst?.readUInt32BE(4), elst?.readUInt32BE(8), elst?.readInt32BE(12)], [1, 0, 12_000]);
  assert.deepEqual(
    all(boxes, 'trex').map((trex) => trex.readUInt32BE(4)),
    [1, 2],
  );
});

test('pictures out of order: decoding times, signed offsets, sync flags, exact lengths', () => {
  const muxer = openFmp4(parameters, { startTicks: 90_000, leadTicks: 6000 });
  // Shown 0 3 1 2, decoded one frame ahead.
  const unit = (type: number, size: number): Buffer => Buffer.concat([Buffer.from([type]), Buffer.alloc(size - 1, 7)]);
  const pictures = [
    picture(90_000, 84_000, true, [Buffer.from([9, 16]), SPS, PPS, unit(6, 3), unit(0x65, 10)]),
    picture(108_000, 90_000, false, [unit(0x41, 5)]),
    picture(96_000, 96_000, false, [unit(1, 4)]),
    picture(102_000, 102_000, false, [unit(1, 6)]),
  ];
  const sounds = [sound(90_000, 1), sound(92_090, 2)];
  const data = muxer.fragment([pictures[0], sounds[0], ...pictures.slice(1), sounds[1]] as Packet[], {
    videoDtsTicks: 108_500,
  });
  const boxes = parse(data);
  assert.deepEqual(
    all(boxes, 'mfhd').map((box) => box.readUInt32BE(4)),
    [1],
  );
  const [videoTime, audioTime] = all(boxes, 'tfdt');
  assert.deepEqual([videoTime?.[0], videoTime?.readBigUInt64BE(4), audioTime?.readBigUInt64BE(4)], [1, 0n, 0n]);
  for (const tfhd of all(boxes, 'tfhd')) assert.equal(tfhd.readUIntBE(1, 3), 0x020000, 'default base is moof');
  const [video, audio] = all(boxes, 'trun').map(runOf);
  assert.deepEqual(video?.rows, [
    { duration: 6000, size: 7 + 14, flags: 0x02000000, composition: 6000 },
    { duration: 6000, size: 9, flags: 0x01010000, composition: 18_000 },
    { duration: 6000, size: 8, flags: 0x01010000, composition: 0 },
    { duration: 6500, size: 10, flags: 0x01010000, composition: 0 },
  ]);
  assert.deepEqual(audio?.rows, [
    { duration: 1024, size: 2 },
    { duration: 1024, size: 2 },
  ]);
  const at = video?.dataOffset ?? 0;
  assert.deepEqual([...data.subarray(at, at + 8)], [0, 0, 0, 3, 6, 7, 7, 0], 'no parameter sets, no delimiter');
  assert.deepEqual([...data.subarray(audio?.dataOffset ?? 0)], [1, 1, 2, 2]);
});

test('one picture a fragment: times go on, lengths are those of the picture before', () => {
  const muxer = openFmp4(parameters, { startTicks: 0, frameTicks: 6000 });
  const one = (number: number) =>
    parse(muxer.fragment([picture(number * 6000, number * 6000, number === 0, [Buffer.from([0x65, 1])])]));
  const boxes = [0, 1, 2, 3].map(one);
  assert.deepEqual(
    boxes.map((all) => only(all, 'tfdt').readBigUInt64BE(4)),
    [0n, 6000n, 12_000n, 18_000n],
  );
  assert.deepEqual(
    boxes.map((all) => runOf(only(all, 'trun')).rows[0]?.duration),
    [6000, 6000, 6000, 6000],
  );
  assert.deepEqual(
    boxes.map((all) => only(all, 'mfhd').readUInt32BE(4)),
    [1, 2, 3, 4],
  );
  assert.equal(muxer.fragment([]).length, 0);
});

test('times never go back, however the packets lie', () => {
  const muxer = openFmp4(parameters, { startTicks: 1_000_000 });
  const times = [990_000, 1_000_000, 1_000_000, 999_000, 1_006_000];
  const boxes = parse(muxer.fragment(times.map((ticks) => picture(ticks, ticks, false, [Buffer.from([1, 2])]))));
  const { rows } = runOf(only(boxes, 'trun'));
  let dts = Number(only(boxes, 'tfdt').readBigUInt64BE(4));
  const shown = rows.map(({ duration, composition = 0 }) => {
    assert.ok(duration > 0);
    const at = dts + composition;
    dts += duration;
    return at;
  });
  assert.deepEqual(
    shown,
    times.map((ticks) => ticks - 1_000_000),
    'each is shown when it says',
  );
});

test('days of recording do not overflow', () => {
  const muxer = openFmp4(parameters, { startTicks: 0 });
  const ticks = 30 * 86_400 * 90_000;
  const boxes = parse(muxer.fragment([picture(ticks, ticks, true, [Buffer.from([0x65, 1])]), sound(ticks, 1)]));
  assert.deepEqual(
    all(boxes, 'tfdt').map((box) => box.readBigUInt64BE(4)),
    [BigInt(ticks), BigInt(30 * 86_400 * 44_100)],
  );
});

test('one track alone, and none at all', () => {
  const { audio, video } = parameters;
  const picturesOnly = parse(openFmp4(video ? { video } : {}, { startTicks: 0 }).init());
  assert.deepEqual(all(picturesOnly, 'trak').length, 1);
  const soundOnly = openFmp4(audio ? { audio } : {}, { startTicks: 0 });
  assert.equal(soundOnly.fragment([picture(0, 0, true, [Buffer.from([0x65])])]).length, 0);
  assert.equal(parse(soundOnly.fragment([sound(0, 1)])).filter(({ type }) => type === 'traf').length, 1);
  assert.throws(() => openFmp4({}, { startTicks: 0 }), RangeError);
});
