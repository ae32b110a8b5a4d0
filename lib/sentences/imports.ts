import type { Sentences } from './sentence.ts';

/**
 * Sentences about a file of lectures that is imported: notes, mistakes, who already has a hall, and why a file is no
 * timetable.
 */
export const imports = {
  timesOfAgent: {
    en: 'times are those of {zone}, the time zone of {agent}',
    fr: 'les heures sont celles de {zone}, le fuseau de {agent}',
  },
  timesOfMachine: {
    en: 'times are those of {zone}: no hall says in which time zone it is',
    fr: 'les heures sont celles de {zone} : aucune salle ne dit dans quel fuseau elle est',
  },
  atLine: { en: 'line {line}: {what}', fr: 'ligne {line} : {what}' },
  sheetRead: { en: 'read: the sheet {name}', fr: 'lue : la feuille {name}' },
  sheetNotRead: {
    en: 'the sheet {name} was not read: save it as a file of its own, then import that',
    fr: 'la feuille {name} n’a pas été lue : enregistrez-la dans un fichier à part, puis importez-le',
  },
  columnsNotUsed: { en: 'not used: the columns {names}', fr: 'non utilisées : les colonnes {names}' },
  monthFirst: {
    en: 'dates are read with the month first, as in America',
    fr: 'les dates sont lues mois d’abord, comme en Amérique',
  },
  noIdentifier: {
    en: 'the column {name} says the same in several lines: it is not taken for an identifier',
    fr: 'la colonne {name} dit la même chose à plusieurs lignes : elle ne sert pas d’identifiant',
  },
  hallsLeftOut: {
    en: '{count} left out: nobody records in their halls',
    fr: '{count} laissés de côté : personne n’enregistre dans leurs salles',
  },
  inThePast: {
    en: '{count} are in the past (the first on {day}): they are not recorded',
    fr: '{count} sont passés (le premier le {day}) : ils ne sont pas enregistrés',
  },
  mostMissing: {
    en: '{count} lectures to come of earlier imports are missing, more than are there: is it the right file, and whole?',
    fr: '{count} cours à venir d’imports précédents manquent, plus qu’il n’en reste : est-ce le bon fichier, et en entier ?',
  },
  mostMissingAll: {
    en: '{why} --even-most (evenMost) cancels them all the same',
    fr: '{why} --even-most (evenMost) les annule quand même',
  },
  sameIdentifier: {
    en: 'this line has the same identifier ({key}) as line {line}',
    fr: 'cette ligne a le même identifiant ({key}) que la ligne {line}',
  },
  sameLine: { en: 'this line says the same as line {line}', fr: 'cette ligne dit la même chose que la ligne {line}' },
  wasRecorded: {
    en: '"{title}" was recorded in {where} on {day} at {clock}: that can no longer change',
    fr: '« {title} » a été enregistré en {where} le {day} à {clock} : cela ne peut plus changer',
  },
  hallTakenByEvent: {
    en: '"{title}" wants {hall} at {clock}, but "{other}" has it from {from} to {to} (the event {id})',
    fr: '« {title} » veut {hall} à {clock}, mais « {other} » l’occupe du {from} à {to} (événement {id})',
  },
  hallTakenByLine: {
    en: '"{title}" wants {hall} at {clock}, but "{other}" has it from {from} to {to} (line {line})',
    fr: '« {title} » veut {hall} à {clock}, mais « {other} » l’occupe du {from} à {to} (ligne {line})',
  },
  hallNear: {
    en: 'no hall is called "{name}": is it {near}?',
    fr: 'aucune salle ne s’appelle « {name} » : est-ce {near} ?',
  },
  hallUnknown: {
    en: 'no hall is called "{name}"; known are {known}',
    fr: 'aucune salle ne s’appelle « {name} » ; sont connues {known}',
  },
  noneYet: { en: 'none yet', fr: 'aucune encore' },
  tooManyMistakes: {
    en: 'so many mistakes: what follows was not read',
    fr: 'trop d’erreurs : la suite n’a pas été lue',
  },
  noEvent: { en: 'there is no event in it', fr: 'il n’y a pas d’événement dedans' },
  noSummary: { en: 'SUMMARY, the title, is missing', fr: 'SUMMARY, le titre, manque' },
  noLocation: { en: '"{title}": LOCATION, the hall, is missing', fr: '« {title} » : LOCATION, la salle, manque' },
  columnsAre: { en: '{why}; the columns are {names}', fr: '{why} ; les colonnes sont {names}' },
  noColumnHall: { en: 'no column says the hall ({names} …)', fr: 'aucune colonne ne dit la salle ({names} …)' },
  noColumnDay: { en: 'no column says the day ({names} …)', fr: 'aucune colonne ne dit le jour ({names} …)' },
  noColumnTitle: { en: 'no column says the title ({names} …)', fr: 'aucune colonne ne dit le titre ({names} …)' },
  noLine: { en: 'there is no line below the header', fr: 'il n’y a aucune ligne sous l’en-tête' },
  hallMissing: { en: 'the hall is missing', fr: 'la salle manque' },
  titleMissing: { en: 'the title is missing', fr: 'le titre manque' },
  dateMissing: { en: 'the date is missing', fr: 'la date manque' },
  beginMissing: { en: 'the time at which it begins is missing', fr: 'l’heure de début manque' },
  endMissing: {
    en: 'the time at which it ends, or its duration, is missing',
    fr: 'l’heure de fin, ou la durée, manque',
  },
  endsAtBegin: { en: 'it ends when it begins', fr: 'il finit quand il commence' },
  endsBefore: { en: 'it ends before it begins', fr: 'il finit avant de commencer' },
  lastsTooLong: {
    en: 'it lasts {hours} hours: is the end right?',
    fr: 'il dure {hours} heures : la fin est-elle juste ?',
  },
  noClock: { en: '"{text}" is no time of day: write {like}', fr: '« {text} » n’est pas une heure : écrivez {like}' },
  orClock: { en: '{one} or {other}', fr: '{one} ou {other}' },
  noDuration: {
    en: '"{text}" is no duration: write 2h, 1h30 or 90 min',
    fr: '« {text} » n’est pas une durée : écrivez 2h, 1h30 ou 90 min',
  },
  noDate: {
    en: '"{text}" is no date: write 12/09/2016 or 2016-09-12',
    fr: '« {text} » n’est pas une date : écrivez 12/09/2016 ou 2016-09-12',
  },
  dayOfWeek: {
    en: '"{text}" is a day of the week, no date: write the date of each lecture, 12/09/2016 or 2016-09-12',
    fr: '« {text} » est un jour de la semaine, pas une date : écrivez la date de chaque cours, 12/09/2016 ou 2016-09-12',
  },
  onlyWeeks: {
    en: 'it repeats, and only in the weeks "{weeks}": write each date on a line of its own',
    fr: 'il se répète, et seulement les semaines « {weeks} » : écrivez chaque date sur une ligne à part',
  },
  fileReadAs: { en: 'the file is read as {encoding}', fr: 'le fichier est lu comme {encoding}' },
  hiddenRows: {
    en: '{count} hidden rows of the sheet are read too',
    fr: '{count} lignes masquées de la feuille sont lues aussi',
  },
  fileOtherForm: {
    en: 'the file is {kind}: CSV, a workbook or iCalendar is needed',
    fr: 'le fichier est {kind} : il faut du CSV, un classeur ou de l’iCalendar',
  },
  kindPdf: { en: 'a PDF', fr: 'un PDF' },
  kindPacked: { en: 'packed ({form})', fr: 'compressé ({form})' },
  kindPicture: { en: 'a picture', fr: 'une image' },
  otherWeekday: {
    en: '"{date}" is a {is}, and the line says "{said}"; which of the two is meant?',
    fr: '« {date} » est un {is}, et la ligne dit « {said} » ; lequel des deux est voulu ?',
  },
  wrongWeekday: {
    en: '"{text}": that day is a {is}; which of the two is meant?',
    fr: '« {text} » : ce jour est un {is} ; lequel des deux est voulu ?',
  },
  weekdaySunday: { en: 'Sunday', fr: 'dimanche' },
  weekdayMonday: { en: 'Monday', fr: 'lundi' },
  weekdayTuesday: { en: 'Tuesday', fr: 'mardi' },
  weekdayWednesday: { en: 'Wednesday', fr: 'mercredi' },
  weekdayThursday: { en: 'Thursday', fr: 'jeudi' },
  weekdayFriday: { en: 'Friday', fr: 'vendredi' },
  weekdaySaturday: { en: 'Saturday', fr: 'samedi' },
  noWeekdays: {
    en: '"{text}" are no days of the week: write lundi, mercredi',
    fr: '« {text} » ne sont pas des jours de la semaine : écrivez lundi, mercredi',
  },
  lastDayBefore: {
    en: 'the last day {text} is before the first',
    fr: 'le dernier jour {text} précède le premier',
  },
  fileEmpty: { en: 'the file is empty', fr: 'le fichier est vide' },
  fileNoText: { en: 'the file is no text', fr: 'le fichier n’est pas un texte' },
  fileTooLarge: { en: 'the file has more than {megabytes} MB', fr: 'le fichier a plus de {megabytes} Mo' },
  fileTooMany: { en: 'the file names more than {count} lectures', fr: 'le fichier nomme plus de {count} cours' },
  fileTooBig: { en: 'the file is too big for a timetable', fr: 'le fichier est trop gros pour un emploi du temps' },
  fileOtherKind: {
    en: 'the file is a web page, XML or JSON: CSV, a workbook or iCalendar is needed',
    fr: 'le fichier est une page web, du XML ou du JSON : il faut du CSV, un classeur ou de l’iCalendar',
  },
  noSheet: {
    en: 'the workbook has no sheet that can be seen',
    fr: 'le classeur n’a aucune feuille visible',
  },
} as const satisfies Sentences;
