import type { Sentences } from './sentence.ts';

/** Sentences about what is odd in a calendar (lib/calendar). */
export const calendars = {
  lastGoodCounts: {
    en: '{why}; what the last good calendar said of it counts',
    fr: '{why} ; ce qu’en disait le dernier bon calendrier compte',
  },
  cutOffAt: {
    en: 'it is cut off: it does not end with END:VCALENDAR{where}',
    fr: 'il est coupé : il ne finit pas par END:VCALENDAR{where}',
  },
  knownDamaged: {
    en: 'what was known of it was damaged and was set aside: {why}',
    fr: 'ce qu’on en savait était abîmé et a été mis de côté : {why}',
  },
  versions: {
    en: '"{title}" is there in {count} versions: the newest counts',
    fr: '« {title} » y est en {count} versions : la plus récente compte',
  },
  wrongStart: { en: '"{title}" has a start that is none: {given}', fr: '« {title} » a un début illisible : {given}' },
  twoStarts: { en: '"{title}" has two starts', fr: '« {title} » a deux débuts' },
  twoEnds: { en: '"{title}" has two ends', fr: '« {title} » a deux fins' },
  twoLengths: {
    en: '"{title}" has a DTEND and a DURATION that differ: DTEND counts',
    fr: '« {title} » a une fin (DTEND) et une durée (DURATION) qui diffèrent : DTEND compte',
  },
  otherRange: {
    en: '"{title}" has RANGE={range}, which is not followed: one occurrence is changed',
    fr: '« {title} » a RANGE={range}, qui n’est pas suivi : une seule séance change',
  },
  endsAtOnce: { en: '"{title}" ends when it begins', fr: '« {title} » finit quand il commence' },
  notChangedNothing: {
    en: 'it says that nothing has changed (304), but nothing was known of it: it is asked again',
    fr: 'il dit que rien n’a changé (304), mais on n’en savait rien : il est redemandé',
  },
  readAs: { en: 'it is read as {encoding}', fr: 'il est lu comme {encoding}' },
  packed: {
    en: 'it is a packed file ({form}), no calendar: unpack it first',
    fr: 'c’est un fichier compressé ({form}), pas un calendrier : décompressez-le d’abord',
  },
  zoneReadAs: {
    en: '"{title}" is of a time zone that is guessed: the time zone {zone} is read as {other}',
    fr: '« {title} » est dans un fuseau deviné : {zone} est lu comme {other}',
  },
  wholeDays: { en: '"{title}" is of whole days: it is left out', fr: '« {title} » dure des jours entiers : ignoré' },
  tooManyDates: {
    en: '"{title}" lists more than {most} dates (EXDATE, RDATE)',
    fr: '« {title} » énumère plus de {most} dates (EXDATE, RDATE)',
  },
  wholeDaysNow: {
    en: '"{title}" is of whole days now, instead of {when}: it is left out',
    fr: '« {title} » dure maintenant des jours entiers, au lieu du {when} : ignoré',
  },
  lastsLong: {
    en: '"{title}" lasts {hours} hours: is its end right?',
    fr: '« {title} » dure {hours} heures : sa fin est-elle juste ?',
  },
  excludesNothing: {
    en: '"{title}" has an EXDATE of {when} that excludes nothing',
    fr: '« {title} » exclut {when} (EXDATE), où il n’y a rien',
  },
  firstNotNamed: {
    en: '"{title}" begins on {when}, which its rule {rule} does not name: that counts as the first',
    fr: '« {title} » commence le {when}, que sa règle {rule} ne nomme pas : il compte comme premier',
  },
  ruleOver: {
    en: '"{title}" has the rule {rule}, which ends before it begins',
    fr: '« {title} » a la règle {rule}, qui finit avant de commencer',
  },
  ruleEndless: {
    en: 'the rule {rule} never ends: give it UNTIL or COUNT',
    fr: 'la règle {rule} ne finit jamais : donnez-lui UNTIL ou COUNT',
  },
  zoneUntil: {
    en: 'the calendar describes the time zone {zone} only until {when}',
    fr: 'le calendrier ne décrit le fuseau {zone} que jusqu’au {when}',
  },
  tooFewDays: {
    en: 'the rule {rule} names too few days to look for more',
    fr: 'la règle {rule} nomme trop peu de jours pour chercher plus loin',
  },
  ruleLetters: { en: 'a rule has at most {most} characters', fr: 'une règle a au plus {most} caractères' },
  ruleTwice: { en: 'the rule {rule} has {part} twice', fr: 'la règle {rule} a deux fois {part}' },
  ruleFrequency: {
    en: 'the rule {rule} needs FREQ=DAILY, WEEKLY, MONTHLY or YEARLY{why}',
    fr: 'la règle {rule} doit avoir FREQ=DAILY, WEEKLY, MONTHLY ou YEARLY{why}',
  },
  ruleEnd: {
    en: 'the rule {rule} does not say where it ends: {parts}',
    fr: 'la règle {rule} ne dit pas où elle finit : {parts}',
  },
} as const satisfies Sentences;
