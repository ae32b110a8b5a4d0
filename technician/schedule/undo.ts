import { DialError } from '#technician/dial/dial-error.ts';
import type { Answer, Server } from '#technician/dial/server.ts';
import { counted, tableOf } from '#technician/output/columns.ts';
import type { Zone } from '#lib/calendar/zones/zoned-time.ts';
import { clockText, dateText, ownZone } from './times.ts';

interface Import {
  id: number;
  at: string;
  by: string | null;
  source: string;
  counts: { created: number; changed: number; unchanged: number; cancelled: number };
  undone: { at: string; by: string } | null;
}

interface Lecture {
  title: string;
  hall: string;
  date: string;
  start: string;
  end: string;
  changedSince?: boolean;
  was?: Lecture;
  why?: string;
}

/** Report of undoing an import, as the server sends it. */
export interface UndoReport {
  import: Pick<Import, 'id' | 'at' | 'by' | 'source'>;
  applied: boolean;
  removed: Lecture[];
  restored: Lecture[];
  putBack: Lecture[];
  left: Lecture[];
  /** Halls that the import made. */
  halls: { removed: string[]; left: { hall: string; why: string }[] };
  conflicts: Lecture[];
}

type Print = (line: string) => void;
type Flags = { json?: boolean };

/** Imports that are shown without `--all`. */
const SHOWN = 10;

/** Prints the imports that the server keeps, the newest first. */
export async function listImports(
  server: Server,
  zone: Zone,
  { json, all }: Flags & { all?: boolean },
  print: Print,
): Promise<void> {
  const imports = await importsOf(server);
  if (json) return print(JSON.stringify(imports, null, 2));
  if (imports.length === 0) return print('Nothing was imported yet.');
  const shown = all ? imports : imports.slice(0, SHOWN);
  for (const line of tableOf(shown.map((one) => rowOf(one, zone)))) print(line);
  if (shown.length < imports.length) print(`… and ${imports.length - shown.length} more (--all shows them)`);
}

const importsOf = async (server: Server): Promise<Import[]> =>
  (good(await server.ask('GET', '/api/v1/imports')) as { imports: Import[] }).imports;

function rowOf({ id, at, by, source, counts, undone }: Import, zone: Zone): string[] {
  const { created, changed, unchanged, cancelled } = counts;
  const did = `${created} created, ${changed} changed, ${unchanged} unchanged, ${cancelled} cancelled`;
  return [
    String(id),
    momentText(at, zone),
    by ?? '-',
    did + (undone ? ` (undone by ${undone.by})` : ''),
    source || '-',
  ];
}

const momentText = (iso: string, zone: Zone): string =>
  `${dateText(zone, Date.parse(iso))} ${clockText(zone, Date.parse(iso))}`;

/** Flags of `undo`. */
export interface UndoFlags extends Flags {
  dryRun?: boolean;
  timeZone?: string;
}

/**
 * Undoes an import, by default the newest that is not undone, and prints the result. Gives the exit code: 1 if other
 * events have the halls.
 */
export async function undoImport(
  server: Server,
  zone: Zone,
  asked: string | undefined,
  { dryRun = false, timeZone, json }: UndoFlags,
  print: Print,
): Promise<number> {
  const id = asked ?? (await importsOf(server)).find(({ undone }) => !undone)?.id;
  if (id === undefined) throw new DialError('there is no import that could be undone');
  const path = `/api/v1/imports/${encodeURIComponent(id)}/undo`;
  const query = { ...(dryRun ? { dryRun: 'true' } : {}), timeZone, ownTimeZone: ownZone().name };
  const report = good(await server.ask('POST', path, { query })) as UndoReport;
  if (json) print(JSON.stringify(report, null, 2));
  else for (const line of wordsOf(report, dryRun, zone)) print(line);
  return report.conflicts.length > 0 ? 1 : 0;
}

const WHY: ReadonlyMap<string, string> = new Map(
  Object.entries({
    recorded: 'was recorded, or has begun',
    later: 'a later import names it',
    deleted: 'was changed by hand: cancelled, or put back',
    past: 'would take place in the past',
  }),
);

const WHY_HALL: ReadonlyMap<string, string> = new Map([
  ['used', 'other lectures are in it'],
  ['called', 'its box has called since'],
  ['settled', 'somebody gave it a name or an account'],
]);

/** Report in words. */
export function wordsOf(report: UndoReport, dryRun: boolean, zone: Zone): string[] {
  const { removed, restored, putBack, left, halls, conflicts } = report;
  const { id, at, by, source } = report.import;
  const of = `import ${id}${source ? ` (${source})` : ''}, by ${by ?? 'the server'} on ${momentText(at, zone)}`;
  if (conflicts.length > 0) {
    return [
      'In the way, where lectures are to be again:',
      ...tableOf(conflicts.map((one) => ['', ...placeOf(one), one.title])),
      `Nothing was undone of ${of}: move or cancel ${conflicts.length === 1 ? 'it' : 'them'} first.`,
    ];
  }
  const did = [
    `${removed.length} removed`,
    `${restored.length} as before`,
    `${putBack.length} put back`,
    ...(left.length > 0 ? [`${left.length} left as they are`] : []),
  ];
  return [
    ...tableOf([
      ...removed.map((one) => ['removed', ...placeOf(one), titled(one)]),
      ...restored.map((one) => ['as before', ...placeOf(one), titled(one)]),
      ...putBack.map((one) => ['put back', ...placeOf(one), titled(one)]),
      ...left.map((one) => ['left', ...placeOf(one), `${one.title} (${WHY.get(one.why ?? '') ?? ''})`]),
    ]),
    ...(halls.removed.length > 0 ? [`Halls that it had made, and that go: ${halls.removed.join(', ')}.`] : []),
    ...halls.left.map(({ hall, why }) => `The hall ${hall} stays: ${WHY_HALL.get(why) ?? why}.`),
    `${counted(removed.length + restored.length + putBack.length, 'lecture')} of ${of}: ${did.join(', ')}${dryRun ? ' (a try: nothing was done)' : ''}.`,
  ];
}

const placeOf = ({ date, start, end, hall }: Lecture): string[] => [`${date} ${start}-${end}`, hall];

function titled({ title, was, changedSince }: Lecture): string {
  const from = was ? `was in ${was.hall} on ${was.date} ${was.start}-${was.end}` : '';
  const words = [from, changedSince ? 'was changed by hand since' : ''].filter(Boolean);
  return words.length > 0 ? `${title} (${words.join('; ')})` : title;
}

function good({ status, json, text }: Answer): unknown {
  if (status < 400) return json;
  const { error = text.trim() } = (json ?? {}) as { error?: string };
  throw new DialError(error);
}
