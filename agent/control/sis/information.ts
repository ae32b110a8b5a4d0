import { STANDARD_ENCODERS, encoderPresetOf } from '#firmware-config/factory/encoder-presets.ts';
import { layoutOf } from '#firmware-config/factory/layout-presets.ts';
import { tenthsOfDb } from '#agent/device/meters.ts';
import { isDual } from '#agent/device/dual-mode.ts';
import type { DeviceState, StreamName } from '#agent/device/state.ts';
import type { information } from '#lib/sis/families/information.ts';
import type { Handlers } from '#lib/sis/handlers.ts';
import { refuse } from '#lib/sis/handlers.ts';
import { alarmNames } from '#lib/sis/records.ts';
import type { AlarmRecord, InputReport, PresetChoice, RecordState } from '#lib/sis/records.ts';
import { destinationsOf, isRunning, leftMsOf, sizeText, volumesOf } from './storage.ts';
import { done, type SisWorld, type View } from './world.ts';

type InformationRow = Exclude<(typeof information)[number], { by: 'keeper' }>;

const inputsOf = ({ device }: View) => ({ inputA: device.wanted.routing.A, inputB: device.wanted.routing.B });

/**
 * State of the recording: `stopped` as soon as it was asked to stop, even if the file is not finished; `setup` until
 * there is a picture.
 */
function recordStateOf({ device: { wanted, seen } }: View): RecordState {
  if (wanted.recording.state === 'stopped') return 'stopped';
  const { state } = seen.recording;
  return state === 'recording' || state === 'paused' ? state : 'setup';
}

const elapsedOf = (view: View): number => (isRunning(view) ? view.device.seen.recording.elapsedMs : 0);

const SEVERITY = ['info', 'warning', 'critical', 'emergency'] as const;

const KNOWN = new Set<string>(alarmNames);

/**
 * The active alarms: one for each name, with its highest level. Alarms that the device does not know are left out,
 * since programs that know only its names could not read the line.
 */
export function alarmsOf({ seen }: DeviceState): AlarmRecord[] {
  const worst = new Map<string, AlarmRecord>();
  for (const { name, level } of seen.alarms) {
    if (!KNOWN.has(name)) continue;
    const known = worst.get(name);
    if (!known || SEVERITY.indexOf(level) > SEVERITY.indexOf(known.level)) worst.set(name, { name, level });
  }
  return [...worst.values()];
}

function signalsOf({ device: { wanted, seen } }: View): InputReport[] {
  return (['A', 'B'] as const).map((channel) => {
    const input = wanted.routing[channel];
    const { status, widthPx, heightPx, fps } = seen.inputs[input];
    const isLive = status === 'live' && widthPx !== undefined && heightPx !== undefined;
    const hz = Number((fps ?? wanted.encoders.archive.fps).toFixed(2));
    const signal = isLive ? { widthPx, heightPx, hz } : undefined;
    return { channel, input, name: wanted.inputs[input].name, signal };
  });
}

const same = (one: object, other: object): boolean =>
  Object.entries(one).every(([key, value]) => JSON.stringify(value) === JSON.stringify(Reflect.get(other, key)));

function encoderPresets({ device: { wanted }, personality }: View, stream: StreamName) {
  const { encoder } = wanted.sis.presets;
  const choice = (preset: number): PresetChoice => ({ preset, name: encoderPresetOf(encoder, preset)?.name ?? '' });
  const isNow = (preset: number): boolean => {
    const saved = encoderPresetOf(encoder, preset);
    return saved !== undefined && same(saved.settings, wanted.encoders[stream]);
  };
  const standard = STANDARD_ENCODERS[stream];
  const all = Array.from({ length: personality.limits.encoderPresets }, (_, index) => index + 1);
  const selected = [standard, ...all].find(isNow);
  return { standard: choice(standard), selected: selected === undefined ? null : choice(selected) };
}

function streamingPreset({ device: { wanted } }: View, stream: StreamName): { selected: PresetChoice | null } {
  const pushes = wanted.pushes
    .filter((push) => push.stream === stream)
    .slice(0, 2)
    .map(({ url, enabled }) => ({ url, enabled }));
  const now = { stream: wanted.streams[stream], pushes };
  const found = Object.entries(wanted.sis.presets.streaming).find(([, preset]) => same(now, preset));
  return { selected: found ? { preset: Number(found[0]), name: found[1].name } : null };
}

/** A query of channel B's own stream, which exists in dual mode alone. */
const inDual =
  <Values>(query: (view: View) => Values) =>
  (view: View) =>
    isDual(view.device.wanted) ? query(view) : refuse('E14');

/** Number of the layout that a new box shows. */
const STANDARD_LAYOUT = 2;

function layoutPresets({ device: { wanted }, facts }: View) {
  const choice = (preset: number): PresetChoice => ({
    preset,
    name: layoutOf(wanted.layouts, facts.factoryLayouts, preset).name,
  });
  // Time codes are left out of the comparison, since they are for tests.
  const shown = { ...wanted.layout, overlays: wanted.layout.overlays.filter(({ kind }) => kind !== 'timecode') };
  const isSame = same(shown, layoutOf(wanted.layouts, facts.factoryLayouts, wanted.layoutNumber));
  return { standard: choice(STANDARD_LAYOUT), selected: isSame ? choice(wanted.layoutNumber) : null };
}

const freeSpaces = (view: View, places: readonly Parameters<typeof volumesOf>[1][]) => ({
  spaces: places
    .flatMap((place) => volumesOf(view, place))
    .map(({ name, freeMb }) => ({ name: name.toLowerCase(), free: sizeText(freeMb) })),
});

const versionsOf = ({ personality, facts }: View) => ({
  bootstrap: personality.identity.build,
  factory: `${personality.identity.build}*(Amphi ${facts.version})`,
});

/** Handlers for the identity and the state of the device (facts/smp351 2.1). */
export const informationHandlers: Handlers<InformationRow, SisWorld> = {
  'information.firmware': { query: ({ personality }) => ({ version: personality.identity.firmware }) },
  'information.build': { query: ({ personality }) => ({ build: personality.identity.build }) },
  'information.versions': { query: (view) => ({ versions: versionsOf(view).factory }) },
  'information.bootstrap': { query: (view) => ({ version: versionsOf(view).bootstrap }) },
  'information.firmware.factory': { query: (view) => ({ version: versionsOf(view).factory }) },
  'information.firmware.updated': { query: () => ({ version: '?.??' }) },
  'information.part': { query: ({ personality }) => ({ part: personality.identity.partNumber }) },
  'information.model': { query: ({ personality }) => ({ model: personality.identity.model }) },
  'information.description': { query: ({ personality }) => ({ description: personality.identity.description }) },
  'information.memory': { query: ({ facts }) => facts.memory },
  'information.location': { query: ({ device }) => ({ location: device.wanted.sis.snmp.location }) },
  'information.users': { query: ({ facts }) => ({ users: facts.sessions }) },
  'information.cpu': { query: ({ facts }) => ({ percent: Math.round(facts.cpuPercent) }) },
  'information.cpu.idle': { query: ({ facts }) => ({ percent: 100 - Math.round(facts.cpuPercent) }) },
  'information.ethernet': { query: ({ facts }) => facts.ethernet },
  'information.free.internal': { query: (view) => freeSpaces(view, ['internal']) },
  'information.free.usb': { query: (view) => freeSpaces(view, ['usbfront', 'usbrear', 'usbrcp']) },
  'information.inputs': { query: inputsOf },
  'information.resolution': {
    query({ device }) {
      const { widthPx, heightPx, fps } = device.wanted.encoders.archive;
      return { widthPx, heightPx, fps: String(fps) };
    },
  },
  'information.meters': {
    query({ device }) {
      const { leftDb, rightDb } = device.seen.meters.output;
      return { leftTenthsDb: tenthsOfDb(leftDb), rightTenthsDb: tenthsOfDb(rightDb) };
    },
  },
  'information.elapsed': { query: (view) => ({ elapsedMs: elapsedOf(view) }) },
  'information.remaining': {
    query: (view) => ({
      left: destinationsOf(view).map(({ name, disk }) => ({ destination: name, leftMs: leftMsOf(view, disk) })),
    }),
  },
  'information.destination': { query: (view) => ({ destinations: destinationsOf(view).map(({ name }) => name) }) },
  'information.transfer': { query: () => ({ target: 'None' }) },
  'information.alarms': { query: ({ device }) => ({ alarms: alarmsOf(device) }) },
  'information.signals': { query: (view) => ({ inputs: signalsOf(view) }) },
  'information.encoder.archive': { query: (view) => encoderPresets(view, 'archive') },
  'information.encoder.archive-b': { query: inDual((view) => encoderPresets(view, 'archive-b')) },
  'information.encoder.confidence': { query: (view) => encoderPresets(view, 'confidence') },
  'information.streaming.archive': { query: (view) => streamingPreset(view, 'archive') },
  'information.streaming.archive-b': { query: inDual((view) => streamingPreset(view, 'archive-b')) },
  'information.streaming.confidence': { query: (view) => streamingPreset(view, 'confidence') },
  'information.layout': { query: layoutPresets },
  'information.storage.internal': { query: (view) => ({ volumes: volumesOf(view, 'internal') }) },
  'information.storage.front': { query: (view) => ({ volumes: volumesOf(view, 'usbfront') }) },
  'information.storage.rear': { query: (view) => ({ volumes: volumesOf(view, 'usbrear') }) },
  'information.storage.panel': { query: (view) => ({ volumes: volumesOf(view, 'usbrcp') }) },
  'information.mac': { query: ({ facts }) => ({ mac: facts.mac }) },
  'information.serial': { query: ({ facts }) => ({ serial: facts.serial }) },
  'information.status': {
    query(view) {
      const destinations = destinationsOf(view);
      return {
        ...inputsOf(view),
        state: recordStateOf(view),
        destinations: destinations.map(({ name }) => name),
        freeKb: destinations.map(({ disk }) => (disk ? disk.freeBytes / 1024 : null)),
        elapsedMs: elapsedOf(view),
        leftMs: destinations.map(({ disk }) => leftMsOf(view, disk)),
      };
    },
  },
  'information.recording': {
    query(view) {
      const { widthPx, heightPx, fps } = view.device.wanted.encoders.archive;
      const { recording, streams } = view.device.seen;
      return {
        ...inputsOf(view),
        resolution: `${widthPx}x${heightPx}`,
        fps: String(fps),
        megabytes: isRunning(view) ? recording.bytes / 1_000_000 : 0,
        kbps: streams.archive.kbps,
      };
    },
  },
  'information.temperature': { query: ({ facts }) => ({ celsius: facts.celsius }) },
  'information.sessions': { query: ({ facts }) => ({ sessions: facts.sessions }) },
  'alarms.clear': { act: (view) => done(view, { act: (box) => box.clearAlarms() }) },
};
