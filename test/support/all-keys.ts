import { mergeDocuments, documentOf, type BoxDocument } from '#firmware-config/document/document.ts';
import { factoryWanted } from '#agent/device/initial-state.ts';
import type { EncoderSettings } from '#agent/device/state.ts';
import type { Layout, TextStyle } from '#lib/media/layout.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';

type Device = BoxDocument['device'];

const crop = { left: 0.1, top: 0.2, right: 0.3, bottom: 0.05 };
const picture = { brightness: 1, contrast: 2, colour: 3, tint: 4 };
const place = { x: 0.1, y: 0.2, width: 0.3, height: 0.4 };
const treated = { aspect: 'fit', crop, picture } as const;
const style: TextStyle = {
  colour: '#ffffff',
  background: '#00000080',
  bold: true,
  size: 0.07,
  align: 'centre',
  valign: 'top',
};
const multicast = { address: '239.1.2.3', port: 5004, ttl: 4 };
const metadata = Object.fromEntries(
  'title presenter series course contributor coverage description format identifier language publisher rights source subject type'
    .split(' ')
    .map((name) => [name, `${name} of Amphi D, été`]),
) as unknown as Device['metadata'];

const layout: Layout = {
  name: 'Ours',
  background: { colour: '#123456', image: 'background.jpg' },
  windows: [{ channel: 'B', rect: place, z: 3 }],
  overlays: [
    { kind: 'text', name: 'title', rect: place, z: 1, template: '{title}: {presenter}', style },
    { kind: 'logo', name: 'logo', rect: place, z: 2, file: 'logo-1.svg', opacity: 0.5 },
    { kind: 'clock', name: 'clock', rect: place, z: 3, format: 'date-time', style },
    { kind: 'timecode', name: 'code', rect: place, z: 4 },
  ],
};
const encoder: EncoderSettings = {
  widthPx: 1920,
  heightPx: 1080,
  fps: 30,
  videoKbps: 3000,
  gopFrames: 60,
  audioKbps: 128,
  rateControl: 'cbr',
  profile: 'main',
};
const sound = { gainDb: -3.5, muted: true, delayMs: 40, mono: true };

/** A document with every key, each with another value than the factory's. */
export const allKeys: BoxDocument = {
  hall: 'Amphi_D',
  device: {
    inputs: {
      1: {
        name: 'Slides',
        ...treated,
        source: { driver: 'rtsp', url: 'rtsp://10.0.0.21/slides', transport: 'udp', user: 'amphi', password: 'geheim' },
      },
      2: { name: 'Film', ...treated, source: { driver: 'file', path: '/srv/film.mp4' } },
      3: {
        name: 'Camera',
        ...treated,
        source: {
          driver: 'v4l2',
          device: '/dev/video0',
          widthPx: 1280,
          heightPx: 720,
          fps: 25,
          audio: { system: 'alsa', device: 'hw:1,0' },
        },
      },
      4: { name: 'Remote', ...treated, source: { driver: 'url', url: 'srt://10.0.0.30:9000?passphrase=0123456789' } },
      5: { name: 'Bars', ...treated, source: { driver: 'test', pattern: 'bars' } },
    },
    routing: { A: 2, B: 5 },
    layout: 13,
    shown: { ...layout, name: 'On show' },
    swapped: true,
    locale: 'en',
    encoderMode: 'dual',
    outputMode: 'channel-b',
    layouts: { 13: { ...layout, routing: { A: 1, B: 4 } }, 14: { ...layout, name: 'Other' } },
    muted: { A: true, B: true },
    noSignalHoldMs: 4321,
    audio: { from: 'B', outputMuted: true, outputGainDb: -6, channels: { A: sound, B: { ...sound, gainDb: 6 } } },
    encoders: {
      archive: { ...encoder, hardware: 'off', recorded: false, overlaysOf: 9 },
      'archive-b': { ...encoder, hardware: 'off', recorded: false, overlaysOf: 13 },
      confidence: { ...encoder, widthPx: 640, heightPx: 360, hardware: 'auto', enabled: false },
    },
    streams: {
      archive: { enabled: false, name: 'hall-d', multicast },
      'archive-b': { enabled: false, name: 'hall-d-b', multicast: { ...multicast, port: 5012 } },
      confidence: { enabled: false, name: 'hall-d-small', multicast: { ...multicast, port: 5008 } },
    },
    pushes: [
      {
        id: 'overflow',
        name: 'Overflow',
        enabled: true,
        stream: 'archive',
        url: 'rtmp://live.example.org/app/Key-1',
      },
    ],
    metadata,
    sis: {
      destination: 'usbfront',
      countdownSeconds: 3,
      pattern: 'bars',
      thumbnails: 'archive',
      zone: 'CET',
      idleMs: 600_000,
      ports: { telnet: 2300, ssh: null, http: 8080, https: null, snmp: 1610 },
      profile: 2,
      snmp: { contact: 'Audiovisuel', location: 'Amphi D', community: 'halls', enabled: true },
      presets: {
        user: { names: { 3: 'Bright' }, ofInput: { 1: { 3: treated } } },
        input: { 7: { ...treated, name: 'Desk', input: 4 } },
        streaming: {
          2: {
            name: 'Live',
            stream: { enabled: true, name: 'live', multicast },
            pushes: [{ url: 'rtmp://live.example.org/app/Key-2', enabled: true }],
          },
        },
        encoder: { 4: { name: 'Lectures', settings: encoder } },
        profile: { 2: { name: 'Maths', metadata } },
      },
      kept: { 'hdcp.notice': { screen: 'black' } },
    },
  },
};

/** The document of a box with factory settings. */
export const factoryDocument = (): BoxDocument => documentOf(factoryWanted(factoryLayouts), factoryLayouts);
export const withGiven = (given: Parameters<typeof mergeDocuments>[1]): BoxDocument =>
  mergeDocuments(factoryDocument(), given);
