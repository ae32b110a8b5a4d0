import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '#lib/runtime/files.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Config } from '#firmware-config/schema/config.ts';
import { opencastSchema } from '#firmware-config/schema/machine/opencast.ts';
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
  const text = await readFile(join(data, FILE), 'utf8').catch(() => undefined);
  if (text === undefined) return schedule;
  const read = opencastSchema.safeParse(parsed(text));
  if (!read.success)
    log.error({ file: FILE, reason: read.error.message }, 'the scheduler that was entered cannot be read');
  return read.success ? { ...schedule, opencast: read.data } : schedule;
}

/** The password that was entered before; it counts where none is given. */
export const keptPassword = async (data: string): Promise<string | undefined> =>
  (await readFile(join(data, PASSWORD), 'utf8').catch(() => undefined))?.split(/\r?\n/)[0];

/** Keeps the server for the next start; undefined removes it. A mistake is given in words. */
export async function keepOwnServer(data: string, server: SchedulerServer | undefined): Promise<string | undefined> {
  if (!server) {
    await rm(join(data, FILE), { force: true });
    await rm(join(data, PASSWORD), { force: true });
    return undefined;
  }
  const { password, ...rest } = server;
  const passwordFile = join(data, PASSWORD);
  const settings = { ...rest, ...(rest.user === undefined ? {} : { passwordFile }) };
  const read = opencastSchema.safeParse(settings);
  if (!read.success) return read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  if (password !== undefined) await writeFileAtomically(passwordFile, `${password}\n`, 0o600);
  await writeFileAtomically(join(data, FILE), `${JSON.stringify(settings)}\n`, 0o600);
  return undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
