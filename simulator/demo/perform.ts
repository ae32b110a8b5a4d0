import { setTimeout as sleepUnless } from 'node:timers/promises';
import type { Box, Hall } from './cast.ts';
import type { Central } from './central.ts';
import { plan, until, type Planned } from './plan.ts';
import { FRAME_RATE, METADATA, OPENING, plotOf, type Deed } from './plot.ts';
import type { Terminal } from './terminal.ts';

/** What the demo runs with. */
export interface Stage {
  hall: Hall;
  central: Central;
  box: Box;
  terminal: Terminal;
  seconds: number;
  signal: AbortSignal;
}

/** What was done and when. Times are ms since the recording was asked for. */
export interface Played {
  take: string;
  seconds: number;
  planned: Planned;
  /** Number of planned frames. */
  frames: number;
  camera: { killedMs: number; liveMs: number };
}

interface RecordingAnswer {
  recording: { state: string; take: string; bookingId?: string };
}

interface InputAnswer {
  seen: { status: string };
}

/** Time after which the sources run evenly. */
const WARM_MS = 2000;

/** Plays the plot while the box records. Rejects if something fails, or `signal` ends it. */
export async function perform(stage: Stage): Promise<Played> {
  const { box, terminal, seconds, signal } = stage;
  const sleep = (ms: number): Promise<void> => sleepUnless(Math.max(0, ms), undefined, { signal });
  for (const deed of OPENING) await act(deed, stage);
  await Promise.all([untilLive(3, stage), untilLive(1, stage)]);
  await sleep(WARM_MS);
  const planned = await plan(stage);
  const nowMs = (): number => Date.now() - planned.startsAtMs;
  await sleep(-nowMs());
  const isRecording = ({ recording: { state, bookingId } }: RecordingAnswer): boolean =>
    bookingId === planned.event && state === 'recording';
  let now = await box.get<RecordingAnswer>('/recording');
  await until('the recording begins', signal, async () => isRecording((now = await box.get('/recording'))));
  const { take } = now.recording;
  terminal.tell(0, `recording by itself: “${METADATA.title}”, ${seconds} s`);
  const camera = { killedMs: Number.NaN, liveMs: Number.NaN };
  let back: Promise<unknown> | undefined;
  for (const { atMs, deed, words } of plotOf(seconds)) {
    await sleep(atMs - nowMs());
    if ('hall' in deed && deed.hall === 'camera kill') camera.killedMs = nowMs();
    await act(deed, stage);
    terminal.tell(nowMs(), words);
    if ('hall' in deed && deed.hall === 'camera back') {
      back = untilLive(3, stage).then(() => {
        camera.liveMs = nowMs();
        terminal.tell(nowMs(), 'the box has found it again');
      });
      back.catch(() => undefined);
    }
  }
  await back;
  await sleep(seconds * 1000 - nowMs());
  await until('the recording ends', signal, async () => !isRecording(await box.get('/recording')));
  terminal.tell(nowMs(), 'it has ended by itself; the file is being finished');
  return { take, seconds, planned, frames: seconds * FRAME_RATE, camera };
}

async function act(deed: Deed, { hall, box }: Stage): Promise<void> {
  if ('hall' in deed) await hall.command(deed.hall);
  else if ('layout' in deed) await box.send('POST', `/layouts/${deed.layout}/recall`, {});
  else await box.send('POST', '/swap', deed);
}

async function untilLive(input: number, { box, signal }: Stage): Promise<void> {
  await until(`input ${input} has a signal`, signal, async () => {
    const { seen } = await box.get<InputAnswer>(`/inputs/${input}`);
    return seen.status === 'live';
  });
}
