import { setTimeout as sleepUnless } from 'node:timers/promises';
import type { Box, Hall } from './box-and-hall.ts';
import type { Central } from './central.ts';
import { plan, until, type Planned } from './plan.ts';
import { FRAME_RATE, METADATA, OPENING, scenarioOf, type Action } from './lecture-scenario.ts';
import type { Terminal } from './terminal.ts';

/** The processes and settings of a demo lecture. */
export interface LectureContext {
  hall: Hall;
  central: Central;
  box: Box;
  terminal: Terminal;
  seconds: number;
  signal: AbortSignal;
}

/**
 * A lecture that was played: its recording, and when things were done. Times are milliseconds since the recording was
 * asked for.
 */
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

/** Time in milliseconds after which the sources run evenly. */
const WARM_MS = 2000;

/** Plays the scenario while the box records. Rejects if something fails, or `signal` ends it. */
export async function playLecture(context: LectureContext): Promise<Played> {
  const { box, terminal, seconds, signal } = context;
  const sleep = (ms: number): Promise<void> => sleepUnless(Math.max(0, ms), undefined, { signal });
  for (const action of OPENING) await act(action, context);
  await Promise.all([untilLive(3, context), untilLive(1, context)]);
  await sleep(WARM_MS);
  const planned = await plan(context);
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
  for (const { atMs, action, words } of scenarioOf(seconds)) {
    await sleep(atMs - nowMs());
    if ('hall' in action && action.hall === 'camera kill') camera.killedMs = nowMs();
    await act(action, context);
    terminal.tell(nowMs(), words);
    if ('hall' in action && action.hall === 'camera back') {
      back = untilLive(3, context).then(() => {
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

async function act(action: Action, { hall, box }: LectureContext): Promise<void> {
  if ('hall' in action) await hall.command(action.hall);
  else if ('layout' in action) await box.send('POST', `/layouts/${action.layout}/recall`, {});
  else await box.send('POST', '/swap', action);
}

async function untilLive(input: number, { box, signal }: LectureContext): Promise<void> {
  await until(`input ${input} has a signal`, signal, async () => {
    const { seen } = await box.get<InputAnswer>(`/inputs/${input}`);
    return seen.status === 'live';
  });
}
