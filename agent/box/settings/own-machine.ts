import { join } from 'node:path';
import { parse } from 'yaml';
import { configSchema, type Config } from '#firmware-config/schema/config.ts';
import { ownMachineSchema, type OwnMachine } from '#firmware-config/schema/machine/own.ts';
import { openJsonFile, type JsonFile } from '#lib/runtime/json-file.ts';
import type { Log } from '#lib/runtime/log.ts';
import { isGroup, laidOver } from './groups.ts';

/** Name of the file in the data folder. */
const FILE = 'machine.json';

/** Where mistakes are told. */
type Telling = Pick<Log, 'error'>;

/** The settings of the machine that were entered on the page, for the next start; none if there are none, or the file is of no use. */
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
 * The configuration with what was entered on the page, where the file says nothing. What together cannot be is left out as a
 * whole: the box starts as its file says.
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
