import { z } from 'zod';

const text = z.string().min(1);
const count = z.number().int().positive();

const guess = z.strictObject({
  value: z.string(),
  because: text,
  others: z.array(z.string()).optional(),
  /** Other forms that are accepted if this one does not match; they have the same fields. */
  also: z.array(z.string()).optional(),
});

const timeZone = z.strictObject({
  code: z.string().regex(/^[A-Z0-9]{2,6}$/),
  offsets: text,
  place: text,
  iana: text,
});

const streamName = z.enum(['archive', 'archive-b', 'confidence']);
const serverName = z.enum(['primary', 'backup']);

const schema = z.strictObject({
  identity: z.strictObject({
    maker: text,
    model: text,
    description: text,
    partNumber: z.string().regex(/^60-\d{4}-\d{2}$/),
    copyrightYears: z.string().regex(/^\d{4}(-\d{4})?$/),
    firmware: z.string().regex(/^\d+\.\d{2}$/),
    build: text,
    namePrefix: text,
    macPrefix: z.string().regex(/^([0-9A-F]{2}-){2}[0-9A-F]{2}$/),
  }),
  limits: z.strictObject({
    sessions: count,
    loginTries: count,
    streams: z.literal([3, 5]),
    userPresets: count,
    inputPresets: count,
    streamingPresets: count,
    encoderPresets: count,
    layoutPresets: count,
    confidenceLayouts: count,
    recordingProfiles: count,
    gopFrames: count,
    extendMinutes: count,
    windowOffsetPx: z.strictObject({ min: z.number().int(), max: count }),
    samplingSteps: count,
    edidSlots: count,
  }),
  behaviour: z.strictObject({
    inputsBelongToChannels: z.boolean(),
    sshRepliesOnStderrWithoutPty: z.boolean(),
    countdownSeconds: z.number().int().min(0).max(60),
    countdownInSilentModes: z.boolean(),
    replyBeforeCountdown: z.boolean(),
    pauseBeginsNewFile: z.boolean(),
    whileRecording: z.literal(['E14', 'E22']),
    defaultDestination: z.literal(['auto', 'internal']),
  }),
  /** Values for the device's interface over HTTP (facts/smp351 3). */
  swis: z.strictObject({
    cookie: z.string().regex(/^[\w-]+$/),
    realm: z.string().regex(/^[^"\\]+$/),
    temperature: z.literal(['text', 'number']),
    spaceUnit: z.literal(['B', 'KB', 'MB']),
    /** The stream and the server of `/streamer/rtmp/1`, `/streamer/rtmp/2` and so on. */
    rtmpStreamers: z.array(z.templateLiteral([streamName, '.', serverName])).min(1),
    sessionSlots: count,
    scheduleStates: z.strictObject({
      upcoming: z.number(),
      recording: z.number(),
      missed: z.number(),
      waiting: z.number(),
      transferring: z.number(),
      transferred: z.number(),
      failed: z.number(),
      'no-method': z.number(),
      skipped: z.number(),
    }),
  }),
  /** Wire forms on which the sources disagree, by the name that a row gives them. */
  wire: z.record(z.string(), guess),
  timeZones: z.array(timeZone).min(1),
  /** Ids of rows that this device does not have: it answers E10. */
  absentRows: z.array(z.string()),
  /** The reason for each number and switch above, by its path. */
  because: z.record(z.string(), z.string()),
});

/** Identity, limits and behaviour of a device, with every guess where the sources are silent or disagree. */
export type Personality = z.infer<typeof schema>;
/** A time zone with its code and its texts on the wire. */
export type TimeZone = Personality['timeZones'][number];

/**
 * Reads `firmware-config/<model>/personality.json`, already parsed.
 * Throws one Error that names every mistake by its path.
 */
export function readPersonality(json: unknown): Personality {
  const read = schema.safeParse(json);
  if (read.success) return read.data;
  const mistakes = read.error.issues.map((issue) => `${issue.path.join('.') || '(file)'}: ${issue.message}`);
  throw new Error(`personality: ${mistakes.join('; ')}`);
}
