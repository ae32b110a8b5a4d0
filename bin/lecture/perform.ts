import { setTimeout as sleepUnless } from 'node:timers/promises';
import type { Box, Hall } from './cast.ts';
import { METADATA, OPENING, plotOf, type Deed } from './plot.ts';
import type { Terminal } from './terminal.ts';

export interface Stage {
  hall: Hall;
  box: Box;
  terminal: Terminal;
  seconds: number;
  signal: AbortSignal;
}

/** What was done when, for the judge. Times are ms since the recording was asked for. */
export interface Played {
  take: string;
  seconds: number;
  /** Frames of the box's clock that were current when it was asked to start and to stop. */
  frames: { start: number; stop: number };
  camera: { killedMs: number; liveMs: number };
}

interface Changed {
  at: { frame: number };
}

interface InputAnswer {
  seen: { status: string; error?: string; audio?: object };
}

const LIVE_MS = 30_000;
/** So that what the sources began with is behind us. */
const WARM_MS = 2000;

/** Plays the plot while the box records. Rejects when something cannot be had, or `signal` says to end. */
export async function perform(stage: Stage): Promise<Played> {
  const { box, terminal, seconds, signal } = stage;
  const sleep = (ms: number): Promise<void> => sleepUnless(Math.max(0, ms), undefined, { signal });
  for (const deed of OPENING) await act(deed, stage);
  await Promise.all([untilLive(3, stage, sleep), untilLive(1, stage, sleep)]);
  await sleep(WARM_MS);
  const started = await box.send<Changed & { recording: { take: string } }>('POST', '/recording/start', {
    metadata: METADATA,
  });
  const zero = performance.now();
  const nowMs = (): number => performance.now() - zero;
  terminal.tell(0, `recording: “${METADATA.title}”, ${seconds} s`);
  const camera = { killedMs: Number.NaN, liveMs: Number.NaN };
  let back: Promise<unknown> | undefined;
  for (const { atMs, deed, words } of plotOf(seconds)) {
    await sleep(atMs - nowMs());
    if ('hall' in deed && deed.hall === 'camera kill') camera.killedMs = nowMs();
    await act(deed, stage);
    terminal.tell(nowMs(), words);
    if ('hall' in deed && deed.hall === 'camera back') {
      back = untilLive(3, stage, sleep).then(() => {
        camera.liveMs = nowMs();
        terminal.tell(nowMs(), 'the box has found it again');
      });
      back.catch(() => undefined);
    }
  }
  await back;
  await sleep(seconds * 1000 - nowMs());
  const stopped = await box.send<Changed>('POST', '/recording/stop', {});
  terminal.tell(nowMs(), 'stopped; the file is being finished');
  return {
    take: started.recording.take,
    seconds,
    frames: { start: started.at.frame, stop: stopped.at.frame },
    camera,
  };
}

async function act(deed: Deed, { hall, box }: Stage): Promise<void> {
  if ('hall' in deed) await hall.command(deed.hall);
  else if ('layout' in deed) await box.send('POST', `/layouts/${deed.layout}/recall`, {});
  else await box.send('POST', '/swap', deed);
}

async function untilLive(input: number, { box }: Stage, sleep: (ms: number) => Promise<void>): Promise<void> {
  const end = performance.now() + LIVE_MS;
  for (;;) {
    const { seen } = await box.get<InputAnswer>(`/inputs/${input}`);
    if (seen.status === 'live') return;
    if (performance.now() > end) throw new Error(`input ${input} has no signal: ${seen.error ?? seen.status}`);
    await sleep(100);
  }
}
