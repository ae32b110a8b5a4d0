import type { Device } from '#agent/device/device.ts';
import type { Scope } from '#lib/runtime/scope.ts';
import { watchFolder } from '#lib/runtime/disk/keeping.ts';

/**
 * Raises an alarm while the data folder cannot be written. The box goes on; changes that are not on disk are lost when
 * it ends.
 */
export function watchDataFolder(folder: string, device: Device, scope: Scope): void {
  const alarm = { name: 'disk_error' as const, about: 'data' };
  const watch = watchFolder({
    folder,
    onTrouble(reason) {
      if (reason === undefined) return device.observe({ fact: 'alarm', clear: alarm });
      const text = `${folder} cannot be written (${reason}): settings, passwords and hand-overs are in memory alone`;
      device.observe({ fact: 'alarm', raise: { ...alarm, level: 'critical', text } });
    },
  });
  scope.defer(() => watch.close());
}
