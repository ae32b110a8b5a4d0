import { z } from 'zod';
import * as schema from '#firmware-config/schema/shapes.ts';

/**
 * The shapes of answers. They are documentation, and tests compare the answers with them; an answer may have more
 * fields. Shapes with a name are components of the OpenAPI document.
 */
const name = <Schema extends z.ZodType>(id: string, shape: Schema): Schema => shape.meta({ id });

const atMs = z.number().describe('Milliseconds since 1970');
const ms = z.number().describe('Milliseconds');
const bytes = z.number().int();
const stream = z.enum(schema.STREAMS);

/** A text for readers of any language: the row of the catalogue, and what it is filled with. */
export const said = z
  .object({ key: z.string(), values: z.record(z.string(), z.unknown()) })
  .optional()
  .describe('The same text by its key and values, for readers of another language');

export const refusal = name(
  'Refusal',
  z.object({
    error: z.object({
      code: z.string().describe('E10 to E28 as the Extron protocol has them where the box refuses; a word elsewhere'),
      text: z.string(),
      said,
      mistakes: z
        .array(z.object({ at: z.string().describe('Such as body.picture.tint'), text: z.string(), said }))
        .optional()
        .describe('All that is wrong with the request'),
    }),
  }),
);

/** The frame that was current when a change was asked for. */
const moment = z.object({
  frame: z.number().int(),
  ptsTicks: z.number().describe('Its time stamp, in 1/90 000 s'),
});
/** The field that answers to changes have in addition. */
export const at = { at: moment.optional().describe('The frame that was current when this was asked for') };

export const metadata = name('Metadata', schema.metadata);
export const layout = name('Layout', schema.layout);
export const overlay = name('Overlay', schema.overlay);
const perChannel = <Value extends z.ZodType>(value: Value) => z.object({ A: value, B: value });
const routing = perChannel(schema.inputNumber);

const inputSeenShape = {
  status: z.enum(['off', 'connecting', 'live', 'lost']),
  sinceMs: atMs,
  widthPx: z.number().optional(),
  heightPx: z.number().optional(),
  fps: z.number().optional(),
  codec: z.string().optional(),
  audio: z.object({ codec: z.string(), sampleRateHz: z.number(), channels: z.number() }).optional(),
  error: z.string().optional().describe('Why there is no signal'),
  said,
  reconnects: z.number().int(),
};
export const inputSeen = name('InputSeen', z.object(inputSeenShape));
const inputPlace = { number: schema.inputNumber, channel: schema.channel, selected: z.boolean() };
export const input = name('Input', z.object({ ...inputPlace, wanted: schema.inputWanted, seen: inputSeen }));

export const shown = name(
  'Shown',
  z.object({
    number: schema.layoutNumber.describe('Of the preset that it came from'),
    swapped: z.boolean(),
    muted: perChannel(z.boolean()),
    routing,
    layout,
  }),
);

export const preset = name(
  'LayoutPreset',
  z.object({
    ...schema.layout.shape,
    number: schema.layoutNumber,
    source: z.enum(['factory', 'user']),
    routing: routing.optional(),
  }),
);

export const audio = name('Audio', schema.audio);
const level = z.object({ leftDb: z.number(), rightDb: z.number() });
export const meters = z.object({ A: level, B: level, output: level });

const encoderFacts = z.object({
  family: z.string(),
  reason: z.string().optional(),
  restarts: z.number().int(),
  dropped: z.number().int(),
  kbps: z.number(),
});
const encoderWanted = schema.encoder.extend({
  enabled: z.boolean().optional().describe('Of the confidence stream'),
  recorded: z.boolean().optional().describe('Of a channel in dual mode'),
  overlaysOf: z.number().int().optional().describe('Of a channel in dual mode: layout preset whose overlays it has'),
});
export const encoder = name(
  'Encoder',
  z.object({
    stream,
    wanted: encoderWanted,
    seen: encoderFacts.optional().describe('Absent while it does not run'),
  }),
);

const streamSeen = z.object({ players: z.number().int(), kbps: z.number(), encoder: z.string() });
const ofStreams = <Value extends z.ZodType>(value: Value) =>
  z.object({ archive: value, 'archive-b': value, confidence: value });
export const streamsSeen = ofStreams(streamSeen);
export const rtspStream = name('Stream', z.object({ ...schema.stream.shape, stream, seen: streamSeen }));

export const pushSeen = z.object({
  status: z.enum(['off', 'connecting', 'connected', 'waiting']),
  error: z.string().optional(),
  said,
  sinceMs: atMs,
});
export const push = name('Push', z.object({ ...schema.push.shape, seen: pushSeen }));

export const recording = name(
  'Recording',
  z.object({
    state: z.enum(['stopped', 'setup', 'recording', 'paused', 'finalizing']),
    wanted: z.enum(['stopped', 'recording', 'paused']),
    take: z.string().optional().describe('Its id among the recordings'),
    bookingId: z.string().optional(),
    startedAtMs: atMs.optional(),
    endsAtMs: atMs.optional().describe('When it ends by itself'),
    file: z.string().optional(),
    destination: z.string().optional(),
    elapsedMs: ms,
    bytes,
    metadata,
  }),
);

export const disk = name(
  'Disk',
  z.object({
    destination: z.string(),
    folder: z.string(),
    freeBytes: bytes,
    totalBytes: bytes,
    usable: z.boolean(),
    hoursLeft: z.number().describe('So long a recording could go on there'),
  }),
);

export const alarm = name(
  'Alarm',
  z.object({
    name: z.string(),
    about: z.string().describe('A, push/youtube, a folder…'),
    level: z.enum(['info', 'warning', 'critical', 'emergency']),
    text: z.string(),
    said,
    sinceMs: atMs,
  }),
);

export const frames = z.object({
  composed: z.number().int(),
  late: z.number().int(),
  dropped: z.number().int(),
});

export const status = name(
  'Status',
  z.object({
    hall: z.string(),
    locale: z.enum(['fr', 'en']),
    versions: z.object({ amphi: z.string(), node: z.string() }),
    startedAtMs: atMs,
    nowMs: atMs,
    recording,
    layout: z.object({ number: schema.layoutNumber, name: z.string(), swapped: z.boolean() }),
    inputs: z.array(z.object({ ...inputPlace, name: z.string(), driver: z.string(), ...inputSeenShape })),
    streams: z.object({
      archive: rtspStream,
      'archive-b': rtspStream.optional().describe('In dual mode'),
      confidence: rtspStream,
    }),
    pushes: z.array(push),
    meters,
    disk: z.array(disk),
    frames,
    alarms: z.array(alarm),
  }),
);

const five = <Value extends z.ZodType>(value: Value) => z.object({ 1: value, 2: value, 3: value, 4: value, 5: value });

export const wanted = name(
  'Wanted',
  z.object({
    hall: schema.hallName,
    locale: z.enum(['fr', 'en']),
    inputs: five(schema.inputWanted),
    routing,
    layout,
    layoutNumber: schema.layoutNumber,
    layouts: z.record(z.string(), z.object({ ...schema.layout.shape, routing: routing.optional() })),
    swapped: z.boolean(),
    muted: perChannel(z.boolean()),
    noSignal: z.object({ holdMs: ms }),
    audio,
    encoders: ofStreams(encoderWanted),
    encoderMode: schema.settings.shape.encoderMode,
    outputMode: schema.settings.shape.outputMode,
    streams: ofStreams(schema.stream),
    pushes: z.array(schema.push),
    recording: z.object({
      state: z.enum(['stopped', 'recording', 'paused']),
      metadata: metadata.partial().optional().describe('Those of its own; the rest is as in the settings'),
    }),
    metadata,
    sis: schema.sis.describe('Settings of the control protocol'),
  }),
);

export const state = name(
  'State',
  z.object({
    wanted,
    seen: z.object({
      inputs: five(inputSeen),
      recording: z.object({ state: z.string(), elapsedMs: ms, bytes }),
      streams: streamsSeen,
      pushes: z.record(z.string(), pushSeen),
      meters,
      disk: z.array(z.object({ destination: z.string(), folder: z.string(), freeBytes: bytes, totalBytes: bytes })),
      frames,
      alarms: z.array(alarm),
    }),
  }),
);

export const recordingFile = z.object({
  name: z.string(),
  size: bytes,
  mime: z.string(),
  writing: z.boolean().describe('It still grows'),
  href: z.string().describe('Where it can be had'),
});

const parts = z.array(
  z.object({ number: z.number().int(), name: z.string(), state: z.string(), durationMs: ms, bytes }),
);
const chapters = z.array(z.object({ part: z.number().int(), offsetMs: ms, title: z.string(), kind: z.string() }));
const breaks = z.array(z.object({ atMs, reason: z.string(), said }));

const entryShape = {
  id: z.string(),
  dbId: z.number().int(),
  base: z.string(),
  status: z.enum(['setup', 'recording', 'paused', 'finalizing', 'finished', 'partial', 'failed']),
  hall: z.string(),
  owner: z.string(),
  bookingId: z.string().optional(),
  metadata: z.object(schema.metadata.shape),
  startedAtMs: atMs,
  endedAtMs: atMs.optional(),
  durationMs: ms,
  bytes: bytes.describe('Of all files'),
  parts,
  chapters,
  second: z.object({ parts, chapters, breaks }).optional().describe('Channel B, in dual mode: files of its own'),
  thumbnails: z.array(z.object({ offsetMs: ms, name: z.string(), title: z.string(), href: z.string() })),
  breaks,
  deliveredAtMs: atMs.optional(),
  revision: z.number().int(),
};
export const recordingEntry = name('RecordingEntry', z.object(entryShape));
export const recordingWithFiles = name(
  'RecordingWithFiles',
  z.object({ ...entryShape, files: z.array(recordingFile) }),
);

export const overlayFile = z.object({
  name: z.string(),
  size: bytes,
  widthPx: z.number().optional(),
  heightPx: z.number().optional(),
});

export const lectern = name(
  'Lectern',
  z.object({
    hall: z.string(),
    timeZone: z.string().describe('Of the hall: a tablet shows times in it'),
    last: z
      .object({
        title: z.string(),
        durationMs: ms,
        became: z.enum(['finishing', 'kept', 'waiting', 'sending', 'sent', 'failed']),
      })
      .optional()
      .describe('What became of the recording that ended last, for half an hour'),
    nowMs: atMs,
    recording: z.object({
      state: z.enum(['stopped', 'setup', 'recording', 'paused', 'finalizing']),
      elapsedMs: ms,
      startedAtMs: atMs.optional(),
      endsAtMs: atMs.optional(),
      booked: z.boolean().describe('The timetable started it'),
    }),
    title: z.string(),
    presenter: z.string(),
    next: z
      .object({ title: z.string(), presenter: z.string(), startsAtMs: atMs, endsAtMs: atMs })
      .optional()
      .describe('The next lecture that is planned'),
    output: stream.describe('Stream of the live picture'),
    signal: perChannel(inputSeenShape.status),
    sound: z.object({ muted: z.boolean(), leftDb: z.number(), rightDb: z.number() }),
    layout: schema.layoutNumber,
    swapped: z.boolean(),
    layouts: z.array(
      z.object({
        number: schema.layoutNumber,
        name: z.string(),
        windows: z.array(z.object({ channel: schema.channel, rect: schema.rect, z: z.number() })),
      }),
    ),
    troubles: z.array(z.object({ name: z.string(), about: z.string(), level: z.string() })),
    may: z.object({
      start: z.boolean(),
      stop: z.boolean(),
      pause: z.boolean(),
      resume: z.boolean(),
      mark: z.boolean(),
      extend: z.boolean(),
    }),
  }),
);
