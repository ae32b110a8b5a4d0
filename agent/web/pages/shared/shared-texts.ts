import { bilingual } from '#lib/pages/words.ts';

/** Texts of all pages of a box. */
export const texts = bilingual({
  stopped: { fr: 'Prêt', en: 'Ready' },
  setup: { fr: 'Démarrage…', en: 'Starting…' },
  recording: { fr: 'Enregistrement', en: 'Recording' },
  paused: { fr: 'En pause', en: 'Paused' },
  finalizing: { fr: 'Finalisation…', en: 'Finishing…' },
  freeLayout: { fr: 'libre', en: 'free' },
  unheard: { fr: 'État inconnu', en: 'State unknown' },
  away: {
    fr: 'Liaison perdue : ce que montre cette page n’est plus à jour. Nouvel essai…',
    en: 'Connection lost: what this page shows may be old. Trying again…',
  },
  noPicture: { fr: 'Pas encore d’image', en: 'No picture yet' },
  noPictureNow: { fr: 'Pas d’image', en: 'No picture' },
  livePicture: { fr: 'Image en direct', en: 'Live picture' },
  unanswered: { fr: 'L’appareil ne répond pas.', en: 'The box does not answer.' },
  forbidden: { fr: 'Ce compte n’a pas ce droit.', en: 'This account may not do that.' },
  throttled: {
    fr: (seconds: number) => `Trop d’essais : attendez ${seconds} s.`,
    en: (seconds: number) => `Too many tries: wait ${seconds} s.`,
  },
  fault: { fr: 'L’appareil a échoué ; son journal dit pourquoi.', en: 'The box failed at this; its log says why.' },
  technical: { fr: (text: string) => `message technique : « ${text} »`, en: (text: string) => text },
  refusal: { fr: (text: string) => `Refusé : ${text}`, en: (text: string) => `Refused: ${text}` },
});
