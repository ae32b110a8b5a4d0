import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '#lib/runtime/files.ts';
import { openJsonFile, type JsonFile } from '#lib/runtime/json-file.ts';
import { silentLog, type Log } from '#lib/runtime/log.ts';
import type { Config } from '#firmware-config/schema/config.ts';
import { opencastSchema, type OpencastConfig } from '#firmware-config/schema/machine/opencast.ts';
import type { SchedulerServer } from '#agent/web/views/schedule-source.ts';

/** Name of the file in the data folder. */
export const ownServerFile = 'scheduler.json';
const FILE = ownServerFile;
const PASSWORD = 'scheduler-password';

type Schedule = Config['schedule'];

/** The schedule's settings with the server that an installer entered on the box's page, unless the file names one. */
export async function withOwnServer(
  { schedule, data }: Pick<Config, 'schedule' | 'data'>,
  log: Log,
): Promise<Schedule> {
  if (schedule.opencast) return schedule;
  const opencast = await openOwnServer(data, log).read();
  return opencast ? { ...schedule, opencast } : schedule;
}

/**
 * Opens the file with the server that was entered on the page. Its content is undefined if none was entered, or if the
 * file cannot be used.
 */
const openOwnServer = (data: string, log: Log): JsonFile<OpencastConfig | undefined> =>
  openJsonFile<OpencastConfig | undefined>({
    path: join(data, FILE),
    check: (kept) => opencastSchema.parse(kept),
    otherwise: undefined,
    what: 'the scheduler that was entered',
    mode: 0o600,
    log,
  });

/** The password of the server that was entered before; it is used where none is given. */
export const keptPassword = async (data: string): Promise<string | undefined> =>
  (await readFile(join(data, PASSWORD), 'utf8').catch(() => undefined))?.split(/\r?\n/)[0];

/** Saves the server for the next start; undefined removes it. Gives the mistakes in words; undefined: it was saved. */
export async function keepOwnServer(data: string, server: SchedulerServer | undefined): Promise<string | undefined> {
  const kept = openOwnServer(data, silentLog);
  if (!server) {
    await kept.remove();
    await rm(join(data, PASSWORD), { force: true });
    return undefined;
  }
  const { password, ...rest } = server;
  const passwordFile = join(data, PASSWORD);
  const settings = { ...rest, ...(rest.user === undefined ? {} : { passwordFile }) };
  const read = opencastSchema.safeParse(settings);
  if (!read.success) return read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  // Reading first: a file that cannot be used is set aside before it is overwritten.
  await kept.read();
  if (password !== undefined) await writeFileAtomically(passwordFile, `${password}\n`, 0o600);
  await kept.write(read.data);
  return undefined;
}
