import { z } from 'zod';

/** The schedule's part of the configuration. */

const path = z.string().startsWith('/', 'must be an absolute path');
const webUrl = z
  .string()
  .max(1024)
  .refine((url) => /^https?:\/\//i.test(url) && URL.canParse(url), 'must be a URL: https://name/path')
  .refine(
    (url) => !URL.canParse(url) || new URL(url).username === '',
    'has a user in it: put it into user and passwordFile',
  )
  .transform((url) => url.replace(/\/+$/, ''));
const seconds = (least: number, most: number) => z.int().min(least).max(most);
const calendarName = z.string().regex(/^[\w-]{1,32}$/, 'must be 1 to 32 letters, digits, - or _');

const login = {
  user: z.string().min(1).max(128).optional(),
  /** File whose first line is the password; the box alone may read it (mode 0600). */
  passwordFile: path.optional(),
  /** PEM of the authority that signed the server's certificate. */
  caFile: path.optional(),
  proxy: webUrl.optional(),
};

/** The Opencast server. */
export const opencastSchema = z.strictObject({
  url: webUrl,
  /** Name of the agent at the server; without it, that of the hall. */
  agent: z.string().min(1).max(128).optional(),
  auth: z.enum(['basic', 'digest']).default('basic'),
  ...login,
  services: z
    .strictObject({ captureAdmin: webUrl.optional(), scheduler: webUrl.optional(), ingest: webUrl.optional() })
    .default({}),
  pollSeconds: seconds(2, 3600).default(60),
  stateSeconds: seconds(2, 60).default(30),
  /** Address of the box's page, which the server shows. */
  address: webUrl.optional(),
  /** Address at which players find the live picture. */
  liveUrl: z
    .string()
    .max(1024)
    .refine((url) => URL.canParse(url), 'must be a URL')
    .optional(),
});

/** The hand-over of recordings. */
export const handOverSchema = z.strictObject({
  /** Who moves the files: the box (`upload`), the server (`fetch`), or nobody (`off`). */
  way: z.enum(['upload', 'fetch', 'off']).default('upload'),
  /** Whether recordings that were started by hand are handed over. */
  byHand: z.boolean().default(true),
  /** Workflow of recordings whose event names none. */
  workflow: z
    .string()
    .regex(/^[\w.-]{1,128}$/, 'must be the id of a workflow')
    .optional(),
  flavor: z
    .string()
    .regex(/^[\w-]+\/[\w+-]+$/, 'must be a flavor such as presenter/source')
    .default('presenter/source'),
  manifestFlavor: z
    .string()
    .regex(/^[\w-]+\/[\w+-]+$/, 'must be a flavor such as technical/extron-smp-351')
    .default('technical/extron-smp-351'),
  maxKbps: z.int().min(64).max(10_000_000).optional(),
  hours: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, 'must be hours such as 19:00-07:00')
    .optional(),
  /** Address at which the server reaches the box. */
  fetchUrl: webUrl.optional(),
  firstRetrySeconds: seconds(1, 3600).default(10),
  mostRetrySeconds: seconds(1, 86_400).default(600),
});

/** The schedule. */
export const scheduleSchema = z
  .strictObject({
    leadInSeconds: seconds(0, 3600).default(0),
    leadOutSeconds: seconds(0, 3600).default(0),
    lookAheadDays: z.int().min(1).max(400).default(60),
    maxCalendarMB: z.number().min(0.1).max(1000).default(32),
    opencast: opencastSchema.optional(),
    /** Other iCalendar feeds. */
    calendars: z
      .array(
        z.strictObject({
          name: calendarName,
          url: webUrl,
          /** Place; only its events are taken. */
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

/** Settings of the schedule. */
export type ScheduleSettings = z.output<typeof scheduleSchema>;
/** Settings of the Opencast server. */
export type OpencastConfig = z.output<typeof opencastSchema>;
