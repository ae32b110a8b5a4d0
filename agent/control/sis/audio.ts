import type { audio } from '#lib/sis/families/audio.ts';
import { audioPoints } from '#lib/sis/families/audio.ts';
import type { Handlers } from '#lib/sis/handlers.ts';
import { done, wish, type Channel, type SisWorld } from './world.ts';

type AudioRow = Extract<(typeof audio)[number], { by: 'device' }>;

const ofPoint = (point: keyof typeof audioPoints): Channel | 'output' => audioPoints[point].of;

/**
 * Handlers for sound (facts/smp351 2.8). A channel has one gain and one mute for left and right, analogue and digital.
 */
export const audioHandlers: Handlers<AudioRow, SisWorld> = {
  'audio.gain': {
    set(view, { point, tenthsDb }) {
      const channel = ofPoint(point) === 'A' ? 'A' : 'B';
      return done(view, wish('audio.set', { channels: { [channel]: { gainDb: tenthsDb / 10 } } }));
    },
    query({ device }, { point }) {
      const channel = ofPoint(point) === 'A' ? 'A' : 'B';
      return { tenthsDb: Math.round(device.wanted.audio.channels[channel].gainDb * 10) };
    },
  },
  'audio.mute': {
    set(view, { point, on }) {
      const of = ofPoint(point);
      const change = of === 'output' ? { outputMuted: on } : { channels: { [of]: { muted: on } } };
      return done(view, wish('audio.set', change));
    },
    query({ device }, { point }) {
      const { channels, outputMuted } = device.wanted.audio;
      const of = ofPoint(point);
      return { on: of === 'output' ? outputMuted : channels[of].muted };
    },
  },
  'audio.delay': {
    set: (view, { delayMs }) => done(view, wish('audio.set', { channels: { A: { delayMs }, B: { delayMs } } })),
    query: ({ device }) => ({ delayMs: device.wanted.audio.channels.A.delayMs }),
  },
};
