import type { RecordingNews } from '#agent/box/media/recording-news.ts';
import type { Recording } from '#agent/device/recording.ts';
import type { Recorder } from '#agent/recorder/recorder.ts';
import { isOpen } from '#agent/recorder/catalog/recording.ts';
import { RecorderRefusal } from '#agent/recorder/refusal.ts';
import type { Peer } from '#lib/runtime/processes/peer.ts';
import type { Offer } from '#lib/runtime/processes/supervised.ts';
import type { RecordingCalls, RecordingsTold } from '../calls.ts';
import { MOST_WAITING_BYTES } from './state.ts';

type Recordings = Pick<Recorder, 'list' | 'find' | 'describe' | 'remove'>;

/** So many are told at a time: thousands would hold up the clock of the pictures. */
const AT_A_TIME = 20;
const AGAIN_MS = 20;
/** A recording that grows is told again so often: its bytes and its length are read from what was told last. */
const GROWING_MS = 1000;

/** All recordings, and what happens to them, told as fast as the door takes it. */
export function offerRecordings(
  recorder: Recordings,
  news: RecordingNews,
  peer: Peer<RecordingsTold>,
): Offer<RecordingCalls> {
  const untold = new Set(recorder.list().map(({ id }) => id));
  /** Recordings that still grow. */
  const open = new Set<string>();
  let isAll = false;
  let timer: NodeJS.Timeout | undefined;
  const tellThese = (ids: readonly string[]): void => {
    for (const id of ids) untold.delete(id);
    isAll ||= untold.size === 0;
    const found = ids.map((id) => recorder.find(id));
    for (const [index, id] of ids.entries()) {
      const info = found[index];
      if (info && isOpen(info)) open.add(id);
      else open.delete(id);
    }
    peer.tell(
      'recordings',
      found.filter(isThere),
      ids.filter((_, index) => !found[index]),
      isAll,
    );
  };
  const tellSome = (): void => {
    timer = undefined;
    if (peer.waitingBytes() <= MOST_WAITING_BYTES / 4) tellThese([...untold.keys().take(AT_A_TIME)]);
    if (untold.size > 0) timer = setTimeout(tellSome, AGAIN_MS);
  };
  const leave = news.subscribe((id) => {
    untold.add(id);
    if (!timer) tellSome();
  });
  tellSome();
  const growing = setInterval(() => {
    for (const id of open) untold.add(id);
    if (untold.size > 0 && !timer) tellSome();
  }, GROWING_MS);
  /** Whoever hears that it is done finds it done. */
  const andTold = async (id: string, act: () => boolean | Promise<boolean>) => {
    const done = await orRefused(act);
    tellThese([id]);
    return done;
  };
  return {
    handlers: {
      describe: (id, change) => andTold(id, () => recorder.describe(id, change)),
      remove: (id) => andTold(id, () => recorder.remove(id)),
    },
    end() {
      leave();
      clearInterval(growing);
      clearTimeout(timer);
    },
  };
}

const isThere = (info: Recording | undefined): info is Recording => info !== undefined;

async function orRefused(act: () => boolean | Promise<boolean>): Promise<{ found: boolean; refusal?: string }> {
  try {
    return { found: await act() };
  } catch (error) {
    if (error instanceof RecorderRefusal) return { found: true, refusal: error.message };
    throw error;
  }
}
