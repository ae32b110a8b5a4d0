import { Command, InvalidArgumentError } from 'commander';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openScope, type Scope } from '#lib/runtime/scope.ts';
import { startBox, startHall } from './lecture/cast.ts';
import { judge } from './lecture/judge.ts';
import { perform } from './lecture/perform.ts';
import { openTerminal, type Terminal } from './lecture/terminal.ts';
import { untilEnded, watch } from './lecture/watch.ts';

const LEAST_SECONDS = 15;
const OURS = fileURLToPath(new URL('../demo-data', import.meta.url));

interface Flags {
  once: boolean;
  seconds: number;
  data?: string;
  listen: string;
}

const { once, seconds, data, listen } = new Command('demo')
  .description(
    'A lecture on this machine: a simulated hall, a box, and a recording during which the camera dies and comes back,\n' +
      'the layout changes twice and the channels trade places. Then the file is checked, frame by frame.',
  )
  .option('--once', 'end after the check: 0 if all was as it should be, else 1', false)
  .option('--seconds <n>', `length of the recording, ${LEAST_SECONDS} to 3600`, secondsOf, 60)
  .option('--data <dir>', 'folder for the recording and the logs; each demo makes one of its own in it (demo-data)')
  .option(
    '--listen <address>',
    'address of the box, to watch from elsewhere; the hall stays on this machine',
    '127.0.0.1',
  )
  .parse()
  .opts<Flags>();

const scope = openScope();
const terminal = openTerminal(process.stdout);
const stop = new AbortController();
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    interrupted = true;
    stop.abort(new Error('interrupted'));
  });
}

let right: boolean | undefined;
try {
  right = await run(scope, terminal);
} catch (error) {
  if (!interrupted) terminal.say(`\n${error instanceof Error ? error.message : String(error)}`);
} finally {
  await scope.close();
}
process.exit(right === undefined ? (interrupted ? 130 : 1) : right ? 0 : 1);

/** Gives whether all was right; undefined if it was interrupted before that could be said. */
async function run(scope: Scope, terminal: Terminal): Promise<boolean> {
  const folder = await ownFolder();
  terminal.say(`Everything is in ${folder}\n`);
  const hall = await startHall(folder, scope, stop);
  terminal.say('hall     slides and a camera, by RTSP');
  const box = await startBox({ folder, listen, sources: hall.urls }, scope, stop);
  terminal.say(`page     ${box.page}   (token ${box.token})\nstream   ${box.stream}`);
  terminal.say(`control  ${box.control}   (admin, password ${box.password})\n`);
  const played = await watch(box, terminal, () => perform({ hall, box, terminal, seconds, signal: stop.signal }));
  const right = await judge(played, box, folder, terminal, stop.signal);
  if (once) return right;
  terminal.say(`\nThe box goes on: watch ${box.page} (token ${box.token})\nor play ${box.stream}. Ctrl-C ends it.`);
  await watch(box, terminal, () => untilEnded(stop.signal));
  return right;
}

async function ownFolder(): Promise<string> {
  const stamp = new Date()
    .toISOString()
    .replaceAll(/[-:]|\..*/g, '')
    .replace('T', '-');
  const parent = data === undefined ? OURS : resolve(data);
  const made = await mkdir(parent, { recursive: true })
    .then(() => mkdtemp(join(parent, `${stamp}-`)))
    .catch((error: unknown) => error as Error);
  if (typeof made === 'string') return made;
  if (data !== undefined) throw made;
  return mkdtemp(join(tmpdir(), 'amphi-demo-'));
}

function secondsOf(text: string): number {
  const value = Number(text);
  if (!(value >= LEAST_SECONDS && value <= 3600))
    throw new InvalidArgumentError(`a number from ${LEAST_SECONDS} to 3600 is needed.`);
  return value;
}
