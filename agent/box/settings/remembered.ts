import { realClock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Scope } from '#lib/runtime/scope.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { openDevice, type LedDevice } from '#agent/device/device.ts';
import { initialState } from '#agent/device/initial-state.ts';
import { openMemory, recall, type Memory } from '#agent/device/memory.ts';
import type { Config } from '#firmware-config/schema/config.ts';
import { configuredPart, wantedAtStart, whyUnusable } from './configured.ts';

/** Raises an alarm while settings are not on disk: they count until the box ends, and are lost then. */
function tellUnsaved(device: LedDevice, reason: string | undefined): void {
  const alarm = { name: 'settings' as const, about: 'unsaved' };
  if (reason === undefined) return device.observe({ fact: 'alarm', clear: alarm });
  const text = `what was set is not saved, and is lost if the box ends now: ${reason}; it is tried again`;
  device.observe({ fact: 'alarm', raise: { ...alarm, level: 'warning', text } });
}

/**
 * Opens the device with its saved settings, and with those parts of the configuration that have changed since; also
 * opens the memory that saves settings from now on.
 */
export async function openRememberedDevice(
  config: Config,
  log: Log,
  scope: Scope,
): Promise<{ device: LedDevice; memory: Memory }> {
  const { remembered, trouble } = await recall(config.data, (one) => whyUnusable(one, config, factoryLayouts), log);
  const device = openDevice({
    initial: initialState(wantedAtStart(config, remembered, factoryLayouts)),
    factoryLayouts,
    clock: realClock,
    newId: () => crypto.randomUUID(),
    log,
  });
  if (trouble)
    device.observe({ fact: 'alarm', raise: { name: 'settings', about: 'settings', level: 'warning', text: trouble } });
  const memory = openMemory(config.data, configuredPart(config), log, (reason) => tellUnsaved(device, reason));
  scope.defer(() => memory.close());
  return { device, memory };
}
