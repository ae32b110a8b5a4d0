import { join } from 'node:path';
import { parse } from 'yaml';
import { configSchema, type Config } from '#firmware-config/schema/config.ts';
import { ownMachineSchema, type OwnMachine } from '#firmware-config/schema/machine/own.ts';
import { openJsonFile, type JsonFile } from '#lib/runtime/json-file.ts';
import type { Log } from '#lib/runtime/log.ts';
import { isGroup, laidOver } from './groups.ts';

/** Name of the file in the data folder. */
const FILE = 'machine.json';

/** The log in which mistakes are written. */
type Telling = Pick<Log, 'error'>;

/**
 * Opens the file with the settings of the machine that were entered on the page, for the next start. Its content is
 * empty if nothing was entered, or if the file cannot be used.
 */
export const openOwnMachine = (data: string, log: Telling): JsonFile<OwnMachine> =>
  openJsonFile<OwnMachine>({
    path: join(data, FILE),
    check: (kept) => ownMachineSchema.parse(kept),
    otherwise: {},
    what: 'the settings of the machine that were entered on the page',
    mode: 0o600,
    indent: 1,
    log,
  });

/**
 * The configuration with what was entered on the page, for keys that the file does not name. If both together are not
 * valid, all that was entered is left out and logged: the box starts as its file says.
 */
export async function withOwnMachine(config: Config, fileText: string, log: Telling): Promise<Config> {
  const own = await openOwnMachine(config.data, log).read();
  if (Object.keys(own).length === 0) return config;
  const file = parsed(fileText);
  const under = laidOver(own, isGroup(file) ? file : {});
  const read = configSchema.safeParse(under);
  if (!read.success) {
    const error = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    log.error(
      { file: FILE, error },
      'what was entered on the page does not go with the configuration file, and is left out',
    );
    return config;
  }
  const { schedule, recordings } = read.data;
  const timeZone = config.timeZone ?? read.data.timeZone;
  const timeServers = config.timeServers ?? read.data.timeServers;
  return { ...config, timeZone, timeServers, schedule, recordings };
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
