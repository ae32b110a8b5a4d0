import { z } from 'zod';
import { key } from '../key.ts';
import { MUST, NAME_32, URL_1024 } from '../phrases.ts';
import { handOverSchema } from './hand-over.ts';
import { opencastSchema } from './opencast.ts';
import { feedUrl, loginWith, seconds } from './servers.ts';

/** An iCalendar feed. */
const calendar = z.strictObject({
  name: key(z.string().regex(/^[\w-]{1,32}$/, 'must be 1 to 32 letters, digits, - or _'), {
    en: 'how the API calls it',
    form: NAME_32,
    standard: MUST,
  }),
  url: key(feedUrl, { en: 'an iCalendar feed', form: URL_1024, standard: MUST }),
  location: key(z.string().min(1).max(200).optional(), {
    en: 'only its events at this place (LOCATION)',
    standard: 'all',
  }),
  ...loginWith({
    user: { en: 'whom it is given to', standard: 'anybody' },
    passwordFile: '`secrets/NAME-password` in `data`',
    proxy: 'HTTP proxy on the way to it',
  }),
  pollSeconds: key(seconds(2, 86_400).default(300), { en: 'it is asked for so often', unit: 's' }),
});

/** The schedule's part of the configuration. */
export const scheduleSchema = z
  .strictObject({
    leadInSeconds: key(seconds(0, 3600).default(0), {
      en: 'so long before an event its recording begins, if no other event needs the time',
      unit: 's',
    }),
    leadOutSeconds: key(seconds(0, 3600).default(0), {
      en: 'so long after an event its recording ends, if no other event needs the time',
      unit: 's',
    }),
    lookAheadDays: key(z.int().min(1).max(400).default(60), {
      en: 'events of so many days are known, also without a network',
      unit: 'days',
    }),
    maxCalendarMB: key(z.number().min(0.1).max(1000).default(32), {
      en: 'a larger calendar is refused, and the last good one kept',
      unit: 'MB (10^6 bytes)',
    }),
    opencast: opencastSchema.optional(),
    calendars: z
      .array(calendar)
      .max(16)
      .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'two calendars have the same name')
      .default([]),
    handOver: handOverSchema.prefault({}),
  })
  .refine(
    ({ handOver }) => handOver.mostRetrySeconds >= handOver.firstRetrySeconds,
    'handOver.mostRetrySeconds must not be less than handOver.firstRetrySeconds',
  );
/** Settings of the schedule. */
export type ScheduleSettings = z.output<typeof scheduleSchema>;
