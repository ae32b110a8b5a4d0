import { z } from 'zod';
import { key } from '../key.ts';
import { URL_1024 } from '../phrases.ts';
import { opencastSchema } from './opencast.ts';

const { url, auth, agent, user } = opencastSchema.shape;

/** The scheduler's server, as it is entered on the box's page or from afar; the box begins anew with another. */
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
export type SchedulerInDocument = z.output<typeof schedulerSchema>;
