import type { Alarm } from '../../shared/api-types.ts';
import type { Language } from '#lib/pages/words.ts';

/** Advice for each alarm; an alarm without advice does not compile. docs/operating.md says more. */
const ADVICE: Record<Alarm['name'], Record<Language, string>> = {
  video_loss: {
    fr: 'Vérifiez que la source est allumée, son câble, et son adresse dans les réglages.',
    en: 'Check that the source is on, its cable, and its address in the settings.',
  },
  audio_loss: {
    fr: 'Vérifiez le micro et le mélangeur, et la source du son choisie.',
    en: 'Check microphone and mixer, and from which channel the sound is taken.',
  },
  disk_space: {
    fr: 'Effacez des enregistrements remis, ou ajoutez un disque. Les enregistrements non remis ne sont jamais effacés.',
    en: 'Delete recordings that were handed over, or add a disk. What was not handed over is never deleted by itself.',
  },
  disk_error: {
    fr: 'Le disque ou le partage ne se laisse pas écrire : vérifiez son montage et ses câbles, puis remplacez-le.',
    en: 'The disk or share cannot be written: check its mount and cables, then replace it.',
  },
  record_halt: {
    fr: 'Rien ne s’écrit en ce moment. Vérifiez les disques ; si l’enregistrement ne reprend pas, relancez-le.',
    en: 'Nothing is being written now. Check the disks; if the recording does not go on, start it again.',
  },
  encoder: {
    fr: 'Il est relancé tout seul. Si cela se répète, baissez la résolution ou choisissez l’encodage logiciel.',
    en: 'It is started again by itself. If it happens often, lower the resolution or choose software encoding.',
  },
  cpu_usage: {
    fr: 'Baissez la résolution ou la cadence, ou arrêtez d’autres programmes.',
    en: 'Lower resolution or frame rate, or end other programs.',
  },
  overlay: {
    fr: 'Un logo ou un titre ne peut pas être dessiné : vérifiez son fichier dans les mises en page.',
    en: 'A logo or title cannot be drawn: check its file among the layouts.',
  },
  settings: {
    fr: 'Les réglages gardés étaient abîmés ; vérifiez-les, ou restaurez une sauvegarde.',
    en: 'The settings that were kept are damaged: look through them, or restore a backup.',
  },
  control: {
    fr: 'Choisissez un autre port dans les réglages, ou arrêtez le programme qui le tient.',
    en: 'Choose another port in the settings, or end the program that has it.',
  },
  auth_failures: {
    fr: 'Quelqu’un essaie des mots de passe. Vérifiez d’où dans le journal, et changez le mot de passe si besoin.',
    en: 'Somebody tries passwords. The log says from where; change the password if you must.',
  },
  publish_failure: {
    fr: 'L’envoi vers cette adresse échoue ; il est retenté. Vérifiez l’adresse, le réseau et le serveur.',
    en: 'Sending to this address fails; it is tried again. Check the address, the network and the server.',
  },
  sched_server: {
    fr: 'Vérifiez le réseau, et l’adresse dans les réglages ; c’est relu tout seul.',
    en: 'Check the network, and the address in the settings; it is read again by itself.',
  },
  schedule: {
    fr: 'Des cours se chevauchent, ou ne peuvent pas être enregistrés tels quels : corrigez-les dans le planning.',
    en: 'Events overlap, or cannot be recorded as they are: mend them in the schedule.',
  },
  fault: {
    fr: 'Une partie du programme a échoué et a été relancée. L’enregistrement continue ; le journal dit pourquoi.',
    en: 'A part of the program failed and was started again. Recording goes on; the log says why.',
  },
};

/** Titles of the alarms. */
const TITLES: Record<Alarm['name'], Record<Language, string>> = {
  video_loss: { fr: 'Pas d’image', en: 'No picture' },
  audio_loss: { fr: 'Pas de son', en: 'No sound' },
  disk_space: { fr: 'Disque presque plein', en: 'Disk nearly full' },
  disk_error: { fr: 'Disque en erreur', en: 'Disk error' },
  record_halt: { fr: 'Enregistrement interrompu', en: 'Recording held up' },
  encoder: { fr: 'Encodeur interrompu', en: 'Encoder held up' },
  cpu_usage: { fr: 'Machine surchargée', en: 'Machine too busy' },
  overlay: { fr: 'Habillage impossible', en: 'Overlay cannot be drawn' },
  settings: { fr: 'Réglages abîmés', en: 'Settings damaged' },
  control: { fr: 'Service injoignable', en: 'Service out of reach' },
  auth_failures: { fr: 'Mots de passe essayés', en: 'Passwords are tried' },
  publish_failure: { fr: 'Envoi impossible', en: 'Cannot send' },
  sched_server: { fr: 'Serveur du planning', en: 'Schedule server' },
  schedule: { fr: 'Planning à corriger', en: 'Schedule to mend' },
  fault: { fr: 'Erreur du programme', en: 'Fault of the program' },
};

/** The title of an alarm in the language of the reader; the name of one that is newer than this page. */
export const titleOf = (name: string, language: Language): string =>
  (TITLES as Partial<Record<string, Record<Language, string>>>)[name]?.[language] ?? name;

/** The advice for an alarm in the language of the reader; undefined for one that is newer than this page. */
export const adviceFor = (name: string, language: Language): string | undefined =>
  (ADVICE as Partial<Record<string, Record<Language, string>>>)[name]?.[language];
