import { networkInterfaces } from 'node:os';
import { realClock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Scope } from '#lib/runtime/scope.ts';
import type { Listening } from '../control/listening.ts';
import type { Config } from '#firmware-config/schema/config.ts';
import type { Device } from '#agent/device/device.ts';
import { hideInSeen } from '#agent/device/secrets.ts';
import { keepOwnServer, withOwnServer } from '../settings/own-server.ts';
import type { Recorder } from '#agent/recorder/recorder.ts';
import { openSchedule, type Schedule } from '#agent/schedule/schedule.ts';
import type { ScheduleSource } from '#agent/web/views/schedule-source.ts';
import type { ScheduledEvent, ScheduleShelf, ScheduleState } from '#agent/web/views/sources.ts';

/** What the schedule needs from the box. */
export interface BoxScheduleParts {
  config: Config;
  device: Device;
  recorder: Recorder;
  listening: Pick<Listening, 'portOf'>;
  rtspPort: number;
  log: Log;
}

/** Starts the schedule of the box, with what the web shows of it. */
export async function startBoxSchedule(parts: BoxScheduleParts, scope: Scope): Promise<ScheduleSource & ScheduleShelf> {
  const { config, device, recorder, listening, rtspPort, log } = parts;
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
    streamUrl: () => `rtsp://${host}:${rtspPort}/${device.state().wanted.streams.archive.name}`,
    alarms: () => hideInSeen(device.state().seen, device.state().wanted).alarms,
    log: log.child({ room: 'schedule' }),
  });
  scope.defer(() => schedule.close());
  return sourceOf(schedule, recorder, config, settings);
}

/** The address of a box that listens everywhere: its first one that other machines can reach. */
function ownAddress(listen: string): string {
  if (listen !== '0.0.0.0' && listen !== '::') return listen.includes(':') ? `[${listen}]` : listen;
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '127.0.0.1';
}

function sourceOf(
  schedule: Schedule,
  recorder: Recorder,
  { schedule: fromFile, data }: Config,
  settings: Config['schedule'],
): ScheduleSource & ScheduleShelf {
  const numbers = new Map<string, number>();
  /** The number of an event. Recordings are numbered from 1; events without a recording get numbers far above. */
  const numberOf = (id: string): number => {
    const known = numbers.get(id) ?? 100_000 + numbers.size;
    numbers.set(id, known);
    return known;
  };
  return {
    view: () => schedule.view(),
    refresh: () => schedule.refresh(),
    add: async (event) => (await schedule.events.add(event)).id,
    change: async (id, event) => (await schedule.events.change(id, event)) !== undefined,
    remove: (id) => schedule.events.remove(id),
    send: (recording) => schedule.send(recording),
    check: () => schedule.check(),
    isServerFixed: fromFile.opencast !== undefined,
    keepServer: (server) => keepOwnServer(data, server),
    pickup: (ticket, name) => schedule.pickups.find(ticket, name),
    services: () => ({
      ingest: settings.opencast !== undefined || settings.calendars.length > 0,
      publish: settings.opencast !== undefined && settings.handOver.way !== 'off',
    }),
    events: () => eventsOf(schedule, recorder, numberOf),
  };
}

function eventsOf(schedule: Schedule, recorder: Recorder, numberOf: (id: string) => number): ScheduledEvent[] {
  const { events, handOvers } = schedule.view();
  const recordings = recorder.list();
  const made = recordings.map((entry): ScheduledEvent => {
    const { dbId, id, metadata, startedAtMs, endedAtMs, endsAtMs } = entry;
    const { title, presenter, series } = metadata;
    const handOver = handOvers.find(({ recording }) => recording === id);
    const because = handOver?.error ?? handOver?.waitsFor;
    return {
      dbId,
      id,
      title,
      presenter,
      series,
      startsAtMs: startedAtMs,
      endsAtMs: endedAtMs ?? endsAtMs ?? startedAtMs,
      state: stateOf(entry, handOver),
      ...(because === undefined ? {} : { because }),
    };
  });
  const booked = new Set(recordings.map(({ bookingId }) => bookingId));
  const planned = events
    .filter(({ id }) => !booked.has(id))
    .map(({ id, title, presenters, series = '', startsAtMs, endsAtMs, state }): ScheduledEvent => ({
      dbId: numberOf(id),
      id,
      title,
      presenter: presenters.join(', '),
      series,
      startsAtMs,
      endsAtMs,
      state: state === 'over' || state === 'stopped by hand' ? 'missed' : 'upcoming',
    }));
  return [...made, ...planned].toSorted((one, other) => one.startsAtMs - other.startsAtMs);
}

type HandOver = ReturnType<Schedule['view']>['handOvers'][number];

function stateOf(
  { status, deliveredAtMs }: ReturnType<Recorder['list']>[number],
  handOver: HandOver | undefined,
): ScheduleState {
  if (deliveredAtMs !== undefined || handOver?.step === 'done') return 'transferred';
  if (['setup', 'recording', 'paused'].includes(status)) return 'recording';
  if (status === 'failed') return 'failed';
  if (!handOver) return 'no-method';
  if (handOver.held) return 'skipped';
  if (handOver.sentBytes !== undefined) return 'transferring';
  return handOver.attempt > 0 ? 'failed' : 'waiting';
}
