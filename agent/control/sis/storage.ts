import { recordedKbps } from '#agent/device/dual-mode.ts';
import { placeOf, type Place } from '#agent/device/places.ts';
import type { Seen } from '#agent/device/state.ts';
import type { Volume } from '#lib/sis/records.ts';
import type { View } from './world.ts';

type Disk = Seen['disk'][number];

const diskOf = ({ device }: View, name: string): Disk | undefined =>
  device.seen.disk.find(({ destination }) => destination === name);

/** Whether a recording is set up, runs or is paused. */
export const isRunning = ({ device: { wanted, seen } }: View): boolean =>
  wanted.recording.state !== 'stopped' && ['setup', 'recording', 'paused'].includes(seen.recording.state);

/** Milliseconds that a recording can still last on a disk. (Kilobits per second are bits per millisecond.) */
export function leftMsOf({ device }: View, disk: Disk | undefined): number {
  return disk?.usable ? (disk.freeBytes * 8) / recordedKbps(device.wanted) : 0;
}

/**
 * The destinations of the recording, or of the next one; `N/A` for a missing one. If two were chosen there are two; the
 * second is never written, so it is `N/A` while a recording runs.
 */
export function destinationsOf(view: View): { name: string; disk: Disk | undefined }[] {
  const { wanted, seen } = view.device;
  const [chosen = 'internal', second] = wanted.sis.destination.split('+');
  const none = { name: 'N/A', disk: undefined };
  const now = isRunning(view) ? seen.recording.destination : undefined;
  if (now !== undefined) return [{ name: now, disk: diskOf(view, now) }, ...(second === undefined ? [] : [none])];
  const placed = (name: string, auto: Disk | undefined): { name: string; disk: Disk | undefined } => {
    const disk = name === 'auto' ? auto : diskOf(view, name);
    return name === 'auto' || disk ? { name, disk } : none;
  };
  const usable = seen.disk.filter((disk) => disk.usable);
  const first = placed(chosen, usable[0]);
  if (second === undefined) return [first];
  return [
    first,
    placed(
      second,
      usable.find(({ destination }) => placeOf(destination) !== 'internal'),
    ),
  ];
}

const MB = 1024 * 1024;

/** The volumes of a place; `internal` has all that are no USB drives. Sizes are in MB (2^20 bytes). */
export function volumesOf(view: View, place: Place): Volume[] {
  const active = destinationsOf(view).map(({ disk }) => disk);
  return view.device.seen.disk
    .filter(({ destination }) => placeOf(destination) === place)
    .map((disk) => ({
      name: disk.destination === 'internal' ? 'Internal' : disk.destination,
      usedMb: (disk.totalBytes - disk.freeBytes) / MB,
      totalMb: disk.totalBytes / MB,
      freeMb: disk.freeBytes / MB,
      leftMs: leftMsOf(view, disk),
      active: active.includes(disk),
    }));
}

/** A size, given in MB, as `111.20GB`, or below 1 GB as `512.00MB`. */
export const sizeText = (mb: number): string => (mb < 1024 ? `${mb.toFixed(2)}MB` : `${(mb / 1024).toFixed(2)}GB`);
