import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordedStreams, shownAsOutput } from '#agent/device/dual-mode.ts';
import { esc, openSisBox } from './box.ts';

/** All that is asked of stream 2; outside of dual mode there is no such stream. */
const OF_STREAM_2 = ['2VRES', '2VFRM', 'V2BITR', 'A2BITR', '2BRCT', '2GOPL', '2EPRO', '2STRC', 'N2STRC', 'E2RTMP'];

test('outside of dual mode nothing answers for stream 2', async () => {
  const one = openSisBox().client();
  assert.deepEqual(await one.ask(esc('1ENCM')), ['0\r\n']);
  for (const asked of [...OF_STREAM_2.map(esc), esc('V2*3000BITR'), esc('2*1STRC'), '4*2*1.', '44I', '47I', '9*3*1.'])
    assert.deepEqual(await one.ask(asked), ['E14\r\n'], asked);
});

test('a transcript of dual mode: stream 2 is set, asked, named, pushed and recalled as the others are', async () => {
  const box = openSisBox();
  const wanted = () => box.device.state().wanted;
  const [one, other] = [box.client(), box.client(3)];
  assert.deepEqual(await one.ask(`${esc('1*1ENCM')}${esc('1ENCM')}`), ['Encm1*1\r\n', '1\r\n']);
  assert.deepEqual(other.heard(), ['Encm1*1\r\n'], 'what streams there are follows from the mode, and is not told');
  const asked = OF_STREAM_2.map(esc).join('');
  const factory = ['2', '4', '00750', '080', '1', '30', '3', '1', 'extron2', '0'];
  assert.deepEqual(
    await one.ask(asked),
    factory.map((value) => `${value}\r\n`),
  );
  const set = ['2*4VRES', '2*5VFRM', 'V2*3000BITR', 'A2*128BITR', '2*2BRCT', '2*60GOPL', '2*2EPRO', 'N2*cameraSTRC'];
  assert.deepEqual(await one.ask(set.map(esc).join('')), [
    'Vres2*4\r\n',
    'Vfrm2*5\r\n',
    'BitrV2*03000\r\n',
    'BitrA2*128\r\n',
    'Brct2*2\r\n',
    'Gopl2*60\r\n',
    'Epro2*2\r\n',
    'StrcN2*camera\r\n',
  ]);
  assert.ok(other.heard().includes('BitrV2*03000\r\n'), 'others hear of it');
  const { archive, 'archive-b': channelB } = wanted().encoders;
  assert.deepEqual([channelB.widthPx, channelB.fps, channelB.videoKbps, channelB.gopFrames], [512, 12.5, 3000, 60]);
  assert.deepEqual([archive.widthPx, archive.fps, archive.videoKbps], [1280, 15, 750], 'channel A has its own');
  assert.equal(wanted().streams['archive-b'].name, 'camera');

  assert.deepEqual(await one.ask('44I47I'), ['4*720 Lecture,0*unsaved\r\n', '0*unsaved\r\n']);
  assert.deepEqual(await one.ask('4*2*4.44I'), ['4Rpr2*04\r\n', '4*720 Lecture,4*720 Lecture\r\n']);
  assert.deepEqual(await one.ask('3*2*5,47I'), ['3Spr2*05\r\n', '5*Preset 5\r\n']);
  assert.deepEqual(
    await one.ask(`${esc('U1*2*rtmp://live.example/app/KeyRTMP')}${esc('E2*1RTMP')}${esc('S1*2RTMP')}`),
    ['RtmpU1*02*rtmp://live.example/app/Key\r\n', 'RtmpE2*1\r\n', '0\r\n'],
  );
  assert.deepEqual(
    wanted().pushes.map(({ id, stream, enabled }) => [id, stream, enabled]),
    [['rtmp-archive-b-1', 'archive-b', true]],
  );
  assert.deepEqual(await one.ask(`${esc('X2RCDR')}${esc('X2*0RCDR')}${esc('X2RCDR')}`), [
    '1\r\n',
    'RcdrX2*0\r\n',
    '0\r\n',
  ]);
  assert.deepEqual(await one.ask('9*3*7.49I'), ['9Rpr3*07\r\n', '2*PBP Upp RHT,7*Side By Side\r\n']);
  assert.deepEqual(await one.ask(esc('N2*extron1STRC')), ['E13\r\n'], 'the archive has this name');
});

test('the channels that are recorded are chosen, and what is kept beside it stays', async () => {
  const box = openSisBox();
  const streams = () => recordedStreams(box.device.state().wanted);
  const one = box.client();
  const other = box.client(3);
  assert.deepEqual(await one.ask(`${esc('X1RCDR')}${esc('X1*2RCDR')}${esc('X1RCDR')}`), [
    '1\r\n',
    'RcdrX1*2\r\n',
    '2\r\n',
  ]);
  await one.ask(esc('1*1ENCM'));
  other.heard();
  assert.deepEqual(streams(), ['archive', 'archive-b']);
  assert.deepEqual(await one.ask(`${esc('X1*0RCDR')}${esc('X1RCDR')}`), ['RcdrX1*0\r\n', '0\r\n']);
  assert.ok(other.heard().includes('RcdrX1*0\r\n'), 'others hear of it');
  assert.deepEqual(streams(), ['archive-b']);
  await one.ask(esc('X2*0RCDR'));
  assert.deepEqual(streams(), ['archive'], 'a lecture is never recorded by nobody');
  await one.ask(`${esc('X2*1RCDR')}${esc('1*0ENCM')}`);
  assert.deepEqual(streams(), ['archive'], 'outside of dual mode the program is recorded');
});

test('what the output shows is set and asked, and told to others', async () => {
  const box = openSisBox();
  const [one, other] = [box.client(), box.client(3)];
  assert.deepEqual(await one.ask(`${esc('OMOD')}${esc('1OMOD')}${esc('OMOD')}`), ['2\r\n', 'Omod1\r\n', '1\r\n']);
  assert.deepEqual(other.heard(), ['Omod1\r\n']);
  const shown = () => shownAsOutput(box.device.state().wanted);
  assert.equal(shown(), 'confidence', 'outside of dual mode the layout');
  await one.ask(esc('1*1ENCM'));
  assert.equal(shown(), 'archive-b');
  await one.ask(esc('0OMOD'));
  assert.equal(shown(), 'archive');
});

test('what is left on a disk counts both files', async () => {
  const box = openSisBox();
  const one = box.client();
  const disk = { destination: 'internal', folder: '/r', freeBytes: 83e6 * 36, totalBytes: 1e12, usable: true };
  box.device.observe({ fact: 'disk', seen: [disk] });
  const left = async (): Promise<string> => (await one.ask('36I')).join('').trim();
  assert.equal(await left(), 'internal 08:00:00');
  await one.ask(esc('1*1ENCM'));
  assert.equal(await left(), 'internal 04:00:00');
  await one.ask(esc('X2*0RCDR'));
  assert.equal(await left(), 'internal 08:00:00');
  await one.ask(`${esc('X1*0RCDR')}${esc('X2*1RCDR')}`);
  assert.equal(await left(), 'internal 08:00:00');
});

test('the mode does not change while a recording runs, nor what stream 2 is encoded with', async () => {
  const box = openSisBox();
  const one = box.client();
  await one.ask(esc('1*1ENCM'));
  await one.ask(esc('Y1RCDR'));
  one.heard();
  assert.equal(box.device.state().wanted.recording.state, 'recording');
  for (const asked of ['1*0ENCM', 'V2*3000BITR', '2*4VRES', 'X1*0RCDR', 'X2*0RCDR'])
    assert.deepEqual(await one.ask(esc(asked)), ['E22\r\n']);
  const { refusal } = box.device.request({
    name: 'encoder.mode',
    params: { mode: 'composite' },
    session: { id: 'web', via: 'http', access: 'admin' },
  });
  assert.match(refusal?.text ?? '', /the encoder mode cannot be changed while a recording runs: stop it first/);
  assert.equal(box.device.state().wanted.encoderMode, 'dual');
  await one.ask(esc('Y0RCDR'));
  assert.deepEqual(await one.ask(esc('1*0ENCM')), ['Encm1*0\r\n']);
});

test('two streams of one name cannot both be offered: dual mode says which', () => {
  const { device } = openSisBox();
  const session = { id: 'web', via: 'http', access: 'admin' } as const;
  device.request({ name: 'stream.set', params: { stream: 'confidence', settings: { name: 'extron2' } }, session });
  assert.equal(device.state().wanted.streams.confidence.name, 'extron2', 'it is free outside of dual mode');
  const { refusal } = device.request({ name: 'encoder.mode', params: { mode: 'dual' }, session });
  assert.match(refusal?.text ?? '', /channel B and confidence are both named extron2/);
  assert.equal(device.state().wanted.encoderMode, 'composite');
});
