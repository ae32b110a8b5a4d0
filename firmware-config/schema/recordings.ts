import { z } from 'zod';
import { path } from './parts.ts';

const megabytes = z.number().positive();

const destination = z.strictObject({
  name: z.string().regex(/^[\w-]{1,32}$/, 'must be 1 to 32 letters, digits, - or _'),
  folder: path,
  mustBeMount: z.boolean().default(false),
  minFreeMB: megabytes.default(100),
  maxMB: megabytes.optional(),
});

/** Where recordings go, and what they are called. */
export const recordings = z
  .strictObject({
    destinations: z.array(destination).min(1).max(16).optional(),
    pattern: z.string().max(200).optional(),
    titleLimit: z.int().min(1).max(100).optional(),
    maxFileMB: z.number().min(1).max(1_000_000).optional(),
    warnFreePercent: z.number().min(0).max(90).optional(),
    cleanFreePercent: z.number().min(0).max(90).optional(),
  })
  .prefault({});
