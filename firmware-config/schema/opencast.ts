import { z } from 'zod';
import { login, seconds, webUrl } from './servers.ts';

export const opencastSchema = z.strictObject({
  url: webUrl,
  /** Name of the box at the server; the hall's. */
  agent: z.string().min(1).max(128).optional(),
  auth: z.enum(['basic', 'digest']).default('basic'),
  ...login,
  services: z
    .strictObject({ captureAdmin: webUrl.optional(), scheduler: webUrl.optional(), ingest: webUrl.optional() })
    .default({}),
  pollSeconds: seconds(2, 3600).default(60),
  stateSeconds: seconds(2, 60).default(30),
  /** Where people reach the box's page, as the server shows it. */
  address: webUrl.optional(),
  /** Where players find the live picture. */
  liveUrl: z
    .string()
    .max(1024)
    .refine((url) => URL.canParse(url), 'must be a URL')
    .optional(),
});
export type OpencastConfig = z.output<typeof opencastSchema>;
