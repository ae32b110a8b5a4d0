import { z } from 'zod';

/** H.264 wants even sizes. SMP 351: 512x288 to 1920x1080, 5 to 60 frames/s, 200 to 10 000 kb/s, GOP 1 to 300. */
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
});
export type EncoderWanted = z.output<typeof encoder>;

/** What is recorded keeps to the device's own limits; the confidence stream may be smaller. */
export const archiveEncoder = encoder.extend({
  widthPx: z.int().min(512).max(1920).multipleOf(2),
  heightPx: z.int().min(288).max(1200).multipleOf(2),
  videoKbps: z.int().min(200).max(10_000),
});

export const confidenceEncoder = encoder.extend({ enabled: z.boolean() });

/** What an encoder preset keeps. */
export const encoderSettings = encoder.omit({ hardware: true });
export type EncoderSettings = z.output<typeof encoderSettings>;
