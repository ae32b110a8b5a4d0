import { bilingual } from './words.ts';

/** Texts of the parts in this folder. */
export const texts = bilingual({
  close: { fr: 'Fermer', en: 'Close' },
  cancel: { fr: 'Annuler', en: 'Cancel' },
  holdHint: { fr: 'Maintenir appuyé', en: 'Press and hold' },
  pressAgain: { fr: 'Appuyer encore pour confirmer', en: 'Press again to confirm' },
  left: { fr: 'gauche', en: 'left' },
  right: { fr: 'droite', en: 'right' },
  light: { fr: 'Clair', en: 'Light' },
  dark: { fr: 'Sombre', en: 'Dark' },
  auto: { fr: 'Auto', en: 'Auto' },
  theme: { fr: 'Apparence', en: 'Appearance' },
  language: { fr: 'Langue', en: 'Language' },
});
