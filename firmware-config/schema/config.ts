import { z } from 'zod';
import { deviceSchema } from './device.ts';
import { hallName, path } from './parts.ts';
import { recordings } from './recordings.ts';
import { scheduleSchema } from './schedule.ts';
import { schedulerSchema } from './scheduler.ts';
import { services } from './services.ts';

/** Everything that a box is told before it starts. */
export const configSchema = z.strictObject({
  hall: hallName.default('Amphi'),
  /** Address that all services listen on. */
  listen: z.union([z.ipv4(), z.ipv6()]).default('0.0.0.0'),
  data: path.default('/var/lib/amphi'),
  timeZone: z.string().refine(isTimeZone, 'is no time zone: write one such as Europe/Paris').optional(),
  ffmpeg: z.strictObject({ ffmpegPath: path.optional(), ffprobePath: path.optional() }).default({}),
  ...services,
  serial: z.strictObject({ path: path.optional() }).prefault({}),
  accounts: z
    .strictObject({
      /** True: the box may be without a password; it says so at each start. */
      allowNoPassword: z.boolean().default(false),
    })
    .prefault({}),
  overlaysFolder: path.optional(),
  recordings,
  /** What is recorded when, and what becomes of it. */
  schedule: scheduleSchema.prefault({}),
  device: deviceSchema.default({}),
});
export type Config = z.output<typeof configSchema>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Whatever may stand in a file: what a box is started with, and what is set from afar. */
export const fileSchema = configSchema.extend({ scheduler: schedulerSchema.nullable().optional() });

/** What an imported file may say: any part of a document. */
export const givenSchema = z.strictObject({
  hall: hallName.optional(),
  device: deviceSchema.omit({ overlays: true }).optional(),
  scheduler: fileSchema.shape.scheduler,
});
export type GivenDocument = z.infer<typeof givenSchema>;
