import type { z } from 'zod';
import { factoryWanted, initialState } from '#agent/device/initial-state.ts';
import type { requests, RequestName } from '#agent/device/requests.ts';
import type { DeviceState, Wanted } from '#agent/device/state.ts';

/** A box that records a lecture, for the examples of the reference; the answers are made by the code itself. */

const STARTED_AT_MS = Date.UTC(2016, 9, 6, 8, 0, 2);

const TITLE: Wanted['layout']['overlays'][number] = {
  kind: 'text',
  name: 'title',
  rect: { x: 0.0125, y: 0.05, width: 0.975, height: 0.13 },
  z: 10,
  template: '{title} · {presenter}',
  style: { colour: '#ffffff', background: '', align: 'left', valign: 'middle', bold: true, size: 0.06 },
};

export const EXAMPLE_LAYOUT: Wanted['layout'] = {
  name: 'Side by side',
  background: { colour: '#101418' },
  windows: [
    { channel: 'A', rect: { x: 0.0125, y: 0.25, width: 0.4875, height: 0.4875 }, z: 0 },
    { channel: 'B', rect: { x: 0.5125, y: 0.25, width: 0.475, height: 0.475 }, z: 1 },
  ],
  overlays: [TITLE],
};

export const EXAMPLE_STATE: DeviceState = exampleState();

function exampleWanted(): Wanted {
  const layouts = Array.from({ length: 12 }, () => EXAMPLE_LAYOUT);
  const factory = factoryWanted(layouts);
  const slides = {
    driver: 'rtsp',
    url: 'rtsp://10.0.0.21/slides',
    transport: 'tcp',
    user: 'amphi',
    password: '?',
  } as const;
  const metadata = { ...factory.metadata, title: 'Thermodynamique', presenter: 'É. Clapeyron', series: 'PHY-201' };
  return {
    ...factory,
    hall: 'lh100',
    inputs: { ...factory.inputs, 1: { ...factory.inputs[1], name: 'Slides', source: slides } },
    pushes: [
      { id: 'overflow', name: 'Overflow room', enabled: true, stream: 'archive', url: 'rtmp://10.0.0.9/live/overflow' },
    ],
    recording: { state: 'recording', take: 'T-20161006-080002', startedAtMs: STARTED_AT_MS, metadata },
  };
}

function exampleState(): DeviceState {
  const initial = initialState(exampleWanted());
  return {
    ...initial,
    seen: {
      ...initial.seen,
      inputs: {
        ...initial.seen.inputs,
        1: {
          status: 'live',
          sinceMs: STARTED_AT_MS,
          widthPx: 1280,
          heightPx: 720,
          fps: 25,
          codec: 'h264',
          reconnects: 0,
        },
      },
      recording: {
        state: 'recording',
        take: 'T-20161006-080002',
        file: 'PHY-201_Thermodynamique_20161006_080002_S1R1.mp4',
        elapsedMs: 61_000,
        bytes: 6_328_000,
        destination: 'internal',
      },
      pushes: { overflow: { status: 'connected', sinceMs: STARTED_AT_MS } },
      disk: [
        {
          destination: 'internal',
          folder: '/var/lib/amphi/recordings',
          freeBytes: 200e9,
          totalBytes: 480e9,
          usable: true,
        },
      ],
      frames: { composed: 915, late: 0, dropped: 0 },
      alarms: [
        { name: 'video_loss', about: 'B', level: 'warning', text: 'Channel B has no picture', sinceMs: STARTED_AT_MS },
      ],
    },
  };
}

export const EXAMPLE_MOMENT = { frame: 915, ptsTicks: 5_490_000 };

const DESCRIBED = { title: 'Thermodynamique', presenter: 'É. Clapeyron', series: 'PHY-201' };

const { recording: _, ...EXAMPLE_SETTINGS } = factoryWanted([]);

/** Parameters for each request. */
export const REQUEST_EXAMPLES: {
  readonly [Name in RequestName]?: z.input<(typeof requests)[Name]['params']>;
} = {
  'hall.set': { hall: 'lh100' },
  'locale.set': { locale: 'fr' },
  'input.select': { channel: 'B', input: 4 },
  'input.set': { input: 1, name: 'Slides', aspect: 'fit' },
  'channels.swap': {},
  'channel.mute': { channel: 'A', muted: true },
  'nosignal.set': { holdMs: 2000 },
  'layout.recall': { number: 7 },
  'layout.set': { layout: EXAMPLE_LAYOUT },
  'layout.save': { number: 13, name: 'Debate' },
  'layout.reset': { number: 13 },
  'layout.rename': { number: 13, name: 'Debate' },
  'layout.window': { channel: 'B', rect: { x: 0.5, y: 0.5, width: 0.25, height: 0.25 } },
  'overlay.put': { overlay: TITLE },
  'overlay.remove': { name: 'title' },
  'audio.set': { from: 'B', channels: { B: { gainDb: 6 } } },
  'encoder.mode': { mode: 'dual' },
  'output.mode': { mode: 'channel-b' },
  'encoder.set': { stream: 'archive', settings: { videoKbps: 1500 } },
  'stream.set': { stream: 'confidence', settings: { enabled: true, multicast: null } },
  'push.put': {
    push: { id: 'overflow', name: 'Overflow room', enabled: true, stream: 'archive', url: 'srt://10.0.0.9:9000' },
  },
  'push.enable': { id: 'overflow', enabled: false },
  'push.remove': { id: 'overflow' },
  'metadata.set': DESCRIBED,
  'record.start': { metadata: DESCRIBED, minutes: 90 },
  'record.stop': {},
  'record.pause': {},
  'record.resume': {},
  'record.mark': { title: 'Second principle' },
  'record.extend': { minutes: 15 },
  'record.until': { endsAtMs: 1475746200000 },
  'preset.save': { family: 'encoder', number: 9, stream: 'archive' },
  'preset.recall': { family: 'encoder', number: 6, stream: 'confidence' },
  'preset.name': { family: 'encoder', number: 3, name: 'Seminar' },
  'preset.delete': { family: 'input', number: 12 },
  'sis.set': { countdownSeconds: 5, idleMs: 300_000 },
  'sis.keep': { row: 'hdcp.notice', values: { screen: 'black' } },
  'settings.replace': { settings: EXAMPLE_SETTINGS },
};
