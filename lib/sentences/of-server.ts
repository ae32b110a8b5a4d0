import type { Sentences } from './sentence.ts';

/** Sentences that the central server says to people on its pages. */
export const ofServer = {
  serverMayNot: { en: 'this account may not do this', fr: 'ce compte n’en a pas le droit' },
  serverTooManyTries: { en: 'too many wrong passwords', fr: 'trop de mots de passe incorrects : patientez un peu' },
  serverWho: { en: 'who are you?', fr: 'qui êtes-vous ?' },
  serverWrongLogin: { en: 'wrong user or password', fr: 'compte ou mot de passe incorrect' },
  serverForged: {
    en: 'this request does not come from a page of this server',
    fr: 'cette demande ne vient pas d’une page de ce serveur',
  },
  serverFailed: {
    en: 'the server failed at this: its log says how',
    fr: 'le serveur n’y est pas parvenu : son journal dit pourquoi',
  },
  serverNothingAt: { en: 'there is nothing at {path}', fr: 'il n’y a rien à {path}' },
  serverOthers: { en: 'this account may not act for others', fr: 'ce compte ne peut pas agir pour d’autres' },
  serverTextTooLong: { en: 'this text is too long', fr: 'ce texte est trop long' },
  serverCannotKeep: {
    en: 'a value cannot be kept as it was sent: {why}',
    fr: 'une valeur ne peut pas être gardée telle quelle : {why}',
  },
  agentSilent: { en: 'the agent says nothing any more', fr: 'l’appareil ne dit plus rien' },
  agentInTrouble: { en: 'the agent says that it cannot record', fr: 'l’appareil dit ne pas pouvoir enregistrer' },
  notRecording: {
    en: '"{title}" should be recorded now, and is not',
    fr: '« {title} » devrait s’enregistrer maintenant, et ne s’enregistre pas',
  },
} as const satisfies Sentences;
