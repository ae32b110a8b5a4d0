import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '#lib/runtime/log.ts';
import type { SchedulerInDocument } from '#firmware-config/schema/machine/scheduler.ts';
import type { Config } from '#firmware-config/schema/config.ts';
import type { DeviceClient } from '#agent/device/device.ts';
import { keepOwnServer, ownServerFile } from '../settings/own-server.ts';

/** The scheduler's server as a part of the settings document. */
export interface SchedulerSettings {
  now(): SchedulerInDocument | null;
  /**
   * Saves another server and restarts the box. Gives the reason if that server cannot be used; undefined: it was saved.
   */
  change(next: SchedulerInDocument | null): string | undefined;
}

/** Options of `openSchedulerSettings`. */
export interface SchedulerSettingsOptions {
  config: Config;
  device: DeviceClient;
  onRestart: () => void;
  log?: Log;
}

/** Wait in ms before the restart, in which the answer is still sent. */
const BEFORE_RESTART_MS = 500;

/** Opens the scheduler's settings. */
export function openSchedulerSettings({ config, device, onRestart, log }: SchedulerSettingsOptions): SchedulerSettings {
  const isRecording = (): boolean => device.state().wanted.recording.state !== 'stopped';
  const fixed = config.schedule.opencast;
  return {
    now() {
      const server = fixed ?? entered(config.data);
      if (!server) return null;
      const { url, agent, auth, user, passwordFile } = server;
      const password = passwordFile === undefined ? undefined : firstLine(passwordFile);
      return {
        url,
        auth: auth ?? 'basic',
        ...(agent === undefined ? {} : { agent }),
        ...(user === undefined ? {} : { user }),
        ...(password === undefined ? {} : { password }),
      };
    },
    change(next) {
      if (fixed) return 'the file that the box is started with names the server';
      if (isRecording()) return 'a recording runs, and the box would have to begin anew';
      keepOwnServer(config.data, next ?? undefined)
        .then((wrong) => {
          if (wrong !== undefined) return log?.error({ reason: wrong }, 'the scheduler is not kept');
          setTimeout(() => {
            // No restart if a recording has begun meanwhile; the new server is then used from the next start on.
            if (!isRecording()) onRestart();
          }, BEFORE_RESTART_MS);
          return undefined;
        })
        .catch((error: unknown) => log?.error({ err: error }, 'the scheduler cannot be kept'));
      return undefined;
    },
  };
}

type Server = Partial<NonNullable<Config['schedule']['opencast']>> & { url: string };

function entered(data: string): Server | undefined {
  try {
    const server = JSON.parse(readFileSync(join(data, ownServerFile), 'utf8')) as Server;
    return typeof server.url === 'string' ? server : undefined;
  } catch {
    return undefined;
  }
}

function firstLine(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/)[0];
  } catch {
    return undefined;
  }
}
