import { z } from 'zod';
import { group } from '../key.ts';
import { handOverSchema } from './hand-over.ts';
import { recordings } from './recordings.ts';
import { calendars, scheduleTimes } from './schedule.ts';
import { timeServers } from './time-servers.ts';
import { timeZone } from './time-zone.ts';

/**
 * Settings of the machine that may also be entered on the box's page; they take effect at the next start. The file that
 * the box is started with has priority.
 */
export const ownMachineSchema = z.strictObject({
  timeZone,
  timeServers,
  schedule: group(
    z
      .strictObject({
        ...scheduleTimes,
        calendars: group(calendars, { en: 'Calendars', fr: 'Calendriers' }),
        handOver: group(handOverSchema.partial(), { en: 'Handing over', fr: 'Remise' }),
      })
      .partial(),
    { en: 'Schedule', fr: 'Planning' },
  ).optional(),
  recordings: group(recordings.unwrap(), { en: 'Recordings', fr: 'Enregistrements' }).optional(),
});
/** Settings of the machine that were entered on the box's page. */
export type OwnMachine = z.output<typeof ownMachineSchema>;
