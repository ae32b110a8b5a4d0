import { z } from 'zod';
import { key } from '../key.ts';
import { path } from '../parts.ts';
import { ABSOLUTE_PATH, MUST, NAME_32 } from '../phrases.ts';

const megabytes = z.number().positive();

const destination = z.strictObject({
  name: key(z.string().regex(/^[\w-]{1,32}$/, 'must be 1 to 32 letters, digits, - or _'), {
    en: 'how the API calls it',
    form: NAME_32,
    standard: 'one: `internal`, `recordings` in `data`',
  }),
  folder: key(path, { en: 'where', form: ABSOLUTE_PATH, standard: MUST }),
  mustBeMount: key(z.boolean().default(false), { en: 'not usable unless something is mounted exactly there' }),
  minFreeMB: key(megabytes.default(100), { en: 'less free space than this is full', unit: 'MB (2^20 bytes)' }),
  maxMB: key(megabytes.optional(), {
    en: 'recordings take no more than this there',
    unit: 'MB',
    standard: 'the whole disk',
  }),
});

/** Destinations and names of recordings. For a missing key the recorder's default counts. */
export const recordings = z
  .strictObject({
    destinations: z.array(destination).min(1).max(16).optional(),
    pattern: key(z.string().max(200).optional(), {
      en: 'name of a file: `{series}`, `{title}`, `{hall}`, `{date}`, `{time}`, `{stream}`, `{part}`',
      form: 'at most 200 characters; has `{part}`, ends in `.mp4`',
    }),
    titleLimit: key(z.int().min(1).max(100).optional(), {
      en: 'characters of the title in the name; each outside A-Z, a-z, 0-9 is a `_`',
    }),
    maxFileMB: key(z.number().min(1).max(1_000_000).optional(), {
      en: 'no file is larger: the recording goes on in the next part',
      unit: 'MB',
    }),
    warnFreePercent: key(z.number().min(0).max(90).optional(), { en: 'below this an alarm is raised', unit: '%' }),
    cleanFreePercent: key(z.number().min(0).max(90).optional(), {
      en: 'below this the oldest recordings that were delivered are deleted; others never',
      unit: '%',
    }),
  })
  .prefault({});
