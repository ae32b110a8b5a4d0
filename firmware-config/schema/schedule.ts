import { z } from 'zod';
import { handOverSchema } from './hand-over.ts';
import { opencastSchema } from './opencast.ts';
import { login, seconds, webUrl } from './servers.ts';

const calendarName = z.string().regex(/^[\w-]{1,32}$/, 'must be 1 to 32 letters, digits, - or _');

/** What a box is told of its schedule before it starts. */
export const scheduleSchema = z
  .strictObject({
    leadInSeconds: seconds(0, 3600).default(0),
    leadOutSeconds: seconds(0, 3600).default(0),
    lookAheadDays: z.int().min(1).max(400).default(60),
    maxCalendarMB: z.number().min(0.1).max(1000).default(32),
    opencast: opencastSchema.optional(),
    /** iCalendar feeds of anybody. */
    calendars: z
      .array(
        z.strictObject({
          name: calendarName,
          url: webUrl,
          /** Only events at this place. */
          location: z.string().min(1).max(200).optional(),
          ...login,
          pollSeconds: seconds(2, 86_400).default(300),
        }),
      )
      .max(16)
      .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'two calendars have the same name')
      .default([]),
    handOver: handOverSchema.prefault({}),
  })
  .refine(
    ({ handOver }) => handOver.mostRetrySeconds >= handOver.firstRetrySeconds,
    'handOver.mostRetrySeconds must not be less than handOver.firstRetrySeconds',
  );
export type ScheduleSettings = z.output<typeof scheduleSchema>;
