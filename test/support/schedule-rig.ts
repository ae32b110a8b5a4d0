import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDevice, type Device } from '#agent/device/device.ts';
import { factoryWanted, initialState } from '#agent/device/initial-state.ts';
import { metadataOf } from '#agent/device/metadata.ts';
import type { Recording } from '#agent/schedule/recordings.ts';
import { openSchedule, type Schedule } from '#agent/schedule/schedule.ts';
import { scheduleSchema, type ScheduleSettings } from '#firmware-config/schema/machine/schedule.ts';
import { realClock, type Clock } from '#lib/runtime/clock.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';

/** The schedule of a box; all is real except its recorder, which writes small files. */
export interface ScheduleRig {
  folder: string;
  device: Device;
  schedule: Schedule;
  recordings: Map<string, Recording>;
  /** Takes that began and ended, in order, as `start ID` and `stop ID`. */
  moves: { move: 'start' | 'stop'; take: string; booking?: string; atMs: number }[];
  /** Sizes in bytes of the parts of a recording when it ends. */
  partBytes: number[];
  /** Closes the schedule and opens it again, as a restarted box does. */
  restart(settings?: object): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface RigOptions {
  /** `schedule` of the configuration. */
  settings?: object;
  clock?: Clock;
  hall?: string;
  password?: string;
  partBytes?: number[];
  /** Sizes of the parts of channel B, for a box in dual mode. */
  secondBytes?: number[];
}

/** Opens a schedule in a folder of its own; both are gone when it is disposed of. */
export async function openScheduleRig(options: RigOptions = {}): Promise<ScheduleRig> {
  const { clock = realClock, hall = 'Amphi_D', password = 'secret' } = options;
  const folder = await mkdtemp(join(tmpdir(), 'amphi-schedule-'));
  await mkdir(join(folder, 'secrets'));
  await writeFile(join(folder, 'secrets', 'opencast-password'), `${password}\n`, { mode: 0o600 });
  let ids = 0;
  const device = openDevice({
    initial: initialState({ ...factoryWanted(factoryLayouts), hall }),
    factoryLayouts,
    clock,
    log: silentLog,
    newId: () => `take-${++ids}`,
  });
  const recordings = new Map<string, Recording>();
  const moves: ScheduleRig['moves'] = [];
  const { partBytes = [5000], secondBytes } = options;
  recordSmallFiles(device, { folder, recordings, moves, partBytes, secondBytes, clock });
  let settings: object = options.settings ?? {};
  const open = (): Promise<Schedule> =>
    openSchedule({
      settings: quick(scheduleSchema.parse(settings)),
      data: folder,
      hall,
      zone: 'Europe/Paris',
      device,
      clock,
      log: silentLog,
      ownUrl: () => 'http://127.0.0.1:1',
      streamUrl: () => 'rtsp://127.0.0.1:1/extron1',
      alarms: () => device.state().seen.alarms,
      recordings: {
        list: () => [...recordings.values()],
        find: (id) => recordings.get(id),
        markDelivered(id) {
          const known = recordings.get(id);
          if (known) known.deliveredAtMs = clock.nowMs();
          return known !== undefined;
        },
      },
    });
  const rig: ScheduleRig = {
    folder,
    device,
    recordings,
    moves,
    partBytes,
    schedule: await open(),
    async restart(changed = settings) {
      await rig.schedule.close();
      settings = changed;
      rig.schedule = await open();
    },
    async [Symbol.asyncDispose]() {
      await rig.schedule.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
  return rig;
}

interface Shelf extends Pick<ScheduleRig, 'folder' | 'recordings' | 'moves' | 'partBytes'> {
  secondBytes: readonly number[] | undefined;
  clock: Clock;
}

function recordSmallFiles(device: Device, shelf: Shelf): void {
  const { folder, recordings, moves, partBytes, secondBytes, clock } = shelf;
  device.subscribe(({ before, state }) => {
    const [was, is] = [before.wanted.recording, state.wanted.recording];
    if (was === is) return;
    if (was.state !== 'stopped' && is.state === 'stopped') end(was.take ?? '');
    if (was.state === 'stopped' && is.state !== 'stopped') begin(is.take ?? '', is.bookingId);
  });
  const begin = (take: string, booking: string | undefined): void => {
    moves.push({ move: 'start', take, ...(booking ? { booking } : {}), atMs: clock.nowMs() });
    const known = recordings.get(take);
    const metadata = metadataOf(device.state().wanted);
    const base = `${metadata.series}_${take}`;
    recordings.set(take, {
      id: take,
      base,
      status: 'recording',
      hall: 'Amphi_D',
      metadata,
      parts: known?.parts ?? [],
      ...(booking ? { bookingId: booking } : {}),
      startedAtMs: known?.startedAtMs ?? clock.nowMs(),
    });
    device.observe({ fact: 'recording', seen: { state: 'recording', take, elapsedMs: 0, bytes: 0 } });
  };
  const end = (take: string): void => {
    moves.push({ move: 'stop', take, atMs: clock.nowMs() });
    device.observe({ fact: 'recording', seen: { state: 'stopped', elapsedMs: 0, bytes: 0 } });
    const known = recordings.get(take);
    if (known) void finish(known);
  };
  const finish = async (known: Recording): Promise<void> => {
    const parts = partBytes.map((bytes, index) => ({
      bytes,
      name: `${known.base}_S1R${known.parts.length + index + 1}.mp4`,
      number: known.parts.length + index + 1,
    }));
    const second = secondBytes?.map((bytes, index) => ({
      bytes,
      name: `${known.base}_S2R${index + 1}.mp4`,
      number: index + 1,
      stream: 2 as const,
    }));
    for (const { name, bytes } of [...parts, ...(second ?? [])])
      await writeFile(join(folder, name), Buffer.alloc(bytes, name));
    await writeFile(join(folder, `${known.base}.json`), '{"package":{}}');
    const finished = { folder, state: 'final' as const, durationMs: 1000, sha256: 'ab' };
    const made = parts.map((part) => ({ ...part, ...finished }));
    recordings.set(known.id, {
      ...known,
      status: 'finished',
      endedAtMs: clock.nowMs(),
      parts: [...known.parts, ...made],
      ...(second ? { second: { parts: second.map((part) => ({ ...part, ...finished })) } } : {}),
    });
    device.observe({ fact: 'recordings' });
  };
}

/** Settings with a twentieth of the waits, so that what takes seconds in a hall takes moments in a test. */
function quick({ opencast, handOver, ...settings }: ScheduleSettings): ScheduleSettings {
  const { firstRetrySeconds, mostRetrySeconds } = handOver;
  const patience = { firstRetrySeconds: firstRetrySeconds / 20, mostRetrySeconds: mostRetrySeconds / 20 };
  const { pollSeconds = 0, stateSeconds = 0 } = opencast ?? {};
  const beats = { pollSeconds: pollSeconds / 20, stateSeconds: stateSeconds / 20 };
  return { ...settings, opencast: opencast && { ...opencast, ...beats }, handOver: { ...handOver, ...patience } };
}
