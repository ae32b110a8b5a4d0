import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatFields, hasFormat, readerFor } from '#lib/rtsp/wire/nal.ts';
import { describeParameters, formatSdp, parseAnnouncement, withFormat } from '#lib/rtsp/wire/sdp.ts';

const FFMPEG = [
  'v=0',
  'o=- 0 0 IN IP4 127.0.0.1',
  's=No Name',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=video 0 RTP/AVP 96',
  'b=AS:700',
  'a=rtpmap:96 H264/90000',
  'a=fmtp:96 packetization-mode=1; sprop-parameter-sets=; profile-level-id=640016',
  'a=control:streamid=0',
  'm=audio 0 RTP/AVP 97',
  'a=rtpmap:97 opus/48000/2',
  'a=sendonly',
  'a=control:streamid=1',
  '',
].join('\r\n');

test("a publisher's tracks are read, and described anew to players", () => {
  const tracks = parseAnnouncement(FFMPEG)!;
  assert.deepEqual(
    tracks.map(({ kind, codec, clockRateHz, payloadType, control }) => [
      kind,
      codec,
      clockRateHz,
      payloadType,
      control,
    ]),
    [
      ['video', 'H264', 90_000, 96, 'streamid=0'],
      ['audio', 'OPUS', 48_000, 97, 'streamid=1'],
    ],
  );
  const sdp = formatSdp('a', 1, tracks);
  assert.match(sdp, /c=IN IP4 0\.0\.0\.0\r\n/);
  assert.match(sdp, /a=control:\*\r\n/);
  assert.match(sdp, /m=audio 0 RTP\/AVP 97\r\na=rtpmap:97 opus\/48000\/2\r\na=control:trackID=1\r\n$/);
  assert.doesNotMatch(sdp, /streamid|sendonly/);
});

test('static payload types need no rtpmap', () => {
  const tracks = parseAnnouncement('v=0\r\nm=audio 5004 RTP/AVP 0\r\n')!;
  assert.deepEqual([tracks[0]?.codec, tracks[0]?.clockRateHz], ['PCMU', 8000]);
});

test('what is no announcement is refused', () => {
  for (const text of [
    '',
    'v=0\r\n',
    'm=video 0 RTP/AVP 96\r\n',
    'm=video 0 RTP/SAVP 96\r\na=rtpmap:96 H264/90000\r\n',
    'm=video 0 RTP/AVP 200\r\na=rtpmap:200 H264/90000\r\n',
    `v=0\r\n${'m=audio 0 RTP/AVP 0\r\n'.repeat(9)}`,
    'm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/0\r\n',
  ]) {
    assert.equal(parseAnnouncement(text), undefined, text);
  }
});

test('our own parameters are described whole', () => {
  const tracks = describeParameters({
    video: { sps: Buffer.from('67640029ac', 'hex'), pps: Buffer.from('68ee3cb0', 'hex') },
    audio: { config: Buffer.from('1190', 'hex'), sampleRateHz: 48_000, channels: 2 },
  });
  const sdp = formatSdp('extron1\r\na=evil', 3, tracks);
  assert.match(sdp, /s=extron1 {2}a=evil\r\n/);
  assert.match(sdp, /a=fmtp:96 packetization-mode=1; profile-level-id=640029; sprop-parameter-sets=Z2QAKaw=,aO48sA==/);
  assert.match(sdp, /a=rtpmap:97 mpeg4-generic\/48000\/2\r\n/);
});

const SPS = Buffer.from('67640029ac', 'hex');
const PPS = Buffer.from('68ee3cb0', 'hex');

test('key pictures and parameter sets are found in H.264 payloads', () => {
  const look = readerFor('H264')!;
  assert.equal(look(Buffer.from([0x65, 1])).isKey, true);
  assert.equal(look(Buffer.from([0x41, 1])).isKey, false);
  assert.equal(look(Buffer.from([0x7c, 0x85, 1])).isKey, true);
  assert.equal(look(Buffer.from([0x7c, 0x81, 1])).isKey, false);
  assert.deepEqual(look(SPS), { isKey: true, sets: { sps: SPS } });
  const stap = Buffer.concat([Buffer.from([24, 0, 5]), SPS, Buffer.from([0, 4]), PPS]);
  assert.deepEqual(look(stap).sets, { sps: SPS, pps: PPS });
  assert.deepEqual(look(Buffer.from([24, 0xff, 0xff, 0x67])), { isKey: false, sets: {} });
  assert.deepEqual(look(Buffer.alloc(0)), { isKey: false, sets: {} });
});

test('and in H.265 payloads', () => {
  const look = readerFor('H265')!;
  assert.equal(look(Buffer.from([19 << 1, 1, 0])).isKey, true);
  assert.equal(look(Buffer.from([1 << 1, 1, 0])).isKey, false);
  assert.equal(look(Buffer.from([49 << 1, 1, 0x80 | 19])).isKey, true);
  const [vps, sps, pps] = [32, 33, 34].map((type) => Buffer.from([type << 1, 1, 9, 8]));
  const sets = { ...look(vps!).sets, ...look(sps!).sets, ...look(pps!).sets };
  assert.deepEqual(formatFields('H265', sets), {
    'sprop-vps': 'QAEJCA==',
    'sprop-sps': 'QgEJCA==',
    'sprop-pps': 'RAEJCA==',
  });
  assert.deepEqual(formatFields('H265', { sps: sps!, pps: pps! }), {});
});

test('parameter sets seen in the stream take the empty place in the SDP', () => {
  const [video] = parseAnnouncement(FFMPEG)!;
  assert.equal(hasFormat(video!.attributes), false);
  const filled = withFormat(video!, formatFields('H264', { sps: SPS, pps: PPS }));
  assert.deepEqual(filled.attributes, [
    'rtpmap:96 H264/90000',
    'fmtp:96 packetization-mode=1; sprop-parameter-sets=Z2QAKaw=,aO48sA==; profile-level-id=640029',
  ]);
  assert.equal(hasFormat(filled.attributes), true);
});
