import { z } from 'zod';
import * as schema from '#firmware-config/schema/shapes.ts';
import { AUDIO_POINTS } from './audio-points.ts';
import { own, rightOf, type Right } from './rights.ts';

/**
 * A request that the box knows: its parameters, who may make it, and what it does. HTTP, SIS, the timetable and the
 * lectern all use these.
 */
export interface RequestSpec extends Right {
  summary: string;
  params: z.ZodType;
}

const spec = <Params extends z.ZodType>(right: Right, summary: string, params: Params) => ({
  ...right,
  summary,
  params,
});
const none = z.strictObject({});
const number = schema.presetNumber;
const ofChannel = { number, channel: schema.channel };
const stream = z.enum(schema.STREAMS);
const ofStream = { number, stream };
const family = z.enum(['user', 'input', 'streaming', 'encoder', 'profile']);

/** Parameters that name a preset by family and number, and what it is for: a channel, a stream, or the box. */
const presetOf = z.discriminatedUnion('family', [
  z.strictObject({ family: z.literal('user'), ...ofChannel }),
  z.strictObject({ family: z.literal('input'), ...ofChannel }),
  z.strictObject({ family: z.literal('streaming'), ...ofStream }),
  z.strictObject({ family: z.literal('encoder'), ...ofStream }),
  z.strictObject({ family: z.literal('profile'), number }),
]);

const audioPoint = z.strictObject({
  point: z.literal(AUDIO_POINTS),
  gainDb: z.number().min(-100).max(24).optional(),
  muted: z.boolean().optional(),
});

const PICTURE = ['picture.brightness', 'picture.contrast', 'picture.colour', 'picture.tint'] as const;
const ENCODER = [
  'encoder.resolution',
  'encoder.fps',
  'encoder.bitrate.video',
  'encoder.bitrate.audio',
  'encoder.rate-control',
  'encoder.gop',
  'encoder.profile',
] as const;
const RECALL = [
  'preset.user.recall',
  'preset.input.recall',
  'preset.streaming.recall',
  'preset.encoder.recall',
  'profile.recall',
] as const;
const OF_PROTOCOL = [
  'output.pattern',
  'record.destination',
  'record.delay',
  'record.thumbnail',
  'clock.zone',
  'network.timeout',
  'port.telnet',
  'port.ssh',
  'port.http',
  'port.https',
  'port.snmp',
  'snmp.contact',
  'snmp.location',
  'snmp.community.public',
  'snmp.enable',
] as const;

/** All requests by name: what each one does, who may make it, and its parameters. */
export const requests = {
  'hall.set': spec(rightOf('unit.name'), 'Name the hall', z.strictObject({ hall: schema.hallName })),
  'locale.set': spec(
    own('admin', 'no command sets it; as the name of the hall'),
    'Language of dates in the picture',
    schema.settings.pick({ locale: true }),
  ),
  'input.select': spec(
    rightOf('input.select'),
    'Choose which input feeds a channel',
    z.strictObject({ channel: schema.channel, input: schema.inputNumber }),
  ),
  'input.set': spec(
    rightOf('input.name', 'input.aspect', ...PICTURE),
    'Change source, name, aspect, crop or picture of an input',
    schema.inputWanted.partial().extend({ input: schema.inputNumber, picture: schema.picture.partial().optional() }),
  ),
  'channels.swap': spec(
    rightOf('layout.swap'),
    'Let channels A and B trade places, or set whether they do',
    z.strictObject({ swapped: z.boolean().optional() }),
  ),
  'channel.mute': spec(
    rightOf('video.mute'),
    'Blank a channel in the picture',
    z.strictObject({ channel: schema.channel, muted: z.boolean() }),
  ),
  'nosignal.set': spec(
    own('admin', 'no command sets it; what is set up once for a hall'),
    'How long the last picture stays before the slate',
    schema.settings.shape.noSignal,
  ),
  'layout.recall': spec(
    rightOf('preset.layout.recall', 'preset.layout.recall-windows'),
    'Show a layout preset',
    z.strictObject({ number: schema.layoutNumber, withInputs: z.boolean().default(false) }),
  ),
  'layout.set': spec(
    own('user', 'it shows a layout as a recall does; the command for its background alone is for administrators'),
    'Show a layout that is given whole',
    z.strictObject({ layout: schema.layout }),
  ),
  'layout.save': spec(
    rightOf('preset.layout.save'),
    'Save the layout on show, or one that is given whole, as a preset',
    z.strictObject({
      number: schema.layoutNumber,
      name: schema.shortText(16).min(1).optional(),
      layout: schema.layout.optional(),
    }),
  ),
  'layout.reset': spec(
    rightOf('preset.layout.reset'),
    "Give a preset back the factory's layout",
    z.strictObject({ number: schema.layoutNumber }),
  ),
  'layout.rename': spec(
    rightOf('preset.layout.name'),
    'Name a layout preset',
    z.strictObject({ number: schema.layoutNumber, name: schema.presetName }),
  ),
  'layout.window': spec(
    rightOf('window.x', 'window.y', 'window.width', 'window.height'),
    'Move or size the window of a channel',
    z.strictObject({ channel: schema.channel, rect: schema.rect }),
  ),
  'overlay.put': spec(
    own('user', 'no command makes it; a part of the layout on show, as a window is'),
    'Add an overlay to the layout on show, or replace the one of that name',
    z.strictObject({ overlay: schema.overlay }),
  ),
  'overlay.remove': spec(
    own('user', 'no command makes it; a part of the layout on show, as a window is'),
    'Take an overlay away',
    z.strictObject({ name: schema.shortText(32) }),
  ),
  'audio.set': spec(
    rightOf('audio.gain', 'audio.mute', 'audio.output'),
    'Choose, amplify, delay or mute the sound',
    z.strictObject({
      from: schema.audio.shape.from.optional(),
      outputMuted: z.boolean().optional(),
      outputGainDb: schema.audio.shape.outputGainDb.optional(),
      channels: z
        .strictObject({ A: schema.soundOfChannel.partial().optional(), B: schema.soundOfChannel.partial().optional() })
        .optional(),
      points: z
        .array(audioPoint)
        .max(AUDIO_POINTS.length)
        .optional()
        .describe('Single points, as controllers know them'),
    }),
  ),
  'encoder.mode': spec(
    rightOf('encoder.mode'),
    'Encode one picture of both channels (composite), or each channel alone (dual)',
    z.strictObject({ mode: schema.settings.shape.encoderMode }),
  ),
  'output.mode': spec(
    rightOf('output.mode'),
    'Choose what the live picture shows in dual mode: a channel, or the layout',
    z.strictObject({ mode: schema.settings.shape.outputMode }),
  ),
  'encoder.set': spec(
    rightOf(...ENCODER, 'record.enable.archive', 'record.enable.archive-b'),
    'Change what an encoder makes',
    z.strictObject({
      stream,
      settings: schema.encoder.partial().extend({
        enabled: z.boolean().optional().describe('Of the confidence stream alone'),
        recorded: z.boolean().optional().describe('Of a channel in dual mode: whether recordings have a file of it'),
        overlaysOf: schema.archiveEncoder.shape.overlaysOf
          .optional()
          .describe('Of a channel in dual mode: layout preset whose overlays are drawn over it; 0: none'),
      }),
    }),
  ),
  'stream.set': spec(
    rightOf('stream.enable', 'stream.name'),
    'Change what the RTSP server offers',
    z.strictObject({
      stream,
      settings: schema.stream.partial().extend({ multicast: schema.stream.shape.multicast.nullable() }),
    }),
  ),
  'push.put': spec(
    rightOf('push.url'),
    'Add a push target, or replace the one of that id',
    z.strictObject({ push: schema.push }),
  ),
  'push.enable': spec(
    own('user', 'whoever records may switch a target that is set up; the command does it for all of a stream'),
    'Switch a push target on or off',
    z.strictObject({ id: z.string(), enabled: z.boolean() }),
  ),
  'push.remove': spec(rightOf('push.url'), 'Take a push target away', z.strictObject({ id: z.string() })),
  'metadata.set': spec(
    rightOf('record.metadata'),
    'Describe what is recorded, or will be',
    schema.metadata.partial().extend({
      systemName: schema.shortText(127).optional().describe('What controllers are told as its system; else the hall'),
    }),
  ),
  'record.start': spec(
    rightOf('record.state'),
    'Start a recording with the frame that is current now',
    z.strictObject({
      metadata: schema.metadata.partial().optional(),
      bookingId: schema.shortText(200).optional(),
      minutes: z.number().gt(0).max(1440).optional(),
      endsAtMs: z.int().min(0).optional().describe('When it ends by itself, instead of minutes'),
      startsAtMs: z.int().min(0).optional().describe('The moment that it is named after, if not the one of asking'),
      take: schema.shortText(200).min(1).optional().describe('The recording that it goes on with, as its next part'),
      timetable: z.boolean().optional().describe('Whoever asks ends it, and moves its end by record.until'),
    }),
  ),
  'record.stop': spec(rightOf('record.state'), 'Stop the recording', none),
  'record.pause': spec(rightOf('record.state'), 'Pause the recording', none),
  'record.resume': spec(rightOf('record.state'), 'Go on with a paused recording', none),
  'record.mark': spec(
    rightOf('record.mark'),
    'Set a chapter mark',
    z.strictObject({ title: schema.shortText(127).optional() }),
  ),
  'record.extend': spec(
    rightOf('record.extend'),
    'Let the recording end later',
    z.strictObject({ minutes: z.int().min(1).max(60) }),
  ),
  'record.until': spec(
    own('admin', 'no command makes it; the timetable and administrators may also shorten a recording'),
    'Set when the recording ends',
    z.strictObject({ endsAtMs: z.int().min(0) }),
  ),
  'preset.save': spec(
    rightOf('preset.user.save', 'preset.input.save', 'preset.streaming.save', 'preset.encoder.save'),
    'Save what is set now under a number',
    presetOf,
  ),
  'preset.recall': spec(rightOf(...RECALL), 'Set what was saved under a number', presetOf),
  'preset.name': spec(
    rightOf('preset.user.name', 'preset.input.name', 'preset.streaming.name', 'preset.encoder.name'),
    'Name a preset',
    z.strictObject({ family, number, name: schema.presetName }),
  ),
  'preset.delete': spec(
    rightOf('preset.input.delete', 'preset.streaming.delete', 'preset.encoder.reset', 'profile.delete'),
    "Delete a preset; of an encoder preset the factory's settings come back",
    z.strictObject({ family, number }),
  ),
  'sis.set': spec(
    rightOf(...OF_PROTOCOL),
    'Change a setting of the control protocol',
    schema.sis
      .omit({ presets: true, profile: true, kept: true })
      .partial()
      .extend({ snmp: schema.sis.shape.snmp.partial().optional() }),
  ),
  'sis.keep': spec(
    own('admin', 'it keeps values of any row, also of those for administrators'),
    'Keep a value that a controller sets, though this box does nothing with it',
    z.strictObject({ row: schema.keptRow, values: schema.keptValues.nullable() }),
  ),
  'settings.replace': spec(
    rightOf('config.restore', 'reset.settings', 'reset.all'),
    'Put the settings of a backup in the place of all settings',
    z.strictObject({ settings: schema.settings }),
  ),
} as const satisfies Record<string, RequestSpec>;

/** Name of a request. */
export type RequestName = keyof typeof requests;
/** Parameters of a request. */
export type Params<Name extends RequestName> = z.infer<(typeof requests)[Name]['params']>;
