import { networkInterfaces } from 'node:os';
import { realClock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Scope } from '#lib/runtime/scope.ts';
import type { Listening } from '../control/listening.ts';
import type { Config } from '#firmware-config/schema/config.ts';
import type { Device } from '#agent/device/device.ts';
import { hideInSeen } from '#agent/device/secrets.ts';
import { withOwnServer } from '../settings/own-server.ts';
import type { Recorder } from '#agent/recorder/recorder.ts';
import { openSchedule } from '#agent/schedule/schedule.ts';
import type { OpenedSchedule } from '#agent/doors/core/schedule.ts';

/** What the schedule needs from the box. */
export interface BoxScheduleParts {
  config: Config;
  device: Device;
  recorder: Recorder;
  listening: Pick<Listening, 'portOf'>;
  log: Log;
}

/** The timetable of the box, and what doors are told of it. */
export async function startBoxSchedule(parts: BoxScheduleParts, scope: Scope): Promise<OpenedSchedule> {
  const { config, device, recorder, listening, log } = parts;
  const host = ownAddress(config.listen);
  const settings = await withOwnServer(config, log);
  const schedule = await openSchedule({
    settings,
    data: config.data,
    device,
    recordings: recorder,
    clock: realClock,
    hall: device.state().wanted.hall,
    zone: config.timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone,
    ownUrl: () => `http://${host}:${listening.portOf('http') || config.http.port}`,
    streamUrl: () => {
      const port = listening.portOf('rtsp') ?? config.rtsp.port;
      return `rtsp://${host}:${port}/${device.state().wanted.streams.archive.name}`;
    },
    alarms: () => hideInSeen(device.state().seen, device.state().wanted).alarms,
    log: log.child({ room: 'schedule' }),
  });
  scope.defer(() => schedule.close());
  return {
    schedule,
    facts: {
      ingest: settings.opencast !== undefined || settings.calendars.length > 0,
      publish: settings.opencast !== undefined && settings.handOver.way !== 'off',
    },
  };
}

/** The address of a box that listens everywhere: its first one that other machines can reach. */
function ownAddress(listen: string): string {
  if (listen !== '0.0.0.0' && listen !== '::') return listen.includes(':') ? `[${listen}]` : listen;
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '127.0.0.1';
}
