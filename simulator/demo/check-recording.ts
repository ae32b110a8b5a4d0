import { writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Verdict } from '../verdict/result.ts';
import { startChild } from '#lib/runtime/processes/child.ts';
import type { Box } from './box-and-hall.ts';
import { EXPECTED, factsOf, wrongWith, type Recorded } from './checks.ts';
import type { DemoContext } from './demo-context.ts';
import { handOver, wrongCatalog } from './hand-over.ts';
import { watchPublished } from './published.ts';
import { logosIn } from './logos.ts';
import type { Played } from './lecture.ts';
import { until } from './plan.ts';
import { OPENING_LAYOUT } from './lecture-scenario.ts';

const AMPHI = fileURLToPath(new URL('../../bin/amphi', import.meta.url));
/**
 * Time in milliseconds for the box to finish a recording. It does so at low priority, and a busy machine has little
 * time for it.
 */
const FINISH_MS = 5 * 60_000;
/** Number of faults that are printed; of the others only the number is. */
const MOST_TOLD = 12;

/**
 * Waits until the server has the recording and has published it, has both checked, and prints the findings and the file's
 * place. True if all is right.
 */
export async function checkRecording(played: Played, context: DemoContext): Promise<boolean> {
  const { box, folder, terminal, signal } = context;
  const recorded = await finished(box, played.take, signal);
  if (recorded.parts.length === 0) throw new Error(`nothing was recorded: ${recorded.status}`);
  const { path, wrong: notTheSame } = await handOver(played, recorded, context);
  const notPlayed = await watchPublished(played, context);
  const layouts = await box.get<Layouts>('/layouts');
  const layoutsFile = join(folder, 'layouts.json');
  await writeFile(layoutsFile, JSON.stringify(layouts));
  const busy = isBusy();
  terminal.show('looking at every frame of it…');
  const verdict = await verdictOf(path, layoutsFile, join(folder, 'verdict.json'), signal);
  const logos = await logosIn(path, layouts.layouts[OPENING_LAYOUT - 1]?.overlays ?? [], join(folder, 'box/overlays'));
  const wrong = [
    ...notTheSame,
    ...notPlayed,
    ...(await wrongCatalog(played, context)),
    ...wrongWith(played, recorded, verdict, busy),
    ...logos.filter(({ likeness }) => likeness < LIKE).map(({ name }) => `${name} is not in the picture`),
  ];
  terminal.show();
  terminal.say(`\n${factsOf(played, verdict).join('\n')}`);
  terminal.say(
    `logos    ${logos.map(({ name, likeness }) => `${name} ${Math.round(likeness * 100)} % alike`).join(', ')}\n`,
  );
  for (const what of wrong.slice(0, MOST_TOLD)) terminal.say(`WRONG    ${what}`);
  if (wrong.length > MOST_TOLD) terminal.say(`         and ${wrong.length - MOST_TOLD} more`);
  if (busy) terminal.say('This machine was busy: pictures may have come late to the box, or were left out.');
  if (wrong.length === 0) terminal.say('All of it is as it should be.');
  terminal.say(`The file in the store of the server:\n${path}`);
  return wrong.length === 0;
}

type Layouts = { layouts: { overlays: Parameters<typeof logosIn>[1] }[] };
/** Likeness (0 to 1) above which a logo counts as shown: a shown logo has at least 0.98, a missing one at most 0.8. */
const LIKE = 0.92;

async function finished(box: Box, take: string, signal: AbortSignal): Promise<Recorded> {
  let recorded = await box.get<Recorded>(`/recordings/${take}`);
  const isDone = async (): Promise<boolean> =>
    ['finished', 'partial', 'failed'].includes((recorded = await box.get<Recorded>(`/recordings/${take}`)).status);
  await until('the recording is finished', signal, isDone, FINISH_MS);
  return recorded;
}

/** Runs `amphi sim verdict`; its output is kept in `copy`. */
async function verdictOf(file: string, layouts: string, copy: string, signal: AbortSignal): Promise<Verdict> {
  const argv = ['sim', 'verdict', file, '--json', '--layouts', layouts, '--expect', JSON.stringify(EXPECTED)];
  const child = startChild({ command: AMPHI, argv, takes: [1] });
  const end = (): void => child.kill('SIGTERM');
  signal.addEventListener('abort', end);
  const chunks: Buffer[] = [];
  for await (const chunk of child.take(1)) chunks.push(chunk as Buffer);
  const { reason } = await child.died;
  signal.removeEventListener('abort', end);
  signal.throwIfAborted();
  const text = Buffer.concat(chunks).toString();
  if (text === '') throw new Error(`the verdict failed: ${reason}`);
  await writeFile(copy, text);
  return JSON.parse(text) as Verdict;
}

/**
 * Whether more programs wanted to run in the last minute than the machine has processors. The demo itself needs about
 * one.
 */
const isBusy = (): boolean => (loadavg()[0] ?? 0) > availableParallelism();
