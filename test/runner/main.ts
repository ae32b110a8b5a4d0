import { Command } from 'commander';
import { availableParallelism } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endBatches, runTogether } from './batch.ts';
import { checks, runCheck } from './checks.ts';
import { openReport, type Report } from './report.ts';
import { isWanted, stagesOf, type Stage } from './stages.ts';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
/** Without --long everything ends within a quarter of an hour. */
const ALL_LIMIT_MS = 14 * 60_000;

interface Options {
  long?: boolean;
  screenshots?: string;
  only: string[];
}

const command = new Command('test')
  .description('Checks format, lint and types, then runs the laws, the unit tests, and those with real media.')
  .option('--long', 'also the tests that take long (AMPHI_LONG)')
  .option('--screenshots <DIR>', 'keep pictures of every page and state, at three sizes (AMPHI_SCREENSHOTS)')
  .option('--only <pattern...>', 'only checks and test files whose name contains one of these', [])
  .allowExcessArguments(false);

async function main(options: Options): Promise<number> {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
    ...(options.long ? { AMPHI_LONG: '1' } : {}),
    ...(options.screenshots ? { AMPHI_SCREENSHOTS: resolve(options.screenshots) } : {}),
  };
  const long = Boolean(env['AMPHI_LONG']);
  const endsAtMs = long ? Infinity : performance.now() + ALL_LIMIT_MS;
  const report = openReport(root, (line) => console.log(line));
  await runChecks(options.only, env, report);
  for (const stage of stagesOf(join(root, 'test'), options.only, availableParallelism(), long)) {
    report.heading(`${stage.name}: ${stage.files.length} files`);
    await runStage(stage, env, endsAtMs, report);
  }
  return report.finish();
}

async function runChecks(only: readonly string[], env: NodeJS.ProcessEnv, report: Report): Promise<void> {
  const wanted = checks.filter((check) => isWanted(check.name, only));
  if (wanted.length > 0) report.heading('checks');
  for (const check of wanted) {
    const startedAtMs = performance.now();
    const failure = await runCheck(check, root, process.stdout.isTTY ? env : { ...env, NO_COLOR: '1' });
    report.check(check.name, failure, performance.now() - startedAtMs);
  }
}

async function runStage(stage: Stage, env: NodeJS.ProcessEnv, endsAtMs: number, report: Report): Promise<void> {
  const batches = chunks(stage.files, stage.filesPerProcess);
  const limitMs = (files: number): number => Math.min(stage.limitMs(files), endsAtMs - performance.now());
  const work = async (): Promise<void> => {
    for (let files = batches.shift(); files; files = batches.shift()) {
      for (const { file, batch } of await runTogether(files, limitMs, env)) report.file(file, batch);
    }
  };
  await Promise.all(Array.from({ length: stage.atOnce }, work));
}

function chunks<T>(values: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, n) => values.slice(n * size, (n + 1) * size));
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    endBatches();
    process.exit(130);
  });
}

command.parse();
process.exitCode = (await main(command.opts<Options>())) > 0 ? 1 : 0;
