import assert from 'node:assert/strict';
import test from 'node:test';
import { ORDER, plan } from '#agent/box/road/plan.ts';
import { stepInWords, type Cause, type Kind, type Step } from '#agent/box/road/step.ts';
import type { Fact } from '#agent/device/observe.ts';
import { observe } from '#agent/device/observe.ts';
import type { Session } from '#agent/device/outcome.ts';
import type { Params, RequestName } from '#agent/device/requests.ts';
import type { DeviceState } from '#agent/device/state.ts';
import { ADMIN, after, ask, factoryState, frozen, NOW_MS } from '#test/support/device.ts';
import { shippedPersonality } from '#test/lib/sis/device.ts';

const factory = factoryState();
const rules = shippedPersonality();
const BOOT: Cause = { by: 'boot' };

function planOf<Name extends RequestName>(
  before: DeviceState,
  name: Name,
  params: Params<Name>,
  session: Session = ADMIN,
): Step[] {
  const { state, events, refusal } = ask(before, name, params, session);
  assert.equal(refusal, undefined);
  return plan(before, state, { by: 'request', request: { name, params, session }, events }, rules);
}
function factPlan(before: DeviceState, fact: Fact): Step[] {
  return plan(before, frozen(observe(before, fact, NOW_MS)), { by: 'fact', fact }, rules);
}
const kinds = (steps: readonly Step[]): Kind[] => steps.map(({ what }) => what.do);

test('steps stand in the stated order, whatever they are of; those who listen are told last, of everything', () => {
  const streams = { ...factory.wanted.streams, archive: { ...factory.wanted.streams.archive, enabled: false } };
  const lost = { status: 'lost', sinceMs: 0, reconnects: 1 } as const;
  const wanted = {
    ...factory.wanted,
    hall: 'B',
    streams,
    pushes: [{ id: 'p', name: 'P', enabled: true, stream: 'archive' as const, url: 'rtmp://h/k' }],
    recording: { state: 'recording' as const, take: 't' },
  };
  wanted.inputs = { ...wanted.inputs, 1: { ...wanted.inputs[1], source: { driver: 'test', pattern: 'bars' } } };
  const state: DeviceState = {
    wanted,
    seen: { ...factory.seen, inputs: { ...factory.seen.inputs, 1: lost } },
  };
  const steps = kinds(plan(factory, frozen(state), BOOT, rules));
  const expected = [
    'start recording',
    'show scene',
    'offer streams',
    'send pushes',
    'raise alarm',
    'save settings',
    'tell listeners',
  ];
  assert.deepEqual(steps, expected);
  assert.deepEqual(
    expected.toSorted((one, other) => ORDER.indexOf(one as Kind) - ORDER.indexOf(other as Kind)),
    expected,
  );
});

test('a box that starts shows, offers, pushes and saves; of the recording only recovery knows', () => {
  const state = frozen({ ...factory, wanted: { ...factory.wanted, recording: { state: 'recording', take: 't' } } });
  const steps = plan(undefined, state as DeviceState, BOOT, rules);
  assert.deepEqual(kinds(steps), ['show scene', 'offer streams', 'send pushes', 'save settings', 'tell listeners']);
  assert.ok(steps.every(({ because }) => because === 'the box started'));
});

test('what is already so is kept: a setting that comes again, or that nothing shows, has no step of its own', () => {
  const only = (steps: Step[]): Kind[] => kinds(steps).filter((kind) => kind !== 'tell listeners');
  assert.deepEqual(only(planOf(factory, 'hall.set', { hall: factory.wanted.hall })), ['save settings']);
  assert.deepEqual(only(planOf(factory, 'sis.set', { idleMs: 60_000 })), ['save settings']);
  assert.deepEqual(only(planOf(factory, 'hall.set', { hall: 'Another' })), ['show scene', 'save settings']);
  const { archive } = factory.wanted.streams;
  assert.deepEqual(only(planOf(factory, 'stream.set', { stream: 'archive', settings: { name: archive.name } })), [
    'save settings',
  ]);
  assert.deepEqual(only(factPlan(factory, { fact: 'meters', seen: factory.seen.meters })), []);
});

test('all that the picture is made of is shown when it changes', () => {
  const shows = <Name extends RequestName>(name: Name, params: Params<Name>): boolean =>
    kinds(planOf(factory, name, params)).includes('show scene');
  assert.ok(shows('layout.recall', { number: 5, withInputs: false }));
  assert.ok(shows('input.select', { channel: 'A', input: 2 }));
  assert.ok(shows('input.set', { input: 1, name: 'Desk' }));
  assert.ok(shows('channels.swap', {}));
  assert.ok(shows('channel.mute', { channel: 'A', muted: true }));
  assert.ok(shows('nosignal.set', { holdMs: 1 }));
  assert.ok(shows('audio.set', { outputMuted: true }));
  assert.ok(shows('encoder.set', { stream: 'archive', settings: { videoKbps: 900 } }));
  assert.ok(shows('sis.set', { pattern: 'bars' }));
  assert.ok(shows('metadata.set', { title: 'Another' }));
  assert.ok(shows('locale.set', { locale: factory.wanted.locale === 'fr' ? 'en' : 'fr' }));
  assert.ok(shows('record.start', {}), 'its start is in titles');
});

test('a destination that was chosen and is not there is a disk_error, until it is there or another is chosen', () => {
  const disk = (destination: string) => ({ destination, folder: '/r', freeBytes: 1, totalBytes: 2, usable: true });
  const alarms = (steps: readonly Step[]) =>
    steps.flatMap(({ what }) =>
      what.do === 'raise alarm' || what.do === 'clear alarm'
        ? [`${what.do} ${what.alarm.name} ${what.alarm.about}`]
        : [],
    );
  const internal = frozen(observe(factory, { fact: 'disk', seen: [disk('internal')] }, NOW_MS));
  assert.deepEqual(alarms(planOf(factory, 'sis.set', { destination: 'usbfront' })), [], 'nobody has looked yet');
  assert.deepEqual(alarms(planOf(internal, 'sis.set', { destination: 'internal+usbfront' })), [
    'raise alarm disk_error usbfront',
  ]);
  const chosen = after(internal, 'sis.set', { destination: 'usbfront' });
  assert.deepEqual(alarms(factPlan(chosen, { fact: 'disk', seen: [disk('internal')] })), [], 'it is told once');
  const there: Fact = { fact: 'disk', seen: [disk('internal'), disk('usbfront')] };
  assert.deepEqual(alarms(factPlan(chosen, there)), ['clear alarm disk_error usbfront']);
  assert.deepEqual(alarms(planOf(chosen, 'sis.set', { destination: 'auto' })), ['clear alarm disk_error usbfront']);
});

test('an alarm of a channel without a picture is raised once, follows its text, and goes; cleared by hand it stays away', () => {
  const source = { driver: 'rtsp', url: 'rtsp://u:secret@10.0.0.1/x', transport: 'tcp' } as const;
  const box = after(factory, 'input.set', { input: 1, name: 'Slides', source });
  const lost: Fact = { fact: 'input', number: 1, seen: { status: 'lost', sinceMs: 0, reconnects: 0 } };
  const steps = factPlan(box, lost);
  assert.deepEqual(kinds(steps), ['raise alarm', 'tell listeners']);
  assert.match(steps[0]!.because, /^input 1 changed from \w+ to lost$/);
  const { what } = steps[0]!;
  assert.ok(what.do === 'raise alarm');
  const alarmed = observe(observe(box, lost, 1), { fact: 'alarm', raise: what.alarm }, 1);
  assert.deepEqual(kinds(factPlan(alarmed, lost)), ['tell listeners'], 'it is so already');
  const cleared: Fact = { fact: 'alarm', clear: { name: 'video_loss', about: 'A' } };
  assert.deepEqual(kinds(factPlan(alarmed, cleared)), ['tell listeners']);
  const live: Fact = { fact: 'input', number: 1, seen: { status: 'live', sinceMs: 0, reconnects: 0 } };
  assert.deepEqual(kinds(factPlan(alarmed, live)), ['clear alarm', 'tell listeners']);
  assert.deepEqual(kinds(planOf(alarmed, 'input.set', { input: 1, source: { driver: 'off' } })), [
    'show scene',
    'clear alarm',
    'save settings',
    'tell listeners',
  ]);
});

test('because says who asked what; and neither it nor the step says what is secret', () => {
  const because = (via: Session['via'], id: string): string =>
    planOf(factory, 'layout.recall', { number: 2, withInputs: false }, { id, via, access: 'admin' })[0]!.because;
  assert.equal(because('telnet', 'telnet-3'), 'telnet-3 asked over Telnet: Show a layout preset (layout.recall)');
  assert.equal(
    because('http', '10.0.0.5 admin'),
    '10.0.0.5 admin asked over HTTP: Show a layout preset (layout.recall)',
  );
  assert.equal(because('schedule', 'timetable'), 'the timetable asked: Show a layout preset (layout.recall)');
  assert.equal(because('boot', 'box'), 'the box itself asked: Show a layout preset (layout.recall)');
  const push = { id: 'p', name: 'P', enabled: true, stream: 'archive' as const, url: 'rtmp://h/live/SECRET' };
  for (const step of planOf(factory, 'push.put', { push }))
    assert.doesNotMatch(`${stepInWords(step)} ${step.because}`, /SECRET/);
});
