import { z } from 'zod';

export const soundOfChannel = z.strictObject({
  gainDb: z.number().min(-18).max(24),
  muted: z.boolean(),
  delayMs: z.int().min(0).max(999),
  mono: z.boolean().optional(),
});

export const audio = z.strictObject({
  from: z.enum(['A', 'B', 'mix']),
  channels: z.strictObject({ A: soundOfChannel, B: soundOfChannel }),
  outputMuted: z.boolean(),
});
