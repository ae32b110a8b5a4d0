import type { Log } from '#lib/runtime/log.ts';
import type { Device } from '#agent/device/device.ts';
import type { Seen } from '#agent/device/state.ts';
import type { EngineFact } from '#agent/media/engine.ts';

/** Enters what the engine observed into the state, and raises or ends its alarms. */
export function tellEngineFact(device: Device, fact: EngineFact): void {
  switch (fact.fact) {
    case 'input':
      device.observe({ fact: 'input', number: fact.number, seen: fact.seen });
      break;
    case 'encoder': {
      const alarm = { name: 'encoder' as const, about: fact.stream };
      if (fact.trouble === undefined) device.observe({ fact: 'alarm', clear: alarm });
      else
        device.observe({
          fact: 'alarm',
          raise: { ...alarm, level: 'critical', text: `the encoder died: ${fact.trouble}` },
        });
      break;
    }
    case 'trouble': {
      const alarm = { name: 'overlay' as const, about: fact.about };
      if (fact.text === undefined) device.observe({ fact: 'alarm', clear: alarm });
      else device.observe({ fact: 'alarm', raise: { ...alarm, level: 'warning', text: fact.text } });
      break;
    }
  }
}

/**
 * Logs an exception that nothing caught, and raises an alarm. The alarm stays until the box restarts or a person clears
 * it.
 */
export function tellFault(device: Device, log: Log, error: unknown): void {
  log.error({ err: error }, 'a fault that nobody caught: everything else goes on');
  const text = `a fault of the program: ${error instanceof Error ? error.message : String(error)}`;
  device.observe({ fact: 'alarm', raise: { name: 'fault', about: 'core', level: 'warning', text } });
}

/**
 * Enters the state of a push into the device's state; undefined: the push was removed. The alarm is raised while the
 * target is not reached; it ends when the push connects, is switched off or is removed.
 */
export function tellPush(device: Device, id: string, seen: Seen['pushes'][string] | undefined): void {
  device.observe({ fact: 'push', id, seen });
  const alarm = { name: 'publish_failure' as const, about: `push/${id}` };
  if (seen?.status === 'connecting') return;
  if (seen?.status !== 'waiting') return device.observe({ fact: 'alarm', clear: alarm });
  const name = device.state().wanted.pushes.find((push) => push.id === id)?.name ?? id;
  const text = `cannot publish to ${name}: ${seen.error ?? 'the target does not answer'}`;
  device.observe({ fact: 'alarm', raise: { ...alarm, level: 'warning', text } });
}

/** Level in dBFS at and below which sound counts as silence (facts/smp351 2.1). */
const SILENT_DB = -60;
/**
 * Times in ms of the alarm: silence until it is raised, the same if there was no sound from the start, a pause that
 * ends no sound, sound until it ends.
 */
const LOST_AFTER_MS = 10_000;
const NEVER_BEGAN_AFTER_MS = 5 * 60_000;
const PAUSE_MS = 5000;
const BACK_AFTER_MS = 60_000;

/**
 * Watches for silence, as the SMP 351 does for audio_loss: only while recording; after 10 s without sound, or after 5
 * minutes if there was no sound from the start. The alarm ends after a minute of sound, or with the recording.
 */
export function openSoundWatch(device: Device): (nowMs: number) => void {
  let startedMs: number | undefined;
  let heard = false;
  let silentSinceMs = 0;
  let soundSinceMs = 0;
  const alarm = { name: 'audio_loss' as const, about: 'output' };
  return (nowMs) => {
    const { seen } = device.state();
    const { leftDb, rightDb } = seen.meters.output;
    if (seen.recording.state !== 'recording') {
      startedMs = undefined;
      return device.observe({ fact: 'alarm', clear: alarm });
    }
    if (startedMs === undefined) {
      startedMs = silentSinceMs = soundSinceMs = nowMs;
      heard = false;
    }
    if (Math.max(leftDb, rightDb) > SILENT_DB) {
      silentSinceMs = nowMs;
      heard = true;
      if (nowMs - soundSinceMs > BACK_AFTER_MS) device.observe({ fact: 'alarm', clear: alarm });
      return;
    }
    // The minute of sound begins anew only after a silence that is longer than a pause between sentences.
    if (nowMs - silentSinceMs > PAUSE_MS) soundSinceMs = nowMs;
    if (nowMs - silentSinceMs < (heard ? LOST_AFTER_MS : NEVER_BEGAN_AFTER_MS)) return;
    device.observe({ fact: 'alarm', raise: { ...alarm, level: 'warning', text: 'the recording has no sound' } });
  };
}
