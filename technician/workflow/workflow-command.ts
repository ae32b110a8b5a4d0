import { Command } from 'commander';
import { askingServer, atServer } from '#technician/known/at-server.ts';
import type { ServerFlags } from '#technician/known/choose-server.ts';
import { checkFiles } from './check-files.ts';
import { changeRun, listDefinitions, listRuns, showRun, startRun, watchRun, type RunFlags } from './runs.ts';

const print = (line: string): void => console.log(line);
const running = askingServer('amphi workflow');

/** `amphi workflow`: definitions of workflows, and workflows on the central server, from a terminal. */
export function workflowCommand(): Command {
  const command = new Command('workflow')
    .description('Definitions of workflows, as Opencast has them, and workflows on the central server.')
    .addCommand(checkCommand());
  for (const make of [listCommand, definitionsCommand, showCommand, startCommand, ...CHANGES, watchCommand])
    command.addCommand(atServer(make()));
  return command;
}

/** Sets the exit code: 0 no mistakes; 1 mistakes; 2 a file could not be read. */
const checkCommand = (): Command =>
  new Command('check')
    .description('tell the mistakes of definitions (YAML or XML), each with its line; no server is needed')
    .argument('<file...>')
    .action(async (files: string[]) => {
      const { lines, good, unread } = await checkFiles(files);
      for (const line of lines) console.log(line);
      process.exitCode = unread ? 2 : good ? 0 : 1;
    });

const listCommand = (): Command =>
  new Command('list')
    .description('workflows, the newest first: number, state, done, definition, event, title')
    .option('--event <id>', 'of one event')
    .option('--state <state>', 'running, failed, paused, …')
    .option('--json')
    .action((flags: ServerFlags & RunFlags) => running(flags, (server) => listRuns(server, flags, print)));

const definitionsCommand = (): Command =>
  new Command('definitions')
    .description('definitions that the server can start, and the mistakes of the others')
    .option('--json')
    .action((flags: ServerFlags & RunFlags) => running(flags, (server) => listDefinitions(server, flags, print)));

const showCommand = (): Command =>
  new Command('show')
    .description('a workflow: its operations with state, progress and reason, its values and its log')
    .argument('<number>')
    .option('--json')
    .action((id: string, flags: ServerFlags & RunFlags) =>
      running(flags, (server) => showRun(server, id, flags, print)),
    );

const startCommand = (): Command =>
  new Command('start')
    .description('begin a workflow on the recording of an event; prints its number')
    .argument('<event>', 'its id')
    .argument('<definition>')
    .option('--set <name=value...>', 'values of its configuration')
    .option('--priority <number>', 'those with a higher number are done first')
    .option('--watch', 'follow it to its end')
    .action((event: string, definition: string, flags: ServerFlags & RunFlags) =>
      running(flags, (server) => startRun(server, { event, definition }, flags, print)),
    );

/** Commands that change a workflow, with what they say about themselves. */
const CHANGES = (
  [
    ['stop', 'stop a workflow; what it published stays'],
    ['suspend', 'hand out no further operations until it is resumed'],
    ['resume', 'go on after a pause, with other values where they are given'],
    ['retry', 'try again what failed, with other values where they are given'],
  ] as const
).map(
  ([action, description]) =>
    () =>
      new Command(action)
        .description(description)
        .argument('<number>')
        .option('--set <name=value...>', 'values of its configuration')
        .option('--watch', 'follow it to its end')
        .action((id: string, flags: ServerFlags & RunFlags) =>
          running(flags, (server) => changeRun(server, id, action, flags, print)),
        ),
);

const watchCommand = (): Command =>
  new Command('watch')
    .description('follow a workflow to its end; exit code 1 if it failed or was stopped')
    .argument('<number>')
    .action((id: string, flags: ServerFlags) => running(flags, (server) => watchRun(server, id, print)));
