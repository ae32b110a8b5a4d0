import assert from 'node:assert/strict';
import { test } from 'node:test';
import { esc, openSisBox } from './box.ts';

const WEB = { id: 'web', via: 'http', access: 'admin' } as const;

test('modes 1 and 3 hear of what another session does, modes 0 and 2 do not, and who asked hears it once', async () => {
  const box = openSisBox();
  const [asker, silent, one, two, three] = [box.client(3), box.client(0), box.client(1), box.client(2), box.client(3)];
  for (const [asked, reply] of [
    ['2*1!', 'In02*01'],
    ['%', 'Tke'],
    ['1*1B', 'Vmt01*01'],
    ['2.', 'Rpr2'],
    ['8*5.', '8Rpr05'],
    ['1*1*3,', '1Spr1*03'],
    [esc('M60000*1AU'), 'DsM60000*1'],
    [esc('V1*3000BITR'), 'BitrV1*03000'],
    [esc('3*0STRC'), 'Strc3*0'],
    [esc('M13*TitleRCDR'), 'RcdrM13*Title'],
    [esc('1*90BRIT'), 'Brit01*090'],
    [esc('1,PodiumNI'), 'Nmi01,Podium'],
    [esc('3*16PHAS'), 'Phas03*16'],
    [esc('P10RCDR'), 'RcdrP10'],
    [esc('Y1RCDR'), 'RcdrY1'],
    [esc('BRCDR'), 'RcdrB'],
    [esc('Y2RCDR'), 'RcdrY2'],
    [esc('Y0RCDR'), 'RcdrY0'],
  ] as const) {
    assert.deepEqual(await asker.ask(asked), [`${reply}\r\n`], asked);
    assert.ok(one.heard().includes(`${reply}\r\n`), `mode 1 hears ${reply}`);
    assert.ok(three.heard().includes(`${reply}\r\n`), `mode 3 hears ${reply}`);
    assert.deepEqual([silent.heard(), two.heard()], [[], []], asked);
  }
});

test('what the web, the lectern, the timetable and the device itself do is told, too', () => {
  const box = openSisBox();
  const one = box.client(1);
  const { device } = box;
  device.request({ name: 'input.select', params: { channel: 'A', input: 2 }, session: WEB });
  assert.deepEqual(one.heard(), ['In02*01\r\n']);
  device.request({ name: 'layout.recall', params: { number: 5, withInputs: true }, session: WEB });
  assert.deepEqual(one.heard(), ['7Rpr05\r\n']);
  const schedule = { id: 'timetable', via: 'schedule', access: 'admin' } as const;
  device.request({ name: 'record.start', params: { minutes: 90 }, session: schedule });
  assert.deepEqual(one.heard(), ['RcdrY1\r\n']);
  device.request({ name: 'record.extend', params: { minutes: 5 }, session: WEB });
  assert.deepEqual(one.heard(), ['RcdrE5\r\n']);
  device.observe({ fact: 'alarm', raise: { name: 'audio_loss', about: 'output', level: 'warning', text: '' } });
  assert.deepEqual(one.heard(), ['Inf39*<name:audio_loss,level:warning>\r\n']);
  device.observe({ fact: 'alarm', clear: { name: 'audio_loss', about: 'output' } });
  assert.deepEqual(one.heard(), ['Inf39*None active\r\n']);
  const [internal] = device.state().seen.disk;
  assert.ok(internal);
  device.observe({ fact: 'disk', seen: [internal, { ...internal, destination: 'usbfront' }] });
  assert.deepEqual(one.heard(), ['RcdrN1*usbfront\r\n']);
  device.observe({ fact: 'disk', seen: [internal, { ...internal, destination: 'usbfront', usable: false }] });
  assert.deepEqual(one.heard(), ['RcdrN0*usbfront\r\n']);
});

test('meters and counters are nobody’s news, and a change to what is so already is none', () => {
  const box = openSisBox();
  const one = box.client(3);
  const level = { leftDb: -3, rightDb: -4 };
  box.device.observe({ fact: 'meters', seen: { A: level, B: level, output: level } });
  box.device.request({ name: 'input.select', params: { channel: 'A', input: 1 }, session: WEB });
  assert.deepEqual(one.heard(), []);
});

test('a start is counted down for those who listen, after its reply; the recording runs already', async () => {
  const box = openSisBox();
  const [asker, other, silent] = [box.client(3), box.client(1), box.client(0)];
  assert.deepEqual(await asker.ask(esc('Y1RCDR')), ['RcdrY1\r\n']);
  assert.equal(box.device.state().wanted.recording.state, 'recording');
  other.heard();
  box.clock.advance(0);
  assert.deepEqual(asker.heard(), ['RecStart05\r\n']);
  box.clock.advance(4000);
  assert.deepEqual(asker.heard(), ['RecStart04\r\n', 'RecStart03\r\n', 'RecStart02\r\n', 'RecStart01\r\n']);
  box.clock.advance(5000);
  assert.deepEqual([asker.heard(), silent.heard()], [[], []]);
  assert.equal(other.heard().length, 5);
});

test('a stop ends the countdown, and a personality may have none', async () => {
  const box = openSisBox();
  const one = box.client(3);
  await one.ask(esc('Y1RCDR'));
  box.clock.advance(1500);
  await one.ask(esc('Y0RCDR'));
  box.clock.advance(9000);
  assert.deepEqual(one.heard(), []);
  const quiet = openSisBox({ personality: ({ behaviour }) => (behaviour.countdownSeconds = 0) });
  const two = quiet.client(3);
  await two.ask(esc('Y1RCDR'));
  quiet.clock.advance(9000);
  assert.deepEqual(two.heard(), []);
});

test('a port that is closed tells nobody anything', () => {
  const box = openSisBox();
  const one = box.client(3);
  box.port.close();
  box.device.request({ name: 'input.select', params: { channel: 'A', input: 2 }, session: WEB });
  assert.deepEqual(one.heard(), []);
});

test('an alarm that the device does not have is not told: programs that know its names alone would read none', async () => {
  const box = openSisBox();
  const [one, asks] = [box.client(1), box.client(0)];
  const raise = (name: 'fault' | 'encoder' | 'overlay' | 'schedule' | 'disk_space'): void =>
    box.device.observe({ fact: 'alarm', raise: { name, about: 'x', level: 'warning', text: '' } });
  for (const name of ['fault', 'encoder', 'overlay', 'schedule'] as const) raise(name);
  assert.deepEqual([one.heard(), await asks.ask('39I')], [[], ['None active\r\n']]);
  raise('disk_space');
  assert.deepEqual(one.heard(), ['Inf39*<name:disk_space,level:warning>\r\n']);
  assert.deepEqual(await asks.ask('39I'), ['<name:disk_space,level:warning>\r\n']);
});

test('a channel is muted when all of its points are, and its points when it is; all of that is told', async () => {
  const box = openSisBox();
  const [one, asks] = [box.client(1), box.client(0)];
  const isMuted = (): boolean => box.device.state().wanted.audio.channels.A.muted;
  for (const point of [40000, 40001, 40002]) await asks.ask(esc(`M${point}*1AU`));
  assert.deepEqual([isMuted(), one.heard()], [false, ['DsM40000*1\r\n', 'DsM40001*1\r\n', 'DsM40002*1\r\n']]);
  await asks.ask(esc('M40003*1AU'));
  assert.deepEqual([isMuted(), one.heard()], [true, ['DsM40003*1\r\n']]);
  const unmute = { channels: { A: { muted: false } } };
  box.device.request({ name: 'audio.set', params: unmute, session: WEB });
  assert.deepEqual(one.heard(), ['DsM40000*0\r\n', 'DsM40001*0\r\n', 'DsM40002*0\r\n', 'DsM40003*0\r\n']);
  await asks.ask(esc('G40001*60AU'));
  assert.deepEqual(one.heard(), ['DsG40001*60\r\n'], 'its siblings stay');
  box.device.request({ name: 'audio.set', params: { channels: { A: { gainDb: 3 } } }, session: WEB });
  assert.deepEqual(one.heard(), ['DsG40000*30\r\n', 'DsG40001*30\r\n', 'DsG40002*30\r\n', 'DsG40003*30\r\n']);
});
