import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { configSchema, type Config } from '#firmware-config/schema/config.ts';
import { ownMachineSchema, type OwnMachine } from '#firmware-config/schema/machine/own.ts';
import { writeFileAtomically } from '#lib/runtime/files.ts';
import { isGroup, laidOver } from './groups.ts';

/** Name of the file in the data folder. */
const FILE = 'machine.json';

/** The settings of the machine that were entered on the page; none if the file is missing or of no use. */
export async function readOwnMachine(data: string): Promise<OwnMachine> {
  const text = await readFile(join(data, FILE), 'utf8').catch(() => undefined);
  const read = ownMachineSchema.safeParse(parsed(text ?? '{}'));
  return read.success ? read.data : {};
}

/** Keeps them for the next start. */
export const keepOwnMachine = (data: string, own: OwnMachine): Promise<void> =>
  writeFileAtomically(join(data, FILE), `${JSON.stringify(own, undefined, 1)}\n`, 0o600);

/**
 * The configuration with what was entered on the page, where the file says nothing. What together cannot be is left out as a
 * whole: the box starts as its file says.
 */
export async function withOwnMachine(config: Config, fileText: string): Promise<Config> {
  const own = await readOwnMachine(config.data);
  if (Object.keys(own).length === 0) return config;
  const file = parsed(fileText);
  const under = laidOver(own, isGroup(file) ? file : {});
  const read = configSchema.safeParse(under);
  if (!read.success) return config;
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
