import { reachableAddresses } from '#lib/runtime/own-addresses.ts';
import { realClock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Scope } from '#lib/runtime/scope.ts';
import type { Listening } from '../control/listening.ts';
import type { GrowthRelay } from '../media/growth.ts';
import type { Config } from '#firmware-config/schema/config.ts';
import type { Device } from '#agent/device/device.ts';
import { hideInSeen } from '#agent/device/secrets.ts';
import { withOwnServer } from '../settings/own-server.ts';
import type { Recorder } from '#agent/recorder/recorder.ts';
import { openSchedule, type Schedule } from '#agent/schedule/schedule.ts';
import { tracksOf, tracksOfPart } from './recording-tracks.ts';

/** Parts of the box that the schedule uses. */
export interface BoxScheduleParts {
  config: Config;
  device: Device;
  recorder: Recorder;
  growth: Pick<GrowthRelay, 'passTo'>;
  listening: Pick<Listening, 'portOf'>;
  log: Log;
}

/**
 * Facts that stay the same while the box runs: whether an outside source fills the timetable, and whether a server
 * takes recordings.
 */
export interface TimetableFacts {
  ingest: boolean;
  publish: boolean;
}

/** The running schedule, and its facts that stay the same while it runs. */
export interface OpenedSchedule {
  schedule: Pick<Schedule, 'view' | 'refresh' | 'events' | 'send' | 'check' | 'pickups'>;
  facts: TimetableFacts;
}

/** Starts the schedule of the box. */
export async function startBoxSchedule(parts: BoxScheduleParts, scope: Scope): Promise<OpenedSchedule> {
  const { config, device, recorder, growth, listening, log } = parts;
  const host = reachableAddresses(config.listen)[0];
  const settings = await withOwnServer(config, log);
  const schedule = await openSchedule({
    settings,
    data: config.data,
    device,
    recordings: {
      list: () => recorder.list(),
      find: (id) => recorder.find(id),
      markDelivered: (id) => recorder.markDelivered(id),
      tracksOf(id) {
        const recording = recorder.whole(id);
        return recording ? tracksOf(recording) : [];
      },
      growingTracksOf(id, part) {
        const recording = recorder.whole(id);
        return recording && tracksOfPart(recording, part);
      },
    },
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
  growth.passTo(schedule.growing);
  return {
    schedule,
    facts: {
      ingest: settings.opencast !== undefined || settings.calendars.length > 0,
      publish: settings.opencast !== undefined && settings.handOver.way !== 'off',
    },
  };
}
