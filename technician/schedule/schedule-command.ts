import { Command, Option } from 'commander';

import {
  addEvent,
  cancelEvents,
  listEvents,
  moveEvent,
  type AddFlags,
  type ListFlags,
  type TimeFlags,
} from './events.ts';
import { importFile, type ImportFlags } from './import-file.ts';
import { askingServer, atServer } from '#technician/known/at-server.ts';
import type { ServerFlags } from '#technician/known/choose-server.ts';
import { zonesOf } from './times.ts';
import { listImports, undoImport, type UndoFlags } from './undo.ts';

type Zoned = { timeZone?: string };

/** Asks the server, and sets the exit code. */
const running = askingServer('amphi schedule');

const print = (line: string): void => console.log(line);
/** Prints a line for people on stderr; stdout is for scripts. */
const tell = (line: string): void => console.error(line);

const ZONE = 'in which times are meant and told; else that of the hall';

/** `amphi schedule`: lectures on the central server, from a terminal. */
export function scheduleCommand(): Command {
  const schedule = new Command('schedule').description(
    'Lectures on the central server: import, undo an import, list, add, move, cancel.',
  );
  for (const make of COMMANDS) schedule.addCommand(atServer(make()));
  return schedule;
}

const importCommand = (): Command =>
  new Command('import')
    .description('import a timetable, CSV, workbook or iCalendar; the same file again changes nothing')
    .argument('<file>')
    .option('--dry-run', 'check the file and tell what would be done')
    .option('--time-zone <zone>', 'in which the clocks of the file are; else that of the halls')
    .option('--series <series>', 'for lectures that name none')
    .option('--hall <hall>', 'for lectures that name none')
    .addOption(
      new Option('--unknown-halls <what>', 'lectures in halls that nobody knows').choices(['refuse', 'skip', 'create']),
    )
    .option('--cancel-missing', 'cancel what an earlier import brought and the file no longer names')
    .option('--even-most', 'that also where most of the lectures would go')
    .option('--restore', 'make again what was cancelled by hand since')
    .option('--all', 'tell every change')
    .option('--json', 'the whole report')
    .action((file: string, flags: ServerFlags & ImportFlags) =>
      running(flags, (server) => importFile(server, file, flags, print)),
    );

const importsCommand = (): Command =>
  new Command('imports')
    .description('imports, the newest first: number, when, by whom, what it did, file')
    .option('--all', 'all that the server keeps')
    .option('--time-zone <zone>', ZONE)
    .option('--json')
    .action((flags: ServerFlags & Zoned & { all?: boolean; json?: boolean }) =>
      running(flags, async (server) => listImports(server, (await zonesOf(server, flags.timeZone))(''), flags, print)),
    );

const undoCommand = (): Command =>
  new Command('undo')
    .description('undo an import as a whole, the last one if none is named; what was recorded stays')
    .argument('[import]', 'its number, as `amphi schedule imports` tells it')
    .option('--dry-run', 'tell what would be done')
    .option('--time-zone <zone>', ZONE)
    .option('--json', 'the whole report')
    .action((id: string | undefined, flags: ServerFlags & UndoFlags) =>
      running(flags, async (server) =>
        undoImport(server, (await zonesOf(server, flags.timeZone))(''), id, flags, print),
      ),
    );

const listCommand = (): Command =>
  new Command('list')
    .description('what is scheduled, a week from now on: when, hall, series, state, id, title')
    .option('--hall <hall>')
    .option('--series <id>')
    .option('--from <day>', 'such as 2026-09-14')
    .option('--to <day>')
    .option('--time-zone <zone>', ZONE)
    .option('--json')
    .action((flags: ServerFlags & ListFlags & Zoned) =>
      running(flags, async (server) => listEvents(server, await zonesOf(server, flags.timeZone), flags, print)),
    );

const addCommand = (): Command =>
  new Command('add')
    .description('schedule a lecture, or one each week; prints its id')
    .requiredOption('--hall <hall>')
    .requiredOption('--title <title>')
    .requiredOption('--start <time>', '"2026-09-14 08:30"')
    .option('--end <time>', 'the same, or 10:30')
    .option('--duration <time>', '2h, 1h30, 90min')
    .option('--series <series>', 'id or title')
    .option('--presenter <name...>')
    .option('--description <text>')
    .option('--workflow <id>', 'what happens to the recording')
    .option('--every <days>', 'each week on these days: MO,WE')
    .option('--until <day>', 'the last day')
    .option('--time-zone <zone>', ZONE)
    .action((flags: ServerFlags & AddFlags & Zoned & { hall: string; start: string }) =>
      running(flags, async (server) => addEvent(server, await zonesOf(server, flags.timeZone), flags, print, tell)),
    );

const moveCommand = (): Command =>
  new Command('move')
    .description('another hall or another time; without an end it lasts as long as before')
    .argument('<id>')
    .option('--hall <hall>')
    .option('--start <time>', '"2026-09-14 08:30"')
    .option('--end <time>', 'the same, or 10:30')
    .option('--duration <time>', '2h, 1h30, 90min')
    .option('--time-zone <zone>', ZONE)
    .action((id: string, flags: ServerFlags & TimeFlags & Zoned) =>
      running(flags, async (server) => moveEvent(server, await zonesOf(server, flags.timeZone), id, flags, print)),
    );

const cancelCommand = (): Command =>
  new Command('cancel')
    .description('take lectures out of the timetable')
    .argument('<id...>')
    .option('--force', 'also what was recorded already, with its recording')
    .action((ids: string[], flags: ServerFlags & { force?: boolean }) =>
      running(flags, (server) => cancelEvents(server, ids, flags.force ?? false, print)),
    );

const COMMANDS = [
  importCommand,
  importsCommand,
  undoCommand,
  listCommand,
  addCommand,
  moveCommand,
  cancelCommand,
] as const;
