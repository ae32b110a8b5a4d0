import { Command } from 'commander';
import { checkFiles } from './check-files.ts';

/** `amphi workflow`: definitions of workflows, from a terminal. */
export function workflowCommand(): Command {
  return new Command('workflow')
    .description('Definitions of workflows, as Opencast has them.')
    .addCommand(checkCommand());
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
