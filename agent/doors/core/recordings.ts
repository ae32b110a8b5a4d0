import type { RecordingNews } from '#agent/box/media/recording-news.ts';
import type { RecordingTold } from '#agent/device/recording.ts';
import type { Recorder } from '#agent/recorder/recorder.ts';
import { isOpen } from '#agent/recorder/catalog/recording.ts';
import { RecorderRefusal } from '#agent/recorder/refusal.ts';
import type { Peer } from '#lib/runtime/processes/peer.ts';
import type { Offer } from '#lib/runtime/processes/supervised.ts';
import type { RecordingCalls, RecordingsTold } from '../calls.ts';
import { MOST_WAITING_BYTES } from './state.ts';

type Recordings = Pick<Recorder, 'list' | 'find' | 'describe' | 'remove'>;

/**
 * Number of recordings that are told in one message. Thousands in one would delay the pictures; the others follow after
 * AGAIN_MS.
 */
const AT_A_TIME = 20;
const AGAIN_MS = 20;
/** Interval in ms in which a recording that grows is told again, with its new size and length. */
const GROWING_MS = 1000;

/**
 * Tells all recordings to a door, and each change of them, as fast as the door reads; carries out its requests to
 * change and remove recordings.
 */
export function offerRecordings(
  recorder: Recordings,
  news: RecordingNews,
  peer: Peer<RecordingsTold>,
): Offer<RecordingCalls> {
  const untold = new Set(recorder.list().map(({ id }) => id));
  /** Ids of recordings that still grow. */
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
  /**
   * Carries out a change and tells the changed recording before the answer, so that the door knows it when the answer
   * arrives.
   */
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

const isThere = (info: RecordingTold | undefined): info is RecordingTold => info !== undefined;

async function orRefused(act: () => boolean | Promise<boolean>): Promise<{ found: boolean; refusal?: string }> {
  try {
    return { found: await act() };
  } catch (error) {
    if (error instanceof RecorderRefusal) return { found: true, refusal: error.message };
    throw error;
  }
}
