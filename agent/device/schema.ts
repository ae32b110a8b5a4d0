import { z } from 'zod';
import type { Layout, Overlay, TextStyle } from '#lib/media/layout.ts';
import type {
  EncoderWanted,
  InputNumber,
  InputSource,
  InputWanted,
  Metadata,
  Picture,
  Presets,
  PushWanted,
  SisWanted,
  StreamWanted,
  Wanted,
} from './state.ts';
import { PATTERNS } from './state.ts';

/** Schemas of what people write in requests and in the configuration file, with words for mistakes. */

const text = (most: number) => z.string().max(most).refine(isPlain, 'has control characters: write plain text');

/** Whether a text has no control characters other than tab and new line. */
const isPlain = (value: string): boolean => !/\p{Cc}/u.test(value.replaceAll(/[\t\n]/g, ''));
const part = z.number().min(0).max(1);

export const channel = z.enum(['A', 'B']);
export const inputNumber = z.union([
  z.literal(1),
  z.literal(2),
  z.literal(3),
  z.literal(4),
  z.literal(5),
]) satisfies z.ZodType<InputNumber>;
export const layoutNumber = z.int().min(1).max(16);

export const rect = z
  .strictObject({ x: part, y: part, width: z.number().gt(0).max(1), height: z.number().gt(0).max(1) })
  .refine(({ x, width }) => x + width <= 1.0001, 'reaches beyond the right edge: x + width must be at most 1')
  .refine(({ y, height }) => y + height <= 1.0001, 'reaches beyond the lower edge: y + height must be at most 1');

/** A URL with one of these schemes; a password in it is refused, since it has a field of its own. */
function urlOf(schemes: readonly string[]) {
  const list = schemes.map((scheme) => `${scheme}://`).join(', ');
  return z
    .string()
    .max(1024)
    .refine((url) => schemes.some((scheme) => url.toLowerCase().startsWith(`${scheme}://`)), `must begin with ${list}`)
    .refine((url) => URL.canParse(url), 'is no URL: write scheme://host:port/path');
}

const SOURCE_SCHEMES = ['rtsp', 'rtsps', 'rtmp', 'rtmps', 'srt', 'udp', 'rtp', 'tcp', 'http', 'https'];

export const inputSource = z.discriminatedUnion('driver', [
  z.strictObject({ driver: z.literal('off') }),
  z.strictObject({ driver: z.literal('test'), pattern: z.enum(['bars', 'motion', 'black']) }),
  z.strictObject({
    driver: z.literal('file'),
    path: z.string().min(1).max(4096).startsWith('/', 'must be an absolute path'),
  }),
  z.strictObject({ driver: z.literal('url'), url: urlOf(SOURCE_SCHEMES) }),
  z.strictObject({
    driver: z.literal('rtsp'),
    url: urlOf(['rtsp', 'rtsps']),
    transport: z.enum(['tcp', 'udp']).default('tcp'),
    user: text(128).optional(),
    password: text(128).optional(),
  }),
  z.strictObject({
    driver: z.literal('v4l2'),
    device: z.string().regex(/^\/dev\/[\w/-]+$/, 'must be a device such as /dev/video0'),
    widthPx: z.int().min(64).max(7680).optional(),
    heightPx: z.int().min(64).max(4320).optional(),
    fps: z.number().min(1).max(120).optional(),
    audio: z.strictObject({ system: z.enum(['alsa', 'pulse']), device: text(128).min(1) }).optional(),
  }),
]) satisfies z.ZodType<InputSource>;

const control = z.int().min(0).max(127);
export const picture = z.strictObject({
  brightness: control,
  contrast: control,
  colour: control,
  tint: control,
}) satisfies z.ZodType<Picture>;

const cut = z.number().min(0).max(0.9);
const crop = z
  .strictObject({ left: cut, top: cut, right: cut, bottom: cut })
  .refine(({ left, right }) => left + right <= 0.9, 'left and right together must leave a tenth of the picture')
  .refine(({ top, bottom }) => top + bottom <= 0.9, 'top and bottom together must leave a tenth of the picture');

export const inputWanted = z.strictObject({
  name: text(16).min(1),
  source: inputSource,
  aspect: z.enum(['fill', 'follow', 'fit']),
  crop,
  picture,
}) satisfies z.ZodType<InputWanted>;

const colour = z.string().max(40);

const textStyle = z.strictObject({
  colour,
  background: colour,
  align: z.enum(['left', 'centre', 'right']),
  valign: z.enum(['top', 'middle', 'bottom']),
  bold: z.boolean(),
  size: z.number().min(0.01).max(0.5),
}) satisfies z.ZodType<TextStyle>;

const overlayName = text(32).min(1);
const z_ = z.int().min(-100).max(100);
const fileName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^/\\]+$/, 'must be the name of a file in the overlays folder');

export const overlay = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text'), name: overlayName, rect, z: z_, template: text(1000), style: textStyle }),
  z.strictObject({ kind: z.literal('logo'), name: overlayName, rect, z: z_, file: fileName, opacity: part }),
  z.strictObject({
    kind: z.literal('clock'),
    name: overlayName,
    rect,
    z: z_,
    format: z.enum(['time', 'date-time']),
    style: textStyle,
  }),
  z.strictObject({ kind: z.literal('timecode'), name: overlayName, rect, z: z_ }),
]) satisfies z.ZodType<Overlay>;

export const layout = z.strictObject({
  name: text(16).min(1),
  background: z.strictObject({ colour, image: fileName.optional() }),
  windows: z.array(z.strictObject({ channel, rect, z: z_ })).max(8),
  overlays: z
    .array(overlay)
    .max(32)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'two overlays have the same name'),
}) satisfies z.ZodType<Layout>;

/**
 * An encoder. H.264 needs even sizes. SMP 351: 512x288 to 1920x1080, 5 to 60 frames/s, 200 to 10 000 kb/s, GOP 1 to
 * 300.
 */
export const encoder = z.strictObject({
  widthPx: z.int().min(128).max(1920).multipleOf(2),
  heightPx: z.int().min(72).max(1200).multipleOf(2),
  fps: z.number().min(5).max(60),
  videoKbps: z.int().min(50).max(10_000),
  rateControl: z.enum(['vbr', 'cvbr', 'cbr']),
  gopFrames: z.int().min(1).max(300),
  profile: z.enum(['baseline', 'main', 'high']),
  audioKbps: z.union([80, 96, 128, 192, 256, 320].map((rate) => z.literal(rate))),
  hardware: z.enum(['auto', 'off', 'vaapi', 'qsv', 'nvenc', 'v4l2m2m']),
}) satisfies z.ZodType<EncoderWanted>;

/** The encoder of the recording, within the device's own limits; the confidence stream may be smaller. */
export const archiveEncoder = encoder.extend({
  widthPx: z.int().min(512).max(1920).multipleOf(2),
  heightPx: z.int().min(288).max(1200).multipleOf(2),
  videoKbps: z.int().min(200).max(10_000),
});

export const stream = z.strictObject({
  enabled: z.boolean(),
  name: z.string().regex(/^[A-Za-z0-9_-]{1,16}$/, 'must be 1 to 16 letters, digits, - or _'),
  multicast: z
    .strictObject({
      address: z.ipv4().regex(/^2(2[4-9]|3\d)\./, 'must be a multicast address (224.0.0.0 to 239.255.255.255)'),
      port: z.int().min(1024).max(65532).multipleOf(2),
      ttl: z.int().min(0).max(255),
    })
    .optional(),
}) satisfies z.ZodType<StreamWanted>;

export const push = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,32}$/, 'must be 1 to 32 letters, digits, - or _'),
  name: text(64),
  enabled: z.boolean(),
  stream: z.enum(['archive', 'confidence']),
  url: urlOf(['rtsp', 'rtsps', 'rtmp', 'rtmps', 'udp', 'srt']),
}) satisfies z.ZodType<PushWanted>;

const field = text(127);
export const metadata = z.strictObject({
  title: field,
  presenter: field,
  series: field,
  course: field,
  contributor: field,
  coverage: field,
  description: text(1000),
  format: field,
  identifier: field,
  language: field,
  publisher: field,
  rights: field,
  source: field,
  subject: field,
  type: field,
}) satisfies z.ZodType<Metadata>;

const sound = z.strictObject({
  gainDb: z.number().min(-18).max(24),
  muted: z.boolean(),
  delayMs: z.int().min(0).max(999),
  mono: z.boolean().optional(),
});

export const audio = z.strictObject({
  from: z.enum(['A', 'B', 'mix']),
  channels: z.strictObject({ A: sound, B: sound }),
  outputMuted: z.boolean(),
});

export const soundOfChannel = sound;
export const hallName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, 'must be 1 to 63 letters, digits, - or _');
export const shortText = text;

/** The part of an input that a preset keeps. */
const pictureSettings = z.strictObject({ aspect: inputWanted.shape.aspect, crop, picture });
export const presetName = text(16).min(1);
export const presetNumber = z.int().min(1).max(128);
const numbered = <Kept extends z.ZodType>(kept: Kept) => z.record(z.coerce.number<number>(), kept);

const presets = z.strictObject({
  user: z.strictObject({ names: numbered(presetName), ofInput: numbered(numbered(pictureSettings)) }),
  input: numbered(pictureSettings.extend({ name: presetName, input: inputNumber })),
  streaming: numbered(
    z.strictObject({
      name: presetName,
      stream,
      pushes: z.array(z.strictObject({ url: push.shape.url, enabled: z.boolean() })).max(2),
    }),
  ),
  encoder: numbered(z.strictObject({ name: presetName, settings: encoder.omit({ hardware: true }) })),
  profile: numbered(z.strictObject({ name: presetName, metadata })),
}) satisfies z.ZodType<Presets>;

const movedPort = z.union([z.null(), z.int().min(1).max(65535)]).optional();
/** Name of a row of commands with its keys, for values that are only kept. */
export const keptRow = z.string().max(120);
export const keptValues = z.record(z.string().max(40), z.unknown());

export const sis = z.strictObject({
  destination: z.string().regex(/^[\w+-]{1,64}$/, 'must be the name of a destination'),
  countdownSeconds: z.int().min(0).max(60),
  pattern: z.enum(PATTERNS),
  thumbnails: z.enum(['small', 'archive']),
  zone: z
    .string()
    .regex(/^[A-Z0-9]{2,6}$/)
    .nullable(),
  idleMs: z.int().min(10_000).max(650_000_000),
  ports: z.strictObject({ telnet: movedPort, ssh: movedPort, http: movedPort, https: movedPort, snmp: movedPort }),
  snmp: z.strictObject({ contact: text(64), location: text(64), community: text(64), enabled: z.boolean() }),
  presets,
  profile: z.int().min(0).max(128),
  kept: z.record(keptRow, keptValues),
}) satisfies z.ZodType<SisWanted>;

const either = z.strictObject({ A: z.boolean(), B: z.boolean() });
const routing = z.strictObject({ A: inputNumber, B: inputNumber });

/** All that a box wants, except what it records; a backup contains this. */
export const settings = z.strictObject({
  hall: hallName,
  locale: z.enum(['fr', 'en']),
  inputs: z.strictObject({ 1: inputWanted, 2: inputWanted, 3: inputWanted, 4: inputWanted, 5: inputWanted }),
  routing,
  layout,
  layoutNumber,
  layouts: numbered(layout.extend({ routing: routing.optional() })),
  swapped: z.boolean(),
  muted: either,
  noSignal: z.strictObject({ holdMs: z.int().min(0).max(600_000) }),
  audio,
  encoders: z.strictObject({ archive: archiveEncoder, confidence: encoder.extend({ enabled: z.boolean() }) }),
  streams: z.strictObject({ archive: stream, confidence: stream }),
  pushes: z.array(push).max(32),
  metadata,
  sis,
}) satisfies z.ZodType<Omit<Wanted, 'recording'>>;
