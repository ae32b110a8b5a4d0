import { bilingual } from '#lib/pages/words.ts';

/** Texts of the page of the API. */
export const texts = bilingual({
  title: { fr: 'L’API de l’appareil', en: 'The box’s API' },
  english: {
    fr: 'La référence est en anglais, comme les noms qu’elle explique.',
    en: 'Everything that the pages do, they do by this.',
  },
  stranger: { fr: 'Connectez-vous d’abord.', en: 'Sign in first.' },
  signIn: { fr: 'Se connecter', en: 'Sign in' },
  loading: { fr: 'Lecture…', en: 'Reading…' },
  document: { fr: 'Document OpenAPI', en: 'OpenAPI document' },
  filter: { fr: 'Filtrer', en: 'Filter' },
  sections: { fr: 'Sections', en: 'Sections' },
  parameters: { fr: 'Paramètres', en: 'Parameters' },
  body: { fr: 'Corps de la requête', en: 'Request body' },
  answers: { fr: 'Réponses', en: 'Answers' },
  example: { fr: 'Exemple', en: 'Example' },
  name: { fr: 'Nom', en: 'Name' },
  type: { fr: 'Type', en: 'Type' },
  what: { fr: 'Ce que c’est', en: 'What it is' },
  required: { fr: 'requis', en: 'required' },
  back: { fr: 'Page de l’appareil', en: 'Device page' },
  refusal: { fr: 'Refus : pourquoi ce n’est pas fait', en: 'Refusal: why it is not done' },
});
