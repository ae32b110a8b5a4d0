import { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { noFileWords } from '#lib/runtime/troubles/no-file.ts';
import { noPortWords } from '#lib/runtime/troubles/no-port.ts';

/** A subcommand of `amphi`. Its module is loaded only when it is called, so that a box does not load the simulator. */
interface Part {
  summary: string;
  module: string;
  /** The function of `module` that makes the command. */
  make: string;
}

const parts: Record<string, Part> = {
  agent: { summary: 'run the box of a hall', module: '#agent/command.ts', make: 'agentCommand' },
  central: { summary: 'run the server for many halls', module: '#central/command.ts', make: 'centralCommand' },
  sis: { summary: 'talk to a box, ours or a real SMP', module: '#technician/sis/sis-command.ts', make: 'sisCommand' },
  config: {
    summary: 'settings of boxes, one or many',
    module: '#technician/config/config-command.ts',
    make: 'configCommand',
  },
  schedule: {
    summary: 'lectures on the central server',
    module: '#technician/schedule/schedule-command.ts',
    make: 'scheduleCommand',
  },
  workflow: {
    summary: 'workflows: definitions checked, runs listed, started, followed',
    module: '#technician/workflow/workflow-command.ts',
    make: 'workflowCommand',
  },
  boxes: {
    summary: 'names of boxes, for the other commands',
    module: '#technician/known/boxes-command.ts',
    make: 'boxesCommand',
  },
  login: {
    summary: 'log in to the central server',
    module: '#technician/known/login-command.ts',
    make: 'loginCommand',
  },
  logout: {
    summary: 'take the token of amphi login back',
    module: '#technician/known/login-command.ts',
    make: 'logoutCommand',
  },
  'time-servers': {
    summary: 'time servers that a box names, for its machine (a service runs it)',
    module: '#agent/time-command.ts',
    make: 'timeCommand',
  },
  sim: { summary: 'simulate halls, and judge what was recorded', module: '#simulator/main.ts', make: 'simCommand' },
};

async function load(name: string, part: Part): Promise<Command> {
  const made = ((await import(part.module)) as Record<string, (() => Command) | undefined>)[part.make]?.();
  if (!made) throw new Error(`${part.module} does not export ${part.make}()`);
  return made.name(name);
}

function versionOfAmphi(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('amphi')
    .description("The lecture hall's recorder as software.")
    .version(versionOfAmphi())
    .showHelpAfterError('(see --help)');
  const asked = argv[0] === 'help' ? argv[1] : argv[0];
  for (const [name, part] of Object.entries(parts)) {
    if (name === asked) program.addCommand(await load(name, part));
    else program.command(name).description(part.summary);
  }
  await program.parseAsync([...argv], { from: 'user' });
}

/** Why a command failed, in words: a port, a file, or the error's own message. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, path } = error as NodeJS.ErrnoException;
  const ofFile = code !== undefined && path !== undefined ? `${path}: ${noFileWords(error)}` : undefined;
  return noPortWords(error, { port: '--port', listen: '--listen' }) ?? ofFile ?? error.message;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(`amphi: ${wordsOf(error)}`);
  if (process.env['AMPHI_LOG'] === 'debug') console.error(error);
  process.exitCode = 1;
}
