import { z } from 'zod';
import { seconds, webUrl } from './servers.ts';

export const handOverSchema = z.strictObject({
  /** The box sends its files, or the server fetches them, or nobody does. */
  way: z.enum(['upload', 'fetch', 'off']).default('upload'),
  /** Recordings that were started by hand too. */
  byHand: z.boolean().default(true),
  /** What goes on with recordings whose event says nothing. */
  workflow: z
    .string()
    .regex(/^[\w.-]{1,128}$/, 'must be the id of a workflow')
    .optional(),
  flavor: z
    .string()
    .regex(/^[\w-]+\/[\w+-]+$/, 'must be a flavor such as presenter/source')
    .default('presenter/source'),
  manifestFlavor: z
    .string()
    .regex(/^[\w-]+\/[\w+-]+$/, 'must be a flavor such as technical/extron-smp-351')
    .default('technical/extron-smp-351'),
  maxKbps: z.int().min(64).max(10_000_000).optional(),
  hours: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, 'must be hours such as 19:00-07:00')
    .optional(),
  /** Where the server reaches the box. */
  fetchUrl: webUrl.optional(),
  firstRetrySeconds: seconds(1, 3600).default(10),
  mostRetrySeconds: seconds(1, 86_400).default(600),
});
