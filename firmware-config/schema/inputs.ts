import { z } from 'zod';
import { shortText, urlOf } from './parts.ts';

/** Sources, and how their pictures are treated. */

export const inputNumber = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)]);
/** Inputs 1 and 2 feed channel A, 3 to 5 channel B. */
export type InputNumber = z.output<typeof inputNumber>;

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
    user: shortText(128).optional(),
    password: shortText(128).optional(),
  }),
  z.strictObject({
    driver: z.literal('v4l2'),
    device: z.string().regex(/^\/dev\/[\w/-]+$/, 'must be a device such as /dev/video0'),
    widthPx: z.int().min(64).max(7680).optional(),
    heightPx: z.int().min(64).max(4320).optional(),
    fps: z.number().min(1).max(120).optional(),
    audio: z.strictObject({ system: z.enum(['alsa', 'pulse']), device: shortText(128).min(1) }).optional(),
  }),
]);
export type InputSource = z.output<typeof inputSource>;

const control = z.int().min(0).max(127);
/** 64 is neutral (SMP 351 BRIT, CONT, COLR, TINT). */
export const picture = z.strictObject({
  brightness: control,
  contrast: control,
  colour: control,
  tint: control,
});

const cut = z.number().min(0).max(0.9);
export type Picture = z.output<typeof picture>;

/** What is cut away at each edge, in parts of the picture. */
const crop = z
  .strictObject({ left: cut, top: cut, right: cut, bottom: cut })
  .refine(({ left, right }) => left + right <= 0.9, 'left and right together must leave a tenth of the picture')
  .refine(({ top, bottom }) => top + bottom <= 0.9, 'top and bottom together must leave a tenth of the picture');

export const inputWanted = z.strictObject({
  name: shortText(16).min(1),
  source: inputSource,
  aspect: z.enum(['fill', 'follow', 'fit']),
  crop,
  picture,
});
export type InputWanted = z.output<typeof inputWanted>;

/** What an input or user preset keeps. */
export const pictureSettings = z.strictObject({ aspect: inputWanted.shape.aspect, crop, picture });
export type PictureSettings = z.output<typeof pictureSettings>;
