import { Command } from 'commander';
import { availableParallelism } from 'node:os';
import { delimiter, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTree } from '#test/laws/tree.ts';
import { endBatches } from './batch.ts';
import { changesIn } from './changes.ts';
import { checks, type Check } from './checks.ts';
import { openDurations } from './durations.ts';
import { testFilesIn, type TestFile } from './files.ts';
import { openProgress } from './progress.ts';
import { reachedBy } from './reach.ts';
import { openReport } from './report.ts';
import { runChecks, runLate, runStage, type Running } from './run.ts';
import { openScreen } from './screen.ts';
import { chosen, isWanted, stagesOf } from './stages.ts';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const testFolder = join(root, 'test');

interface Options {
  long?: boolean;
  soak?: boolean;
  screenshots?: string;
  changed?: string | true;
  only: string[];
}

const command = new Command('test')
  .description(
    'Checks format, lint and types, then runs the laws, the unit tests, and those with programs, browsers and boxes.',
  )
  .option('--changed [commit]', 'only what can touch the changes since this branch left main, or since a commit')
  .option('--only <pattern...>', 'only checks and test files whose name contains one of these', [])
  .option('--long', 'also the tests that take long (AMPHI_LONG)')
  .option('--soak', 'the tests that take more than an hour by nature, and nothing else')
  .option('--screenshots <DIR>', 'keep pictures of every page and state, at three sizes (AMPHI_SCREENSHOTS)')
  .allowExcessArguments(false);

async function main(options: Options): Promise<number> {
  const long = Boolean(options.long ?? process.env['AMPHI_LONG']);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
    // What Node makes of the sources is kept for the next process, as bin/amphi does.
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? join(root, 'node_modules/.cache/amphi'),
    ...(long ? { AMPHI_LONG: '1' } : {}),
    ...(options.screenshots ? { AMPHI_SCREENSHOTS: resolve(options.screenshots) } : {}),
  };
  const progress = openProgress(() => performance.now());
  const screen = openScreen(process.stdout, () => progress.line());
  const print = (line: string): void => screen.print(line);
  const durations = openDurations(join(root, '.cache/test-durations.json'), root);
  const running: Running = { root, env, progress, durations, report: openReport(root, print), late: [] };
  const wantedChecks = options.soak ? [] : checks.filter((check) => isWanted(check.name, options.only));
  const files = await filesFor(options, long, print);
  const stages = stagesOf(files, availableParallelism(), durations);
  planAll(running, wantedChecks, stages);
  await runChecks(wantedChecks, running);
  for (const stage of stages) await runStage(stage, running);
  await runLate(running);
  durations.save();
  screen.close();
  return running.report.finish();
}

/** The test files that were asked for; with --changed, those that the change can touch. */
async function filesFor(options: Options, long: boolean, print: (line: string) => void): Promise<TestFile[]> {
  const choice = { only: options.only, long, soak: Boolean(options.soak) };
  const files = chosen(testFilesIn(testFolder), testFolder, choice);
  if (options.changed === undefined) return files;
  const changes = await changesIn(root, options.changed === true ? undefined : options.changed);
  const candidates = files.map(({ path, kind, covers }) => ({ path: relative(root, path), kind, covers }));
  const reached = new Set(reachedBy(changes.files, readTree(root), candidates));
  print(
    `${changes.files.length} files changed since ${changes.base.slice(0, 10)}; ${reached.size} test files of ${files.length}`,
  );
  return files.filter(({ path }) => reached.has(relative(root, path)));
}

function planAll({ progress, durations }: Running, some: readonly Check[], stages: ReturnType<typeof stagesOf>): void {
  progress.plan(
    some.map(({ name }) => ({ name, expectedMs: durations.of(name) })),
    1,
  );
  for (const { files, atOnce } of stages) {
    progress.plan(
      files.map((file) => ({ name: relative(root, file.path), expectedMs: durations.of(file) })),
      atOnce,
    );
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    endBatches();
    process.exit(130);
  });
}

command.parse();
process.exitCode = (await main(command.opts<Options>())) > 0 ? 1 : 0;
