import type { Log } from '#lib/runtime/log.ts';
import type { Config } from '#firmware-config/schema/config.ts';
import { openAccounts, type Accounts } from '#agent/control/accounts/accounts.ts';
import type { DeviceClient } from '#agent/device/device.ts';

const ALARM = { name: 'auth_failures' as const, about: 'accounts' };

/**
 * Opens the accounts that all services of the box share. Many wrong passwords raise an alarm; it ends when they stop.
 */
export const openBoxAccounts = (config: Config, device: DeviceClient, log: Log): Promise<Accounts> =>
  openAccounts({
    folder: config.data,
    log,
    allowNoPassword: config.accounts.allowNoPassword,
    onTrouble: (text) =>
      device.observe({ fact: 'alarm', raise: { name: 'settings', about: 'accounts', level: 'critical', text } }),
    onAuthFailures: (many) =>
      device.observe(
        many
          ? { fact: 'alarm', raise: { ...ALARM, level: 'warning', text: 'many wrong passwords were tried' } }
          : { fact: 'alarm', clear: ALARM },
      ),
  });
