import { bilingual } from '#lib/pages/words.ts';

/** Texts about the tablets at the lectern. */
export const texts = bilingual({
  tablets: { fr: 'Tablettes du pupitre', en: 'Lectern tablets' },
  help: {
    fr: 'Une tablette reliée démarre et arrête l’enregistrement sans mot de passe, et ne peut rien d’autre.',
    en: 'A paired tablet starts and stops the recording without a password, and can do nothing else.',
  },
  pair: { fr: 'Relier une tablette', en: 'Pair a tablet' },
  scan: {
    fr: 'Scannez ce code avec la tablette, ou ouvrez cette adresse et tapez le code :',
    en: 'Scan this with the tablet, or open this address there and type the code:',
  },
  qr: { fr: 'Code QR pour relier une tablette', en: 'QR code that pairs a tablet' },
  lasts: {
    fr: (time: string) => `Valable jusqu’à ${time}, pour une tablette.`,
    en: (time: string) => `Good until ${time}, for one tablet.`,
  },
  paired: { fr: 'La tablette est reliée.', en: 'The tablet is paired.' },
  none: { fr: 'Aucune tablette n’est reliée.', en: 'No tablet is paired.' },
  since: { fr: (date: string) => `reliée le ${date}`, en: (date: string) => `paired on ${date}` },
  takeBack: { fr: 'Délier', en: 'Take back' },
  takeBackLong: { fr: (name: string) => `Délier ${name}`, en: (name: string) => `Take back the pairing of ${name}` },
  takenBack: { fr: 'La tablette n’a plus accès.', en: 'The tablet has no access any more.' },
  open: { fr: 'Ouvrir la page du pupitre ici', en: 'Open the lectern page here' },
});
