import { writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Verdict } from '#simulator/verdict/result.ts';
import { startChild } from '#lib/runtime/child.ts';
import type { Box } from './cast.ts';
import { EXPECTED, factsOf, wrongWith, type Recorded } from './checks.ts';
import type { Played } from './perform.ts';
import type { Terminal } from './terminal.ts';

const AMPHI = fileURLToPath(new URL('../amphi', import.meta.url));
const FINISH_MS = 60_000;
const MOST_TOLD = 12;

/** Has the recording checked, says what was found and where the file lies; gives whether all is as it should be. */
export async function judge(
  played: Played,
  box: Box,
  folder: string,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<boolean> {
  const recorded = await finished(box, played.take, signal);
  const part = recorded.parts[0];
  if (!part) throw new Error(`nothing was recorded: ${recorded.status}`);
  const path = join(part.folder, part.name);
  const layouts = join(folder, 'layouts.json');
  await writeFile(layouts, JSON.stringify(await box.get('/layouts')));
  const busy = isBusy();
  terminal.show('looking at every frame of it…');
  const verdict = await verdictOf(path, layouts, join(folder, 'verdict.json'), signal);
  terminal.show();
  const wrong = wrongWith(played, recorded, verdict, busy);
  terminal.say(`\n${factsOf(played, verdict).join('\n')}\n`);
  for (const what of wrong.slice(0, MOST_TOLD)) terminal.say(`WRONG    ${what}`);
  if (wrong.length > MOST_TOLD) terminal.say(`         and ${wrong.length - MOST_TOLD} more`);
  if (wrong.length === 0) terminal.say('All of it is as it should be.');
  if (busy) terminal.say('This machine was busy with other things: pictures may have come late to the box.');
  terminal.say(path);
  return wrong.length === 0;
}

async function finished(box: Box, take: string, signal: AbortSignal): Promise<Recorded> {
  const end = performance.now() + FINISH_MS;
  for (;;) {
    const recorded = await box.get<Recorded>(`/recordings/${take}`);
    if (['finished', 'partial', 'failed'].includes(recorded.status)) return recorded;
    if (performance.now() > end) throw new Error(`the recording is not finished: ${recorded.status}`);
    await sleep(100, undefined, { signal });
  }
}

/** Asks `amphi sim verdict`; what it says is kept in `copy`. */
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

/** Did more programs want to run than can, in the last minute? The demo itself needs about one processor. */
const isBusy = (): boolean => (loadavg()[0] ?? 0) > availableParallelism();
