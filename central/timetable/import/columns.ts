/**
 * Headings of columns in French and in English, without accents; the first ones of a list win. A column serves one
 * field only: the fields at the top choose first.
 */
const NAMES = {
  id: 'uid, id, identifiant, identifiant unique, id seance, code seance, id cours, event id, id evenement, reference, ref, cle, key, external id',
  hall: 'salle, salles, amphi, amphitheatre, hall, halls, room, rooms, location, lieu, lieux, nom salle, nom de la salle, salle de cours, agent, agent id, capture agent, agent de capture, emplacement, ressource, ressources, lecture hall, local, place',
  date: 'date, date de debut, date debut, start date, date du cours, date cours, date seance, jour du cours, jour, day',
  weekday: 'jour, day, nom du jour, jour semaine, day of week, day of the week',
  endDate: 'date de fin, date fin, end date',
  start:
    'heure de debut, heure debut, h debut, hdebut, debut, start time, start, begin, begins, from, heure, heures, horaire, horaires, time, de, date et heure, date heure, debut du cours',
  end: 'heure de fin, heure fin, h fin, hfin, fin, end time, end, ends, to, a, fin du cours',
  duration: 'duree, duration, length, duree du cours',
  until: 'jusqu au, jusqu a, until, repete jusqu au, repeat until, last date, derniere date',
  days: 'jours, jours de la semaine, days, weekdays, jour de la semaine',
  title:
    'titre, title, intitule, intitule du cours, titre du cours, titre cours, nom cours, intitule cours, libelle, libelle cours, objet, subject, summary, resume, lecture, event, event name, evenement, nom, nom du cours, name, activite, activity, cours, seance, sujet, topic, matiere, mat libelle, enseignement, module, course',
  series:
    'serie, series, code serie, id serie, series id, series title, ue, code ue, unite d enseignement, unite, module, code module, module code, course, course code, code cours, code matiere, mat code, matiere, enseignement, cours, code, is part of',
  presenters:
    'enseignant, enseignants, intervenant, intervenants, professeur, professeurs, prof, profs, presenter, presenters, teacher, teachers, lecturer, lecturers, speaker, speakers, instructor, instructors, staff, orateur, orateurs, conferencier, nom enseignant, nom de l enseignant, prof nom, creator, personnel, formateur',
  description: 'description, commentaire, commentaires, remarque, remarques, notes, note, memo, comment, comments',
  language: 'langue, language, lang',
  weeks:
    'semaine, semaines, week, weeks, no semaine, n semaine, numero de semaine, num semaine, quinzaine, alternance, parite, semaine a b, type de semaine',
  status: 'etat, statut, status, annule, cancelled',
} as const;

/** A field that a column can hold. */
export type Field = keyof typeof NAMES;

const FIELDS = Object.entries(NAMES).map(([field, names]) => [field as Field, names.split(', ')] as const);

/** Numbers of the columns of each field; only people may have several: `Enseignant 1`, `Enseignant 2`. */
export type Columns = Partial<Record<Field, number[]>>;

/** A heading as `plain` gives it, without the number, stars and joined capitals of `1. Titre *` and `heureDebut`. */
const headingText = (text: string): string => {
  const apart = text.replaceAll(/(\p{Ll})(?=\p{Lu})/gu, '$1 ');
  return plain(apart).replace(/^\d{1,2} (?=\D)/, '');
};

/** A text in small letters, without accents, signs and parts in brackets: `Heure de début (h)` is `heure de debut`. */
export const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/\([^()]*\)/g, ' ')
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim();

/** Finds the columns by their headings; `unused` are the headings that name no field. */
export function columnsOf(header: readonly string[]): { columns: Columns; unused: string[] } {
  const left = new Map(header.map((name, n) => [n, headingText(name)]));
  const columns: Columns = twiceNamed(left);
  for (const [field, names] of FIELDS) {
    if (columns[field]) continue;
    const found = indexesOf(names, left, field === 'presenters');
    if (found.length > 0) columns[field] = found;
    for (const n of found) left.delete(n);
  }
  return { columns, unused: [...left].filter(([, name]) => name !== '').map(([n]) => header[n] ?? '') };
}

/** Pairs of equal headings, of which Outlook's first column is the date and its second one the time of day. */
const PAIRS = [
  ['date', 'start', ['debut', 'start']],
  ['endDate', 'end', ['fin', 'end']],
] as const;

/** Takes the columns of such pairs out of `left`. */
function twiceNamed(left: Map<number, string>): Columns {
  const columns: Columns = {};
  for (const [date, clock, names] of PAIRS) {
    const [first, second, ...others] = [...left].filter(([, text]) => names.some((name) => name === text));
    if (!first || !second || others.length > 0 || first[1] !== second[1]) continue;
    [columns[date], columns[clock]] = [[first[0]], [second[0]]];
    left.delete(first[0]);
    left.delete(second[0]);
  }
  return columns;
}

function indexesOf(names: readonly string[], left: ReadonlyMap<number, string>, several: boolean): number[] {
  const heading = (text: string): string => (several ? text.replace(/ ?\d+$/, '') : text);
  for (const name of names) {
    const found = [...left].filter(([, text]) => heading(text) === name).map(([n]) => n);
    if (found.length > 0) return several ? found : found.slice(0, 1);
  }
  return [];
}

/** Some headings that a field may have, for messages. */
export const headingsOf = (field: Field): string => NAMES[field].split(', ').slice(0, 4).join(', ');
