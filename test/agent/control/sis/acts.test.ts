import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factoryWanted } from '#agent/device/initial-state.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { esc, openSisBox, type SisBox } from './box.ts';

test('picture, windows, layouts and sound change what is wanted', async () => {
  const box = openSisBox();
  const one = box.client();
  const wanted = () => box.device.state().wanted;
  const asked = ['1*70BRIT', '1+BRIT', '2*0TINT', '2-TINT', '1BRIT'].map(esc).join('');
  assert.deepEqual(await one.ask(asked), [
    'Brit01*070\r\n',
    'Brit01*071\r\n',
    'Tint02*000\r\n',
    'Tint02*000\r\n',
    '071\r\n',
  ]);
  assert.equal(wanted().inputs[1].picture.brightness, 71);

  await one.ask('7*7.');
  assert.deepEqual(await one.ask(['1*1HCTR', '1*1*40HCTR', '1*1+HCTR', '1*1-VCTR', '1*1*640HSIZ'].map(esc).join('')), [
    '20\r\n',
    'Hctr01*40\r\n',
    'Hctr01*48\r\n',
    'Vctr01*188\r\n',
    'Hsiz01*640\r\n',
  ]);
  const rect = wanted().layout.windows.find(({ channel }) => channel === 'A')?.rect;
  assert.deepEqual([rect?.x, rect?.width], [48 / 1280, 0.5]);
  assert.deepEqual(await one.ask(esc('1*1*1200HCTR')), ['E13\r\n'], 'it would leave the canvas');
  await one.ask('7*9.');
  assert.deepEqual(await one.ask(`${esc('1*2HCTR')}${esc('1*2*8HCTR')}`), ['E14\r\n', 'E14\r\n'], 'no such window');

  assert.deepEqual(await one.ask('%1*1B1B'), ['Tke\r\n', 'Vmt01*01\r\n', '01\r\n']);
  assert.deepEqual([wanted().swapped, wanted().muted.A], [true, true]);
  const sound = ['G40002*-30AU', 'G40002AU', 'M60001*1AU', 'M60001AU', '1*80ADLY', '1ADLY'];
  assert.deepEqual(await one.ask(sound.map(esc).join('')), [
    'DsG40002*-30\r\n',
    '-30\r\n',
    'DsM60001*1\r\n',
    '1\r\n',
    'Adly1*080\r\n',
    '080\r\n',
  ]);
  assert.ok(!wanted().audio.outputMuted, 'half of the output is muted');
  await one.ask(esc('M60000*1AU'));
  assert.ok(wanted().audio.outputMuted);
  assert.deepEqual(await one.ask('5.'), ['Rpr5\r\n']);
  const { channels, from } = wanted().audio;
  assert.deepEqual([channels.A.gainDb, channels.B.delayMs, from, channels.B.mono], [-3, 80, 'B', true]);
  assert.deepEqual(await one.ask(`${esc('hall-3.pngRF')}${esc('RF')}${esc('0RF')}${esc('RF')}`), [
    'Imrhall-3.png\r\n',
    '"hall-3.png"\r\n',
    'Imr0\r\n',
    '"0"\r\n',
  ]);
});

test('a background that a layout names without an ending is told with that of its file', async () => {
  for (const [image, file] of [
    ['hall-3', 'hall-3.png'],
    ['background', 'background.svg'],
    ['away', 'away'],
  ] as const) {
    const { layout } = factoryWanted(factoryLayouts);
    const box = openSisBox({ wanted: { layout: { ...layout, background: { ...layout.background, image } } } });
    assert.deepEqual(await box.client().ask(esc('RF')), [`"${file}"\r\n`]);
  }
});

test('encoders, streams and pushes', async () => {
  const box = openSisBox();
  const one = box.client(2);
  const asked = ['1*3VRES', '1*5VFRM', 'V1*5000BITR', 'A1*128BITR', '1*2BRCT', '1*60GOPL', '1*2EPRO', '3*4VRES'];
  assert.deepEqual(
    (await one.ask(asked.map(esc).join(''))).map((line) => line.trim()),
    ['Vres1*3', 'Vfrm1*5', 'BitrV1*05000', 'BitrA1*128', 'Brct1*2', 'Gopl1*60', 'Epro1*2', 'Vres3*4'],
  );
  const { archive } = box.device.state().wanted.encoders;
  assert.deepEqual(
    [archive.widthPx, archive.fps, archive.videoKbps, archive.audioKbps, archive.rateControl, archive.gopFrames],
    [1920, 12.5, 5000, 128, 'cbr', 60],
  );
  assert.deepEqual(await one.ask('33I'), ['Inf33*1920x1080*12.5\r\n']);
  assert.deepEqual(
    await one.ask(`${esc('E1*1RTMP')}${esc('U1*1*rtmp://live.example/app/KeyRTMP')}${esc('E1*1RTMP')}`),
    ['E14\r\n', 'RtmpU1*01*rtmp://live.example/app/Key\r\n', 'RtmpE1*1\r\n'],
  );
  const [push] = box.device.state().wanted.pushes;
  assert.deepEqual([push?.url, push?.enabled], ['rtmp://live.example/app/Key', true]);
  assert.deepEqual(await one.ask(esc('S1*1RTMP')), ['RtmpS1*1*0\r\n']);
  box.device.observe({ fact: 'push', id: push?.id ?? '', seen: { status: 'connected', sinceMs: 0 } });
  assert.deepEqual(await one.ask(esc('S1*1RTMP')), ['RtmpS1*1*1\r\n']);
  assert.deepEqual(await one.ask(`${esc('U1*1* RTMP')}${esc('U1*1RTMP')}`), ['RtmpU1*01*\r\n', 'RtmpU1*01*\r\n']);
  assert.deepEqual(await one.ask(`${esc('N1*hall-3STRC')}${esc('N3*hall-3STRC')}`), ['StrcN1*hall-3\r\n', 'E13\r\n']);
});

/** A client that is asked several things at once, and its answers without their ends. */
function asking(box: SisBox): (...asked: string[]) => Promise<string[]> {
  const one = box.client();
  return async (...asked) => (await one.ask(asked.join(''))).map((line) => line.replace('\r\n', ''));
}

test('user, input and encoder presets are saved, named, recalled and told', async () => {
  const lines = asking(openSisBox());
  assert.deepEqual(
    await lines(
      esc('1*90BRIT'),
      '1*1*3,',
      esc('1*3,BrightPNAM'),
      esc('1*10BRIT'),
      '1*1*3.',
      esc('1BRIT'),
      esc('1*3PNAM'),
      '52*1#',
    ),
    ['Brit01*090', '1Spr1*03', 'Pnam1*03,Bright', 'Brit01*010', '1Rpr1*03', '090', 'Bright', `001${'0'.repeat(29)}`],
  );
  assert.deepEqual(
    await lines('5*2!', '2*2*12,', '3*2!', '2*2*12.', '2!', esc('2*12,CameraPNAM'), esc('X2*12PRST'), '2*2*12.'),
    ['In05*02', '2Spr2*12', 'In03*02', '2Rpr2*12', '5', 'Pnam2*12,Camera', 'PrstX2*12', 'E13'],
  );
  assert.deepEqual(
    await lines('43I', '4*1*1.', '43I', esc('V1*4000BITR'), '43I', '4*1*1,', '43I', esc('X4*1PRST'), '43I'),
    [
      '4*720 Lecture,4*720 Lecture',
      '4Rpr1*01',
      '4*720 Lecture,1*1080p High',
      'BitrV1*04000',
      '4*720 Lecture,0*unsaved',
      '4Spr1*01',
      '4*720 Lecture,1*1080p High',
      'PrstX4*01',
      '4*720 Lecture,0*unsaved',
    ],
  );
});

test('streaming presets, layouts and recording profiles are saved, named, recalled and told', async () => {
  const box = openSisBox();
  const lines = asking(box);
  await lines('5*2!');
  assert.deepEqual(
    await lines(
      esc('3*3PNAM'),
      '3*1*3,',
      esc('3*3,RTMPYouTubePNAM'),
      '46I',
      esc('N1*otherSTRC'),
      '46I',
      '3*1*3.',
      '46I',
    ),
    [
      'null',
      '3Spr1*03',
      'Pnam3*03,RTMPYouTube',
      '3*RTMPYouTube',
      'StrcN1*other',
      '0*unsaved',
      '3Rpr1*03',
      '3*RTMPYouTube',
    ],
  );
  assert.deepEqual(
    await lines('49I', '7*5.', '7*13,', esc('7*13,Panel talkPNAM'), '49I', '3*2!', '7*13.', '2!', esc('X7*13PRST')),
    [
      '2*PBP Upp RHT,2*PBP Upp RHT',
      '7Rpr05',
      '7Spr13',
      'Pnam7*13,Panel talk',
      '2*PBP Upp RHT,0*unsaved',
      'In03*02',
      '7Rpr13',
      '5',
      'PrstX7*13',
    ],
  );
});

test('a recording profile is saved with its metadata, named, recalled and told whole', async () => {
  const box = openSisBox();
  const lines = asking(box);
  const session = { id: 'web', via: 'http', access: 'admin' } as const;
  box.device.request({ name: 'metadata.set', params: { title: 'Lecture', course: 'PHY' }, session });
  box.device.request({ name: 'preset.save', params: { family: 'profile', number: 2 }, session });
  assert.deepEqual(await lines(esc('M13*OtherRCDR'), esc('R5*2PRST'), esc('L5PRST'), esc('M13RCDR'), esc('R5*3PRST')), [
    'RcdrM13*Other',
    'PrstR5*02',
    '02',
    'Lecture',
    'E13',
  ]);
  const [view = ''] = await lines(esc('V5*2PRST'));
  assert.deepEqual(
    { ...(JSON.parse(view) as object), description: '' },
    {
      id: 2,
      name: 'Profile 2',
      mode: 'composite',
      title: 'Lecture',
      presenter: '',
      contributor: '',
      coverage: '',
      description: '',
      format: '',
      identifier: '',
      language: '',
      publisher: '',
      source: '',
      subject: '',
      type: '',
      course_id: 'PHY',
      copyright: '',
      relation: '',
    },
  );
});

test('a recording is started, marked, paused, resumed and stopped; metadata is cleared by a space', async () => {
  const box = openSisBox();
  const one = box.client();
  const state = () => box.device.state().wanted.recording.state;
  assert.deepEqual(
    await one.ask([esc('M13*Einführung in die ÖkologieRCDR'), esc('M9*PHY-201RCDR'), esc('M13RCDR')].join('')),
    ['RcdrM13*Einführung in die Ökologie\r\n', 'RcdrM9*PHY-201\r\n', 'Einführung in die Ökologie\r\n'],
  );
  assert.equal(box.device.state().wanted.recording.metadata?.series, 'PHY-201');
  assert.deepEqual(await one.ask(`${esc('M9* RCDR')}${esc('M9RCDR')}`), ['RcdrM9\r\n', '\r\n']);
  assert.deepEqual(await one.ask(esc('Y1RCDR')), ['RcdrY1\r\n']);
  assert.equal(state(), 'recording');
  assert.equal(box.device.state().wanted.recording.metadata?.title, 'Einführung in die Ökologie');
  assert.deepEqual(await one.ask(`${esc('Y1RCDR')}${esc('BRCDR')}${esc('E5RCDR')}`), [
    'RcdrY1\r\n',
    'RcdrB\r\n',
    'E14\r\n',
  ]);
  assert.deepEqual(await one.ask(esc('Y2RCDR')), ['RcdrY2\r\n']);
  assert.equal(state(), 'paused');
  assert.deepEqual(await one.ask(esc('Y2RCDR')), ['RcdrY1\r\n']);
  assert.equal(state(), 'recording');
  await one.ask(`${esc('Y2RCDR')}${esc('Y1RCDR')}`);
  assert.equal(state(), 'recording');
  assert.deepEqual(await one.ask(`${esc('Y0RCDR')}${esc('Y0RCDR')}${esc('YRCDR')}`), [
    'RcdrY0\r\n',
    'RcdrY0\r\n',
    '0\r\n',
  ]);
});

test('the recording status tells what is so, in the words of the device', async () => {
  const box = openSisBox();
  const one = box.client(2);
  assert.deepEqual(await one.ask('I'), ['Inf*<ChA1*ChB3>*<stopped>*<internal>*<116606760>*<00:00:00>*<319:41:34>\r\n']);
  await one.ask(esc('D12RCDR'));
  assert.deepEqual(await one.ask('I36I37I56I'), [
    'Inf*<ChA1*ChB3>*<stopped>*<internal*N/A>*<116606760*N/A>*<00:00:00>*<319:41:34*00:00:00>\r\n',
    'Inf36*internal 319:41:34*N/A 00:00:00\r\n',
    'Inf37*internal*N/A\r\n',
    'Inf56*N/A\r\n',
  ]);
  assert.deepEqual(await one.ask(`${esc('DRCDR')}${esc('D1RCDR')}`), ['RcdrD12\r\n', 'RcdrD01\r\n']);
  await one.ask(esc('Y1RCDR'));
  assert.match((await one.ask('I')).join(''), /<setup>/);
  const seen = { state: 'recording', elapsedMs: 6000, bytes: 42_000_000, destination: 'internal' } as const;
  box.device.observe({ fact: 'recording', seen });
  assert.match((await one.ask('I')).join(''), /<recording>\*<internal>\*<116606760>\*<00:00:06>/);
  assert.deepEqual(await one.ask('35I1*I'), ['Inf35*00:00:06\r\n', 'Inf*<ChA1*ChB3>*<1280x720>*<15>*<42>*<0>\r\n']);
  await one.ask(esc('Y0RCDR'));
  box.device.observe({ fact: 'recording', seen: { ...seen, state: 'finalizing' } });
  assert.match((await one.ask('I')).join(''), /<stopped>.*<00:00:00>/);
});

test('meters, signals, alarms, disks and the machine are told as they are', async () => {
  const box = openSisBox();
  const one = box.client(2);
  const levels = { leftDb: -5.8, rightDb: -200 };
  box.device.observe({ fact: 'meters', seen: { A: levels, B: levels, output: levels } });
  const live = { status: 'live', sinceMs: 0, reconnects: 0, widthPx: 1920, heightPx: 1080, fps: 60 } as const;
  box.device.observe({ fact: 'input', number: 1, seen: live });
  for (const [name, about, level] of [
    ['video_loss', 'A', 'warning'],
    ['video_loss', 'B', 'critical'],
    ['disk_space', 'x', 'info'],
  ] as const)
    box.device.observe({ fact: 'alarm', raise: { name, about, level, text: '' } });
  const lines = (await one.ask(`34I42I39I55I3I11I12I13I98I99I5I2I${esc('20STAT')}${esc('CH')}${esc('1CISG')}`)).map(
    (line) => line.trim(),
  );
  assert.deepEqual(lines, [
    'Inf34*-58*-1500',
    'Inf42*ChA1*Input 1*1920x1080*60*1,ChB3*Input 3*n/a*n/a*0',
    'Inf39*<name:video_loss,level:critical>*<name:disk_space,level:info>',
    'Inf55*Internal*118822MB*232696MB*113873MB*319:41:34*1',
    'Inf03*412876800 Bytes used out of 2073600 KBytes',
    'Inf11*07',
    'Inf12*93',
    'Inf13*up*1000*full',
    'Inf98*00-05-A6-11-22-33',
    'Inf99*A1B2C3D',
    'Inf05*Not Specified',
    'Inf02*Streaming Media Processor',
    '20Stat45.0C',
    'Iph 00-05-A6-11-22-33',
    'Cisg1*10.1.2.3/16*10.1.0.1',
  ]);
});
