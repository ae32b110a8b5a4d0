import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { checkedText, ConfigError, type Override } from '#firmware-config/text.ts';
import * as schema from '#agent/device/schema.ts';
import { scheduleSchema } from '#agent/schedule/schema.ts';

export { ConfigError, type Override };

/** The configuration of a box, read before it starts. */

const port = z.int().min(0).max(65535);
const folder = z.string().startsWith('/', 'must be an absolute path');
const megabytes = z.number().positive();

const destination = z.strictObject({
  name: z.string().regex(/^[\w-]{1,32}$/, 'must be 1 to 32 letters, digits, - or _'),
  folder,
  mustBeMount: z.boolean().default(false),
  minFreeMB: megabytes.default(100),
  maxMB: megabytes.optional(),
});

const overlays = z.strictObject({
  /** Place of a time code of the box in the picture, for tests. */
  timecode: schema.rect.optional(),
});

/** A stream; null is no multicast. */
const stream = schema.stream.partial().extend({ multicast: schema.stream.shape.multicast.nullable() });

/** The wanted state at the first start; later requests change it. */
export const deviceSchema = z
  .strictObject({
    inputs: z.partialRecord(
      z.enum(['1', '2', '3', '4', '5']),
      schema.inputWanted.partial().extend({ picture: schema.picture.partial().optional() }),
    ),
    routing: z
      .strictObject({
        A: z.union([z.literal(1), z.literal(2)]),
        B: z.union([z.literal(3), z.literal(4), z.literal(5)]),
      })
      .partial(),
    layout: schema.layoutNumber,
    /** The layout on show, if it differs from the saved preset. */
    shown: schema.layout.nullable(),
    layouts: schema.settings.shape.layouts,
    swapped: schema.settings.shape.swapped,
    muted: schema.settings.shape.muted.partial(),
    locale: z.enum(['fr', 'en']),
    noSignalHoldMs: z.int().min(0).max(600_000),
    audio: z.strictObject({
      from: schema.audio.shape.from.optional(),
      outputMuted: z.boolean().optional(),
      channels: z
        .strictObject({ A: schema.soundOfChannel.partial(), B: schema.soundOfChannel.partial() })
        .partial()
        .optional(),
    }),
    encoders: z
      .strictObject({
        archive: schema.archiveEncoder.partial(),
        confidence: schema.encoder.partial().extend({ enabled: z.boolean().optional() }),
      })
      .partial(),
    streams: z.strictObject({ archive: stream, confidence: stream }).partial(),
    pushes: z
      .array(schema.push)
      .max(32)
      .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'two push targets have the same id'),
    metadata: schema.metadata.partial(),
    overlays,
    sis: schema.sis.partial().extend({
      snmp: schema.sis.shape.snmp.partial().optional(),
      presets: schema.sis.shape.presets.partial().optional(),
    }),
  })
  .partial();

/** The device's part of the configuration. */
export type DeviceConfig = z.infer<typeof deviceSchema>;

const addresses = z
  .array(z.union([z.ipv4(), z.ipv6()]))
  .min(1)
  .max(16);

export const configSchema = z.strictObject({
  hall: schema.hallName.default('Amphi'),
  /** Address that all services listen on. */
  listen: z.union([z.ipv4(), z.ipv6()]).default('0.0.0.0'),
  data: folder.default('/var/lib/amphi'),
  timeZone: z.string().refine(isTimeZone, 'is no time zone: write one such as Europe/Paris').optional(),
  ffmpeg: z.strictObject({ ffmpegPath: folder.optional(), ffprobePath: folder.optional() }).default({}),
  http: z
    .strictObject({
      enabled: z.boolean().default(true),
      port: port.default(80),
      listen: addresses.optional(),
      /** Token that clients of the API send; made at the first start if it is missing. */
      token: z.string().min(16, 'must have 16 characters or more').max(256).optional(),
      /** Whether everybody who reaches the port may do everything. */
      open: z.boolean().default(false),
    })
    .prefault({}),
  /** HTTPS with the certificate of the box. A port that is taken raises an alarm. */
  https: z
    .strictObject({ enabled: z.boolean().default(true), port: port.default(443), listen: addresses.optional() })
    .prefault({}),
  rtsp: z
    .strictObject({
      port: port.default(554),
      user: z.string().min(1).max(64).optional(),
      password: z.string().min(1).max(128).optional(),
    })
    .refine(
      ({ user, password }) => (user === undefined) === (password === undefined),
      'user and password go together: set both or none',
    )
    .prefault({}),
  /**
   * The services for controllers and technicians. A port that is taken raises an alarm, and the box runs without the
   * service.
   */
  telnet: z
    .strictObject({ enabled: z.boolean().default(true), port: port.default(23), listen: addresses.optional() })
    .prefault({}),
  ssh: z
    .strictObject({
      enabled: z.boolean().default(true),
      port: port.default(22023),
      listen: addresses.optional(),
      /** Files of public keys, as OpenSSH's authorized_keys. */
      adminKeys: folder.optional(),
      userKeys: folder.optional(),
    })
    .prefault({}),
  /** The SSH service for files alone. */
  sftp: z
    .strictObject({ enabled: z.boolean().default(true), port: port.default(22022), listen: addresses.optional() })
    .prefault({}),
  ftp: z
    .strictObject({
      enabled: z.boolean().default(true),
      port: port.default(21),
      listen: addresses.optional(),
      /** Whether logins and transfers may be unencrypted. */
      plain: z.boolean().default(true),
      passivePorts: z
        .strictObject({ from: z.int().min(1024).max(65535), to: z.int().min(1024).max(65535) })
        .refine(({ from, to }) => from <= to, 'from must not be larger than to')
        .optional(),
      /** Address that PASV tells, behind a router that hides the address of the box. */
      passiveAddress: z.ipv4().optional(),
    })
    .prefault({}),
  /** SNMP; it is off until `device.sis.snmp.enabled` or a command (`E1SNMP`) switches it on. */
  snmp: z.strictObject({ port: port.default(161), listen: addresses.optional() }).prefault({}),
  serial: z.strictObject({ path: folder.optional() }).prefault({}),
  accounts: z
    .strictObject({
      /** Whether the box may be without a password; it says so at each start. */
      allowNoPassword: z.boolean().default(false),
    })
    .prefault({}),
  overlaysFolder: folder.optional(),
  recordings: z
    .strictObject({
      destinations: z.array(destination).min(1).max(16).optional(),
      pattern: z.string().max(200).optional(),
      titleLimit: z.int().min(1).max(100).optional(),
      maxFileMB: z.number().min(1).max(1_000_000).optional(),
      warnFreePercent: z.number().min(0).max(90).optional(),
      cleanFreePercent: z.number().min(0).max(90).optional(),
    })
    .prefault({}),
  /** What is recorded when, and what becomes of it. */
  schedule: scheduleSchema.prefault({}),
  device: deviceSchema.default({}),
});

/** The whole configuration. */
export type Config = z.infer<typeof configSchema>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/**
 * Reads the configuration: defaults, the file, and the overrides (environment, flags), checked as a whole. Throws a
 * ConfigError.
 */
export async function readConfig(file: string | undefined, overrides: readonly Override[]): Promise<Config> {
  const text = file === undefined ? '' : await readText(file);
  return parseConfig(text, file ?? 'configuration', overrides);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new ConfigError([`${file}: cannot be read: ${(error as Error).message}`]);
  }
}

/** The same for a text (YAML or JSON); `name` is for messages. */
export const parseConfig = (text: string, name: string, overrides: readonly Override[] = []): Config =>
  checkedText(configSchema, text, { name, overrides });
