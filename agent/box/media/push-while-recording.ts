import type { Personality } from '#lib/sis/personality.ts';
import type { Device } from '#agent/device/device.ts';
import type { Session } from '#agent/device/outcome.ts';
import { pushesWhileRecording } from '#agent/device/push-servers.ts';

const BOX: Session = { id: 'box', via: 'boot', access: 'admin' };

/** Starts and stops pushes with the recording where that is set (`pub_while_record`). The result ends this. */
export function keepPushesWhileRecording(device: Device, personality: Pick<Personality, 'swis'>): () => void {
  return device.subscribe(({ before, state }) => {
    const isRunning = state.wanted.recording.state !== 'stopped';
    if (isRunning === (before.wanted.recording.state !== 'stopped')) return;
    // All listeners have to learn of the recording before they learn of its consequences.
    queueMicrotask(() => {
      for (const { id, enabled } of pushesWhileRecording(device.state().wanted, personality)) {
        if (enabled !== isRunning)
          device.request({ name: 'push.enable', params: { id, enabled: isRunning }, session: BOX });
      }
    });
  });
}
