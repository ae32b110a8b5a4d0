import type { PushWanted } from '#agent/device/state.ts';
import { openEndings } from '#lib/runtime/endings.ts';
import { startPush, type Push, type PushSeen, type PushSettings } from './push.ts';

/** The pushes of the box. `update` starts, keeps or ends each target's push as wanted. */
export interface Pushes {
  update(wanted: readonly PushWanted[]): void;
  /** Ends all pushes. Resolves when every push has ended, also those that `update` ended. */
  close(): Promise<void>;
}

/** Opens the pushes. `onSeen` gets the state of each target, and undefined when there is no such target any more. */
export function openPushes(
  settings: (target: PushWanted) => Omit<PushSettings, 'target' | 'onSeen'>,
  onSeen: (id: string, seen: PushSeen | undefined) => void,
  nowMs: () => number,
): Pushes {
  const running = new Map<string, { key: string; push: Push | undefined }>();
  const endings = openEndings();

  const stop = (id: string): void => {
    endings.add(running.get(id)?.push?.close());
    running.delete(id);
  };

  const start = (target: PushWanted): Push | undefined => {
    if (!target.enabled) {
      onSeen(target.id, { status: 'off', sinceMs: nowMs() });
      return undefined;
    }
    return startPush({ ...settings(target), target, onSeen: (seen) => onSeen(target.id, seen) });
  };

  return {
    update(wanted) {
      for (const id of running.keys()) {
        if (wanted.some((target) => target.id === id)) continue;
        stop(id);
        onSeen(id, undefined);
      }
      for (const target of wanted) {
        const key = JSON.stringify([target.enabled, target.stream, target.url]);
        if (running.get(target.id)?.key === key) continue;
        stop(target.id);
        running.set(target.id, { key, push: start(target) });
      }
    },
    async close() {
      for (const id of running.keys()) stop(id);
      await endings.all();
    },
  };
}
