/** A lecture of a semester as its planner has it in a table; made up, but always the same. */
export interface SemesterLecture {
  series: string;
  title: string;
  teachers: string[];
  hall: string;
  /** Day, such as `2026-09-14`. */
  day: string;
  start: string;
  end: string;
}

const SLOTS = [
  ['08:30', '10:30'],
  ['10:30', '12:30'],
  ['14:00', '16:00'],
  ['16:00', '18:00'],
] as const;
const TEACHERS = ['M. Dupont', 'Mme Curie', 'M. Lévy', 'Mme Noël', 'M. Çelik'];
const SUBJECTS = ['Thermodynamique', 'Anatomie générale', 'Biostatistiques', 'Histologie', 'Santé publique', 'Chimie'];

/**
 * Makes `count` lectures in halls `Amphi_A`…, four a day and hall, Monday to Friday, from 14 September 2026 over the
 * change of the clocks.
 */
export function semesterOf(count: number, halls = 9): SemesterLecture[] {
  return Array.from({ length: count }, (_, n) => {
    const [hall, slot] = [n % halls, Math.floor(n / halls)];
    const [start, end] = SLOTS[slot % SLOTS.length] ?? SLOTS[0];
    const weekday = Math.floor(slot / SLOTS.length);
    const day = new Date(Date.UTC(2026, 8, 14) + (weekday + 2 * Math.floor(weekday / 5)) * 86_400_000);
    return {
      series: `PAES_2026_S1_UE${(hall % 7) + 1}`,
      title: `${SUBJECTS[n % SUBJECTS.length]} ${n + 1}`,
      teachers: n % 5 === 0 ? [TEACHERS[0] ?? '', TEACHERS[1] ?? ''] : [TEACHERS[n % TEACHERS.length] ?? ''],
      hall: hallName(hall),
      day: day.toISOString().slice(0, 10),
      start,
      end,
    };
  });
}

/** Name of the n-th hall: `Amphi_A`, …, `Amphi_Z`, `Amphi_AA`, … */
export const hallName = (n: number): string =>
  `Amphi_${n >= 26 ? String.fromCharCode(64 + Math.floor(n / 26)) : ''}${String.fromCharCode(65 + (n % 26))}`;

/** The lectures as CSV, as a French spreadsheet writes it. */
export function semesterCsv(lectures: readonly SemesterLecture[]): string {
  const rows = lectures.map(({ series, title, teachers, hall, day, start, end }) =>
    [
      series,
      title,
      teachers.join(' / '),
      hall,
      day.split('-').toReversed().join('/'),
      start.replace(':', 'h'),
      end.replace(':', 'h'),
    ].join(';'),
  );
  return ['UE;Intitulé du cours;Enseignant(s);Salle;Date;Heure de début;Heure de fin', ...rows, ''].join('\r\n');
}
