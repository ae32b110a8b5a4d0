import { readFile } from 'node:fs/promises';
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import * as schema from './device/schema.ts';

/** Everything that a box is told before it starts. */

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
  /** A time code of the box, burnt into the picture, that tests read back. */
  timecode: schema.rect.optional(),
});

/** The part that says what the box wants at first; later requests change it. */
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
    streams: z.strictObject({ archive: schema.stream.partial(), confidence: schema.stream.partial() }).partial(),
    pushes: z
      .array(schema.push)
      .max(32)
      .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'two push targets have the same id'),
    metadata: schema.metadata.partial(),
    overlays,
  })
  .partial();

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
      /** What a client shows; made at first start when absent. */
      token: z.string().min(16, 'must have 16 characters or more').max(256).optional(),
      /** True: whoever reaches the port may do everything. */
      open: z.boolean().default(false),
    })
    .prefault({}),
  /** The same as over HTTP, encrypted with the certificate of the box. A port that is taken is an alarm. */
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
  /** Where controllers and technicians reach the box. A port that is taken is an alarm; the box runs without it. */
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
  serial: z.strictObject({ path: folder.optional() }).prefault({}),
  accounts: z
    .strictObject({
      /** True: the box may be without a password; it says so at each start. */
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
  device: deviceSchema.default({}),
});

export type Config = z.infer<typeof configSchema>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** A value given by a flag or the environment, and where it goes. */
export interface Override {
  /** As a person wrote it, for messages: `--http-port` or `AMPHI_HTTP_PORT`. */
  from: string;
  path: readonly string[];
  value: string | number | boolean;
}

/** All mistakes of a configuration at once, each with its place and what would be right. */
export class ConfigError extends Error {
  readonly mistakes: readonly string[];
  constructor(mistakes: readonly string[]) {
    super(
      `${mistakes.length === 1 ? 'there is a mistake' : `there are ${mistakes.length} mistakes`} in the configuration:\n${mistakes.map((mistake) => `  ${mistake}`).join('\n')}`,
    );
    this.mistakes = mistakes;
  }
}

/** Defaults, then the file, then what overrides it (environment, flags), checked as a whole. Throws a ConfigError. */
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

/** The same from the text of a file (YAML or JSON); `name` is for messages. */
export function parseConfig(text: string, name: string, overrides: readonly Override[] = []): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  if (document.errors.length > 0)
    throw new ConfigError(document.errors.map(({ pos, message }) => `${place(pos[0])}: ${message}`));
  const raw = valueOf(document, name) ?? {};
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    throw new ConfigError([`${name}:1:1: must be a list of keys and values`]);
  for (const { path, value } of overrides) setIn(raw as Record<string, unknown>, path, value);
  const parsed = configSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const mistakes = parsed.error.issues.flatMap((issue) => {
    const override = overrides.find(({ path }) => path.join('.') === issue.path.join('.'));
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [undefined];
    return keys.map((key) => {
      const path = key === undefined ? issue.path : [...issue.path, key];
      const where = override ? override.from : placeOf(document, path, place, name);
      return `${where}: ${path.join('.')}: ${key === undefined ? issue.message : 'there is no such key'}`;
    });
  });
  throw new ConfigError(mistakes);
}

/** Throws a ConfigError where aliases lead nowhere, in circles, or to more than a configuration can hold. */
function valueOf(document: Document, name: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new ConfigError([`${name}:1:1: ${(error as Error).message}`]);
  }
}

/** Line and column of a key, or of the nearest one around it. */
function placeOf(
  document: Document,
  path: readonly PropertyKey[],
  place: (offset: number) => string,
  name: string,
): string {
  let node: unknown = document.contents;
  let found = name;
  for (const key of path) {
    // Keys of a file may be numbers (`1:`), those of a path are words.
    const pair = isMap(node)
      ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))
      : undefined;
    node = isSeq(node) ? node.items[Number(key)] : pair?.value;
    const range = isScalar(pair?.key) ? pair.key.range : nodeRange(node);
    if (!range) break;
    found = place(range[0]);
  }
  return found;
}

const nodeRange = (node: unknown): readonly [number, number, number] | undefined =>
  (node as { range?: [number, number, number] } | undefined)?.range;

function setIn(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const inner = target[key];
  const next = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {};
  target[key] = next;
  setIn(next, rest, value);
}
