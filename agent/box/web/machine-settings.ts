import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { machineFormSchema } from '#firmware-config/words/form.ts';
import { configSchema, type Config } from '#firmware-config/schema/config.ts';
import { ownMachineSchema } from '#firmware-config/schema/machine/own.ts';
import type { MachineSettings } from '#agent/web/views/machine-settings-source.ts';
import { mistakesOf } from '#lib/http-api/refusal.ts';
import { writeFileAtomically } from '#lib/runtime/files.ts';
import type { Log } from '#lib/runtime/log.ts';
import { isGroup, laidOver, type Group } from '../settings/groups.ts';
import { openOwnMachine } from '../settings/own-machine.ts';

/** Opens the settings of the machine, which the page shows and saves for the next start. */
export function machineSettings(config: Config, log: Pick<Log, 'error'>): MachineSettings {
  const kept = openOwnMachine(config.data, log);
  const now = documentOf(config);
  const plain = documentOf(configSchema.parse({}));
  return {
    schema: () => machineFormSchema,
    async now() {
      const own = await kept.read();
      const document = laidOver(now, own);
      return { document, fixed: fixedKeys(now, own, plain), waits: !isDeepStrictEqual(document, now) };
    },
    async keep(given) {
      const before = await kept.read();
      const wanted = laidOver(before, withoutPasswords(given) as Group);
      const read = ownMachineSchema.safeParse(wanted);
      if (!read.success) return mistakesOf(read.error, '').map(({ at, text }) => ({ at: at.replace(/^\./, ''), text }));
      await keepPasswords(config.data, given);
      await kept.write(read.data);
      return [];
    },
  };
}

/** The part of the configuration that may be entered on the page. */
function documentOf({ timeZone, timeServers = '', schedule, recordings }: Config): Group {
  const { opencast: _, ...others } = schedule;
  const { timeZone: machineZone } = new Intl.DateTimeFormat().resolvedOptions();
  return JSON.parse(
    JSON.stringify({ timeZone: timeZone ?? machineZone, timeServers, schedule: others, recordings }),
  ) as Group;
}

/**
 * Keys whose value comes from the configuration file, which has precedence over the page: it is neither the one that
 * was entered nor the default.
 */
function fixedKeys(now: Group, own: Group, plain: Group, path = ''): string[] {
  return Object.entries(now).flatMap(([key, value]) => {
    const place = path ? `${path}.${key}` : key;
    const [entered, usual] = [own[key], plain[key]];
    if (isGroup(value)) return fixedKeys(value, isGroup(entered) ? entered : {}, isGroup(usual) ? usual : {}, place);
    if (entered !== undefined && isDeepStrictEqual(value, entered)) return [];
    return entered === undefined && !isDeepStrictEqual(value, usual) ? [place] : [];
  });
}

interface WithPassword {
  name?: unknown;
  password?: unknown;
}
const calendarsOf = (given: unknown): WithPassword[] => {
  const { schedule } = (given ?? {}) as { schedule?: { calendars?: unknown } };
  return Array.isArray(schedule?.calendars) ? (schedule.calendars as WithPassword[]) : [];
};

function withoutPassword(calendar: WithPassword): WithPassword {
  const { password: _, ...others } = calendar;
  return others;
}

/**
 * The given settings without the passwords of calendars, which are saved in files of their own that other users cannot
 * read.
 */
function withoutPasswords(given: unknown): unknown {
  const calendars = calendarsOf(given);
  if (calendars.length === 0) return given;
  const { schedule, ...others } = given as { schedule: object };
  return { ...others, schedule: { ...schedule, calendars: calendars.map(withoutPassword) } };
}

async function keepPasswords(data: string, given: unknown): Promise<void> {
  for (const { name, password } of calendarsOf(given)) {
    if (typeof name !== 'string' || !/^[\w-]{1,32}$/.test(name) || typeof password !== 'string' || password === '')
      continue;
    await mkdir(join(data, 'secrets'), { recursive: true, mode: 0o700 });
    await writeFileAtomically(join(data, 'secrets', `${name}-password`), `${password}\n`, 0o600);
  }
}
