import type { Sentences } from './sentence.ts';

/** Sentences about servers, calendars and the way to them, as the schedule reports them. */
export const servers = {
  nameUnknown: {
    en: '{host}: its name is not known to the name server',
    fr: '{host} : nom inconnu du serveur de noms',
  },
  nameServerSilent: { en: '{host}: the name server does not answer', fr: '{host} : le serveur de noms ne répond pas' },
  nobodyListens: { en: '{host}: nobody listens there', fr: '{host} : rien n’écoute là' },
  connectionCut: { en: '{host}: the connection was cut', fr: '{host} : la connexion a été coupée' },
  serverSilent: { en: '{host}: it does not answer', fr: '{host} : pas de réponse' },
  noWay: { en: '{host}: there is no way to it', fr: '{host} : le réseau n’y mène pas' },
  noNetwork: { en: '{host}: there is no network', fr: '{host} : pas de réseau' },
  certificateExpired: { en: '{host}: its certificate has expired', fr: '{host} : son certificat a expiré' },
  certificateSelfSigned: {
    en: '{host}: its certificate is self-signed: give its authority in caFile',
    fr: '{host} : son certificat est autosigné : indiquez son autorité (caFile)',
  },
  certificateUnknown: {
    en: '{host}: nobody here knows who signed its certificate: give the authority in caFile',
    fr: '{host} : personne ici ne connaît l’autorité de son certificat : indiquez-la (caFile)',
  },
  certificateOther: {
    en: '{host}: its certificate is for another name',
    fr: '{host} : son certificat est pour un autre nom',
  },
  hostGivenUp: { en: '{host}: given up', fr: '{host} : abandonné' },
  noAnswerWithin: { en: '{host}: no answer within {seconds} s', fr: '{host} : pas de réponse en {seconds} s' },
  takesNothing: { en: '{host}: it takes nothing for {seconds} s', fr: '{host} : ne prend rien depuis {seconds} s' },
  noConnectionWithin: {
    en: '{host}: no connection within {seconds} s',
    fr: '{host} : pas de connexion en {seconds} s',
  },
  closedWithoutAnswer: {
    en: 'the connection was closed without an answer',
    fr: 'la connexion a été fermée sans réponse',
  },
  answerStops: { en: 'the answer stops for {seconds} s', fr: 'la réponse s’arrête depuis {seconds} s' },
  answerTooLong: { en: 'the answer is longer than {bytes} bytes', fr: 'la réponse dépasse {bytes} octets' },
  tooManyTags: {
    en: '{what}: the answer has more than {count} tags',
    fr: '{what} : la réponse a plus de {count} balises',
  },
  cannotBeReached: { en: '{what}: it cannot be reached ({status})', fr: '{what} : injoignable ({status})' },
  loginWrong: {
    en: '{what}: user or password are wrong ({status})',
    fr: '{what} : utilisateur ou mot de passe refusés ({status})',
  },
  notAllowed: {
    en: '{what}: this user may not do that: it needs ROLE_CAPTURE_AGENT ({status})',
    fr: '{what} : cet utilisateur n’en a pas le droit : il lui faut ROLE_CAPTURE_AGENT ({status})',
  },
  nothingSuch: { en: '{what}: there is no such thing ({status})', fr: '{what} : cela n’existe pas là-bas ({status})' },
  conflict: {
    en: '{what}: something else is there already ({status})',
    fr: '{what} : il y a déjà autre chose ({status})',
  },
  notTaken: { en: '{what}: it does not take that ({status})', fr: '{what} : refusé là-bas ({status})' },
  noRoom: { en: '{what}: it has no room ({status})', fr: '{what} : plus de place ({status})' },
  notNow: { en: '{what}: it cannot do it now ({status})', fr: '{what} : occupé, plus tard ({status})' },
  registryWithoutTls: {
    en: 'the registry names {place}, without TLS: no password is sent there; name the services in the configuration',
    fr: 'le registre nomme {place}, sans TLS : aucun mot de passe n’y est envoyé ; nommez les services dans la configuration',
  },
  moved: {
    en: '{what}: the server has moved to {place}: put that into the configuration',
    fr: '{what} : le serveur a déménagé vers {place} : indiquez cette adresse',
  },
  lookingFor: { en: 'looking for {what}: {why}', fr: 'recherche de {what} : {why}' },
  otherTracks: {
    en: 'sending {file}: the server answers with a media package of {given} tracks, not {sent}',
    fr: 'envoi de {file} : le serveur répond avec un paquet de {given} pistes au lieu de {sent}',
  },
  ingestUnsure: {
    en: 'the answer to the ingest was lost, and this user may not ask whether the server has it (403): it waits',
    fr: 'la réponse au dépôt s’est perdue, et cet utilisateur ne peut pas demander si le serveur l’a (403) : en attente',
  },
  sendAgain: {
    en: '{why}: send it again when that is mended',
    fr: '{why} : envoyez-le à nouveau quand c’est réparé',
  },
  otherPackage: {
    en: 'the server answers with the media package {given}, not {sent}',
    fr: 'le serveur répond avec le paquet {given} au lieu de {sent}',
  },
  noneHere: {
    en: 'none of its {count} events is in {place}',
    fr: 'aucun de ses {count} événements n’est à {place}',
  },
  calendarMoved: {
    en: 'the calendar has moved to {place}: put that into the configuration',
    fr: 'le calendrier a déménagé vers {place} : indiquez cette adresse',
  },
  ingestAt: { en: 'ingest is at {place}', fr: 'le dépôt (ingest) est à {place}' },
  agentRegistered: { en: '{agent} is registered, and {state}', fr: '{agent} est inscrit ({state})' },
  calendarReadable: { en: 'the calendar of {agent} can be read', fr: 'le calendrier de {agent} se lit' },
  idle: { en: 'idle', fr: 'au repos' },
  capturing: { en: 'capturing', fr: 'en enregistrement' },
  beingFinished: { en: 'it is being recorded, or finished', fr: 'en cours d’enregistrement ou de finalisation' },
  eventNotOver: { en: 'its event is not over', fr: 'son événement n’est pas fini' },
  itsTurn: { en: 'its turn', fr: 'attend son tour' },
  hoursOfSending: { en: 'the hours of sending: {hours}', fr: 'les heures d’envoi : {hours}' },
  notFetched: {
    en: 'the server has not fetched all of it yet',
    fr: 'le serveur n’a pas encore tout pris',
  },
  bytesNotTold: {
    en: 'the server does not say how many bytes it has',
    fr: 'le serveur ne dit pas combien d’octets il a reçus',
  },
  notWhileRecorded: {
    en: 'the server does not take files while they are recorded',
    fr: 'le serveur ne prend pas les fichiers pendant leur enregistrement',
  },
  endNotTold: {
    en: 'the server does not say what became of the recording',
    fr: 'le serveur ne dit pas ce qu’est devenu l’enregistrement',
  },
  hasBytes: { en: 'the server says that it has {bytes} bytes', fr: 'le serveur dit qu’il a {bytes} octets' },
  noMediaPackage: {
    en: "the server's answer is no media package: {why}",
    fr: 'la réponse du serveur n’est pas un paquet de médias : {why}',
  },
  nothingRecordedThen: { en: 'nothing was recorded', fr: 'rien n’a été enregistré' },
  testRecording: { en: 'it is a test recording', fr: 'enregistrement d’essai' },
  startedByHand: { en: 'it was started by hand', fr: 'commencé à la main' },
  fileUnusable: { en: '{file} cannot be used: {why}', fr: '{file} ne peut pas servir : {why}' },
  fileEmpty: { en: '{file} is empty', fr: '{file} est vide' },
  fileChanged: {
    en: '{file} has not the {bytes} bytes that it had',
    fr: '{file} n’a plus les {bytes} octets qu’il avait',
  },
  noPasswordFor: {
    en: 'there is no password for {user}: put it into {file} (mode 0600)',
    fr: 'il n’y a pas de mot de passe pour {user} : mettez-le dans {file} (mode 0600)',
  },
  passwordReadable: {
    en: 'others may read the password in {file}: chmod 600 it',
    fr: 'd’autres peuvent lire le mot de passe dans {file} : chmod 600',
  },
  passwordEmpty: {
    en: '{file} is empty: its first line is the password of {user}',
    fr: '{file} est vide : sa première ligne est le mot de passe de {user}',
  },
  calendarTooLarge: { en: 'it is larger than {megabytes} MB', fr: 'il dépasse {megabytes} Mo' },
  calendarEmpty: { en: 'it is empty, no calendar', fr: 'il est vide, ce n’est pas un calendrier' },
  calendarIsPage: { en: 'it is a web page, no calendar', fr: 'c’est une page web, pas un calendrier' },
  calendarIsPageTitled: {
    en: 'it is a web page ("{title}"), no calendar',
    fr: 'c’est une page web (« {title} »), pas un calendrier',
  },
  noCalendar: {
    en: 'it is no calendar: it begins with {beginning}',
    fr: 'ce n’est pas un calendrier : il commence par {beginning}',
  },
  calendarCut: {
    en: 'the calendar is cut off: it does not end with END:VCALENDAR',
    fr: 'le calendrier est coupé : il ne finit pas par END:VCALENDAR',
  },
  tooManyEvents: { en: 'there are more than {most} events', fr: 'il y a plus de {most} événements' },
  eventUnread: {
    en: 'the event {uid} cannot be read: {why}',
    fr: 'l’événement {uid} ne se lit pas : {why}',
  },
  eventNoUid: { en: '"{title}" has no UID', fr: '« {title} » n’a pas d’UID' },
  eventNoStart: { en: '"{title}" has no start', fr: '« {title} » n’a pas de début' },
  eventNoEnd: { en: '"{title}" has no end', fr: '« {title} » n’a pas de fin' },
  eventBackwards: { en: '"{title}" ends before it begins', fr: '« {title} » finit avant de commencer' },
  eventOf: { en: '"{title}": {why}', fr: '« {title} » : {why}' },
  ruleTooLong: {
    en: 'the rule {rule} has more than {most} occurrences',
    fr: 'la règle {rule} a plus de {most} répétitions',
  },
  ruleTooOften: {
    en: 'the rule {rule} is too frequent for lectures',
    fr: 'la règle {rule} est trop fréquente pour des cours',
  },
  ruleUnread: { en: 'the rule {rule} cannot be read: {why}', fr: 'la règle {rule} ne se lit pas : {why}' },
  zoneUnknown: {
    en: 'nobody knows the time zone {zone}: {other} is taken for it',
    fr: 'personne ne connaît le fuseau {zone} : {other} le remplace',
  },
} as const satisfies Sentences;
