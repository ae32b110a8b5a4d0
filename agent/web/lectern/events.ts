import type { ServerResponse } from 'node:http';
import type { EventHub } from '../events/event-hub.ts';
import { openEventWriter } from '../events/event-stream.ts';
import type { LecternView } from './shown.ts';

/**
 * Writes the events of a lectern until the other side ends it: `view` at once and at each change, `sound` up to five
 * times a second.
 */
export function writeLecternEvents(raw: ServerResponse, hub: EventHub, view: () => Promise<LecternView>): void {
  const write = openEventWriter(raw);
  let told = '';
  let looking: Promise<void> | undefined;
  let isStale = false;
  const lookOnce = async (): Promise<void> => {
    const now = await view();
    const key = keyOf(now);
    if (key === told || raw.destroyed) return;
    told = key;
    write('view', now);
  };
  const lookUntilFresh = async (): Promise<void> => {
    while (isStale) {
      isStale = false;
      await lookOnce().catch(() => undefined);
    }
    looking = undefined;
  };
  /** Looks at the view, one look at a time: changes during a look are covered by one more after it. */
  const look = (): void => {
    isStale = true;
    looking ??= lookUntilFresh();
  };
  const leave = hub.join(({ type, data }) => {
    if (type === 'meters') return write('sound', (data as { output: unknown }).output);
    return look();
  });
  raw.on('close', leave);
}

/**
 * The part of a view that counts as a change: time and sound change by themselves, and the page shows them without it.
 */
function keyOf(view: LecternView): string {
  const { recording, sound } = view;
  const elapsedMs = recording.state === 'recording' ? 0 : recording.elapsedMs;
  return JSON.stringify({ ...view, nowMs: 0, recording: { ...recording, elapsedMs }, sound: sound.muted });
}
