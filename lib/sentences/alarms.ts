import type { Sentences } from './sentence.ts';

/** The texts of alarms besides their names, as the rooms that raise them write them. */
export const alarms = {
  noSignal: { en: 'no signal on input {number} ({name}): {why}', fr: 'entrée {number} ({name}) : {why}' },
  noSound: { en: 'the recording has no sound', fr: 'l’enregistrement est sans son' },
  encoderDied: { en: 'the encoder died: {why}', fr: 'l’encodeur s’est arrêté : {why}' },
  framesLeftOut: {
    en: '{frames} frames were left out: the processors have no time',
    fr: '{frames} images ont été sautées : les processeurs n’ont plus le temps',
  },
  noTimeLeft: {
    en: 'the processors have no time left: frames may be left out',
    fr: 'les processeurs n’ont plus de temps : des images peuvent être sautées',
  },
  cannotPublish: { en: 'cannot publish to {name}: {why}', fr: 'envoi vers {name} impossible : {why}' },
  noPort: { en: '{service} cannot be reached: {why}', fr: '{service} n’est pas joignable : {why}' },
  faultOfProgram: { en: 'a fault of the program: {why}', fr: 'une erreur du programme : {why}' },
  processEnded: {
    en: 'the process "{name}" ended, and is started again: {why}',
    fr: 'le processus « {name} » s’est arrêté, il est relancé : {why}',
  },
  wrongPasswords: { en: 'many wrong passwords were tried', fr: 'beaucoup de mots de passe faux ont été essayés' },
  badCertificate: {
    en: 'what lies in /certs cannot be used: {why}',
    fr: 'ce qui est dans /certs ne peut pas servir : {why}',
  },
  freeSpace: { en: '{percent} % free in {folder}', fr: '{percent} % libres dans {folder}' },
  notRecovered: { en: '{file} could not be recovered: {why}', fr: '{file} n’a pas pu être récupéré : {why}' },
  channelBNotRecorded: {
    en: 'channel B of {name} is not recorded: {why}',
    fr: 'le canal B de {name} n’est pas enregistré : {why}',
  },
  notFinalised: { en: '{file} is not finalised: {why}', fr: '{file} n’est pas finalisé : {why}' },
  chosenIsGone: {
    en: '{name} was chosen for recordings and is not there: they go where there is room',
    fr: '{name} a été choisi pour les enregistrements et n’est pas là : ils vont où il y a de la place',
  },
  noDestination: { en: 'no destination is configured', fr: 'aucune destination n’est réglée' },
  bytesWait: { en: '{bytes} bytes wait to be written', fr: '{bytes} octets attendent d’être écrits' },
  diskSilent: {
    en: 'the disk has not answered for {seconds} s',
    fr: 'le disque n’a pas répondu depuis {seconds} s',
  },
  givenUp: { en: 'given up', fr: 'abandonné' },
  boxStopped: { en: 'the box stopped', fr: 'l’appareil s’est arrêté' },
  noFragment: { en: 'not one whole fragment is in it', fr: 'il n’y a pas un seul fragment entier dedans' },
  noMp4: { en: 'it does not begin as MP4', fr: 'il ne commence pas comme un fichier MP4' },
  headerNotWhole: { en: 'its header is not whole', fr: 'son en-tête est incomplet' },
  tooFewMB: { en: 'less than {megabytes} MB free', fr: 'moins de {megabytes} Mo libres' },
  calendarFails: {
    en: 'the calendar of {place}: {why}; that of {when} is kept',
    fr: 'calendrier de {place} : {why} ; celui de {when} est gardé',
  },
  calendarFailsNone: {
    en: 'the calendar of {place}: {why}; there is none to go on with',
    fr: 'calendrier de {place} : {why} ; il n’y en a pas d’autre à suivre',
  },
  eventsUnrecorded: {
    en: 'events that cannot be recorded as they are: {complaints;}',
    fr: 'événements impossibles à enregistrer tels quels : {complaints}',
  },
  eventLoses: {
    en: '"{title}" ({begins}) loses {minutes} min to "{other}" ({otherBegins}), which began first',
    fr: '« {title} » ({begins}) perd {minutes} min au profit de « {other} » ({otherBegins}), commencé avant',
  },
  portTaken: {
    en: 'port {port} of {address} is taken by another program: end that one, or set {key} to a free one',
    fr: 'le port {port} de {address} est pris par un autre programme : l’arrêter, ou mettre un port libre dans {key}',
  },
  portForbidden: {
    en: 'port {port} is for root and for programs that may open ports below 1024 (CAP_NET_BIND_SERVICE): give it that right, or set {key} to one above 1023',
    fr: 'le port {port} est réservé à root et aux programmes qui ont le droit aux ports sous 1024 (CAP_NET_BIND_SERVICE) : lui donner ce droit, ou mettre dans {key} un port au-dessus de 1023',
  },
  portNowhere: {
    en: 'this machine has no address {address}: set {key} to one that it has',
    fr: 'cette machine n’a pas l’adresse {address} : mettre dans {key} une des siennes',
  },
  portFails: {
    en: 'port {port} cannot be opened ({code}): set {key} to another',
    fr: 'le port {port} ne s’ouvre pas ({code}) : en mettre un autre dans {key}',
  },
  dataNotWritten: {
    en: '{folder} cannot be written ({code}): settings, passwords and hand-overs are in memory alone',
    fr: '{folder} ne se laisse pas écrire ({code}) : réglages, mots de passe et remises ne sont qu’en mémoire',
  },
  settingsUnsaved: {
    en: 'what was set is not saved, and is lost if the box ends now: {why}; it is tried again',
    fr: 'les réglages ne sont pas gardés, et se perdent si l’appareil s’arrête : {why} ; nouvel essai',
  },
  settingsDamaged: {
    en: '{file} cannot be read ({why}); the last good settings are used',
    fr: '{file} ne se lit pas ({why}) ; les derniers bons réglages servent',
  },
  settingsLost: {
    en: '{file} cannot be read ({why}); the last good settings are used: there are none, so factory settings',
    fr: '{file} ne se lit pas ({why}), et il n’y en a pas d’anciens : réglages d’usine',
  },
  portTakenPlain: {
    en: 'port {port} is taken by another program',
    fr: 'le port {port} est pris par un autre programme',
  },
} as const satisfies Sentences;
