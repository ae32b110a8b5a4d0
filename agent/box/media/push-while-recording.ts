import type { Personality } from '#lib/sis/personality.ts';
import type { Device } from '#agent/device/device.ts';
import type { Session } from '#agent/device/outcome.ts';
import { pushesWhileRecording } from '#agent/device/push-servers.ts';

const BOX: Session = { id: 'box', via: 'boot', access: 'admin' };

/** Pushes that are to run while a recording does begin and end with it (`pub_while_record`). The result ends it. */
export function keepPushesWhileRecording(device: Device, personality: Pick<Personality, 'swis'>): () => void {
  return device.subscribe(({ before, state }) => {
    const isRunning = state.wanted.recording.state !== 'stopped';
    if (isRunning === (before.wanted.recording.state !== 'stopped')) return;
    // Everybody is to hear of the recording before they hear of what follows from it.
    queueMicrotask(() => {
      for (const { id, enabled } of pushesWhileRecording(device.state().wanted, personality)) {
        if (enabled !== isRunning)
          device.request({ name: 'push.enable', params: { id, enabled: isRunning }, session: BOX });
      }
    });
  });
}
