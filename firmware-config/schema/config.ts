import { z } from 'zod';
import { deviceSchema } from './device/device.ts';
import { hall } from './device/settings.ts';
import { key } from './key.ts';
import { recordings } from './machine/recordings.ts';
import { scheduleSchema } from './machine/schedule.ts';
import { schedulerSchema } from './machine/scheduler.ts';
import { services } from './machine/services.ts';
import { timeServers } from './machine/time-servers.ts';
import { timeZone } from './machine/time-zone.ts';
import { path } from './parts.ts';
import { ABSOLUTE_PATH } from './phrases.ts';

const ffmpeg = z.strictObject({
  ffmpegPath: key(path.optional(), {
    en: 'this ffmpeg and no other',
    form: ABSOLUTE_PATH,
    standard: 'the one that is [found](dependencies.md#programs)',
  }),
  ffprobePath: key(path.optional(), {
    en: 'this ffprobe and no other',
    form: ABSOLUTE_PATH,
    standard: 'the one beside ffmpeg',
  }),
});

const serial = z.strictObject({
  path: key(path.optional(), {
    en: 'a serial line (9600 8N1 until it is set otherwise) that speaks the control protocol',
    form: ABSOLUTE_PATH,
    standard: 'none',
  }),
});

const accounts = z.strictObject({
  allowNoPassword: key(z.boolean().default(false), {
    en: 'Telnet, SSH and HTTP may be without a password; else one is made at the first start',
  }),
});

/** The configuration of a box, read before it starts. */
export const configSchema = z.strictObject({
  hall: hall.default('Amphi'),
  listen: key(z.union([z.ipv4(), z.ipv6()]).default('0.0.0.0'), {
    en: 'address that all services listen on',
    fr: 'adresse d’écoute de tous les services',
    form: 'IPv4 or IPv6 address',
  }),
  data: key(path.default('/var/lib/amphi'), {
    en: 'where settings, overlays, recordings and the token lie; each box has its own',
    fr: 'dossier des réglages, habillages, enregistrements et du jeton',
    form: ABSOLUTE_PATH,
  }),
  timeZone,
  timeServers,
  ffmpeg: ffmpeg.default({}),
  ...services,
  serial: serial.prefault({}),
  accounts: accounts.prefault({}),
  overlaysFolder: key(path.optional(), {
    en: 'logos and backgrounds',
    form: ABSOLUTE_PATH,
    standard: '`overlays` in `data`',
  }),
  recordings,
  schedule: scheduleSchema.prefault({}),
  device: deviceSchema.default({}),
});
/** The whole configuration. */
export type Config = z.output<typeof configSchema>;

const scheduler = key(schedulerSchema.nullable(), { en: 'null: no scheduler', standard: 'null' }).optional();

/** Everything that a file may contain: the configuration, and the settings that can also be changed remotely. */
export const fileSchema = configSchema.extend({ scheduler });

/** The content of an imported file: any part of a document. */
export const givenSchema = z.strictObject({
  hall: hall.optional(),
  device: deviceSchema.omit({ overlays: true }).optional(),
  scheduler,
});
/** A part of a document. */
export type GivenDocument = z.output<typeof givenSchema>;
