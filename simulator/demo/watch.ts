import { once } from 'node:events';
import { sleep } from '#lib/runtime/clock.ts';
import type { Box } from './box-and-hall.ts';
import { meter, minutes, type Terminal } from './terminal.ts';

interface Status {
  recording: { state: string; elapsedMs: number; bytes: number };
  layout: { name: string; swapped: boolean };
  inputs: { selected: boolean; name: string; status: string }[];
  streams: { archive: { seen: { players: number } }; confidence: { seen: { players: number } } };
  meters: { output: { leftDb: number; rightDb: number } };
  alarms: { text: string }[];
}

const LIVE_MS = 200;
/** Milliseconds between lines of progress, if the output is no terminal. */
const PLAIN_MS = 5000;

/** Shows the state of the box during an act. */
export async function watch<T>(box: Box, terminal: Terminal, doing: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  const looking = look(box, terminal, over.signal);
  try {
    return await doing();
  } finally {
    over.abort();
    await looking;
    terminal.show();
  }
}

async function look(box: Box, terminal: Terminal, over: AbortSignal): Promise<void> {
  let toldMs = performance.now();
  while (!over.aborted) {
    const status = await box.get<Status>('/status').catch(() => undefined);
    if (over.aborted) return;
    if (status && terminal.live) terminal.show(lineOf(status));
    if (status && !terminal.live && status.recording.state === 'recording' && performance.now() - toldMs > PLAIN_MS) {
      toldMs = performance.now();
      terminal.say(`      ${lineOf(status)}`);
    }
    await sleep(LIVE_MS);
  }
}

/** States of the recording and of inputs, in words. */
const WORDS: Readonly<Record<string, string>> = {
  stopped: 'ready',
  setup: 'begins',
  paused: 'paused',
  finalizing: 'is being finished',
};
const INPUT_WORDS: Readonly<Record<string, string>> = { lost: 'no signal', connecting: 'connecting', off: 'off' };

function lineOf({ recording, layout, inputs, streams, meters, alarms }: Status): string {
  const players = streams.archive.seen.players + streams.confidence.seen.players;
  const { leftDb, rightDb } = meters.output;
  return [
    recording.state === 'recording'
      ? `● ${minutes(recording.elapsedMs)} ${(recording.bytes / 1e6).toFixed(1)} MB`
      : `○ ${WORDS[recording.state] ?? recording.state}`,
    `${layout.name}${layout.swapped ? ' ⇄' : ''}`,
    `♪ ${meter(Math.max(leftDb, rightDb))}`,
    `${players} ${players === 1 ? 'player' : 'players'}`,
    // An alarm of an input says more than the input's state.
    ...(alarms.length > 0 ? [] : inputs.filter(({ selected, status }) => selected && status !== 'live')).map(
      ({ name, status }) => `${name}: ${INPUT_WORDS[status] ?? status}`,
    ),
    ...alarms.map(({ text }) => `! ${text}`),
  ].join('  ');
}

/** Resolves when the demo is asked to end. */
export async function untilEnded(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
