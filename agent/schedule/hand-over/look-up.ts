import { ServerTrouble } from '../server/answer.ts';
import type { Opencast } from '../server/opencast.ts';
import type { RecordingPart } from '../recordings.ts';
import { holdsSafely, isProcessed } from './ingest-answers.ts';

/**
 * Asks a server about an event. Each function rejects if the server cannot be asked now, and gives undefined if this
 * user may not ask.
 */
export interface LookUp {
  /**
   * Whether the event was recorded, by this box or another one: it has such a state, a workflow runs, or it is no
   * longer only planned.
   */
  isRecorded(): Promise<boolean | undefined>;
  /** Whether the server's archive has these files. */
  holds(parts: readonly RecordingPart[]): Promise<boolean | undefined>;
}

/** Opens the look-up of one event, which asks in all ways that Opencast has. */
export function openLookUp(opencast: Opencast, id: string, signal: AbortSignal): LookUp {
  const name = encodeURIComponent(id);
  const { url } = opencast.settings;
  /** The answer to a request; undefined if the server has no such thing, null if this user may not ask. */
  const ask = async (path: string): Promise<string | null | undefined> => {
    const request = { method: 'GET', url: `${url}${path}`, signal } as const;
    try {
      return await opencast.ask(`asking whether ${id} is there`, request);
    } catch (error) {
      if (!(error instanceof ServerTrouble)) throw error;
      if (error.kind === 'forbidden') return null;
      if (error.kind === 'missing' || error.kind === 'refused') return undefined;
      throw error;
    }
  };
  return {
    async isRecorded() {
      // The state `upload_finished` says that the event was recorded: the box itself sets it only after this question
      // was answered, so here the server has set it.
      if ((await orMissing(() => opencast.recordingState(id))) === 'upload_finished') return true;
      const active = await ask(`/workflow/mediaPackage/${name}/hasActiveWorkflows`);
      if (active && /\btrue\b/i.test(active)) return true;
      const event = await ask(`/api/events/${name}`);
      if (event && isProcessed(event)) return true;
      return active === null && event === null ? undefined : false;
    },
    async holds(parts) {
      const archived = await ask(`/assets/episode/${name}`);
      return archived === null ? undefined : archived !== undefined && holdsSafely(archived, parts);
    },
  };
}

/** The answer to a request; undefined if the server does not have it, or if this user may not ask. */
export async function orMissing<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ServerTrouble && ['missing', 'forbidden', 'refused'].includes(error.kind)) return undefined;
    throw error;
  }
}
