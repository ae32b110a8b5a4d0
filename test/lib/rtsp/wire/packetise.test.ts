import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aacFormat, packetiseAac } from '#lib/rtsp/wire/aac.ts';
import { h264Format, packetiseH264 } from '#lib/rtsp/wire/h264.ts';
import { frameUp, MAX_PACKET_BYTES, onChannel, readRtp, type RtpCounter, type Unit } from '#lib/rtsp/wire/rtp.ts';
import { joinAac, joinH264 } from '../depacketise.ts';
import { seededBytes } from '../seeded.ts';

const newCounter = (seq = 65_530): RtpCounter => ({ ssrc: 0xdeadbeef, payloadType: 96, seq, packets: 0, octets: 0 });

function nal(header: number, bytes: number, seed: number): Buffer {
  return Buffer.concat([Buffer.from([header]), seededBytes(seed, bytes - 1)]);
}

function payloads(unit: Unit): Buffer[] {
  return unit.packets.map((packet) => readRtp(packet)!.payload);
}

test('NAL units of every length come back as they were', () => {
  for (const bytes of [1, 2, 3, 1327, 1328, 1329, 1330, 2653, 2654, 2655, 40_000]) {
    const nals = [nal(0x67, 24, 1), nal(0x68, 5, 2), nal(0x65, bytes, bytes)];
    const unit = packetiseH264(0, newCounter(), 1234, nals)!;
    assert.deepEqual(joinH264(payloads(unit)), nals, `${bytes} bytes`);
    for (const packet of unit.packets) assert.ok(packet.length <= MAX_PACKET_BYTES);
  }
});

test('the marker is on the last packet alone, numbers run on through 65535, all have one time stamp', () => {
  const counter = newCounter();
  const unit = packetiseH264(1, counter, 0xffff_fff0, [nal(0x65, 20_000, 7)])!;
  const headers = unit.packets.map((packet) => readRtp(packet)!);
  assert.equal(headers.length, 16);
  assert.deepEqual(
    headers.map(({ marker }) => marker),
    headers.map((_, index) => index === headers.length - 1),
  );
  assert.deepEqual(
    headers.map(({ seq }) => seq),
    headers.map((_, index) => (65_530 + index) & 0xffff),
  );
  assert.ok(headers.every((header) => header.rtpTime === 0xffff_fff0 && header.ssrc === 0xdeadbeef));
  assert.equal(counter.packets, 16);
  assert.equal(counter.octets, 19_999 + 16 * 2);
  assert.equal(unit.seq, 65_530);
});

test('the interleaved bytes are the same packets between dollars', () => {
  const unit = packetiseH264(1, newCounter(), 9, [nal(0x65, 3000, 3), nal(0x41, 10, 4)])!;
  const rest: Buffer[] = [];
  let at = 0;
  for (const packet of unit.packets) {
    assert.equal(unit.framed[at], 0x24);
    assert.equal(unit.framed[at + 1], 2);
    assert.equal(unit.framed.readUInt16BE(at + 2), packet.length);
    rest.push(unit.framed.subarray(at + 4, (at += 4 + packet.length)));
  }
  assert.equal(at, unit.framed.length);
  assert.deepEqual(rest, [...unit.packets]);
  const moved = onChannel(unit.framed, 9);
  assert.equal(moved[1], 9);
  assert.equal(unit.framed[1], 2);
  assert.deepEqual(frameUp(1, false, unit.packets).framed, unit.framed);
});

test('nothing to send gives nothing', () => {
  assert.equal(packetiseH264(0, newCounter(), 0, []), undefined);
  assert.equal(packetiseH264(0, newCounter(), 0, [Buffer.alloc(0)]), undefined);
  assert.equal(packetiseAac(0, newCounter(), 0, Buffer.alloc(0)), undefined);
  assert.equal(packetiseAac(0, newCounter(), 0, Buffer.alloc(8192)), undefined);
});

test('AAC frames come back, also those longer than a packet', () => {
  for (const bytes of [1, 200, 1324, 1325, 3000, 8191]) {
    const frame = seededBytes(bytes, bytes);
    const unit = packetiseAac(1, newCounter(), 48_000, frame)!;
    assert.deepEqual(joinAac(payloads(unit)), [frame], `${bytes} bytes`);
    assert.equal(readRtp(unit.packets.at(-1)!)!.marker, true);
  }
});

test('the lines in SDP say what the parameter sets say', () => {
  const format = h264Format(Buffer.from('67640029ac', 'hex'), Buffer.from('68ee3cb0', 'hex'));
  assert.equal(format, 'packetization-mode=1; profile-level-id=640029; sprop-parameter-sets=Z2QAKaw=,aO48sA==');
  assert.match(
    aacFormat(Buffer.from('1190', 'hex')),
    /mode=AAC-hbr; sizelength=13; indexlength=3; indexdeltalength=3; config=1190$/,
  );
});

test('packets that lie about themselves are none', () => {
  assert.equal(readRtp(Buffer.alloc(11, 0x80)), undefined);
  assert.equal(readRtp(Buffer.alloc(20)), undefined);
  const many = Buffer.alloc(20);
  many[0] = 0x8f;
  assert.equal(readRtp(many), undefined);
  const padded = Buffer.alloc(20);
  padded[0] = 0xa0;
  padded[19] = 200;
  assert.equal(readRtp(padded), undefined);
  const extended = Buffer.alloc(20, 0xff);
  extended[0] = 0x90;
  assert.equal(readRtp(extended), undefined);
});
