import type { Sentences } from './sentence.ts';

/** Sentences about faults of recordings, which teachers read. `{from}` and `{to}` are times of day, or of the recording. */
export const faultSentences = {
  noSoundTrack: { en: 'this recording has no sound', fr: 'cet enregistrement n’a pas de son' },
  noSound: { en: 'no sound from {from} to {to}', fr: 'pas de son de {from} à {to}' },
  noSoundAtAll: { en: 'no sound, from the beginning to the end', fr: 'pas de son, du début à la fin' },
  tooQuiet: { en: 'the sound is too quiet from {from} to {to}', fr: 'le son est trop faible de {from} à {to}' },
  tooQuietAtAll: {
    en: 'the sound is too quiet, from the beginning to the end',
    fr: 'le son est trop faible, du début à la fin',
  },
  clipped: {
    en: 'the sound is distorted from {from} to {to}: it came in too loud',
    fr: 'le son est saturé de {from} à {to} : il arrivait trop fort',
  },
  clippedAtAll: {
    en: 'the sound is distorted, from the beginning to the end: it came in too loud',
    fr: 'le son est saturé, du début à la fin : il arrivait trop fort',
  },
  noPicture: { en: 'this recording has no picture', fr: 'cet enregistrement n’a pas d’image' },
  black: { en: 'the picture is black from {from} to {to}', fr: 'l’image est noire de {from} à {to}' },
  blackAtAll: { en: 'the picture is black, from the beginning to the end', fr: 'l’image est noire, du début à la fin' },
  frozen: { en: 'the picture stands still from {from} to {to}', fr: 'l’image est figée de {from} à {to}' },
  frozenAtAll: {
    en: 'the picture stands still, from the beginning to the end',
    fr: 'l’image est figée, du début à la fin',
  },
} as const satisfies Sentences;
