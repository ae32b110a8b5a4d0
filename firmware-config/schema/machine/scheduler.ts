import { z } from 'zod';
import { key } from '../key.ts';
import { URL_1024 } from '../phrases.ts';
import { opencastSchema } from './opencast.ts';

const { url, auth, agent, user } = opencastSchema.shape;

/** Server of the scheduler, entered on the box's page or remotely; after a change the box restarts. */
export const schedulerSchema = z.strictObject({
  url: key(url, {
    en: 'address of the scheduler (Opencast, or Amphi central)',
    form: URL_1024,
    standard: 'must be given',
  }),
  auth: key(auth, { en: 'proof of the password to the scheduler' }),
  agent: key(agent, { en: 'name of the box at the scheduler', standard: "the hall's" }),
  user: key(user, { en: 'user name at the scheduler' }),
  password: key(z.string().min(1).max(256).optional(), { en: 'password at the scheduler; never shown or logged' }),
});
/** Server of the scheduler. */
export type SchedulerInDocument = z.output<typeof schedulerSchema>;
