import { z } from 'zod';
import { key } from '../key.ts';
import { URL_1024 } from '../phrases.ts';
import { seconds, webUrl } from './servers.ts';

/** The hand-over of finished recordings. */
export const handOverSchema = z.strictObject({
  way: key(z.enum(['upload', 'fetch', 'off']).default('upload'), {
    en: 'the box sends its files, or the server fetches them, or they stay',
  }),
  byHand: key(z.boolean().default(true), {
    en: 'whether recordings that were started by hand are handed over too',
  }),
  workflow: key(
    z
      .string()
      .regex(/^[\w.-]{1,128}$/, 'must be the id of a workflow')
      .optional(),
    {
      en: 'what goes on with recordings whose event says nothing',
      form: 'id of a workflow: 1 to 128 letters, digits, `_`, `.`, `-`',
      standard: "the server's own",
    },
  ),
  flavor: key(
    z
      .string()
      .regex(/^[\w-]+\/[\w+-]+$/, 'must be a flavor such as presenter/source')
      .default('presenter/source'),
    { en: 'what the recording is to the server' },
  ),
  manifestFlavor: key(
    z
      .string()
      .regex(/^[\w-]+\/[\w+-]+$/, 'must be a flavor such as technical/extron-smp-351')
      .default('technical/extron-smp-351'),
    { en: 'what its description is to the server' },
  ),
  maxKbps: key(z.int().min(64).max(10_000_000).optional(), {
    en: 'files are sent no faster',
    unit: 'kb/s',
    standard: 'as fast as it goes',
  }),
  hours: key(
    z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, 'must be hours such as 19:00-07:00')
      .optional(),
    { en: 'hours in which files are sent, in `timeZone`', form: 'hours such as `19:00-07:00`', standard: 'all' },
  ),
  fetchUrl: key(webUrl.optional(), {
    en: 'where the server reaches the box to fetch files',
    form: URL_1024,
    standard: 'its own address',
  }),
  firstRetrySeconds: key(seconds(1, 3600).default(10), {
    en: 'wait after a failure; twice as long after each one more',
    unit: 's',
  }),
  mostRetrySeconds: key(seconds(1, 86_400).default(600), { en: 'never longer than this', unit: 's' }),
});
