import { z } from 'zod';
import { key } from '../key.ts';

/** Whether left and right are mixed into one. */
const mono = (sis?: string) =>
  key(z.boolean().optional(), {
    label: 'Mono',
    en: 'both ears hear the same',
    fr: 'le même son des deux côtés',
    ...(sis && { sis: [sis] }),
    factory: false,
  });

/** The sound of a channel. */
export const soundOfChannel = z.strictObject({
  gainDb: key(z.number().min(-18).max(24), {
    label: 'Gain',
    en: 'louder or softer',
    fr: 'plus fort ou plus faible',
    unit: 'dB',
    sis: ['audio.gain'],
    factory: 0,
  }),
  muted: key(z.boolean(), {
    label: { en: 'Mute', fr: 'Muet' },
    en: "without this channel's sound",
    fr: 'sans le son de ce canal',
    sis: ['audio.mute'],
    factory: false,
  }),
  delayMs: key(z.int().min(0).max(999), {
    label: { en: 'Sound delay', fr: 'Retard du son' },
    en: 'sound later than its picture',
    fr: 'son plus tard que son image',
    unit: 'ms',
    sis: ['audio.delay'],
    factory: 0,
  }),
  mono: mono(),
});

/** The sound of the box. */
export const audio = z.strictObject({
  from: key(z.enum(['A', 'B', 'mix']), {
    values: {
      A: { en: 'channel A', fr: 'canal A' },
      B: { en: 'channel B', fr: 'canal B' },
      mix: { en: 'A and B mixed', fr: 'A et B mélangés' },
    },
    label: { en: 'Recorded sound', fr: 'Son enregistré' },
    en: 'which sound is recorded',
    fr: 'quel son est enregistré',
    sis: ['audio.output'],
    factory: 'mix',
  }),
  channels: z.strictObject({ A: soundOfChannel, B: soundOfChannel.extend({ mono: mono('audio.output') }) }),
  outputGainDb: key(z.number().min(-100).max(0), {
    label: { en: 'Output gain', fr: 'Gain de sortie' },
    en: 'all sound softer',
    fr: 'tout le son plus faible',
    unit: 'dB',
    sis: ['audio.gain'],
    factory: 0,
  }),
  outputMuted: key(z.boolean(), {
    label: { en: 'Mute everything', fr: 'Tout couper' },
    en: 'silence in place of all sound',
    fr: 'silence à la place de tout son',
    sis: ['audio.mute'],
    factory: false,
  }),
});
