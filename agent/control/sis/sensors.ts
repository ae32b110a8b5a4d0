import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Values of the kernel's hardware monitors; a machine may have none. */
export interface Sensors {
  /** Temperature of the warmest drive in °C. */
  diskCelsius: number | undefined;
  /** Speeds of the fans in turns per minute, in the order of the monitors. */
  fansRpm: readonly number[];
}

const DRIVES = new Set(['drivetemp', 'nvme']);
/** Number of monitors that are read; further ones are ignored. */
const MOST = 64;

/** Reads `/sys/class/hwmon` (kernel documentation, hwmon/sysfs-interface). Values that cannot be read are left out. */
export async function readSensors(root = '/sys/class/hwmon'): Promise<Sensors> {
  const monitors = (await namesIn(root)).slice(0, MOST);
  const read = await Promise.all(monitors.map((name) => readMonitor(join(root, name))));
  const drives = read.flatMap(({ name, millidegrees }) => (DRIVES.has(name) ? millidegrees : []));
  const warm = drives.map((each) => each / 1000).filter((celsius) => celsius > 0 && celsius < 150);
  return {
    diskCelsius: warm.length > 0 ? Math.max(...warm) : undefined,
    fansRpm: read.flatMap(({ rpm }) => rpm),
  };
}

async function readMonitor(folder: string): Promise<{ name: string; millidegrees: number[]; rpm: number[] }> {
  const files = (await namesIn(folder)).slice(0, 4 * MOST);
  const numbers = (shape: RegExp): Promise<number[]> =>
    Promise.all(files.filter((file) => shape.test(file)).map(async (file) => Number(await textOf(join(folder, file)))));
  return {
    name: await textOf(join(folder, 'name')),
    millidegrees: (await numbers(/^temp\d+_input$/)).filter(Number.isFinite),
    rpm: (await numbers(/^fan\d+_input$/)).filter(Number.isFinite),
  };
}

const namesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder).catch(() => [])).toSorted((a, b) => (a < b ? -1 : 1));
const textOf = async (path: string): Promise<string> => (await readFile(path, 'utf8').catch(() => '')).trim();
