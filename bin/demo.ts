import { Command, InvalidArgumentError } from 'commander';
import { mkdir, mkdtemp, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openScope, type Scope } from '#lib/runtime/scope.ts';
import { startBox, startHall } from '#simulator/demo/box-and-hall.ts';
import { startCentral } from '#simulator/demo/central.ts';
import { checkRecording } from '#simulator/demo/check-recording.ts';
import { playLecture } from '#simulator/demo/lecture.ts';
import { openTerminal, type Terminal } from '#simulator/demo/terminal.ts';
import { untilEnded, watch } from '#simulator/demo/watch.ts';

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
    'A lecture on this machine: the central server, a simulated hall and its box. The lecture is planned at the server, the box\n' +
      'records it by itself, and meanwhile the camera dies and comes back, the layout changes twice and the channels trade\n' +
      'places. Then the server has the file, publishes it in several qualities, which are played, and the file is checked there,\n' +
      'frame by frame.',
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

let folder: string | undefined;
let right: boolean | undefined;
try {
  right = await run(scope, terminal);
} catch (error) {
  if (!interrupted) terminal.say(`\n${error instanceof Error ? error.message : String(error)}`);
} finally {
  await scope.close();
  if (folder !== undefined) terminal.say(`\n${await lastWord(folder, interrupted)}`);
}
process.exit(right === undefined ? (interrupted ? 130 : 1) : right ? 0 : 1);

/** Plays the demo; gives whether everything was right, or undefined if it was interrupted before that was known. */
async function run(scope: Scope, terminal: Terminal): Promise<boolean> {
  folder = await ownFolder();
  terminal.say(`Everything is in ${folder}\n`);
  const [central, hall] = await Promise.all([
    startCentral(folder, listen, scope, stop),
    startHall(folder, scope, stop),
  ]);
  terminal.say(`server   ${central.url}/   (admin, password ${central.password})`);
  terminal.say('hall     slides and a camera, by RTSP');
  const box = await startBox({ folder, listen, sources: hall.urls, server: central.membership }, scope, stop);
  terminal.say(
    `page     ${box.page}#now   (admin, password ${box.password})\nlectern  ${box.page}lectern\nstream   ${box.stream}`,
  );
  terminal.say(`control  ${box.control}   (admin, password ${box.password})\n`);
  const { signal } = stop;
  const played = await watch(box, terminal, () => playLecture({ hall, central, box, terminal, seconds, signal }));
  const right = await checkRecording(played, { box, central, folder, terminal, signal });
  if (once) return right;
  terminal.say(
    `\nServer and box go on: watch ${box.page}#now (admin, password ${box.password})\nor play ${box.stream}. Ctrl-C ends it.`,
  );
  await watch(box, terminal, () => untilEnded(stop.signal));
  return right;
}

/** The last line of the demo: the folder that it leaves, its size, and how to remove it. */
async function lastWord(left: string, wasInterrupted: boolean): Promise<string> {
  const sizes = await readdir(left, { recursive: true, withFileTypes: true })
    .then((all) => all.filter((one) => one.isFile()).map(async (one) => stat(join(one.parentPath, one.name))))
    .then((all) => Promise.allSettled(all))
    .catch(() => []);
  const bytes = sizes.reduce((sum, one) => sum + (one.status === 'fulfilled' ? one.value.size : 0), 0);
  const ended = wasInterrupted ? 'Ended: server, hall and box are stopped. ' : '';
  return `${ended}${Math.round(bytes / 1e6)} MB stay in ${left}; delete the folder when you need them no more.`;
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
