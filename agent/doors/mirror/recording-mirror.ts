import type { RecordingsAt } from '#agent/box/web/recording-source.ts';
import type { RecordingTold } from '#agent/device/recording.ts';
import { RecorderRefusal } from '#agent/recorder/refusal.ts';
import type { Handlers, Peer } from '#lib/runtime/processes/peer.ts';
import type { RecordingCalls, RecordingsTold } from '../calls.ts';

/** The recordings as the core told them last. */
export interface RecordingMirror {
  recordings: RecordingsAt;
  told: Handlers<RecordingsTold>;
  /** Resolves when all recordings have been told for the first time. */
  ready: Promise<void>;
}

export function openRecordingMirror(core: Peer<RecordingCalls>): RecordingMirror {
  const known = new Map<string, RecordingTold>();
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  const asked = async (answer: ReturnType<typeof ask>): Promise<boolean> => {
    const { found, refusal } = await answer;
    if (refusal !== undefined) throw new RecorderRefusal(refusal);
    return found;
  };
  const ask = (...args: ['describe', string, Parameters<RecordingCalls['describe']>[1]] | ['remove', string]) =>
    args[0] === 'describe' ? core.call('describe', args[1], args[2]) : core.call('remove', args[1]);
  return {
    recordings: {
      list: () => [...known.values()],
      find: (id) => known.get(id),
      describe: (id, change) => asked(ask('describe', id, change)),
      remove: (id) => asked(ask('remove', id)),
    },
    told: {
      recordings(changed, gone, isAll) {
        for (const info of changed) known.set(info.id, info);
        for (const id of gone) known.delete(id);
        if (isAll) resolve();
      },
    },
    ready,
  };
}
