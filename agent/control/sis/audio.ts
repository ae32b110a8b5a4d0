import { gainOfPoint, isPointMuted } from '#agent/device/audio-points.ts';
import type { audio } from '#lib/sis/families/audio.ts';
import type { Handlers } from '#lib/sis/handlers.ts';
import { done, wish, type SisWorld } from './world.ts';

type AudioRow = Extract<(typeof audio)[number], { by: 'device' }>;

/** Handlers for sound (facts/smp351 2.8). */
export const audioHandlers: Handlers<AudioRow, SisWorld> = {
  'audio.gain': {
    set: (view, { point, tenthsDb }) => done(view, wish('audio.set', { points: [{ point, gainDb: tenthsDb / 10 }] })),
    query: ({ device }, { point }) => ({ tenthsDb: Math.round(gainOfPoint(device.wanted, point) * 10) }),
  },
  'audio.mute': {
    set: (view, { point, on }) => done(view, wish('audio.set', { points: [{ point, muted: on }] })),
    query: ({ device }, { point }) => ({ on: isPointMuted(device.wanted, point) }),
  },
  'audio.delay': {
    set: (view, { delayMs }) => done(view, wish('audio.set', { channels: { A: { delayMs }, B: { delayMs } } })),
    query: ({ device }) => ({ delayMs: device.wanted.audio.channels.A.delayMs }),
  },
};
