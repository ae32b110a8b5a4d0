import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startOf } from '#lib/rtsp/server/live-stream.ts';
import { goodbye, ntpOfMs, ntpOfRtp, readSenderReport, rtpOfNtp, senderReport } from '#lib/rtsp/wire/rtcp.ts';
import { frameUp, type Unit } from '#lib/rtsp/wire/rtp.ts';
import { seeded, seededBytes } from '../seeded.ts';

test('a sender report is read as it was written, its description behind it', () => {
  const ntp = ntpOfMs(1_700_000_000_500);
  assert.equal(ntp >> 32n, 1_700_000_000n + 2_208_988_800n);
  assert.equal(ntp & 0xffff_ffffn, 0x8000_0000n);
  const packet = senderReport({ ssrc: 7, packets: 3, octets: 99 }, ntp, 0x1_0000_0005, 'amphi');
  assert.deepEqual(readSenderReport(packet), { ssrc: 7, ntp, rtpTime: 5 });
  assert.equal(packet.readUInt16BE(2), 6);
  assert.equal(packet[29], 202);
  assert.equal(28 + 4 + packet.readUInt16BE(30) * 4, packet.length);
  assert.equal(packet.toString('latin1', 38, 43), 'amphi');
  assert.equal(readSenderReport(goodbye(7)), undefined);
});

test('time goes from RTP to the wall clock and back, across the wrap', () => {
  for (const rateHz of [90_000, 48_000, 44_100]) {
    const map = { rateHz, ntp: ntpOfMs(1_700_000_000_123), rtp: 0xffff_ff00 };
    for (const rtp of [0xffff_ff00, 0xffff_ffff, 0, 12_345, 0xffff_0000]) {
      assert.equal(rtpOfNtp(map, ntpOfRtp(map, rtp)), rtp);
    }
    assert.equal(Number((ntpOfRtp(map, (0xffff_ff00 + rateHz) >>> 0) - map.ntp) >> 32n), 1);
  }
});

test('noise is no report and does not hang', () => {
  const next = seeded(5);
  for (let round = 0; round < 2000; round += 1) {
    const noise = seededBytes(round, Math.floor(next() * 80));
    if (noise.length > 1) noise[0] = 0x80;
    readSenderReport(noise);
  }
});

function unit(track: number, rtpTime: number, seq: number): Unit {
  const packet = Buffer.alloc(20);
  packet[0] = 0x80;
  packet.writeUInt16BE(seq, 2);
  packet.writeUInt32BE(rtpTime, 4);
  return frameUp(track, false, [packet]);
}

test('a player is told one instant for all tracks, not later than the first packet of any', () => {
  const ntp = ntpOfMs(1_700_000_000_000);
  const tracks = [
    { counter: { ssrc: 1, seq: 50, packets: 0, octets: 0 }, clock: { rateHz: 90_000, ntp, rtp: 1000 } },
    { counter: { ssrc: 2, seq: 60, packets: 0, octets: 0 }, clock: { rateHz: 48_000, ntp, rtp: 5000 } },
  ];
  // The picture is a second after the reference, the sound 900 ms.
  const ring = [unit(0, 91_000, 10), unit(1, 5000 + 43_200, 20), unit(0, 97_000, 11)];
  const { reports, info } = startOf(ring, tracks);
  assert.deepEqual(info, [
    { seq: 10, rtpTime: 1000 + 81_000 },
    { seq: 20, rtpTime: 5000 + 43_200 },
  ]);
  const [video, audio] = reports.map((report) => readSenderReport(report.packets[0]!)!);
  assert.equal(video?.ntp, audio?.ntp);
  assert.deepEqual([video?.rtpTime, audio?.rtpTime], [82_000, 48_200]);
  assert.deepEqual(startOf([], tracks), { reports: [], info: [{ seq: 50 }, { seq: 60 }] });
});
