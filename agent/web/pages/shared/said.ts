import { sayings } from './words.ts';
import type { Trouble } from './api.ts';

/** What both pages say. */
export const said = sayings({
  stopped: { fr: 'Prêt', en: 'Ready' },
  setup: { fr: 'Démarrage…', en: 'Starting…' },
  recording: { fr: 'Enregistrement', en: 'Recording' },
  paused: { fr: 'En pause', en: 'Paused' },
  finalizing: { fr: 'Finalisation…', en: 'Finishing…' },
  away: {
    fr: 'Liaison perdue. L’appareil continue ce qu’il faisait ; nouvel essai…',
    en: 'Connection lost. The box goes on with what it did; trying again…',
  },
  noPicture: { fr: 'Pas encore d’image', en: 'No picture yet' },
  noPictureNow: { fr: 'Pas d’image', en: 'No picture' },
  livePicture: { fr: 'Image en direct', en: 'Live picture' },
  close: { fr: 'Fermer', en: 'Close' },
  cancel: { fr: 'Annuler', en: 'Cancel' },
  holdHint: { fr: 'Maintenir appuyé', en: 'Press and hold' },
  pressAgain: { fr: 'Appuyer encore pour confirmer', en: 'Press again to confirm' },
  left: { fr: 'gauche', en: 'left' },
  right: { fr: 'droite', en: 'right' },
  unanswered: { fr: 'L’appareil ne répond pas.', en: 'The box does not answer.' },
  forbidden: { fr: 'Ce compte n’a pas ce droit.', en: 'This account may not do that.' },
  throttled: {
    fr: (seconds: number) => `Trop d’essais : attendez ${seconds} s.`,
    en: (seconds: number) => `Too many tries: wait ${seconds} s.`,
  },
  fault: { fr: 'L’appareil a échoué ; son journal dit pourquoi.', en: 'The box failed at this; its log says why.' },
  refusal: { fr: (text: string) => `Refusé : ${text}`, en: (text: string) => `Refused: ${text}` },
  light: { fr: 'Clair', en: 'Light' },
  dark: { fr: 'Sombre', en: 'Dark' },
  auto: { fr: 'Auto', en: 'Auto' },
  theme: { fr: 'Apparence', en: 'Appearance' },
  language: { fr: 'Langue', en: 'Language' },
});

/** Why something was not done, for people. */
export function wordsOf({ status, text, retryAfterS }: Trouble): string {
  if (status === 0) return said.unanswered;
  if (status === 403) return said.forbidden;
  if (status === 429) return said.throttled(retryAfterS ?? 5);
  if (status === 500) return said.fault;
  return said.refusal(text.replaceAll(/\bbody\./g, ''));
}
