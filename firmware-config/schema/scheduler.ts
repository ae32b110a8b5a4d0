import { z } from 'zod';
import { opencastSchema } from './opencast.ts';

/** The scheduler's server, as it is entered on the box's page or from afar; the box begins anew with another. */
export const schedulerSchema = z.strictObject({
  url: opencastSchema.shape.url,
  auth: opencastSchema.shape.auth,
  agent: opencastSchema.shape.agent,
  user: opencastSchema.shape.user,
  password: z.string().min(1).max(256).optional(),
});
export type SchedulerInDocument = z.output<typeof schedulerSchema>;
