import assert from 'node:assert/strict';
import test from 'node:test';
import { apply, isRequestName, parseParams } from '#agent/device/apply.ts';
import { NO_METADATA } from '#firmware-config/factory/factory-settings.ts';
import { metadataOf } from '#agent/device/metadata.ts';
import { requests, type Params, type RequestName } from '#agent/device/requests.ts';
import type { DeviceState, Wanted } from '#agent/device/state.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { ADMIN, after, AROUND, ask, factoryState, frozen, NOW_MS, USER } from '#test/support/device.ts';

const factory = factoryState();
const RECT = { x: 0.1, y: 0.1, width: 0.5, height: 0.5 };
const STYLE = { colour: '#fff', background: '', align: 'left', valign: 'top', bold: false, size: 0.05 } as const;
const TEXT = { kind: 'text', name: 'note', rect: RECT, z: 3, template: '{title}', style: STYLE } as const;
const PUSH = { id: 'live', name: 'Live', enabled: true, stream: 'archive', url: 'rtmp://h/app/key' } as const;
const SOURCE = { driver: 'rtsp', url: 'rtsp://cam/1', transport: 'tcp', user: 'u', password: 'p' } as const;

/** Each request with good parameters, and the part of what is wanted that it must make. */
const GOOD: { [Name in RequestName]: [params: Params<Name>, made: (wanted: Wanted) => unknown, is: unknown][] } = {
  'hall.set': [[{ hall: 'Amphi-3' }, ({ hall }) => hall, 'Amphi-3']],
  'locale.set': [[{ locale: 'en' }, ({ locale }) => locale, 'en']],
  'input.select': [[{ channel: 'B', input: 5 }, ({ routing }) => routing, { A: 1, B: 5 }]],
  'input.set': [
    [{ input: 3, source: SOURCE }, ({ inputs }) => inputs[3].source, SOURCE],
    [
      { input: 2, picture: { tint: 70 } },
      ({ inputs }) => inputs[2].picture,
      { brightness: 64, contrast: 64, colour: 64, tint: 70 },
    ],
  ],
  'channels.swap': [
    [{}, ({ swapped }) => swapped, true],
    [{ swapped: false }, ({ swapped }) => swapped, false],
  ],
  'channel.mute': [[{ channel: 'A', muted: true }, ({ muted }) => muted, { A: true, B: false }]],
  'nosignal.set': [[{ holdMs: 0 }, ({ noSignal }) => noSignal, { holdMs: 0 }]],
  'layout.recall': [
    [{ number: 7, withInputs: false }, ({ layout, layoutNumber }) => [layout, layoutNumber], [factoryLayouts[6], 7]],
    [{ number: 16, withInputs: true }, ({ layout }) => layout.windows, []],
  ],
  'layout.set': [[{ layout: factoryLayouts[3]! }, ({ layout }) => layout, factoryLayouts[3]]],
  'layout.save': [
    [
      { number: 9, name: 'Mine' },
      ({ layouts }) => layouts,
      { 9: { ...factory.wanted.layout, name: 'Mine', routing: { A: 1, B: 3 } } },
    ],
  ],
  'layout.reset': [[{ number: 9 }, ({ layouts }) => layouts, {}]],
  'layout.window': [
    [{ channel: 'A', rect: RECT }, ({ layout }) => layout.windows.find(({ channel }) => channel === 'A')?.rect, RECT],
  ],
  'overlay.put': [[{ overlay: TEXT }, ({ layout }) => layout.overlays.at(-1), TEXT]],
  'overlay.remove': [[{ name: 'title' }, ({ layout }) => layout.overlays.filter(({ name }) => name === 'title'), []]],
  'audio.set': [
    [
      { from: 'B', channels: { A: { gainDb: -6 } } },
      ({ audio }) => [audio.from, audio.channels.A, audio.channels.B.gainDb],
      ['B', { gainDb: -6, muted: false, delayMs: 0, mono: false }, 0],
    ],
  ],
  'encoder.mode': [[{ mode: 'dual' }, ({ encoderMode }) => encoderMode, 'dual']],
  'output.mode': [[{ mode: 'channel-b' }, ({ outputMode }) => outputMode, 'channel-b']],
  'encoder.set': [
    [
      { stream: 'archive', settings: { fps: 25, videoKbps: 3000 } },
      ({ encoders }) => [encoders.archive.fps, encoders.archive.videoKbps, encoders.archive.widthPx],
      [25, 3000, 1280],
    ],
    [{ stream: 'confidence', settings: { enabled: false } }, ({ encoders }) => encoders.confidence.enabled, false],
    [
      { stream: 'archive-b', settings: { fps: 10, recorded: false } },
      ({ encoders }) => [encoders['archive-b'].fps, encoders['archive-b'].recorded, encoders.archive.fps],
      [10, false, 15],
    ],
    [
      { stream: 'archive', settings: { recorded: false, overlaysOf: 9 } },
      ({ encoders }) => [encoders.archive.recorded, encoders.archive.overlaysOf, encoders['archive-b'].overlaysOf],
      [false, 9, 0],
    ],
  ],
  'stream.set': [
    [
      { stream: 'archive', settings: { name: 'main' } },
      ({ streams }) => streams.archive,
      { enabled: true, name: 'main' },
    ],
  ],
  'push.put': [[{ push: PUSH }, ({ pushes }) => pushes, [PUSH]]],
  'push.enable': [],
  'push.remove': [],
  'metadata.set': [
    [
      { title: 'É', presenter: 'Zoë' },
      (wanted) => [metadataOf(wanted).title, metadataOf(wanted).presenter, metadataOf(wanted).series],
      ['É', 'Zoë', ''],
    ],
  ],
  'record.start': [
    [
      {},
      ({ recording }) => recording,
      { state: 'recording', take: 'take-1', startedAtMs: NOW_MS, metadata: NO_METADATA },
    ],
    [
      { metadata: { title: 'T' }, bookingId: 'b', minutes: 90 },
      ({ recording }) => [recording.bookingId, recording.endsAtMs, recording.metadata?.title],
      ['b', NOW_MS + 5_400_000, 'T'],
    ],
  ],
  'record.stop': [[{}, ({ recording }) => recording, { state: 'stopped' }]],
  'record.pause': [],
  'record.resume': [],
  'record.mark': [],
  'record.extend': [],
  'record.until': [],
  'layout.rename': [[{ number: 3, name: 'Panel' }, ({ layouts }) => layouts[3]?.name, 'Panel']],
  'preset.save': [
    [
      { family: 'user', number: 3, channel: 'B' },
      ({ sis }) => sis.presets.user.ofInput,
      { 3: { 3: pictureOf(factory.wanted.inputs[3]) } },
    ],
    [
      { family: 'input', number: 128, channel: 'A' },
      ({ sis }) => [sis.presets.input[128]?.input, sis.presets.input[128]?.name],
      [1, 'Input 1'],
    ],
    [
      { family: 'streaming', number: 2, stream: 'confidence' },
      ({ sis }) => sis.presets.streaming,
      { 2: { name: 'Preset 2', stream: { enabled: true, name: 'extron3' }, pushes: [] } },
    ],
    [
      { family: 'encoder', number: 3, stream: 'archive' },
      ({ sis }) => [sis.presets.encoder[3]?.name, sis.presets.encoder[3]?.settings.videoKbps],
      ['720 High', 750],
    ],
    [{ family: 'profile', number: 2 }, ({ sis }) => sis.presets.profile[2]?.name, 'Profile 2'],
  ],
  'preset.recall': [
    [
      { family: 'encoder', number: 1, stream: 'archive' },
      ({ encoders }) => [encoders.archive.widthPx, encoders.archive.fps, encoders.archive.hardware],
      [1920, 30, 'auto'],
    ],
  ],
  'preset.name': [
    [{ family: 'user', number: 3, name: 'Bright' }, ({ sis }) => sis.presets.user.names, { 3: 'Bright' }],
    [{ family: 'encoder', number: 1, name: 'Film' }, ({ sis }) => sis.presets.encoder[1]?.settings.widthPx, 1920],
  ],
  'preset.delete': [[{ family: 'user', number: 3 }, ({ sis }) => sis.presets.user.names, {}]],
  'sis.set': [
    [
      { idleMs: 60_000, snmp: { contact: 'AV' } },
      ({ sis }) => [sis.idleMs, sis.snmp.contact, sis.snmp.location],
      [60_000, 'AV', 'Not Specified'],
    ],
  ],
  'sis.keep': [
    [
      { row: 'hdcp.notice', values: { screen: 'black' } },
      ({ sis }) => sis.kept,
      { 'hdcp.notice': { screen: 'black' } },
    ],
    [{ row: 'hdcp.notice', values: null }, ({ sis }) => sis.kept, {}],
  ],
  'settings.replace': [
    [
      { settings: settingsOf({ ...factory.wanted, hall: 'Other' }) },
      ({ hall, recording }) => [hall, recording],
      ['Other', { state: 'stopped' }],
    ],
  ],
};

function settingsOf(wanted: Wanted): Omit<Wanted, 'recording'> {
  const { recording: _, ...settings } = wanted;
  return structuredClone(settings);
}

function pictureOf({ aspect, crop, picture }: Wanted['inputs'][1]): object {
  return { aspect, crop, picture };
}

test('every request with good parameters makes what it says, of a state that nobody can change', () => {
  for (const name of Object.keys(GOOD) as RequestName[])
    for (const [params, made, is] of GOOD[name]) {
      const parsed = parseParams(name, params);
      assert.ok('params' in parsed, `${name}: ${JSON.stringify(parsed)}`);
      const { state, refusal } = ask(factory, name, params as Params<typeof name>);
      assert.equal(refusal, undefined, name);
      assert.deepEqual(made(state.wanted), is, name);
      assert.equal(state.seen, factory.seen);
    }
});

test('every request has a summary, and its name is known', () => {
  for (const [name, { summary }] of Object.entries(requests)) {
    assert.ok(isRequestName(name));
    assert.ok(summary.length > 5);
  }
  for (const name of ['', 'constructor', '__proto__', 'record', 'toString']) assert.equal(isRequestName(name), false);
});

const refusalOf = (
  state: DeviceState,
  ...[name, params]: Parameters<typeof ask> extends [unknown, ...infer Rest] ? Rest : never
) => {
  const outcome = ask(state, name, params);
  assert.equal(outcome.state, state, 'a refusal changes nothing');
  assert.deepEqual(outcome.events, []);
  return outcome.refusal;
};

test('what is refused, with its code and words that say what would be right', () => {
  const recording = after(factory, 'record.start', {});
  const table: readonly [DeviceState, Parameters<typeof refusalOf>[1], unknown, string, RegExp][] = [
    [factory, 'input.select', { channel: 'A', input: 3 }, 'E13', /input 3 does not feed channel A.*B takes 3 to 5/],
    [
      after(factory, 'layout.recall', { number: 16, withInputs: false }),
      'layout.window',
      { channel: 'A', rect: RECT },
      'E14',
      /no window for channel A/,
    ],
    [factory, 'overlay.remove', { name: 'nobody' }, 'E28', /no overlay is named nobody/],
    [factory, 'encoder.set', { stream: 'archive', settings: { enabled: true } }, 'E13', /always on/],
    [factory, 'encoder.set', { stream: 'confidence', settings: { recorded: true } }, 'E13', /never recorded/],
    [factory, 'encoder.set', { stream: 'confidence', settings: { overlaysOf: 2 } }, 'E13', /with its overlays/],
    [
      factory,
      'encoder.set',
      { stream: 'archive', settings: { widthPx: 256, videoKbps: 60 } },
      'E13',
      /widthPx: .*512.*videoKbps: .*200/,
    ],
    [recording, 'encoder.set', { stream: 'archive', settings: { fps: 25 } }, 'E22', /while it is recorded/],
    [
      factory,
      'stream.set',
      { stream: 'archive', settings: { name: 'extron3' } },
      'E13',
      /confidence stream is named extron3/,
    ],
    [factory, 'push.enable', { id: 'x', enabled: true }, 'E28', /no push target has the id x/],
    [factory, 'push.remove', { id: 'x' }, 'E28', /no push target has the id x/],
    [recording, 'record.start', {}, 'E22', /running already/],
    [factory, 'record.pause', {}, 'E14', /nothing is being recorded/],
    [factory, 'record.resume', {}, 'E14', /nothing is being recorded/],
    [factory, 'record.mark', {}, 'E14', /nothing is being recorded/],
    [factory, 'record.extend', { minutes: 5 }, 'E14', /nothing is being recorded/],
    [factory, 'record.until', { endsAtMs: 0 }, 'E14', /nothing is being recorded/],
    [recording, 'record.extend', { minutes: 5 }, 'E14', /no end to extend/],
  ];
  for (const [state, name, params, code, text] of table) {
    const refusal = refusalOf(state, name, params as never);
    assert.equal(refusal?.code, code, name);
    assert.match(refusal.text, text, name);
  }
});

test('the confidence stream may change while the archive is recorded', () => {
  const recording = after(factory, 'record.start', {});
  const { encoders } = after(recording, 'encoder.set', { stream: 'confidence', settings: { fps: 5 } }).wanted;
  assert.equal(encoders.confidence.fps, 5);
});

test('users may use, administrators may change', () => {
  for (const name of Object.keys(GOOD) as RequestName[]) {
    const [params] = GOOD[name][0] ?? [{}];
    const { refusal } = apply(factory, { name, params: frozen(params), session: USER }, AROUND);
    assert.equal(refusal?.code === 'E24', requests[name].access === 'admin', name);
    if (refusal?.code === 'E24') assert.match(refusal.text, /for administrators/);
  }
  for (const name of ['hall.set', 'input.set', 'encoder.set', 'stream.set', 'push.put', 'layout.save'] as const)
    assert.equal(requests[name].access, 'admin');
  for (const name of ['record.start', 'record.stop', 'layout.recall', 'channels.swap', 'audio.set'] as const)
    assert.equal(requests[name].access, 'user');
});

test('all mistakes are named at once, each with its place', () => {
  const bad = parseParams('input.set', {
    input: 9,
    name: '',
    source: { driver: 'rtsp', url: 'http://x' },
    crop: { left: 0.6, right: 0.6, top: 0, bottom: 0 },
    picture: { tint: 128 },
    nonsense: 1,
  });
  assert.ok('code' in bad && bad.code === 'E13');
  for (const place of ['input:', 'name:', 'source.url:', 'crop:', 'picture.tint:', 'nonsense'])
    assert.ok(bad.text.includes(place), `${place} is not in ${bad.text}`);
  assert.match(bad.text, /must begin with rtsp:\/\//);
});

test('values at and beyond the edge of what is allowed', () => {
  const isGood = (name: RequestName, params: unknown): boolean => 'params' in parseParams(name, params);
  const archive = (settings: object) => ({ stream: 'archive', settings });
  for (const fps of [5, 12.5, 60]) assert.ok(isGood('encoder.set', archive({ fps })));
  for (const fps of [4.9, 60.1, Number.NaN, '15']) assert.ok(!isGood('encoder.set', archive({ fps })), `${fps}`);
  for (const gopFrames of [1, 300]) assert.ok(isGood('encoder.set', archive({ gopFrames })));
  for (const gopFrames of [0, 301, 2.5]) assert.ok(!isGood('encoder.set', archive({ gopFrames })));
  for (const widthPx of [1279, 1922, -2]) assert.ok(!isGood('encoder.set', archive({ widthPx })));
  for (const rect of [
    { x: 0.6, y: 0, width: 0.5, height: 1 },
    { x: 0, y: 0, width: 0, height: 1 },
    { x: -0.1, y: 0, width: 0.5, height: 0.5 },
  ])
    assert.ok(!isGood('layout.window', { channel: 'A', rect }), JSON.stringify(rect));
  for (const path of ['relative.mp4', '', '../x'])
    assert.ok(!isGood('input.set', { input: 1, source: { driver: 'file', path } }));
  for (const device of ['/etc/passwd', 'video0', '/dev/../etc/x', '/dev/video0 -y'])
    assert.ok(!isGood('input.set', { input: 1, source: { driver: 'v4l2', device } }), device);
  for (const url of ['file:///etc/passwd', 'concat:a|b', 'rtmp:', '', 'ftp://x/y'])
    assert.ok(!isGood('push.put', { push: { ...PUSH, url } }), url);
  for (const file of ['../logo.png', 'a/b.png', '..\\x'])
    assert.ok(
      !isGood('overlay.put', { overlay: { kind: 'logo', name: 'l', rect: RECT, z: 0, file, opacity: 1 } }),
      file,
    );
  for (const title of ['a\u0000b', 'a\u001bb', 'x'.repeat(128), 5]) assert.ok(!isGood('metadata.set', { title }));
  for (const params of [null, [], 'x', 5, { number: 1, more: 1 }])
    assert.ok(!isGood('layout.recall', params), JSON.stringify(params));
});

test('a recording goes its way: pause, resume, marks, more time', () => {
  const started = after(factory, 'record.start', { minutes: 10 });
  const paused = after(started, 'record.pause', {});
  assert.deepEqual(paused.wanted.recording, { ...started.wanted.recording, state: 'paused' });
  for (const name of ['record.resume', 'record.start'] as const)
    assert.deepEqual(after(paused, name, {}).wanted.recording, started.wanted.recording, 'the same take goes on');
  const marked = ask(started, 'record.mark', { title: 'Part two' });
  assert.deepEqual(marked.events, [{ event: 'mark', title: 'Part two' }]);
  assert.deepEqual(ask(started, 'record.mark', {}).events, [{ event: 'mark' }]);
  assert.equal(after(started, 'record.extend', { minutes: 5 }).wanted.recording.endsAtMs, NOW_MS + 900_000);
  const late = { ...AROUND, nowMs: NOW_MS + 3_600_000 };
  const { endsAtMs } = ask(started, 'record.extend', { minutes: 5 }, USER, late).state.wanted.recording;
  assert.equal(endsAtMs, NOW_MS + 3_900_000, 'from now on, not from an end that has passed');
  assert.deepEqual(after(started, 'record.stop', {}).wanted.recording, { state: 'stopped' });
});

test('layouts: saved with their inputs, recalled with or without, given back to the factory', () => {
  const moved = after(after(factory, 'input.select', { channel: 'B', input: 4 }), 'layout.window', {
    channel: 'B',
    rect: RECT,
  });
  const saved = after(moved, 'layout.save', { number: 1, name: 'Mine' });
  const away = after(after(saved, 'input.select', { channel: 'B', input: 3 }), 'layout.recall', {
    number: 8,
    withInputs: false,
  });
  const plain = after(away, 'layout.recall', { number: 1, withInputs: false }).wanted;
  assert.deepEqual([plain.layout.name, plain.routing.B], ['Mine', 3]);
  assert.ok(!('routing' in plain.layout));
  assert.equal(after(away, 'layout.recall', { number: 1, withInputs: true }).wanted.routing.B, 4);
  const reset = after(after(away, 'layout.reset', { number: 1 }), 'layout.recall', { number: 1, withInputs: true });
  assert.equal(reset.wanted.layout.name, factoryLayouts[0]!.name);
});

test('a test time code stays when the layout changes', () => {
  const code = { kind: 'timecode', name: 'tc', rect: RECT, z: 9 } as const;
  const coded = after(factory, 'overlay.put', { overlay: code });
  const recalled = after(coded, 'layout.recall', { number: 12, withInputs: false });
  assert.deepEqual(
    recalled.wanted.layout.overlays.filter(({ kind }) => kind === 'timecode'),
    [code],
  );
});

test('lists have an end: 32 overlays, 32 push targets', () => {
  let state = factory;
  const many = Array.from({ length: 40 }, (_, n) => n);
  const refusals = many.map((n) => {
    const outcome = ask(state, 'push.put', { push: { ...PUSH, id: `p${n}` } });
    state = outcome.state;
    return outcome.refusal?.code;
  });
  assert.deepEqual(
    refusals,
    many.map((n) => (n < 32 ? undefined : 'E14')),
  );
  assert.equal(ask(state, 'push.put', { push: { ...PUSH, id: 'p3', name: 'again' } }).refusal, undefined);
  const overlays = many.map((n) => {
    const outcome = ask(state, 'overlay.put', { overlay: { ...TEXT, name: `o${n}` } });
    state = outcome.state;
    return outcome.refusal?.code;
  });
  assert.equal(state.wanted.layout.overlays.length, 32);
  assert.equal(overlays.at(-1), 'E14');
  assert.equal(ask(state, 'overlay.put', { overlay: { ...TEXT, name: 'o1', z: 7 } }).refusal, undefined);
  assert.equal(ask(state, 'hall.set', { hall: 'x' }, ADMIN).refusal, undefined);
});
