import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { smtpSettings } from './workflows/operations/control/mail/smtp-settings.ts';

/** Settings of the server, given before it starts. */

const folder = z.string().startsWith('/', 'must be an absolute path');

export const configSchema = z.strictObject({
  /** Address that the server listens on. */
  listen: z.union([z.ipv4(), z.ipv6()], 'must be an IP address, such as 0.0.0.0 or 127.0.0.1').default('0.0.0.0'),
  port: z.int().min(0).max(65535).default(8080),
  /**
   * Base URL by which agents and people reach the server; needed where it is not `http://<this machine>:<port>` (behind
   * a proxy).
   */
  url: z
    .url({ protocol: /^https?$/, error: 'must be a URL such as https://capture.example.org' })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  /** Folder for the database, secrets, and the media where no other folder is set. */
  data: folder.default(defaultData),
  /** Folder of the media; may be on a NAS. */
  media: folder.optional(),
  /** URL of another PostgreSQL than the private one: `postgres://user@host/name`. */
  databaseUrl: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must be a URL such as postgres://user@host/name')
    .optional(),
  /** Folder of PostgreSQL's programs (`postgres`, `initdb`). */
  postgres: folder.optional(),
  ffmpeg: z.strictObject({ ffmpegPath: folder.optional(), ffprobePath: folder.optional() }).default({}),
  /** Addresses of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are trusted. */
  trustedProxies: z.array(z.string()).default([]),
  /** Silence of an agent, in seconds, after which it counts as offline. */
  offlineAfterSeconds: z.number().positive().default(120),
  /** Workflow that begins after an ingest, where neither the agent nor the event names one. */
  workflow: z.string().default('schedule-and-upload'),
  /** Folder of an administrator's workflow definitions; `workflows` in the data folder without it. */
  workflows: folder.optional(),
  /** Folder of an administrator's encoding profiles; `encoding` in the data folder without it. */
  profiles: folder.optional(),
  /** What this process does: serving (`web`), processing (`worker`), or both. */
  roles: z
    .array(z.enum(['web', 'worker'], 'must be web or worker'))
    .min(1, 'must name web, worker or both')
    .default(['web', 'worker']),
  /** Operations that take a processor for long, which this process does at the same time. */
  heavyAtOnce: z.int().min(1).max(256).default(1),
  /** Shape of the answers of `/search` where a request does not choose: that of Opencast up to 15, or from 16 on. */
  searchShape: z.enum(['15', '16'], 'must be 15 or 16: the Opencast whose search is spoken').default('16'),
  /**
   * Hosts, or hosts with ports, from which media may be fetched, besides registered agents; this machine only if it is
   * listed here.
   */
  fetchFrom: z.array(z.string().min(1)).default([]),
  /** Sites whose pages may use this server from a browser, by a token or a password: `https://lms.example.org`. */
  corsOrigins: z
    .array(z.string().regex(/^https?:\/\/[^/\s]+$/, 'must be the beginning of a URL, such as https://lms.example.org'))
    .default([]),
  /**
   * File with the public keys (a JSON Web Key Set) of a learning platform whose signed tokens are accepted; without it
   * no signed token is.
   */
  jwtKeys: folder.optional(),
  /** `iss` and `aud` that a signed token must have. */
  jwtIssuer: z.string().min(1).optional(),
  jwtAudience: z.string().min(1).optional(),
  /** Days after which the media of events that a person deleted are removed from the disk. */
  keepDeletedDays: z.number().min(1, 'must be a day or more').default(30),
  /** Folders below which workflows may write files (`copy`, `log`), such as those of shares. */
  copyFolders: z.array(folder).default([]),
  /** Server that the mails of workflows are sent to; undefined: none are sent. */
  smtp: smtpSettings.optional(),
  /** Folder, such as a NAS, that a streaming server (Wowza) reads: published films and their lists are put there. */
  streamFolder: folder.optional(),
  /** Address of that server's application: `https://wowza.example.org/opencast-engage`. */
  streamUrl: z
    .url({
      protocol: /^(https?|rtmps?|rtsp)$/,
      error: 'must be a URL such as https://wowza.example.org/opencast-engage',
    })
    .optional(),
  /** Protocols in which players are offered what it streams. */
  streamFormats: z
    .array(z.enum(['hls', 'dash', 'smooth', 'hds'], 'must be hls, dash, smooth or hds'))
    .min(1, 'must name hls, dash, smooth or hds')
    .default(['hls', 'dash']),
  /** Space that stays free on the disk of the media folder, in MB: a file that does not fit is refused with 507. */
  minFreeMB: z.number().min(0).default(500),
});

/** Schema of the settings as a whole: settings that mean nothing without another one are refused as a mistake. */
const wholeSchema = configSchema.superRefine((settings, context) => {
  const { jwtKeys, jwtIssuer, jwtAudience, streamFolder, streamUrl } = settings;
  if ((streamFolder === undefined) !== (streamUrl === undefined)) {
    const missing = streamFolder === undefined ? 'streamFolder' : 'streamUrl';
    const message = 'is missing: a streaming server is told by its folder and its address together';
    context.addIssue({ code: 'custom', path: [missing], message });
  }
  if (jwtKeys !== undefined) return;
  const message = 'is of signed tokens, which nobody can check without jwtKeys';
  if (jwtIssuer !== undefined) context.addIssue({ code: 'custom', path: ['jwtIssuer'], message });
  if (jwtAudience !== undefined) context.addIssue({ code: 'custom', path: ['jwtAudience'], message });
});

/** Settings of a server, checked and complete. */
export type Config = z.infer<typeof configSchema>;

function defaultData(): string {
  if (process.getuid?.() === 0) return '/var/lib/amphi-central';
  return join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local/share'), 'amphi-central');
}

/**
 * A mistake in the configuration: the message lists all mistakes at once, each with its place, and is shown as it is.
 */
export class ConfigError extends Error {}

/** Settings from what is given, with defaults for the others. Throws a `ConfigError`. */
export function parseConfig(given: Readonly<Record<string, unknown>>): Config {
  const parsed = wholeSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const mistakes = parsed.error.issues.map(({ path, message, code, ...issue }) => {
    const keys = code === 'unrecognized_keys' && 'keys' in issue ? ` (${String(issue.keys)})` : '';
    return `  ${path.join('.') || 'configuration'}: ${message}${keys}`;
  });
  throw new ConfigError(`there is a mistake in the configuration:\n${mistakes.join('\n')}`);
}
