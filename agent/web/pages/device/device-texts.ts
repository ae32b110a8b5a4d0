import { bilingual } from '#lib/pages/words.ts';

/** Texts of the frame of the device page, and of signing in. */
export const texts = bilingual({
  now: { fr: 'Direct', en: 'Now' },
  layouts: { fr: 'Mises en page', en: 'Layouts' },
  schedule: { fr: 'Planning', en: 'Schedule' },
  recordings: { fr: 'Enregistrements', en: 'Recordings' },
  settings: { fr: 'Réglages', en: 'Settings' },
  pages: { fr: 'Pages', en: 'Pages' },
  signOut: { fr: 'Se déconnecter', en: 'Sign out' },
  unsavedTitle: { fr: 'Modifications non enregistrées', en: 'Changes that are not saved' },
  unsavedHelp: { fr: 'Elles seront perdues si vous quittez cette page.', en: 'They are lost if you leave this page.' },
  leave: { fr: 'Quitter sans enregistrer', en: 'Leave without saving' },
  stay: { fr: 'Rester ici', en: 'Stay here' },
  welcome: { fr: 'Bienvenue', en: 'Welcome' },
  signIn: { fr: 'Se connecter', en: 'Sign in' },
  signedInAs: { fr: (name: string) => `Connecté : ${name}`, en: (name: string) => `Signed in: ${name}` },
  account: { fr: 'Compte', en: 'Account' },
  admin: { fr: 'admin (peut tout régler)', en: 'admin (may change everything)' },
  user: { fr: 'user (peut enregistrer)', en: 'user (may record)' },
  password: { fr: 'Mot de passe', en: 'Password' },
  firstHelp: {
    fr: 'Au premier démarrage, l’appareil affiche son mot de passe sur sa console ; il est aussi dans le fichier « first-password ».',
    en: 'At its first start the box shows its password on its console; it is also in the file “first-password”.',
  },
  wrong: { fr: 'Ce mot de passe n’est pas celui de ce compte.', en: 'This is not the password of this account.' },
  connecting: { fr: 'Connexion à l’appareil…', en: 'Connecting to the box…' },
  skip: { fr: 'Aller au contenu', en: 'Go to the content' },
  apiReference: { fr: 'Référence de l’API', en: 'API reference' },
});
