import { basename } from 'node:path';
import { DialError } from '#technician/dial/dial-error.ts';
import type { Server } from '#technician/dial/server.ts';
import { counted, tableOf } from '#technician/output/columns.ts';
import { sendFile } from './send-file.ts';
import { ownZone } from './times.ts';

/** Flags of `import`. */
export interface ImportFlags {
  dryRun?: boolean;
  timeZone?: string;
  series?: string;
  hall?: string;
  unknownHalls?: string;
  cancelMissing?: boolean;
  evenMost?: boolean;
  restore?: boolean;
  all?: boolean;
  json?: boolean;
}

interface Place {
  hall: string;
  date: string;
  start: string;
  end: string;
  title: string;
}

/** Report of an import, as the server sends it. */
export interface Report {
  applied: boolean;
  timeZone: string;
  counts: { lectures: number; created: number; changed: number; unchanged: number; cancelled: number };
  mistakes: { line: number; message: string }[];
  conflicts: { line: number; message: string }[];
  changes: (Place & { what: 'created' | 'changed' | 'cancelled'; line?: number; fields?: string[]; was?: Place })[];
  newSeries: { id: string; title: string }[];
  newHalls: { agentId: string }[];
  missing: (Place & { id: string })[];
  cancelledByHand: (Place & { line: number; by: string; on: string })[];
  importId?: number;
  notes: string[];
}

/** Characters of a file name; a longer one is cut, since the server refuses it. */
const LONGEST_NAME = 200;

/**
 * Sends a file of lectures and prints the result. Gives the exit code: 1 if nothing was done because of mistakes in the
 * file.
 */
export async function importFile(
  server: Server,
  path: string,
  flags: ImportFlags,
  print: (line: string) => void,
): Promise<number> {
  const { status, json, text } = await sendFile(server, path, {
    ...(flags.dryRun ? { dryRun: 'true' } : {}),
    ...(flags.cancelMissing ? { cancelMissing: 'true' } : {}),
    ...(flags.evenMost ? { evenMost: 'true' } : {}),
    ...(flags.restore ? { restore: 'true' } : {}),
    file: basename(path).slice(0, LONGEST_NAME),
    timeZone: flags.timeZone,
    ownTimeZone: ownZone().name,
    series: flags.series,
    hall: flags.hall,
    unknownHalls: flags.unknownHalls,
  });
  if (status !== 200 && status !== 422) {
    const { error = text.trim() } = (json ?? {}) as { error?: string };
    throw new DialError(`${path}: ${error}`);
  }
  const report = json as Report;
  if (flags.json) print(JSON.stringify(report, null, 2));
  else for (const line of wordsOf(report, path, flags)) print(line);
  return status === 200 ? 0 : 1;
}

/** Changes that are shown without `--all`; of further ones only their number is given. */
const SHOWN = 20;

const ABOUT_HALLS = '--unknown-halls skip leaves such lectures out; create makes the halls, to be filled later';

/** Report in words. */
export function wordsOf(report: Report, path: string, { all, dryRun, cancelMissing }: ImportFlags): string[] {
  const { mistakes, conflicts, counts, changes, missing } = report;
  const wrong = [...mistakes, ...conflicts].toSorted((one, other) => one.line - other.line);
  if (wrong.length > 0) {
    const which = [
      ...(mistakes.length > 0 ? [counted(mistakes.length, 'mistake')] : []),
      ...(conflicts.length > 0 ? [counted(conflicts.length, 'conflict')] : []),
    ];
    const lines = wrong.map(({ line, message }) => `${path}:${line}: ${message}`);
    const halls = mistakes.some(({ message }) => message.startsWith('no hall is called'));
    return [
      ...lines,
      ...report.notes,
      ...(halls ? [ABOUT_HALLS] : []),
      `Nothing was done: ${which.join(' and ')} in ${counted(counts.lectures, 'lecture')}.`,
    ];
  }
  const told = all ? changes : changes.slice(0, SHOWN);
  const more = changes.length - told.length;
  return [
    ...tableOf(told.map(rowOf)),
    ...(more > 0 ? [`… and ${more} more (--all shows them)`] : []),
    ...report.notes,
    ...newOf(
      'series',
      report.newSeries.map(({ title }) => title),
    ),
    ...newOf(
      'halls',
      report.newHalls.map(({ agentId }) => agentId),
    ),
    ...(missing.length > 0 && !cancelMissing ? missingOf(missing) : []),
    ...(report.cancelledByHand.length > 0 ? byHandOf(report.cancelledByHand) : []),
    sumOf(report, dryRun ?? false),
    ...(hasChanged(report) ? [`amphi schedule undo ${report.importId} takes all of it back.`] : []),
  ];
}

function rowOf({ what, line, title, hall, date, start, end, fields = [], was }: Report['changes'][number]): string[] {
  const place = `${date} ${start}-${end}`;
  return [
    line === undefined ? '' : `line ${line}`,
    what,
    place,
    hall,
    title + (was ? ` (${differences(fields, was)})` : ''),
  ];
}

/** Former values of a changed lecture: `was in Amphi_A, at 08:30`. */
function differences(fields: readonly string[], was: Place): string {
  const moved = fields.includes('start') || fields.includes('end');
  const words = [
    ...(fields.includes('hall') ? [`in ${was.hall}`] : []),
    ...(moved ? [`on ${was.date} ${was.start}-${was.end}`] : []),
    ...(fields.includes('title') ? [`called "${was.title}"`] : []),
  ];
  const others = fields.filter((field) => !['hall', 'start', 'end', 'title'].includes(field));
  return [
    ...(words.length > 0 ? [`was ${words.join(', ')}`] : []),
    ...(others.length > 0 ? [`new ${others.join(', ')}`] : []),
  ].join('; ');
}

const newOf = (what: string, names: readonly string[]): string[] =>
  names.length > 0 ? [`New ${what}: ${names.join(', ')}`] : [];

function missingOf(missing: Report['missing']): string[] {
  const rows = missing
    .slice(0, SHOWN)
    .map(({ date, start, end, hall, title }) => ['', `${date} ${start}-${end}`, hall, title]);
  const more = missing.length - rows.length;
  return [
    'No longer in the file, and left as they are (--cancel-missing takes them out):',
    ...tableOf(rows),
    ...(more > 0 ? [`… and ${more} more`] : []),
  ];
}

function byHandOf(cancelled: Report['cancelledByHand']): string[] {
  const rows = cancelled
    .slice(0, SHOWN)
    .map(({ line, date, start, end, hall, title, by, on }) => [
      `line ${line}`,
      `${date} ${start}-${end}`,
      hall,
      `${title} (by ${by} on ${on})`,
    ]);
  const more = cancelled.length - rows.length;
  return [
    'Was cancelled by hand, and is not made again (--restore makes it again):',
    ...tableOf(rows),
    ...(more > 0 ? [`… and ${more} more`] : []),
  ];
}

/** Whether an import changed something that a person may want to undo. */
const hasChanged = ({ importId, counts }: Report): boolean =>
  importId !== undefined && counts.created + counts.changed + counts.cancelled > 0;

function sumOf({ counts: { lectures, created, changed, unchanged, cancelled } }: Report, dryRun: boolean): string {
  const parts = [
    `${created} created`,
    `${changed} changed`,
    `${unchanged} unchanged`,
    ...(cancelled > 0 ? [`${cancelled} cancelled`] : []),
  ];
  return `${counted(lectures, 'lecture')}: ${parts.join(', ')}${dryRun ? ' (a try: nothing was done)' : ''}.`;
}
