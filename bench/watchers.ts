/**
 * Measures CPU time of the box for ten pages that watch the live picture and receive all events, against the same box
 * with none. `node bench/watchers.ts [--watchers 10] [--seconds 20] [--rounds 3]`.
 */
import { existsSync } from 'node:fs';
import { get } from 'node:http';
import { chromium } from 'playwright-core';
import { sleep } from '#lib/runtime/clock.ts';
import { readOptions } from './measure/options.ts';
import { cpuSecondsOf } from './measure/process-tree.ts';
import { printFigure, printTable } from './measure/report.ts';
import { median, round } from './measure/statistics.ts';
import { startClipBox } from './rig/clip-box.ts';

const options = readOptions({ watchers: 10, seconds: 20, rounds: 3 });
const SETTLE_MS = 2000;

const box = await startClipBox();
try {
  await box.untilLive([1, 3]);
  await sleep(SETTLE_MS);
  const rounds: { alone: number; watched: number; bytes: number }[] = [];
  for (let count = 0; count < options.rounds; count++) {
    const alone = await percentOfCore();
    const watchers = Array.from({ length: options.watchers }, () => watch(box.apiUrl));
    await sleep(SETTLE_MS);
    const watched = await percentOfCore();
    const bytes = watchers.reduce((sum, watcher) => sum + watcher.end(), 0);
    rounds.push({ alone, watched, bytes });
    await sleep(SETTLE_MS);
  }
  const page = await percentOfPage();
  report(rounds, page);
} finally {
  await box.close();
}

async function percentOfCore(pid = box.pid): Promise<number> {
  const [cpu, atMs] = [cpuSecondsOf(pid), performance.now()];
  await sleep(options.seconds * 1000);
  return (100 * (cpuSecondsOf(pid) - cpu)) / ((performance.now() - atMs) / 1000);
}

/**
 * CPU percent of the browser with the device page open on *Now*, rendering in software; undefined if there is no
 * browser.
 */
async function percentOfPage(): Promise<number | undefined> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) return undefined;
  const server = await chromium.launchServer({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const browser = await chromium.connect(server.wsEndpoint());
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(`${new URL(box.apiUrl).origin}/#now`);
    await page.locator('.stage .screen[data-shown=video]').waitFor();
    await sleep(SETTLE_MS);
    return await percentOfCore(server.process().pid);
  } finally {
    await server.close();
  }
}

/**
 * Receives what a page receives from the box: the preview, and the events with the meters. `end` gives the number of
 * bytes.
 */
function watch(api: string): { end(): number } {
  let bytes = 0;
  const taken = ['/preview.mp4', '/events?meters=1'].map((place) =>
    get(`${api}${place}`, (answer) => {
      answer.on('data', (chunk: Buffer) => void (bytes += chunk.length));
      answer.on('error', () => undefined);
    }).on('error', () => undefined),
  );
  return {
    end() {
      for (const request of taken) request.destroy();
      return bytes;
    },
  };
}

type Round = { alone: number; watched: number; bytes: number };

function report(rounds: readonly Round[], page: number | undefined): void {
  printTable(
    `watchers: CPU of all processes of the box, % of a core, with none and with ${options.watchers} pages that watch`,
    ['round', 'none', 'watched', 'more', 'kb/s each'],
    rounds.map(({ alone, watched, bytes }, at) => [
      at + 1,
      round(alone, 1),
      round(watched, 1),
      round(watched - alone, 1),
      Math.round((bytes * 8) / 1000 / options.watchers / (options.seconds + SETTLE_MS / 1000)),
    ]),
  );
  if (page !== undefined) console.log(`a page on Now in Chromium, drawn without a GPU: ${round(page, 1)} % of a core`);
  if (rounds.some(({ bytes }) => bytes < 10_000 * options.watchers)) throw new Error('the watchers saw nothing');
  printFigure({
    bench: 'watchers',
    unit: '% of a core, more',
    goal: '<= 5',
    figure: round(median(rounds.map(({ alone, watched }) => watched - alone)), 2),
    yardstick: 'the same box that nobody watches, in turns',
    watchers: options.watchers,
    ...(page === undefined ? {} : { pagePercentOfCore: round(page, 1) }),
  });
}
